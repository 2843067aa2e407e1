"""How the duties stand today: each step with the proof that it was done in its time, or what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from careline.insight import clock
from careline.upkeep import diary, rounds
from careline.upkeep.diary import Proof
from careline.upkeep.duties import Every, Kind, Step, duties
from careline.upkeep.models import Assessment


@dataclass(frozen=True, slots=True)
class Done:
    """One step: `state` is done, partly (some of the rounds), open (there is still time) or missed."""

    step: Step
    state: str
    proofs: Sequence[Proof]
    since: date
    until: date  # the days in which it is to be done once


def steps(now: datetime) -> list[Done]:
    """Every step for the day, week or month that runs."""
    today = now.astimezone(clock.zone()).date()
    first = min(today - timedelta(days=today.weekday()), today.replace(day=1))
    found = diary.days(first, today)
    return [_done(step, found, today, now) for step in duties().steps]


def spans(step: Step, today: date) -> tuple[date, date]:
    """The first and last day in which this step is to be done once more."""
    if step.every is Every.WEEK:
        monday = today - timedelta(days=today.weekday())
        return monday, monday + timedelta(days=6)
    if step.every is Every.MONTH:
        return today.replace(day=1), (today.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return today, today


def _done(step: Step, found: dict[date, diary.Day], today: date, now: datetime) -> Done:
    since, until = spans(step, today)
    proofs = [
        proof
        for day, held in found.items()
        if since <= day <= until
        for proof in held.proofs
        if proof.kind in step.proof and (proof.kind is not Kind.SIGNED or proof.step == step.key)
    ]
    if Kind.ASSESSMENT in step.proof:
        proofs += _assessed(since, now)
    if step.every is Every.ROUND:
        due = rounds.schedule(today, today, now)
        made = sum(one.state == "made" for one in due)
        missed = any(one.state == "missed" for one in due)
        # A round outside the hours of its slot is a proof of its own; the slot stays missed.
        state = "missed" if missed else "done" if due and made == len(due) else "partly" if made or proofs else "open"
        return Done(step, state, proofs, since, until)
    return Done(step, "done" if proofs else "open", proofs, since, until)


def _assessed(since: date, now: datetime) -> list[Proof]:
    begin = clock.begin(since, clock.zone())
    return [
        Proof(Kind.ASSESSMENT, one.by, one.at, one.at, about=f"{one.who} {one.month}", ref=f"assessment:{one.pk}")
        for one in Assessment.objects.filter(at__gte=begin, at__lte=now).order_by("at")[:20]
    ]
