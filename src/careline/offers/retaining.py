"""Numbers that are suspended and kept: which ones, how long, and the reminders to their customers, one for each step.

The carrier says which lines those are (`Carrier.kept`), so one that paid is gone from the list with the next look. A
reminder is a row keyed by number, suspension and step: however many sweep, each step is sent once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from careline.carrier.port import Carrier, KeptLine
from careline.catalogue import shipped
from careline.dialogue.saying import both, local, say_date, say_money
from careline.offers import letters
from careline.offers.letters import Note
from careline.offers.models import Reminder, Tried
from careline.offers.policy import policy
from careline.postgres import sql
from careline.values.language import Text
from careline.values.msisdn import Msisdn
from careline.values.secret import mask

HAND = 500  # lines that one look reads
HANDS_MAX = 40
_TURN = 7421  # names the lock that lets one process at a time remind
WAYS = ("call", "sms", "counter", "other")


@dataclass(frozen=True, slots=True)
class Kept:
    """One kept line with how it stands today. `step`: the reminder that is due by now, none: none is."""

    line: KeptLine
    days_left: int
    step: int | None

    @property
    def pay(self) -> int:
        """What brings it back, in fen."""
        return self.line.debt


def standing(line: KeptLine, today: date, steps: Sequence[int]) -> Kept:
    """How long it is kept from today, the last day counted as 0; of the steps that have come only the latest counts."""
    left = (line.until - today).days
    come = [step for step in steps if step >= left] if left >= 0 else []
    return Kept(line, left, min(come, default=None))


def kept(carrier: Carrier, now: datetime, *, after: KeptLine | None = None, limit: int = 50) -> list[Kept]:
    """A page of kept lines, those whose days end first first; raises CarrierError."""
    today, steps = local(now).date(), policy().keeping.reminder_days
    return [standing(line, today, steps) for line in carrier.kept(after, limit)]


def remind(carrier: Carrier, now: datetime, *, link: str) -> int:
    """Send the reminders whose day has come, within the hours of the policy; how many. Raises CarrierError.

    Who was suspended long before is reminded of the latest step only, never of those that passed.
    """
    rules, moment = policy().keeping, local(now)
    if not rules.from_hour <= moment.hour < rules.until_hour:
        return 0
    sent = 0
    after: KeptLine | None = None
    for _ in range(HANDS_MAX):
        lines = list(carrier.kept(after, HAND))
        due = [
            one
            for one in (standing(line, moment.date(), rules.reminder_days) for line in lines)
            if one.step is not None
        ]
        sent += _send(due, link, now)
        if len(lines) < HAND:
            break
        after = lines[-1]
    return sent


def _send(due: Sequence[Kept], link: str, now: datetime) -> int:
    if not due:
        return 0
    with transaction.atomic():
        if not sql.run("SELECT pg_try_advisory_xact_lock(%s)", [_TURN])[0][0]:
            return 0
        # Write down the steps that were not sent yet; what comes back is to be sent now.
        fresh = {
            (row[0], row[1])
            for row in sql.run(
                "INSERT INTO offers_reminder (msisdn, since, step, at)"
                " SELECT msisdn, since, step, %s::timestamptz"
                " FROM unnest(%s::text[], %s::date[], %s::smallint[]) AS t (msisdn, since, step)"
                " ON CONFLICT DO NOTHING RETURNING msisdn, since",
                [
                    now,
                    [one.line.msisdn.digits for one in due],
                    [one.line.since for one in due],
                    [one.step for one in due],
                ],
            )
        }
        notes = [note(one, now) for one in due if (one.line.msisdn.digits, one.line.since) in fresh]
        return letters.post(notes, link=link, now=now)


def note(one: Kept, now: datetime) -> Note:
    """The reminder in words: the last day, what exactly to pay, and what becomes of gift money (RET-03)."""
    line, near = one.line, local(now).date()
    gift: str | Text = ""
    if line.gift > 0:
        said = shipped.text("keeping.gift")
        gift = Text(said.zh.format(gift=say_money(line.gift, "zh")), said.en.format(gift=say_money(line.gift, "en")))
    if line.reason == "left":
        key = "keeping.left"
    else:
        key = "keeping.last" if one.days_left == 0 else "keeping.first" if one.step == first_step() else "keeping.again"
    values: dict[str, str | Text] = {
        "debt": both(say_money, line.debt),
        "pay": both(say_money, one.pay),
        "last_day": both(say_date, line.until, near=near),
        "days": str(one.days_left),
        "gift": gift,
    }
    return Note(line.msisdn, key, values)


def first_step() -> int:
    return max(policy().keeping.reminder_days, default=0)


def reminders(lines: Sequence[KeptLine]) -> dict[tuple[str, date], list[Reminder]]:
    """The reminders that were sent for these suspensions; one statement."""
    found: dict[tuple[str, date], list[Reminder]] = {}
    for row in Reminder.objects.filter(msisdn__in=[line.msisdn.digits for line in lines]).order_by("at"):
        found.setdefault((row.msisdn, row.since), []).append(row)
    return found


def tries(lines: Sequence[KeptLine]) -> dict[tuple[str, date], list[Tried]]:
    """What was tried for these suspensions by people; one statement."""
    found: dict[tuple[str, date], list[Tried]] = {}
    for row in Tried.objects.filter(msisdn__in=[line.msisdn.digits for line in lines]).order_by("at"):
        found.setdefault((row.msisdn, row.since), []).append(row)
    return found


def tried(msisdn: Msisdn, since: date, how: str, words: str, *, by: str, now: datetime) -> Tried:
    """Somebody tried to reach the customer. Raises ValueError for a way that there is not, or without words."""
    said = mask(" ".join(words.replace("\0", "").split()))[:200]
    if how not in WAYS or not said:
        raise ValueError("say how, and what came of it")
    return Tried.objects.create(msisdn=msisdn.digits, since=since, at=now, by=by, how=how, words=said)
