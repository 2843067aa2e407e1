"""What a circle writes down of its countermeasures."""

from datetime import datetime

from careline.cases.records.work import Improvement
from careline.catalogue.version import Version
from careline.circle.changing import NotDone, change, clean, day, edited, whole
from careline.circle.deeds import Sent
from careline.circle.deeds_causes import known
from careline.circle.models import NAME_LENGTH, WORDS_LENGTH, Circle, Measure, MeasureState

MEASURES_MAX = 60
BUDGET_YUAN_MAX = 10**9


def measure(circle: int, expected: int, sent: Sent, language: str, *, by: str, now: datetime) -> None:
    """A countermeasure, new or changed (`id`); 5W1H, its state, its cost, and what carries it."""
    with change(circle, expected, by=by, now=now, did="measure", detail={"cause": sent.get("cause", "")}) as one:
        number = whole(sent.get("id", ""), 2**62)
        row = one.measures.filter(pk=number).first() if number else _new(one)
        if row is None:
            raise NotDone("unknown")
        _write(row, sent, language)
        row.save()


def take_advice(
    circle: int, expected: int, *, key: str, cause: str, what: tuple[str, str], how: tuple[str, str], catalogue: int | None,
    by: str, now: datetime,
) -> None:  # fmt: skip
    """What was advised becomes a countermeasure, once."""
    with change(circle, expected, by=by, now=now, did="advice", detail={"advice": key}) as one:
        if cause not in known(one):
            raise NotDone("unknown")
        if one.measures.filter(advice=key).exists():
            raise NotDone("double")
        row = _new(one)
        row.cause, row.advice, row.catalogue = cause, key[:200], catalogue
        row.what, row.how = [words[:WORDS_LENGTH] for words in what], [words[:WORDS_LENGTH] for words in how]
        row.who = by[:100]
        row.save()


def remove(circle: int, expected: int, sent: Sent, language: str, *, by: str, now: datetime) -> None:
    """Takes away what was planned by mistake; what was begun is dropped instead, and stays readable."""
    with change(circle, expected, by=by, now=now, did="remove", detail={"measure": sent.get("id", "")}) as one:
        row = one.measures.filter(pk=whole(sent.get("id", ""), 2**62)).first()
        if row is None:
            raise NotDone("unknown")
        if row.state != MeasureState.PLANNED:
            raise NotDone("begun")
        row.delete()


def _new(one: Circle) -> Measure:
    if one.measures.count() >= MEASURES_MAX:
        raise NotDone("full")
    return Measure(circle=one)


def _write(row: Measure, sent: Sent, language: str) -> None:
    if sent.get("cause", "") not in known(row.circle) or sent.get("state", "") not in MeasureState.values:
        raise NotDone("unknown")
    row.cause, row.state = sent["cause"], sent["state"]
    row.what = edited(row.what, clean(sent.get("what", ""), WORDS_LENGTH, needed=True), language)
    row.goal = edited(row.goal, clean(sent.get("goal", ""), NAME_LENGTH, needed=True), language)
    row.how = edited(row.how, clean(sent.get("how", ""), WORDS_LENGTH), language)
    row.where = edited(row.where, clean(sent.get("where", ""), NAME_LENGTH), language)
    row.who, row.due = clean(sent.get("who", ""), 100, needed=True), day(sent.get("due", ""), needed=True)
    done = day(sent.get("done_on", ""))
    if row.state == MeasureState.DONE and done is None:
        raise NotDone("done")
    row.done_on = done if row.state == MeasureState.DONE else None
    row.budget_fen = whole(sent.get("budget", ""), BUDGET_YUAN_MAX) * 100
    row.catalogue = whole(sent.get("catalogue", ""), 10**8) or None
    if row.catalogue and not Version.objects.filter(number=row.catalogue).exists():
        raise NotDone("version")
    row.improvement = whole(sent.get("improvement", ""), 2**62) or None
    if row.improvement and not Improvement.objects.filter(pk=row.improvement).exists():
        raise NotDone("improvement")
