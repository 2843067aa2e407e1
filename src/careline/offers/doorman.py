"""Who agrees with the carrier on leaving and coming back: written down, asked, settled once, asked again after silence.

As with money: the row says `closing` before the carrier is asked and its id is the reference; the carrier does one
reference once, so asking again is always safe.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from careline.carrier.heard import heard
from careline.carrier.port import Answer, Carrier, CarrierBusy, CarrierDown, CarrierError, Request
from careline.catalogue import shipped
from careline.dialogue.saying import both, local, say_date, say_money
from careline.offers import letters
from careline.offers.leaving import NotAllowed, heard_of, locked, step
from careline.offers.letters import Note
from careline.offers.models import Leaving
from careline.offers.policy import policy
from careline.offers.records.leaving import LIVE
from careline.postgres import sql
from careline.values.cause import Cause
from careline.values.language import Text
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference

log = logging.getLogger(__name__)

SPACING = timedelta(seconds=15)  # between two looks at the same leaving, growing with the tries to an hour
SPACINGS_MAX = 240
ALARM_TRIES = 40


@dataclass(slots=True)
class Doorman:
    """Who agrees with the carrier on leaving and coming back."""

    carrier: Carrier
    time_limit_seconds: float = 5.0
    link: str = "demo"  # of letters to customers who never wrote
    spacing: timedelta = SPACING

    def leave(self, leaving: str, effective_on: date, *, by: str, now: datetime, attempt: str = "") -> Leaving:
        """Agree on the day. Whoever calls it has made sure that it is the customer (Assurance.PASSWORD, or a fresh code).

        Not within a transaction. Raises NotAllowed: not_asked, under_way, bad_day, and answered when this `attempt` of the
        hall did something before; a row in state `refused` says why.
        """
        with transaction.atomic(durable=True):
            row = locked(leaving)
            if heard_of(row, attempt):
                raise NotAllowed("answered")
            if row.state in ("closing", "reopening"):
                raise NotAllowed("under_way")
            if row.state != "asked":
                raise NotAllowed("not_asked")
            if effective_on <= local(now).date():
                raise NotAllowed("bad_day")
            row.state, row.effective_on, row.due_at, row.tries = "closing", effective_on, now + self.spacing, 0
            row.save(update_fields=["state", "effective_on", "due_at", "tries"])
            step(row, "closing", by, now, effective_on=str(effective_on), **({"attempt": attempt} if attempt else {}))
        self._ask([row], now)
        return Leaving.objects.get(pk=row.pk)

    def take_back(self, leaving: str, *, by: str, now: datetime, attempt: str = "") -> Leaving:
        """Until the day comes, and while the number is kept, leaving is taken back.

        Raises NotAllowed: not_agreed, under_way, too_late, answered.
        """
        with transaction.atomic(durable=True):
            row = locked(leaving)
            if heard_of(row, attempt):
                raise NotAllowed("answered")
            if row.state in ("closing", "reopening"):
                raise NotAllowed("under_way")
            if row.state not in ("agreed", "left"):
                raise NotAllowed("not_agreed")
            if row.kept_until is not None and local(now).date() > row.kept_until:
                raise NotAllowed("too_late")
            if Leaving.objects.filter(msisdn=row.msisdn, state__in=LIVE).exclude(pk=row.pk).exists():
                raise NotAllowed("under_way")
            row.reopening, row.due_at, row.tries, row.state = new_reference()[0], now + self.spacing, 0, "reopening"
            row.save(update_fields=["reopening", "due_at", "tries", "state"])
            step(row, "reopening", by, now, **({"attempt": attempt} if attempt else {}))
        self._ask([row], now)
        return Leaving.objects.get(pk=row.pk)

    def go_on(self, row: Leaving, now: datetime) -> Leaving:
        """Ask the carrier now about one that it left open; what it leaves open again stays with the sweep."""
        self._ask([row], now)
        return Leaving.objects.get(pk=row.pk)

    def sweep(self, now: datetime, limit: int = 100) -> int:
        """What the carrier left open, days that have come, and requests that nobody went on with. How many were dealt with."""
        due = self._due(now, limit)
        for row in due:
            if row.tries == ALARM_TRIES:
                log.error("leaving %s is open after %d tries; a person must look", row.pk, row.tries)
        return self._ask(due, now) + self._come(now, limit) + _undecided(now, limit)

    def _ask(self, rows: Sequence[Leaving], now: datetime) -> int:
        """Ask the carrier, under each row's own reference, and settle what it answers."""
        requests = [
            Request(str(row.reopening), Msisdn(row.msisdn), "reopen_line", by="subscriber", channel="leaving")
            if row.state == "reopening"
            else Request(
                str(row.pk),
                Msisdn(row.msisdn),
                "close_line",
                "",
                {"effective_on": str(row.effective_on)},
                by="subscriber",
                channel="leaving",
            )
            for row in rows
        ]
        settled = 0
        for row, answer in zip(
            rows, heard(self.carrier, requests, now=now, time_limit_seconds=self.time_limit_seconds), strict=True
        ):
            if not isinstance(answer, CarrierError):
                settled += self._settle(row, answer, now)
            elif not isinstance(answer, CarrierDown | CarrierBusy):
                log.warning("leaving %s: %s; it is asked again", row.pk, answer)
        return settled

    def _settle(self, row: Leaving, answer: Answer, now: datetime) -> bool:
        with transaction.atomic():
            fresh = locked(str(row.pk))
            if fresh.due_at is None or fresh.state != row.state:
                return False
            fresh.due_at = None
            if fresh.state == "closing":
                _closed(fresh, answer, now, self.link)
            else:
                _reopened(fresh, answer, now, self.link)
            fresh.save()
        return True

    def _come(self, now: datetime, limit: int) -> int:
        """Those whose day has come have left; each is told once."""
        today = local(now).date()
        done = 0
        for pk in Leaving.objects.filter(state="agreed", effective_on__lte=today).values_list("pk", flat=True)[:limit]:
            with transaction.atomic():
                row = locked(str(pk))
                if row.state != "agreed" or row.effective_on is None or row.effective_on > today:
                    continue
                row.state, row.ended_at = "left", now
                row.save(update_fields=["state", "ended_at"])
                step(row, "left", "clock", now)
                letters.post([Note(Msisdn(row.msisdn), "leaving.left", _values(row))], link=self.link, now=now)
                done += 1
        return done

    def _due(self, now: datetime, limit: int) -> list[Leaving]:
        # What the carrier has not answered for, claimed until it is asked again.
        rows = sql.run(
            "WITH due AS MATERIALIZED (SELECT id FROM offers_leaving WHERE due_at <= %s"
            " ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED)"
            " UPDATE offers_leaving l SET tries = least(tries + 1, 30000),"
            " due_at = %s::timestamptz + make_interval(secs => %s::float8 * least(l.tries + 1, %s))"
            " FROM due WHERE l.id = due.id RETURNING l.id",
            [now, limit, now, self.spacing.total_seconds(), SPACINGS_MAX],
        )
        return list(Leaving.objects.filter(pk__in=[row[0] for row in rows]).order_by("pk"))


def _closed(row: Leaving, answer: Answer, now: datetime, link: str) -> None:
    number, facts = Msisdn(row.msisdn), answer.facts
    if answer.refused is not None:
        row.state, row.cause, row.ended_at = "refused", answer.refused.value, now
        step(row, "refused", "carrier", now, cause=row.cause)
        letters.post([Note(number, "leaving.refused", {"why": why(answer.refused)})], link=link, now=now)
        return
    row.state, row.kept_until = "agreed", facts["retained_until"]
    row.basic, row.gift, row.points = int(facts["basic"]), int(facts["gift"]), int(facts["points"])
    step(row, "agreed", "carrier", now, effective_on=str(row.effective_on), kept_until=str(row.kept_until))
    values = _values(row)
    letters.post([Note(number, "leaving.agreed", values)], link=link, now=now)
    # After it: letters leave in the order of their times.
    letters.post([Note(number, "leaving.money", values)], link=link, now=now + timedelta(milliseconds=1))


def _reopened(row: Leaving, answer: Answer, now: datetime, link: str) -> None:
    number = Msisdn(row.msisdn)
    if answer.refused is Cause.NOT_FOUND:
        row.state, row.ended_at, row.cause = "left", now, answer.refused.value
        step(row, "too_late", "carrier", now)
        return
    if answer.refused is not None and answer.refused is not Cause.NOT_ON:
        come = row.effective_on is not None and row.effective_on <= local(now).date()
        row.state, row.cause = "left" if come else "agreed", answer.refused.value
        step(row, "not_reopened", "carrier", now, cause=row.cause)
        return
    # "Not on" says that nothing is agreed any more: it was taken back at the carrier's own counter.
    was = "left" if answer.facts.get("was") == "left" else "closing"
    row.state, row.ended_at = ("returned" if was == "left" else "withdrawn"), now
    step(row, row.state, "carrier", now)
    letters.post([Note(number, f"leaving.{row.state}", {})], link=link, now=now)


def why(cause: Cause) -> Text:
    """The carrier's no in the customer's words."""
    known = {Cause.NOT_ENOUGH_MONEY, Cause.ALREADY_ON, Cause.NOT_ELIGIBLE}
    return shipped.text(f"leaving.why.{cause.value if cause in known else 'other'}")


def _values(row: Leaving) -> dict[str, str | Text]:
    assert row.effective_on is not None
    payout = row.effective_on + timedelta(days=policy().leaving.payout_days)
    near = local(row.asked_at).date()
    return {
        "effective_on": both(say_date, row.effective_on, near=near),
        "last_day": both(say_date, row.effective_on - timedelta(days=1), near=near),
        "kept_until": both(say_date, row.kept_until, near=near),
        "payout_until": both(say_date, payout, near=near),
        "basic": both(say_money, max(0, row.basic)),
        "gift": both(say_money, row.gift),
        "points": str(row.points),
    }


def _undecided(now: datetime, limit: int) -> int:
    """Requests that nobody went on with end as undecided, in silence."""
    done = 0
    for pk in Leaving.objects.filter(state="asked", undecided_at__lte=now).values_list("pk", flat=True)[:limit]:
        with transaction.atomic():
            row = locked(str(pk))
            if row.state == "asked" and row.undecided_at <= now:
                row.state, row.ended_at = "undecided", now
                row.save(update_fields=["state", "ended_at"])
                step(row, "undecided", "clock", now)
                done += 1
    return done
