"""What customers are told: in their language, short, with the docket, by the link on which they write."""

from datetime import timedelta

import pytest

from careline.cases import telling
from careline.cases.custody import is_person
from careline.cases.records.case import Case
from careline.cases.standing import standing_of
from careline.cases.states import NotAllowed, State
from careline.cases.subjects import categories
from careline.catalogue.samples import fill
from careline.dialogue.words import WORDS
from careline.outbox.models import Message
from careline.postgres import sql
from careline.protocols.smstext import count_parts
from careline.values.language import LANGUAGES, Text
from tests.cases.desk import NOON, analysed, deeds_of, led, letters, opened, promised, read
from tests.halls import Hall, the_book

LATER = NOON + timedelta(hours=3)
OURS = sorted(key for key in WORDS if key.startswith("case."))
LETTERS = [key for key in OURS if key.count(".") == 1 and key not in ("case.apology", "case.alternative")]
# The longest that each placeholder is filled with by ourselves.
LONGEST = {
    "docket": Text("2505000022", "2505000022"),
    "until": Text(
        "原定11月10日15:00答复，已经晚了，是我们的责任",
        "it was due by 10 Nov 15:00; we are late, and that is our fault",
    ),
    "step": Text("已答复，等您说满不满意", "waiting for a department's plan"),
    "who": Text("服务质量监督部门", "customer service management"),
    "told": Text("您同意了提出的办法", "a department was asked for help"),
    "date": Text("11月10日12:00", "10 Nov 12:00"),
    "label": Text("投诉", "suggestion"),
    "link": Text(" https://care.example.com/c/" + "x" * 26, " https://care.example.com/c/" + "x" * 26),
    "apology": Text("让您添了麻烦，很抱歉。", "We are sorry for the trouble. "),
    "other": Text("", ""),
}


@pytest.mark.parametrize("key", OURS)
def test_every_text_of_cases_is_there_in_both_languages(key: str) -> None:
    assert all(the_book().words[key])


@pytest.mark.parametrize("key", LETTERS)
def test_every_letter_is_short_has_its_docket_and_pushes_nobody_to_a_hotline(key: str) -> None:
    for language in LANGUAGES:
        text = the_book().words[key].read(language)
        assert "{docket}" in text
        assert count_parts(fill(text, language, LONGEST)) <= 2, fill(text, language, LONGEST)
        for push in ("10086", "热线", "拨打", "hotline", "call us", "总经理", "领导"):
            assert push not in text.lower()


@pytest.mark.requirement("CMP-07", "NTF-07")
@pytest.mark.django_db
def test_progress_is_told_listed_and_keeps_the_promise_to_tell_it() -> None:
    docket = analysed()
    first = read(docket).promises.get(what="progress", kept_at=None)
    telling.tell_progress(docket, "话单已调出，正在和您的清单核对", by="wang", now=LATER)
    first.refresh_from_db()
    assert (first.kept_at, first.broken_at) == (LATER, None)
    following = read(docket).promises.get(what="progress", kept_at=None)
    assert (following.started_at, following.due_at) == (LATER, LATER + timedelta(days=1))
    assert letters(docket)[-1] == ("case.progress", f"编号{docket}的进展：话单已调出，正在和您的清单核对")
    event = read(docket).events.get(did="progress")
    assert (event.public, event.words) == (True, "话单已调出，正在和您的清单核对")


@pytest.mark.requirement("CMP-07")
@pytest.mark.django_db
def test_progress_that_came_too_late_is_kept_but_stays_marked() -> None:
    docket = analysed()
    telling.tell_progress(docket, "还在查", by="wang", now=NOON + timedelta(days=2))
    late = read(docket).promises.get(what="progress", kept_at__isnull=False)
    assert late.broken_at == NOON + timedelta(days=1)
    assert promised(docket)["progress"] == "open"


@pytest.mark.django_db
def test_progress_keeps_the_contact_that_was_agreed() -> None:
    docket = led(State.RECORDED)
    telling.tell_progress(docket, "明天出结果", by="wang", now=NOON + timedelta(hours=2))
    assert promised(docket)["contact"] == "kept"


@pytest.mark.parametrize(("words", "code"), [(" ", "no_words"), ("办" * 301, "too_long")])
@pytest.mark.django_db
def test_nothing_and_novels_are_not_told(words: str, code: str) -> None:
    docket = analysed()
    before = Message.objects.count()
    with pytest.raises(NotAllowed, match=code):
        telling.tell_progress(docket, words, by="wang", now=LATER)
    assert Message.objects.count() == before


@pytest.mark.django_db
def test_secrets_that_staff_write_do_not_leave() -> None:
    docket = analysed()
    telling.tell_progress(docket, "已联系13912345678，密码482913", by="wang", now=LATER)
    text = letters(docket)[-1][1]
    assert "13912345678" not in text
    assert "482913" not in text


def test_letters_leave_by_the_link_on_which_the_customer_wrote_last(hall: Hall) -> None:
    customer = hall.fresh("T5")
    hall.reception.receive([hall.arrival(customer, "CXYE", link="gateway-7")])
    case = opened(msisdn=customer, link="gateway-1", channel="voice")
    assert Message.objects.get(msisdn=customer.digits, key="case.accepted").link == "gateway-7"
    assert case.link == "gateway-1"


@pytest.mark.django_db
def test_who_never_wrote_gets_letters_by_the_link_for_notices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARELINE_NOTICE_LINK", "bulk")
    opened(link="", channel="counter")
    assert Message.objects.get().link == "bulk"


@pytest.mark.django_db
def test_a_catalogue_from_before_there_were_cases_leaves_nobody_without_a_word() -> None:
    assert telling.text_of("case.thanks").zh.startswith("谢谢您告诉我们")
    assert telling.text_of("case.unheard_of") == Text("{docket} {told}", "{docket} {told}")


@pytest.mark.parametrize("state", list(State))
@pytest.mark.django_db
def test_every_state_can_be_told_of(state: State) -> None:
    docket = led(State.PLAN, msisdn=None) if state is State.REPLIED else led(state)
    case = read(docket)
    case.state = state.value
    how = standing_of(case, NOON)
    assert all(how.step), state
    assert all(how.owes)
    assert all(how.last)
    assert not how.overdue
    over = state in (State.ARCHIVED, State.CLOSED, State.CONFIRMING)
    assert (how.due_at is None) is over


@pytest.mark.django_db
def test_how_it_stands_takes_a_fixed_number_of_statements() -> None:
    case = read(led(State.SUPPORT))
    the_book()
    standing_of(case, NOON)
    with sql.counting() as count:
        standing_of(case, NOON)
    few = count.statements
    for number in range(5):
        telling.tell_progress(case.docket, f"进展{number}", by="wang", now=LATER)
    with sql.counting() as count:
        standing_of(case, NOON)
    assert count.statements == few


@pytest.mark.django_db
def test_a_letter_and_its_deed_stand_or_fall_together() -> None:
    from django.db import transaction

    docket = analysed()
    before = (deeds_of(docket), Message.objects.count())
    with pytest.raises(RuntimeError), transaction.atomic():
        telling.tell_progress(docket, "还在查", by="wang", now=LATER)
        raise RuntimeError
    assert (deeds_of(docket), Message.objects.count()) == before


@pytest.mark.parametrize(
    ("by", "person"), [("wang", True), ("subscriber", False), ("clock", False), ("tmf:a", False), ("", False)]
)
def test_people_are_told_from_processes(by: str, person: bool) -> None:
    assert is_person(by) is person


@pytest.mark.django_db
def test_what_is_said_first_calms_and_is_there_for_every_category() -> None:
    assert all(all(one.calm) for one in categories.categories().values())
    assert Case.objects.count() == 0
