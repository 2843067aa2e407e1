"""What holds whatever is said, and in whatever order."""

import json
from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from careline.dialogue import engine
from careline.dialogue.book import Confirm
from careline.dialogue.lexicon import Lexicon
from careline.dialogue.talk import Heard, Job, Question, Subscriber
from careline.values.msisdn import Msisdn
from tests.dialogue.building import NOON, WANG, Handset, changes, real_book

SPELLINGS = sorted({code.spelling for table in real_book().tables.values() for code in table.codes.values()})
NAMES = sorted({service.name.zh for service in real_book().services.values()})
WORDS = [
    "是",
    "否",
    "1",
    "2",
    "3",
    "13",
    "帮助",
    "返回",
    "继续",
    "重复",
    "退出",
    "人工",
    "EN",
    "中文",
    "我的10086",
    "我的10086 加 CXYE",
    "Y",
    "N",
    "取消",
]
VALUES = ["0903", "9999", "10.00", "135790", "135790#246801", "110101199001011237", "13900000002", "1,2", "BZ", "20元"]
SIGNS = ["#", "*", " ", "+", "", "，"]
PIECES = st.one_of(
    st.sampled_from(SPELLINGS),
    st.sampled_from(NAMES),
    st.sampled_from(WORDS),
    st.sampled_from(VALUES),
    st.tuples(st.sampled_from(SPELLINGS), st.sampled_from(SIGNS), st.sampled_from(VALUES)).map("".join),
    st.tuples(st.sampled_from(["开通", "取消", "查", "介绍", "修改", "我要", "open "]), st.sampled_from(NAMES)).map(
        "".join
    ),
    st.text(max_size=30),
    st.text(alphabet="KTQXCBLDS0123456789#*+ ", max_size=12),
)
PEOPLE = st.builds(
    Subscriber,
    msisdn=st.just(Msisdn("8613900000001")),
    brand=st.sampled_from(["easyown", "gotone", "mzone", ""]),
    region=st.sampled_from(["zhejiang", "yunling", "shuoyuan", "linjiang", "haitang", "", "nowhere"]),
    language=st.sampled_from(["zh", "en"]),
    status=st.sampled_from(["active", "active", "active", "suspended", "inactive", "released"]),
    abroad=st.sampled_from([False, False, False, True]),
    menu_on=st.booleans(),
    menu=st.sampled_from([(), ("101", "CXYE", "gone")]),
)
PICK = Question(
    "pick", ({"value": "1", "zh": "甲", "en": "a"}, {"value": "2", "zh": "乙", "en": "b"}), "sp_query_unsub", "cancel"
)
SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def harmless(job: Job) -> bool:
    """Complaints and what is said to them cost nothing and change nothing that the customer has: they need no yes."""
    return job.service.settings.get("yes") == "never" and not job.service.price


@SLOW
@given(PEOPLE, st.lists(st.tuples(PIECES, st.integers(0, 90)), min_size=1, max_size=12))
def test_whatever_is_said_there_is_an_answer_and_nothing_is_done_without_a_yes(
    person: Subscriber, conversation: list[tuple[str, int]]
) -> None:
    handset = Handset(person, real_book())
    question = ""
    for said, minutes in conversation:
        handset.wait(minutes=minutes)
        before = question
        # The handset asserts for each turn: one of job and reply, attempts begin before and end once, state is JSON.
        answer = handset.say(said, question=PICK if said in ("0000", "00000") else None)
        assert answer.strip(), said
        job = handset.turn.job
        if job is not None and changes(job) and not harmless(job):
            by_code = handset.turn.understood is not None and handset.turn.understood.rule in ("exact", "parameters")
            replied = handset.turn.understood is not None and handset.turn.understood.rule in (
                "question",
                "suggestions",
            )
            assert by_code or replied, said
            assert by_code or before or job.service.id == "suggestion", said
        question = handset.asks


@SLOW
@given(PEOPLE, PIECES)
def test_one_message_alone_never_orders_unless_it_is_an_exact_code(person: Subscriber, said: str) -> None:
    turn = engine.advance({}, Heard(said, "a1"), real_book(), person, NOON)
    job = turn.job
    if job is not None and changes(job) and not harmless(job):
        assert turn.understood is not None
        assert turn.understood.rule in ("exact", "parameters")
        assert job.action.confirm is Confirm.NEVER
        assert job.spelling not in Lexicon.of(real_book()).two_faced


@SLOW
@given(st.dictionaries(st.sampled_from(["last", "used", "misses", "path"]), st.none(), max_size=2), PIECES)
def test_an_emptied_state_is_taken(state: dict[str, None], said: str) -> None:
    turn = engine.advance(dict(state), Heard(said, "a1"), real_book(), WANG, NOON)
    json.dumps(turn.state)


@SLOW
@given(st.sampled_from(SPELLINGS), st.sampled_from(["zhejiang", "yunling", "shuoyuan", "linjiang", "haitang", ""]))
def test_writing_a_code_in_another_way_does_not_change_its_meaning(spelling: str, region: str) -> None:
    person = replace(WANG, region=region)
    plain = engine.advance({}, Heard(spelling, "a1"), real_book(), person, NOON)
    wide = "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in spelling)
    for way in (spelling.lower(), f"  {spelling}。", wide, f"\u200b{spelling}\n"):
        other = engine.advance({}, Heard(way, "a1"), real_book(), person, NOON)
        assert other.understood == plain.understood, way
        assert (other.job is None) == (plain.job is None)


@SLOW
@given(st.lists(PIECES, min_size=1, max_size=6))
def test_the_same_conversation_has_the_same_turns(conversation: list[str]) -> None:
    one, other = Handset(book=real_book()), Handset(book=real_book())
    for said in conversation:
        one.say(said)
        other.say(said)
    assert one.turns == other.turns


@SLOW
@given(st.lists(PIECES, min_size=1, max_size=8), st.integers(0, 10**7))
def test_a_state_of_any_age_is_taken(conversation: list[str], minutes: int) -> None:
    handset = Handset(replace(WANG, region="yunling"), real_book())
    for said in conversation:
        handset.say(said)
    handset.now += timedelta(minutes=minutes)
    handset.say("101")
    if minutes > 60:
        assert handset.open == set(), "nothing stays open for ever"
        assert handset.done[-1] == ("charges_and_balance", "query")


@settings(SLOW, max_examples=10)
@given(st.lists(PIECES, min_size=40, max_size=80))
def test_the_state_stays_small(conversation: list[str]) -> None:
    handset = Handset(replace(WANG, region="yunling"), real_book())
    for said in conversation:
        handset.say(said)
    assert len(json.dumps(handset.state)) < 20_000
    assert len(handset.state.get("used", {})) <= 20
    assert len(handset.state.get("waiting", [])) <= 3
