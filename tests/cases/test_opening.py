"""Accepting: once by its key, joined when the matter is open already, owned at once, told at once."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from careline.cases import handling, opening
from careline.cases.records.case import Case, Contact
from careline.cases.states import Kind, NotAllowed, Severity, State
from careline.cases.subjects.matching import agree
from careline.identity.models import Subscriber
from careline.journal.models import Entry
from careline.outbox.models import Message
from careline.postgres import sql
from careline.values.msisdn import Msisdn
from tests.cases.desk import CUSTOMER, NOON, brought, deeds_of, led, letters, opened, promised, read, settled
from tests.halls import the_book

pytestmark = pytest.mark.django_db


def test_what_a_customer_brings_is_told_with_docket_and_time_at_once() -> None:
    accepted = opening.accept(brought(), by="subscriber", now=NOON)
    assert not accepted.joined
    number = accepted.case.docket
    assert letters(number) == [
        (
            "case.accepted",
            f"您的投诉我们收到了，编号{number}，最迟11月12日12:00答复您。想知道进展请发“投诉进度”，着急请发“催办”。",
        )
    ]
    assert promised(number) == dict.fromkeys(("first_reply", "progress", "solution", "regulator"), "open")


def test_a_complaint_is_due_48_hours_after_it_came() -> None:
    case = opened()
    first = case.promises.get(what="first_reply")
    assert (first.due_at - NOON, first.calendar) == (timedelta(hours=48), "always")
    assert read(case.docket).next_at == min(one.due_at for one in case.promises.all())


def test_letters_follow_the_language_and_the_link_of_the_customer() -> None:
    Subscriber.objects.create(
        msisdn=CUSTOMER.digits, brand="mzone", region="haitang", language="en", status="active", refreshed_at=NOON
    )
    case = opened(link="gateway-2")
    assert (case.language, case.brand, case.region) == ("en", "mzone", "haitang")
    letter = Message.objects.get(msisdn=CUSTOMER.digits)
    assert letter.text.startswith("We have your complaint, number")
    assert letter.link == "gateway-2"


def test_a_letter_carries_a_link_to_the_page_when_the_site_has_an_address(settings: object) -> None:
    settings.SITE = "https://care.example"  # type: ignore[attr-defined]
    case = opened()
    assert " https://care.example/c/" in letters(case)[0][1]


def test_the_same_key_is_one_case_however_often_it_comes() -> None:
    new = brought()
    first = opening.accept(new, by="subscriber", now=NOON)
    again = opening.accept(replace(new, words="别的话"), by="subscriber", now=NOON + timedelta(days=3))
    assert again == first
    assert (Case.objects.count(), Contact.objects.count(), len(letters(first.case))) == (1, 1, 1)


def test_a_repeated_key_that_joined_says_so_again_and_counts_once() -> None:
    opened(category="billing")
    new = brought(category="billing")
    assert opening.accept(new, by="subscriber", now=NOON).joined
    assert opening.accept(new, by="subscriber", now=NOON).joined
    assert Case.objects.get().repeats == 1


def test_a_repeat_contact_joins_the_open_case_and_says_how_it_stands() -> None:
    case = opened(category="billing")
    later = NOON + timedelta(hours=20)
    accepted = opening.accept(brought("还没人理我", category="billing", channel="voice"), by="subscriber", now=later)
    assert accepted.joined
    assert accepted.case.pk == case.pk
    after = read(case.docket)
    assert (after.repeats, after.version) == (1, case.version + 1)
    assert after.priority > case.priority
    assert deeds_of(case.docket) == ["accepted", "joined"]
    assert after.contacts.count() == 2
    key, text = letters(case)[-1]
    assert key == "case.joined"
    assert (
        text
        == f"您这次说的已经记进编号{case.docket}，不用重新来过。现在：已记下，等专人查看；最迟11月12日12:00答复您。"
    )


@pytest.mark.parametrize("more", [{"kind": "enquiry"}, {"category": "network"}, {"msisdn": Msisdn("8613900000002")}])
def test_another_matter_or_another_customer_is_another_case(more: dict[str, Any]) -> None:
    opened(category="billing")
    assert not opening.accept(brought(**{"category": "billing", **more}), by="subscriber", now=NOON).joined


def test_two_bill_items_are_two_matters_and_one_without_an_item_joins_the_latest() -> None:
    one = opened(category="billing", matter="item-1")
    two = opened(category="billing", matter="item-2", now=NOON + timedelta(minutes=1))
    assert one.pk != two.pk
    accepted = opening.accept(brought(category="billing"), by="subscriber", now=NOON + timedelta(minutes=2))
    assert accepted.case.pk == two.pk


def test_without_a_category_like_words_within_a_day_are_the_same_matter() -> None:
    case = opened(words="话费多扣了20元")
    for hours, words, joins in (
        (1, "上个月话费又多扣了", True),
        (2, "营业厅的人态度很差", False),
        (30, "话费多扣了20元", False),
    ):
        accepted = opening.accept(brought(words), by="subscriber", now=NOON + timedelta(hours=hours))
        assert (accepted.case.pk == case.pk) is joins, words


def test_a_category_named_later_finds_the_case_that_has_none_yet() -> None:
    case = opened(words="话费多扣了20元")
    accepted = opening.accept(brought("话费多扣了", category="billing"), by="subscriber", now=NOON)
    assert accepted.case.pk == case.pk


def test_an_archived_case_is_not_joined() -> None:
    led(State.ARCHIVED, category="billing")
    assert not opening.accept(brought(category="billing"), by="subscriber", now=NOON).joined


def test_who_comes_back_after_the_reply_is_not_satisfied() -> None:
    docket = led(State.CONFIRMING)
    accepted = opening.accept(brought("还是没退", category="billing"), by="subscriber", now=NOON)
    assert accepted.joined
    case = read(docket)
    assert (case.state, case.round, case.satisfied) == (State.ANALYSING, 2, False)
    assert promised(docket)["solution"] == "open"


def test_without_a_number_nothing_is_joined_and_nothing_is_written_to() -> None:
    one = opening.accept(brought(msisdn=None, category="billing", channel="web"), by="subscriber", now=NOON)
    two = opening.accept(brought(msisdn=None, category="billing", channel="web"), by="subscriber", now=NOON)
    assert one.case.pk != two.case.pk
    assert Message.objects.count() == 0


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_is_accepted_by_the_same_door(kind: Kind) -> None:
    case = opened(kind=kind.value)
    assert case.kind == kind
    what = set(promised(case.docket))
    assert ("first_reply" in what) is (kind is not Kind.SUGGESTION)
    assert ("regulator" in what) is (kind is Kind.COMPLAINT)
    assert letters(case)[0][0] == ("case.suggestion" if kind is Kind.SUGGESTION else "case.accepted")


def test_a_door_that_answers_by_itself_posts_no_letter() -> None:
    case = opening.accept(brought(), by="subscriber", now=NOON, tell=False).case
    assert letters(case) == []


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"key": ""}, "no_key"),
        ({"key": "x" * 97}, "no_key"),
        ({"kind": "poem"}, "no_such_kind"),
        ({"category": "weather"}, "no_such_category"),
        ({"severity": "awful"}, "no_such_severity"),
        ({"words": "  "}, "no_words"),
    ],
)
def test_what_cannot_be_a_case_is_refused_by_name(wrong: dict[str, str], code: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        opening.accept(brought(**wrong), by="subscriber", now=NOON)
    assert refused.value.code == code
    assert Case.objects.count() == 0


def test_no_number_password_or_id_is_kept_anywhere() -> None:
    secrets = ("13912345678", "482913", "110105199001011234")
    said = "我是13912345678，密码482913，身份证110105199001011234，话费不对"
    case = opening.accept(brought(said, category="billing", answers={"item": said}), by="subscriber", now=NOON).case
    opening.accept(brought(said, category="billing"), by="subscriber", now=NOON)
    kept = [case.words, str(read(case.docket).answers)]
    kept += [f"{event.words} {event.detail}" for event in case.events.all()]
    kept += [contact.words for contact in case.contacts.all()]
    kept += [f"{entry.record} {entry.detail}" for entry in Entry.objects.all()]
    assert "话费不对" in case.words
    for secret in secrets:
        assert not [text for text in kept if secret in text]


def test_the_journal_names_the_docket_in_full() -> None:
    case = opened()
    assert Entry.objects.filter(what="case", record=case.docket, did="case_accepted", who="wang").exists()


def test_an_endless_text_is_cut_not_refused() -> None:
    assert len(opened(words="投诉" * 5_000).words) == 2_000


def test_what_a_category_calls_major_is_reported_at_once() -> None:
    settled()
    case = opened(severity="major")
    assert case.severity == Severity.MAJOR
    assert list(case.tasks.filter(report=True).values_list("department_id", flat=True)) == ["quality"]


def test_the_history_of_the_number_is_there_before_anything_is_written() -> None:
    one = led(State.CLOSED)
    two = opened(category="network", now=NOON + timedelta(days=1)).docket
    assert [case.docket for case in opening.history(CUSTOMER)] == [two, one]
    assert opening.history(Msisdn("8613900000099")) == []


def test_accepting_takes_a_fixed_number_of_statements_however_much_there_is_already() -> None:
    settled()
    the_book()  # read once

    def statements(category: str) -> int:
        with sql.counting() as count:
            opening.accept(brought(category=category), by="subscriber", now=NOON)
        return count.statements

    first = statements("billing")
    for category in ("network", "data", "attitude", "other"):
        assert statements(category) == first
    joining = statements("billing")
    assert statements("billing") == joining
    assert first <= 45
    assert joining <= 20


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("话费多扣了20元", "话费多扣了 20 元", True),
        ("上个月多收了彩铃的钱", "彩铃多收了钱", True),
        ("my bill is wrong, overcharged 20 yuan", "Overcharged on my bill", True),
        ("话费多扣了", "手机没信号", False),
        ("投诉", "投诉", True),
        ("投诉", "我要投诉你们", False),
        ("", "", False),
        ("the signal is bad", "the bill is bad", False),
    ],
)
def test_texts_agree_when_they_share_what_they_are_about(one: str, other: str, same: bool) -> None:
    assert agree(one, other) is same
    assert agree(other, one) is same


def test_handling_goes_on_where_it_was_after_a_contact_joined() -> None:
    case = opened(category="billing")
    handling.analyse(case.docket, "billing", "计费规则配错", "normal", by="wang", now=NOON)
    opening.accept(brought(category="billing"), by="subscriber", now=NOON)
    assert read(case.docket).state == State.ANALYSING
