"""The policy: at least one dedicated maintainer, rules that exist, are used and suffice, and who knows the process."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import DatabaseError, transaction

from careline.identity.staff import engage
from careline.journal.models import Entry
from careline.prompts import logbook, notices
from careline.prompts.logbook import Deed
from careline.upkeep import assessing, policy, quiz, rounds, signing
from careline.upkeep.duties import duties
from careline.upkeep.models import Quiz, Rules
from careline.upkeep.policy import Part
from careline.upkeep.refusing import Refused
from careline.values.period import Month
from tests.upkeep.days import at

pytestmark = pytest.mark.django_db
FIRST = date(2026, 3, 1)
RIGHT = {one.key: one.right for one in duties().questions}


@pytest.fixture(autouse=True)
def people(db: None) -> None:
    for name in ("lin", "bai", "qin"):
        engage(name, "x" * 12, name, ["maintainer"])
    engage("he", "x" * 12, "he", ["supervisor"])
    engage("wang", "x" * 12, "wang", ["handler"])


def wrong_in(number: int) -> dict[str, int]:
    made = dict(RIGHT)
    for one in duties().questions[:number]:
        made[one.key] = 1 if one.right != 1 else 2
    return made


@pytest.mark.requirement("IVR-17")
def test_nobody_dedicated_does_not_conform_and_one_with_two_part_time_does() -> None:
    for who in ("bai", "qin"):
        policy.name(who, Part.PART_TIME, FIRST, by="he", now=at(1))
    found = policy.roster(FIRST)
    assert (found.dedicated, found.number(Part.PART_TIME), found.met) == (0, 2, False)
    policy.name("lin", Part.DEDICATED, date(2026, 3, 3), by="he", now=at(1))
    found = policy.roster(date(2026, 3, 3))
    assert (found.dedicated, found.number(Part.PART_TIME), found.met, found.deputy) == (1, 2, True, True)
    assert not policy.roster(date(2026, 3, 2)).met


def test_somebody_who_was_released_stays_on_the_roster_of_the_days_before() -> None:
    held = policy.name("lin", Part.DEDICATED, FIRST, by="he", now=at(1))
    policy.release(held.pk, by="he", now=at(9))
    assert policy.roster(date(2026, 3, 9)).met
    assert not policy.roster(date(2026, 3, 10)).met
    policy.name("lin", Part.MOBILE, date(2026, 3, 20), by="he", now=at(9))


@pytest.mark.parametrize(
    ("who", "part", "by", "code"),
    [
        ("lin", "dedicated", "lin", "own_name"),
        ("nobody", "dedicated", "he", "nobody"),
        ("wang", "dedicated", "he", "nobody"),
        ("lin", "king", "he", "no_such_part"),
    ],
)
def test_only_people_who_may_keep_the_house_are_named_and_never_by_themselves(
    who: str, part: str, by: str, code: str
) -> None:
    with pytest.raises(Refused, match=code):
        policy.name(who, part, FIRST, by=by, now=at(1))


def test_nobody_is_on_the_roster_twice() -> None:
    policy.name("lin", Part.DEDICATED, FIRST, by="he", now=at(1))
    with pytest.raises(Refused, match="already"):
        policy.name("lin", Part.MOBILE, FIRST, by="he", now=at(1))


@pytest.mark.requirement("STF-09")
def test_rules_must_exist_be_used_and_suffice_and_each_says_by_what_it_is_proved() -> None:
    policy.name("lin", Part.DEDICATED, FIRST, by="he", now=at(1))
    found = policy.standing(date(2026, 3, 5))
    assert (found.exists, found.used, found.adequate, found.met) == (False, False, None, False)
    rules = policy.lay_down("维护人员考核办法", "一、每天至少维护一次。", FIRST, by="he", now=at(1))
    found = policy.standing(date(2026, 4, 2))
    assert (found.exists, found.used, found.adequate) == (True, False, None)
    assert found.lacking == ["lin"]
    with pytest.raises(Refused, match="own_work"):
        policy.review(rules.number, True, "合用", by="he", now=at(2))
    policy.review(rules.number, True, "指标可量化，能满足要求", by="bai", now=at(2))
    policy.acknowledge(rules.number, by="lin", now=at(2))
    policy.acknowledge(rules.number, by="lin", now=at(3))
    assessing.assess("lin", Month(2026, 3), "三月", by="he", now=at(31).replace(month=4, day=1))
    found = policy.standing(date(2026, 4, 2))
    assert (found.exists, found.used, found.adequate, found.met) == (True, True, True, True)
    assert found.review is not None
    assert (found.review.by, found.assessed[0].who, found.lacking) == ("bai", "lin", [])
    policy.review(rules.number, False, "缺少质量指标", by="bai", now=at(5))
    assert policy.standing(date(2026, 4, 2)).met is False
    assert Entry.objects.filter(what="upkeep", did="acknowledge_rules").count() == 1


def test_a_new_version_holds_from_its_day_and_the_old_one_stays_readable() -> None:
    policy.lay_down("办法", "第一版", FIRST, by="he", now=at(1))
    policy.lay_down("办法", "第二版", date(2026, 3, 10), by="he", now=at(2))
    for day, words in ((9, "第一版"), (10, "第二版")):
        rules = policy.in_force(date(2026, 3, day))
        assert rules is not None
        assert rules.words == words
    with pytest.raises(Refused, match="past"):
        policy.lay_down("办法", "第三版", FIRST, by="he", now=at(2))
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Rules.objects.update(words="别的")


@pytest.mark.requirement("MON-01")
def test_the_process_is_known_when_every_maintainer_has_passed_within_the_year() -> None:
    assert quiz.verdict(quiz.standing(FIRST)) is None
    for who in ("lin", "bai"):
        policy.name(who, Part.DEDICATED, FIRST, by="he", now=at(1))
    assert len(duties().steps) >= 5
    quiz.take(RIGHT, by="lin", now=at(1))
    assert quiz.verdict(quiz.standing(FIRST)) is False
    assert quiz.take(wrong_in(2), by="bai", now=at(1)).passed
    assert quiz.verdict(quiz.standing(FIRST)) is True
    assert quiz.verdict(quiz.standing(date(2027, 3, 1))) is True
    assert quiz.verdict(quiz.standing(date(2027, 3, 2))) is False


def test_eight_of_ten_pass_and_seven_do_not_and_the_steps_to_read_again_are_named() -> None:
    eight, seven = quiz.take(wrong_in(2), by="lin", now=at(1)), quiz.take(wrong_in(3), by="lin", now=at(2))
    assert [(one.right, one.of, one.passed) for one in (eight, seven)] == [(8, 10, True), (7, 10, False)]
    assert seven.wrong_steps == ["notices"]


def test_a_failed_check_does_not_take_away_one_that_still_holds_and_all_are_kept() -> None:
    policy.name("lin", Part.DEDICATED, FIRST, by="he", now=at(1))
    quiz.take(RIGHT, by="lin", now=at(1))
    quiz.take(wrong_in(9), by="lin", now=at(2))
    (known,) = quiz.standing(date(2026, 3, 3))
    assert known.passed is not None
    assert known.last is not None
    assert not known.last.passed
    assert len(quiz.of("lin")) == 2


def test_the_check_is_taken_as_often_a_day_as_the_duties_allow_and_every_question_is_answered() -> None:
    with pytest.raises(Refused, match="unanswered") as refused:
        quiz.take({**RIGHT, "hours": 0, "share": 9}, by="lin", now=at(1))
    assert refused.value.values["questions"] == ["hours", "share"]
    for minute in range(3):
        quiz.take(RIGHT, by="lin", now=at(1, 9, minute))
    with pytest.raises(Refused, match="too_often"):
        quiz.take(RIGHT, by="lin", now=at(1, 23))
    quiz.take(RIGHT, by="lin", now=at(2, 0))
    assert Quiz.objects.count() == 4


@pytest.fixture
def march(people: None) -> Callable[[], assessing.Facts]:
    """March 2026 of lin: every day but the 17th, one notice in time, one late, all rounds but one, the check passed."""
    policy.name("lin", Part.DEDICATED, FIRST, by="he", now=at(1))
    quiz.take(RIGHT, by="lin", now=at(1))
    fine = {key: True for key, _ in duties().checks}
    for day in range(1, 32):
        if day != 17:
            logbook.note(Deed.AUDIT, by="lin" if day % 2 else "bai", now=at(day))
            rounds.make(fine, by="lin", now=at(day, 10))
            if day != 20:
                rounds.make(fine, by="bai", now=at(day, 14))
    for title, day, hours in (("一", 3, 5), ("二", 4, 7)):
        notice = notices.arrive(title, "", arrived_at=at(day, 8), by="lin", now=at(day, 8))
        for stage in ("text", "recorded", "published"):
            notices.step(notice, notices.Stage(stage), by="lin", now=at(day, 8 + hours))
    return lambda: assessing.facts("lin", Month(2026, 3), at(31).replace(month=4, day=1))


def test_a_month_is_judged_by_what_was_recorded(march: Callable[[], assessing.Facts]) -> None:
    found = march()
    assert (str(found.days), found.days.met) == ("30/31 = 96.8 %", False)
    assert (str(found.notices), found.notices.met) == ("1/2 = 50.0 %", False)
    assert (str(found.rounds), found.rounds.met) == ("59/62 = 95.2 %", False)
    assert found.knows
    assert not found.met
    assert (found.own_notices, found.own_rounds) == (8, 30)


def test_an_assessment_keeps_the_facts_as_they_were_and_nobody_assesses_themselves(
    march: Callable[[], assessing.Facts],
) -> None:
    april = at(31).replace(month=4, day=2)
    with pytest.raises(Refused, match="no_rules"):
        assessing.assess("lin", Month(2026, 3), "", by="he", now=april)
    policy.lay_down("办法", "内容", date(2026, 4, 1), by="he", now=april.replace(day=1))
    for who, month, by, code in (
        ("lin", Month(2026, 3), "lin", "own_work"),
        ("lin", Month(2026, 4), "he", "month_runs"),
        ("qin", Month(2026, 3), "he", "nobody"),
    ):
        with pytest.raises(Refused, match=code):
            assessing.assess(who, month, "", by=by, now=april)
    made = assessing.assess("lin", Month(2026, 3), "17 日缺一天", by="he", now=april)
    assert made.facts["days"] == {"done": 30, "of": 31, "least_percent": 100}
    assert not made.met
    assert policy.assessments(Month(2026, 3))["lin"].words == "17 日缺一天"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        made.delete()


def test_a_quiet_month_without_notices_is_not_held_against_anybody() -> None:
    policy.name("lin", Part.DEDICATED, FIRST, by="he", now=at(1))
    quiz.take(RIGHT, by="lin", now=at(1))
    signing.sign("listen", "好", by="lin", now=at(31))
    found = assessing.facts("lin", Month(2026, 3), at(31, 23))
    assert found.notices.met is None
