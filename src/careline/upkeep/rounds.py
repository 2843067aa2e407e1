"""Inspections (巡检): made twice a day by a checklist, what was found is followed until it is closed (MON-02, MON-05)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db import transaction

from careline.cases.free_text import from_staff
from careline.insight import clock
from careline.journal.writing import write
from careline.promises import calendars
from careline.upkeep.duties import Slot, duties
from careline.upkeep.models import WORDS, Explained, Finding, Followed, Machine, Maintainer, Round
from careline.upkeep.refusing import Refused


class Found(StrEnum):
    NOTHING = "nothing"
    CRASH = "crash"  # a machine hung, or stopped by itself
    DATA_LOSS = "data_loss"
    OTHER = "other"


FIRST_NAMED = 20  # maintainers that are looked at for the first day
GRAVE = frozenset({Found.CRASH.value, Found.DATA_LOSS.value})  # either fails the criterion: no crash, no data lost


@dataclass(frozen=True, slots=True)
class Due:
    """One round of one day: made, missed, or still to come."""

    day: date
    slot: Slot
    round: Round | None
    state: str  # made, missed, open (its hours run), ahead
    explained: Sequence[Explained] = ()

    @property
    def key(self) -> str:
        return f"{self.day} {self.slot.key}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Criterion 2 of the equipment: no crash and no data lost in the inspection log; None without any round."""

    met: bool | None
    rounds: int
    crashes: int
    losses: int


def between(since: date, until: date) -> list[Round]:
    """The rounds of these days, both included, earliest first, each with its finding."""
    found = Round.objects.filter(day__gte=since, day__lte=until).select_related("finding__machine")
    return list(found.order_by("at"))


def verdict(found: Sequence[Round]) -> Verdict:
    crashes = sum(one.found == Found.CRASH for one in found)
    losses = sum(one.found == Found.DATA_LOSS for one in found)
    return Verdict(not crashes and not losses if found else None, len(found), crashes, losses)


def schedule(since: date, until: date, now: datetime) -> list[Due]:
    """What was and is due on these days, with what became of it.

    Rounds are due from the moment at which the first one was made, or the first maintainer was named for.
    """
    held, local = duties(), now.astimezone(clock.zone())
    begun = _first()
    if begun is None:
        return []
    first = begun.astimezone(clock.zone())
    open_days = calendars.running(held.rounds_calendar)
    made: dict[tuple[date, str], Round] = {}
    for one in between(since, until):
        made.setdefault((one.day, one.slot), one)
    told: dict[str, list[Explained]] = {}
    for words in Explained.objects.filter(kind="round", key__gte=str(since), key__lt=f"{until}~").order_by("at"):
        told.setdefault(words.key, []).append(words)
    due = []
    for number in range((until - since).days + 1):
        day = since + timedelta(days=number)
        if day < first.date() or not open_days.hours_of(day):
            continue
        for slot in held.slots:
            if (day, slot.closes) <= (first.date(), first.time()):
                continue  # its hours were over before anybody made rounds
            done = made.get((day, slot.key))
            due.append(Due(day, slot, done, _state(day, slot, done, local), told.get(f"{day} {slot.key}", ())))
    return due


def slot_at(now: datetime) -> Slot | None:
    """The slot whose hours run now."""
    at = now.astimezone(clock.zone()).time()
    return next((slot for slot in duties().slots if slot.opens <= at < slot.closes), None)


def make(
    checks: Mapping[str, bool], *, by: str, now: datetime,
    found: str = Found.NOTHING.value, words: str = "", machine: int | None = None,
) -> Round:  # fmt: skip
    """Enter a round that was made just now; what it found is followed from then on.

    It belongs to the slot whose hours run, unless that one has its round already. Raises Refused: unchecked (a point of
    the checklist has no answer), no_such_finding, no_words (something was found or is not fine, and nothing says what),
    nothing_found (a point is not fine, yet nothing was found), too_long, no_such_machine.
    """
    known = [key for key, _ in duties().checks]
    if set(checks) != set(known):
        raise Refused("unchecked")
    if found not in set(Found):
        raise Refused("no_such_finding")
    if len(words) > WORDS:
        raise Refused("too_long")
    words = from_staff(words)
    if found == Found.NOTHING and not all(checks.values()):
        raise Refused("nothing_found")
    if found != Found.NOTHING and not words:
        raise Refused("no_words")
    if machine is not None and not Machine.objects.filter(pk=machine).exists():
        raise Refused("no_such_machine")
    day, slot = now.astimezone(clock.zone()).date(), slot_at(now)
    with transaction.atomic():
        taken = slot is not None and Round.objects.filter(day=day, slot=slot.key).exists()
        made = Round.objects.create(
            day=day, slot="" if slot is None or taken else slot.key, by=by, at=now,
            checks={key: checks[key] for key in known}, found=found, words=words,
        )  # fmt: skip
        if found != Found.NOTHING:
            Finding.objects.create(round=made, machine_id=machine, opened_at=now)
        detail = {"found": found, "words": words, "not_fine": [key for key in known if not checks[key]]}
        write(who=by, did="inspect", what="upkeep", record=f"{day} {made.slot or 'extra'}", now=now, detail=detail)
    return made


def follow(finding: int, words: str, *, by: str, now: datetime, closes: bool = False) -> Finding:
    """One more step about a finding; the one that closes it says what mended it. Raises Refused: no_such_finding, closed,
    no_words, too_long.
    """
    if len(words) > WORDS:
        raise Refused("too_long")
    words = from_staff(words)
    if not words:
        raise Refused("no_words")
    with transaction.atomic():
        held = Finding.objects.select_for_update().filter(pk=finding).first()
        if held is None:
            raise Refused("no_such_finding")
        if held.closed_at is not None:
            raise Refused("closed")
        Followed.objects.create(finding=held, by=by, at=now, words=words, closes=closes)
        if closes:
            held.closed_at, held.closed_by = now, by
            held.save(update_fields=["closed_at", "closed_by"])
        did = "close_finding" if closes else "follow_finding"
        write(who=by, did=did, what="upkeep", record=str(held.pk), now=now, detail={"words": words})
    return held


def open_findings() -> list[Finding]:
    """What was found and is not closed, the oldest first."""
    return list(Finding.objects.filter(closed_at=None).select_related("round", "machine").order_by("opened_at"))


def missed(since: date, until: date, now: datetime) -> list[Due]:
    return [one for one in schedule(since, until, now) if one.state == "missed"]


def explain(key: str, words: str, *, by: str, now: datetime) -> Explained:
    """Say why a round was missed; it stays missed. Raises Refused: not_missing, no_words, too_long."""
    from careline.upkeep import signing

    try:
        day = date.fromisoformat(key.partition(" ")[0])
    except ValueError:
        raise Refused("not_missing") from None
    if key not in {one.key for one in missed(day, day, now)}:
        raise Refused("not_missing")
    return signing.explain("round", key, words, by=by, now=now)


def _first() -> datetime | None:
    made = Round.objects.order_by("at").values_list("at", flat=True).first()
    # Somebody who is named today for last month's sake owes no rounds of last month.
    named = [
        max(clock.begin(since, clock.zone()), at)
        for since, at in Maintainer.objects.order_by("id").values_list("since", "named_at")[:FIRST_NAMED]
    ]
    return min((one for one in (made, *named) if one is not None), default=None)


def _state(day: date, slot: Slot, done: Round | None, local: datetime) -> str:
    if done is not None:
        return "made"
    if (day, slot.closes) <= (local.date(), local.time()):
        return "missed"
    return "open" if day == local.date() and slot.opens <= local.time() else "ahead"
