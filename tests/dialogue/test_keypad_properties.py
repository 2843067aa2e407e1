"""What holds whatever keys are pressed, and in whatever order."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from careline.dialogue.book import READS, Confirm
from careline.dialogue.talk import Event, Job, Question, Subscriber
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn
from careline.values.outcome import Outcome
from tests.dialogue.building import real_book
from tests.dialogue.keyed import keyed_book
from tests.dialogue.keys import Phone

SLOW = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
PEOPLE = st.builds(
    Subscriber,
    msisdn=st.just(Msisdn("8613900000001")),
    brand=st.sampled_from(["easyown", "gotone", "mzone", ""]),
    region=st.sampled_from(["zhejiang", "yunling", "east", "west", "", "nowhere"]),
    language=st.sampled_from(["zh", "en"]),
    status=st.sampled_from(["active", "active", "active", "suspended", "inactive", "stranger"]),
    menu_on=st.booleans(),
    menu=st.sampled_from([(), ("101", "CXYE", "0000", "gone")]),
    senior=st.sampled_from([False, False, True]),
)
KEYS = st.one_of(
    st.text(alphabet="12345678", min_size=1, max_size=3),
    st.text(alphabet="0123456789*#", max_size=12),
    st.sampled_from(
        ["1", "1", "1", "2", "*", "9", "0", "13900000002#", "135790#", "135790*246801#", "200903#", "10*50#"]
    ),
    st.text(max_size=4),
)
MOMENTS = st.one_of(
    st.tuples(st.just(Event.KEYS), KEYS),
    st.tuples(st.just(Event.KEYS), KEYS),
    st.tuples(st.just(Event.KEYS), KEYS),
    st.tuples(st.sampled_from([Event.SILENCE, Event.HELLO, Event.HUNG_UP, Event.LOST]), st.just("")),
    st.tuples(st.just(Event.RETURNED), st.sampled_from(["nobody", "left_queue", "callback", "talked", "?"])),
)
ENDS = st.sampled_from([None, None, Cause.CARRIER_FAULT, Cause.WRONG_PASSWORD, Cause.NOT_ON, Cause.TOO_MANY_TRIES])
PICK = Question(
    "pick", tuple({"value": str(n), "zh": f"第{n}", "en": f"no {n}"} for n in range(12)), "listed", "cancel"
)


def _asks_no_yes(job: Job) -> bool:
    """Urging a complaint changes nothing that the customer has or pays."""
    return job.service.settings.get("yes") == "never" and job.action.confirm is Confirm.NEVER


def go(phone: Phone, moments: list[tuple[tuple[Event, str], int, Cause | None]]) -> None:
    phone.dial()
    for (event, keys), heard, cause in moments:
        asked = phone.state.get("question")
        if cause is not None:
            phone.answers = [phone.carrier(Outcome.FAILED, cause=cause).answers[-1]]
        elif "0000" in str(phone.state.get("question")):
            phone.answers = [phone.carrier(Outcome.DONE, question=PICK).answers[-1]]
        else:
            phone.answers = []
        before = len(phone.jobs)
        if event is Event.HELLO:
            phone.dial()
        else:
            phone.happen(event, keys, heard)  # asserts a cue and an answer, and that attempts begin and end once
        if event not in (Event.HUNG_UP, Event.LOST):
            assert phone.said.strip()
            assert phone.cue.then in ("keys", "person", "hang_up")
            assert (phone.cue.handover is not None) == (phone.cue.then == "person")
        for job in phone.jobs[before:]:
            if job.verb in READS or _asks_no_yes(job):
                continue
            assert event is Event.KEYS
            assert asked is not None, "a change without a question that was asked in a moment before"
            noted = asked["intent"]
            assert (noted["service"], noted["verb"]) == (job.service.id, job.verb.value)
            if asked["kind"] == "confirm":
                assert keys.startswith("1")
                assert heard >= 60
            else:
                assert asked["kind"] == "fill"
                assert any(parameter.secret for parameter in job.action.parameters)


STORY = st.lists(st.tuples(MOMENTS, st.sampled_from([100, 100, 100, 70, 20, 0]), ENDS), max_size=14)


@SLOW
@given(PEOPLE, STORY, st.sampled_from(["voice", "ussd"]))
def test_whatever_is_pressed_there_is_an_answer_and_nobody_buys_without_a_yes(
    person: Subscriber, story: list[tuple[tuple[Event, str], int, Cause | None]], channel: str
) -> None:
    phone = Phone(person, keyed_book(), channel)
    go(phone, story)
    phone.hang_up()
    assert phone.open == set(), "an attempt was lost"
    if person.status != "stranger":
        assert len(phone.journeys) == len({one.session for one in phone.journeys}), "a session was counted twice"
    assert len(json.dumps(phone.state)) < 12_000


@settings(SLOW, max_examples=25)
@given(PEOPLE, STORY)
def test_the_same_holds_for_the_packs(
    person: Subscriber, story: list[tuple[tuple[Event, str], int, Cause | None]]
) -> None:
    phone = Phone(person, real_book())
    go(phone, story)
    phone.hang_up()
    assert phone.open == set()
