"""Rounds: twice a day by a checklist; a crash fails the criterion, a missed one is shown, a finding is followed until it is closed."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from careline.journal.models import Entry
from careline.upkeep import machines, rounds
from careline.upkeep.duties import duties
from careline.upkeep.models import Finding, Maintainer, Round
from careline.upkeep.refusing import Refused
from careline.upkeep.rounds import Found
from tests.upkeep.days import MONDAY, at

pytestmark = pytest.mark.django_db

FINE = {key: True for key, _ in duties().checks}


@pytest.mark.requirement("MON-02")
def test_a_crash_in_the_log_fails_the_criterion() -> None:
    rounds.make(FINE, by="lin", now=at(2, 9))
    assert rounds.verdict(rounds.between(MONDAY, MONDAY)).met
    rounds.make(FINE | {"running": False}, by="lin", now=at(2, 14), found=Found.CRASH, words="二号机凌晨死机")
    found = rounds.verdict(rounds.between(MONDAY, MONDAY))
    assert (found.met, found.rounds, found.crashes, found.losses) == (False, 2, 1, 0)
    assert rounds.verdict(rounds.between(date(2026, 3, 3), date(2026, 3, 9))).met is None


def test_lost_data_fails_it_too_and_another_finding_does_not() -> None:
    rounds.make(FINE | {"room": False}, by="lin", now=at(2, 9), found=Found.OTHER, words="空调滴水")
    assert rounds.verdict(rounds.between(MONDAY, MONDAY)).met
    rounds.make(FINE, by="lin", now=at(3, 9), found=Found.DATA_LOSS, words="昨日话单缺两小时")
    assert rounds.verdict(rounds.between(MONDAY, date(2026, 3, 3))).met is False


@pytest.mark.requirement("MON-05")
def test_two_rounds_are_due_each_day_and_a_missed_one_shows() -> None:
    rounds.make(FINE, by="lin", now=at(2, 9))
    rounds.make(FINE, by="he", now=at(3, 17, 59))
    due = rounds.schedule(MONDAY, date(2026, 3, 4), at(4, 13, 30))
    assert [(one.key, one.state) for one in due] == [
        ("2026-03-02 morning", "made"), ("2026-03-02 afternoon", "missed"),
        ("2026-03-03 morning", "missed"), ("2026-03-03 afternoon", "made"),
        ("2026-03-04 morning", "missed"), ("2026-03-04 afternoon", "open"),
    ]  # fmt: skip
    assert rounds.schedule(MONDAY, MONDAY, at(2, 7))[1].state == "ahead"


def test_rounds_are_due_from_the_day_on_which_a_maintainer_was_named_and_not_before() -> None:
    assert rounds.schedule(MONDAY, MONDAY, at(2, 20)) == []
    Maintainer.objects.create(who="lin", part="dedicated", since=date(2026, 2, 1), named_by="he", named_at=at(3, 9))
    assert [one.key for one in rounds.missed(date(2026, 2, 1), date(2026, 3, 3), at(4, 9))] == [
        "2026-03-03 morning", "2026-03-03 afternoon",
    ]  # fmt: skip


def test_a_round_outside_the_hours_or_a_second_one_fills_no_slot() -> None:
    assert rounds.make(FINE, by="lin", now=at(1, 12)).slot == ""
    assert rounds.make(FINE, by="lin", now=at(2, 13)).slot == "afternoon"
    assert rounds.make(FINE, by="lin", now=at(2, 14)).slot == ""
    assert [one.key for one in rounds.missed(MONDAY, MONDAY, at(2, 18))] == ["2026-03-02 morning"]


def test_a_missed_round_is_explained_and_stays_missed() -> None:
    rounds.make(FINE, by="lin", now=at(2, 9))
    rounds.explain("2026-03-02 afternoon", "值班人员生病", by="lin", now=at(3))
    (one,) = rounds.missed(MONDAY, MONDAY, at(3))
    assert one.explained[0].words == "值班人员生病"
    for key in ("2026-03-02 morning", "soon", "2026-03-03 afternoon"):
        with pytest.raises(Refused, match="not_missing"):
            rounds.explain(key, "x", by="lin", now=at(3))


def test_a_finding_is_followed_until_somebody_closes_it_with_what_mended_it() -> None:
    machine = machines.keep(
        {"name": "IVR-2", "kind": "x", "bought_on": "2024-01-01"}, by="lin", now=at(2), today=MONDAY
    )
    made = rounds.make(FINE, by="lin", now=at(2, 9), found=Found.CRASH, words="死机", machine=machine.pk)
    finding = Finding.objects.get(round=made)
    assert [one.pk for one in rounds.open_findings()] == [finding.pk]
    rounds.follow(finding.pk, "联系厂家", by="lin", now=at(2, 10))
    with pytest.raises(Refused, match="no_words"):
        rounds.follow(finding.pk, " ", by="he", now=at(3), closes=True)
    rounds.follow(finding.pk, "更换内存条", by="he", now=at(3), closes=True)
    assert rounds.open_findings() == []
    assert [(one.by, one.words, one.closes) for one in finding.steps.order_by("at")] == [
        ("lin", "联系厂家", False), ("he", "更换内存条", True),
    ]  # fmt: skip
    with pytest.raises(Refused, match="closed"):
        rounds.follow(finding.pk, "还有", by="lin", now=at(4))
    assert rounds.verdict(rounds.between(MONDAY, MONDAY)).met is False
    assert Entry.objects.filter(what="upkeep", did="close_finding").count() == 1


@pytest.mark.parametrize(
    ("checks", "more", "code"),
    [
        ({}, {}, "unchecked"),
        (FINE | {"more": True}, {}, "unchecked"),
        (FINE, {"found": "fire"}, "no_such_finding"),
        (FINE, {"found": "crash"}, "no_words"),
        (FINE | {"lamps": False}, {}, "nothing_found"),
        (FINE, {"words": "x" * 2001}, "too_long"),
        (FINE, {"found": "crash", "words": "x", "machine": 999}, "no_such_machine"),
    ],
)
def test_a_round_that_says_too_little_is_refused(checks: dict[str, bool], more: dict[str, object], code: str) -> None:
    with pytest.raises(Refused, match=code):
        rounds.make(checks, by="lin", now=at(2), **more)  # type: ignore[arg-type]
    assert not Round.objects.exists()


def test_the_log_of_rounds_stays_as_it_was_written() -> None:
    rounds.make(FINE, by="lin", now=at(2, 9))
    for deed in (lambda: Round.objects.update(found="nothing"), lambda: Round.objects.all().delete()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            deed()
