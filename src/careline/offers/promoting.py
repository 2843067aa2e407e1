"""Promotions by rule: what earns a gift, the budget that is never exceeded, and giving it once, under its own reference.

As with refunds: the grant is a row before the carrier is asked, with its share of the budget taken; the carrier does one
reference once, so asking again after any crash is safe. What the carrier refuses returns to the budget.
"""

import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from careline.carrier.heard import heard
from careline.carrier.port import Carrier, CarrierBusy, CarrierDown, CarrierError, Request
from careline.dialogue.saying import both, local, say_money
from careline.offers import letters, shelf
from careline.offers.letters import Note
from careline.offers.models import Budget, Entry, Grant, Pause
from careline.offers.offer import Gift, Offer
from careline.postgres import sql
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference

log = logging.getLogger(__name__)

SPACING = timedelta(seconds=15)  # between two looks at the same grant, growing with the tries to an hour
SPACINGS_MAX = 240
ALARM_TRIES = 40
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # of vouchers: none that is mistaken for another


def earned(offer: Offer, trigger: str, *, fen: int = 0, months: int = 0, service: str = "", now: datetime) -> bool:
    """Whether this deed earns this promotion's gift now: pure. `fen`: what was paid in at once, `months`: in use."""
    gift = offer.gift
    return (
        gift is not None
        and gift.trigger == trigger
        and offer.reigns(local(now).date())
        and fen >= gift.from_fen
        and months >= gift.months
        and (gift.trigger != "months" or service == offer.service)
    )


def grant(
    msisdn: Msisdn, trigger: str, key: str, *, by: str, now: datetime, fen: int = 0, months: int = 0, service: str = "",
    brand: str = "", region: str = "", only: str = "",
) -> list[Grant]:  # fmt: skip
    """Write down the gifts that this deed earns, once for each rule and customer, within their budgets.

    `only`: this offer and no other. Call it in the transaction of the deed that earned it; `Giver.give` or its sweep does the
    rest. A gift that was given before, or for which no money is left, is not in the answer.
    """
    paused = set(Pause.objects.filter(ended_at=None).values_list("offer", flat=True))
    written: list[Grant] = []
    for offer in shelf.offers().values():
        wants = offer.audience
        fits = (not wants.brands or brand in wants.brands) and (not wants.regions or region in wants.regions)
        named = offer.id == only if only else True
        earns = named and fits and earned(offer, trigger, fen=fen, months=months, service=service, now=now)
        if offer.gift and earns and offer.id not in paused:
            written += _grant(offer, offer.gift, msisdn, key, by, now)
    return written


def _grant(offer: Offer, gift: Gift, msisdn: Msisdn, key: str, by: str, now: datetime) -> list[Grant]:
    if Grant.objects.filter(offer=offer.id, msisdn=msisdn.digits).exclude(state="refused").exists():
        return []
    try:
        with transaction.atomic():
            row = Grant.objects.create(
                id=new_reference()[0],
                offer=offer.id,
                msisdn=msisdn.digits,
                key=key[:96],
                kind=gift.kind,
                fen=gift.fen,
                goods=gift.goods,
                by=by,
                begun_at=now,
                due_at=now,
            )
            if not _take(offer.id, gift):
                raise _Spent
    except (IntegrityError, _Spent):
        return []  # somebody was quicker, or nothing is left
    return [row]


class _Spent(Exception):
    """Nothing is left of the budget."""


def _take(offer: str, gift: Gift) -> bool:
    """Take one gift's share of the budget; false when it would not be enough. The row's own check refuses it as well."""
    Budget.objects.get_or_create(offer=offer, defaults={"limit": gift.budget_fen})
    # The limit follows the pack, but never below what is taken; one statement decides, however many ask.
    return (
        sql.execute(
            'UPDATE offers_budget SET "limit" = greatest(%s::bigint, taken + %s::bigint), taken = taken + %s::bigint'
            " WHERE offer = %s AND taken + %s::bigint <= %s::bigint",
            [gift.budget_fen, gift.fen, gift.fen, offer, gift.fen, gift.budget_fen],
        )
        == 1
    )


@dataclass(slots=True)
class Giver:
    """Gives what was granted, at one carrier."""

    carrier: Carrier
    time_limit_seconds: float = 5.0
    link: str = "demo"  # of letters to customers who never wrote
    spacing: timedelta = SPACING

    def give(self, grants: Sequence[Grant], now: datetime) -> int:
        """Give these now; what the carrier leaves open is settled by `sweep`. Not within a transaction. How many were given."""
        given = sum(self._settle(one, True, None, now) for one in grants if one.kind == "goods")
        return given + self._ask([one for one in grants if one.kind == "money"], now)

    def sweep(self, now: datetime, limit: int = 100) -> int:
        """Take up grants whose time has come: goods at once, money by asking again under the same reference. How many ended."""
        grants = self._due(now, limit)
        for one in grants:
            if one.tries == ALARM_TRIES:
                log.error("gift %s is open after %d tries; a person must look", one.pk, one.tries)
        return self.give(grants, now)

    def _ask(self, grants: Sequence[Grant], now: datetime) -> int:
        settled = 0
        requests = [
            Request(
                str(one.pk),
                Msisdn(one.msisdn),
                "top_up",
                "",
                {"amount": one.fen, "account": "gift", "how": "gift"},
                by="system",
                channel="care",
            )
            for one in grants
        ]
        for one, answer in zip(
            grants, heard(self.carrier, requests, now=now, time_limit_seconds=self.time_limit_seconds), strict=True
        ):
            if isinstance(answer, CarrierDown | CarrierBusy):
                continue  # nothing happened: its due time brings it back
            if isinstance(answer, CarrierError):
                Grant.objects.filter(pk=one.pk, ended_at=None).update(state="unknown")
            else:
                settled += self._settle(one, answer.refused is None, answer.refused, now)
        return settled

    def _settle(self, one: Grant, done: bool, cause: Cause | None, now: datetime) -> bool:
        """It ended so: booked on both sides, or back in the budget; false when it had ended before."""
        with transaction.atomic():
            row = Grant.objects.select_for_update().get(pk=one.pk)
            if row.ended_at is not None:
                return False
            row.state, row.ended_at, row.due_at = "given" if done else "refused", now, None
            row.cause = cause.value if cause else ""
            if done and row.kind == "goods":
                row.voucher = "".join(secrets.choice(_LETTERS) for _ in range(10))
            row.save()
            if done:
                Entry.objects.bulk_create(
                    [
                        Entry(grant=row, side=side, fen=fen, at=now)
                        for side, fen in (("budget", -row.fen), ("customer", row.fen))
                    ]
                )
                letters.post([_note(row)], link=self.link, now=now)
            else:
                # What was not given is there for others.
                sql.execute("UPDATE offers_budget SET taken = taken - %s WHERE offer = %s", [row.fen, row.offer])
        return True

    def _due(self, now: datetime, limit: int) -> list[Grant]:
        # Grants whose time has come, claimed until they are looked at again.
        rows = sql.run(
            "WITH due AS MATERIALIZED (SELECT id FROM offers_grant WHERE ended_at IS NULL AND due_at <= %s"
            " ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED)"
            " UPDATE offers_grant g SET tries = least(tries + 1, 30000),"
            " due_at = %s::timestamptz + make_interval(secs => %s::float8 * least(g.tries + 1, %s))"
            " FROM due WHERE g.id = due.id RETURNING g.id",
            [now, limit, now, self.spacing.total_seconds(), SPACINGS_MAX],
        )
        return list(Grant.objects.filter(pk__in=[row[0] for row in rows]).order_by("pk"))


def _note(row: Grant) -> Note:
    offer = shelf.offers().get(row.offer)
    values = {
        "offer": offer.name if offer else row.offer,
        "amount": both(say_money, row.fen),
        "voucher": row.voucher,
    }
    return Note(Msisdn(row.msisdn), f"gift.{row.kind}", values)
