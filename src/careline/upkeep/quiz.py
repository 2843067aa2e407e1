"""The knowledge check: whoever maintains the voice flow knows each step (MON-01); once a year, results are kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from careline.insight import clock
from careline.journal.writing import write
from careline.upkeep import policy
from careline.upkeep.duties import duties
from careline.upkeep.models import Maintainer, Quiz
from careline.upkeep.refusing import Refused


@dataclass(frozen=True, slots=True)
class Known:
    """Whether one maintainer has shown to know the process, and until when that holds."""

    maintainer: Maintainer
    passed: Quiz | None  # the newest that was passed and still holds
    until: date | None
    last: Quiz | None  # the newest at all


def take(answers: Mapping[str, int], *, by: str, now: datetime) -> Quiz:
    """Grade and keep one attempt: `answers` maps each question to the option that was chosen, from 1.

    Raises Refused: unanswered (`values["questions"]`), too_often (as often a day as the duties say).
    """
    held = duties()
    open_ones = [one.key for one in held.questions if not 1 <= answers.get(one.key, 0) <= len(one.options)]
    if open_ones:
        raise Refused("unanswered", questions=open_ones)
    begin = clock.begin(now.astimezone(clock.zone()).date(), clock.zone())
    with transaction.atomic():
        if Quiz.objects.filter(who=by, at__gte=begin, at__lte=now).count() >= held.tries_a_day:
            raise Refused("too_often", n=held.tries_a_day)
        right = [one for one in held.questions if answers[one.key] == one.right]
        wrong = sorted({one.step for one in held.questions if one not in right})
        made = Quiz.objects.create(
            who=by, at=now, answers={one.key: answers[one.key] for one in held.questions}, right=len(right),
            of=len(held.questions), passed=100 * len(right) >= held.pass_percent * len(held.questions), wrong_steps=wrong,
        )  # fmt: skip
        detail = {"right": made.right, "of": made.of, "passed": made.passed}
        write(who=by, did="take_quiz", what="upkeep", record=by, now=now, detail=detail)
    return made


def standing(day: date) -> list[Known]:
    """Everybody on the roster of that day, with what they have shown by then; two statements."""
    people = policy.roster(day).people
    end = clock.end(day, clock.zone())
    newest: dict[str, Quiz] = {}
    passed: dict[str, Quiz] = {}
    for one in Quiz.objects.filter(who__in=[person.who for person in people], at__lt=end).order_by("at"):
        newest[one.who] = one
        if one.passed:
            passed[one.who] = one
    return [_known(person, passed.get(person.who), newest.get(person.who), day) for person in people]


def verdict(found: Sequence[Known]) -> bool | None:
    """Every maintainer has passed; None where nobody is named."""
    return all(one.passed for one in found) if found else None


def valid_until(quiz: Quiz) -> date:
    return quiz.at.astimezone(clock.zone()).date() + timedelta(days=duties().valid_days)


def of(who: str, limit: int = 20) -> list[Quiz]:
    """What somebody took, newest first."""
    return list(Quiz.objects.filter(who=who).order_by("-at")[:limit])


def _known(person: Maintainer, passed: Quiz | None, last: Quiz | None, day: date) -> Known:
    until = valid_until(passed) if passed else None
    holds = until is not None and day <= until
    return Known(person, passed if holds else None, until, last)
