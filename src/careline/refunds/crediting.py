"""Crediting: a payment is written down before the carrier is touched, asked for under its own reference, and settled once.

The carrier does one reference once, so asking again under the same one is always safe: after a crash between writing and
asking, after a busy or dead carrier, after silence, and after an inquiry that denied what was done. The open state is the
payment's own row; the ledger gets the attempt when it ends, so the hall's janitor never meets it.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from careline.carrier.heard import heard
from careline.carrier.port import Carrier, CarrierBusy, CarrierDown, CarrierError, Request
from careline.ledger import returning
from careline.postgres import sql
from careline.refunds import booking, wording
from careline.refunds.deciding import REASON_MAX, ROOM, alone, locked, note, reconsider
from careline.refunds.models import Credit, Refund
from careline.refunds.policy import policy
from careline.refunds.rules import Decision, Verdict, decide_first
from careline.refunds.states import How, Refusal, State
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn
from careline.values.outcome import Outcome
from careline.values.reference import new_reference
from careline.values.secret import mask

log = logging.getLogger(__name__)

SPACING = timedelta(seconds=15)  # between two looks at the same payment, growing with the tries to an hour
SPACINGS_MAX = 240
ALARM_TRIES = 40  # then somebody should look, while it goes on being asked


@dataclass(slots=True)
class Cashier:
    """Pays refunds at one carrier."""

    carrier: Carrier
    time_limit_seconds: float = 5.0
    link: str = "demo"  # of letters to customers who never wrote
    shard: int = 97  # of the tally
    spacing: timedelta = SPACING

    def pay(self, refund: int, *, by: str, now: datetime) -> Refund:
        """Credit what was approved to the account; what the carrier leaves open is settled by `sweep`.

        Must not be called within a transaction. Raises Refusal: no_such_refund, not_approved, under_way, already_refunded,
        given_back (all of it came back by another way since: the refund has ended).
        """
        with transaction.atomic(durable=True):
            row = _payable(refund, by, now)
            if row.amount:
                credit = _begin(row, "rest" if row.paid else "whole", row.amount, by, now, now + self.spacing)
        if not row.amount:
            raise Refusal("given_back")
        self._ask([credit], now)
        return Refund.objects.get(pk=refund)

    def pay_first(self, refund: int, *, by: str, now: datetime) -> Refund:
        """Return a small disputed charge of a third party once, before it is verified, where policy has it so.

        Must not be called within a transaction. Raises Refusal: no_such_refund, not_requested, under_way, not_first.
        """
        with transaction.atomic(durable=True):
            row = locked(refund)
            _one_at_a_time(row)
            if State(row.state) is not State.REQUESTED or row.first:
                raise Refusal("not_requested", row.state)
            decision = _first(row, now)
            if decision.verdict is not Verdict.FIRST:
                raise Refusal("not_first", decision.verdict.value)
            row.first = True
            credit = _begin(row, "first", decision.amount, by, now, now + self.spacing)
        self._ask([credit], now)
        return Refund.objects.get(pk=refund)

    def pay_cash(self, refund: int, *, reason: str, handed_by: str, by: str, now: datetime) -> Refund:
        """What was approved was handed out in cash, for a reason; never while an attempt at the account is open.

        Raises Refusal: no_reason, no_name, no_such_refund, not_approved, under_way, already_refunded, given_back.
        """
        reason = mask(reason.strip())[:200]
        if not reason:
            raise Refusal("no_reason")
        if not handed_by.strip():
            raise Refusal("no_name")
        with transaction.atomic():
            row = _payable(refund, by, now)
            if row.amount:
                part = "rest" if row.paid else "whole"
                credit = _begin(row, part, row.amount, by, now, now, How.CASH, reason, handed_by)
                self._end(row, credit, Outcome.DONE, None, "", now)
        if not row.amount:
            raise Refusal("given_back")
        return row

    def sweep(self, now: datetime, limit: int = 100) -> int:
        """Take up payments that are open too long: inquire, and ask again what never arrived. How many were settled."""
        credits = self._take(now, limit)
        if not credits:
            return 0
        settled = 0
        again: list[Credit] = []
        requests = [
            Request(str(one.pk), _number(one), "inquire", "", {"reference": str(one.pk)}, "system", "care")
            for one in credits
        ]
        for credit, answer in zip(
            credits, heard(self.carrier, requests, now=now, time_limit_seconds=self.time_limit_seconds), strict=True
        ):
            if credit.tries == ALARM_TRIES:
                log.error("refund payment %s is open after %d tries; a person must look", credit.pk, credit.tries)
            state = "" if isinstance(answer, CarrierError) else answer.facts.get("state")
            if state == "done":
                settled += self.settle(credit, Outcome.DONE, None, "found by asking", now)
            elif state == "refused" and not isinstance(answer, CarrierError):
                cause = answer.facts.get("cause") or Cause.NOT_ELIGIBLE
                settled += self.settle(credit, Outcome.REFUSED, Cause(cause), "found by asking", now)
            elif state == "absent":
                again.append(credit)  # never arrived, or so it says: the same reference is done once in any case
        return settled + self._ask(again, now)

    def _ask(self, credits: Sequence[Credit], now: datetime) -> int:
        """Ask the carrier for these payments and settle what it answers; how many were settled."""
        settled = 0
        requests = [
            Request(
                str(credit.pk),
                _number(credit),
                "top_up",
                "",
                {"amount": credit.fen, "account": "basic", "how": "refund", "item": credit.refund.item},
                by="system",
                channel="care",
            )
            for credit in credits
        ]
        for credit, answer in zip(
            credits, heard(self.carrier, requests, now=now, time_limit_seconds=self.time_limit_seconds), strict=True
        ):
            if isinstance(answer, CarrierDown | CarrierBusy):
                continue  # nothing happened: its due time brings it back
            if isinstance(answer, CarrierError):
                _doubt(credit, str(answer))
            elif answer.refused is not None:
                settled += self.settle(credit, Outcome.REFUSED, answer.refused, answer.words, now)
            else:
                settled += self.settle(credit, Outcome.DONE, None, answer.words, now)
        return settled

    def settle(self, credit: Credit, outcome: Outcome, cause: Cause | None, words: str, now: datetime) -> bool:
        """The payment ended so; false when it had ended before."""
        with transaction.atomic():
            row = locked(credit.refund_id)
            fresh = Credit.objects.select_for_update().get(pk=credit.pk)
            if fresh.ended_at is not None:
                return False
            self._end(row, fresh, outcome, cause, words, now)
        return True

    def _end(
        self, row: Refund, credit: Credit, outcome: Outcome, cause: Cause | None, words: str, now: datetime
    ) -> None:
        done = outcome is Outcome.DONE
        credit.state, credit.ended_at, credit.due_at = "done" if done else "refused", now, None
        credit.cause, credit.carrier_words = cause.value if cause else "", words
        credit.save()
        if not done:
            returning.let_go(str(credit.pk))
        if done:
            row.paid += credit.fen
        if credit.part == "first":
            row.state = State.REQUESTED.value  # it is verified all the same
        elif done:
            row.state, row.ended_at = State.CREDITED.value, now
        else:
            row.state = State.APPROVED.value  # still owed: by cash, or again
        if credit.part == "first" and not done:
            row.first = False
        row.save()
        booking.write(row, credit, outcome, cause, words, now, self.shard)
        words = wording.post(row, credit, link=self.link, now=now) if done else ""
        did = "credited" if done else "not_credited"
        note(row, did, by=credit.by, now=now, words=words, fen=credit.fen, how=credit.how, part=credit.part)

    def _take(self, now: datetime, limit: int) -> list[Credit]:
        # Payments whose time has come, claimed until they are looked at again.
        rows = sql.run(
            "WITH due AS MATERIALIZED (SELECT id FROM refund_credit WHERE ended_at IS NULL AND due_at <= %s"
            " ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED)"
            " UPDATE refund_credit c SET tries = tries + 1,"
            " due_at = %s::timestamptz + make_interval(secs => %s::float8 * least(c.tries + 1, %s))"
            " FROM due WHERE c.id = due.id RETURNING c.id",
            [now, limit, now, self.spacing.total_seconds(), SPACINGS_MAX],
        )
        return list(Credit.objects.select_related("refund").filter(pk__in=[row[0] for row in rows]).order_by("pk"))


def _payable(refund: int, by: str, now: datetime) -> Refund:
    row = locked(refund)
    _one_at_a_time(row)
    if State(row.state) is State.CREDITED:
        raise Refusal("already_refunded")
    if State(row.state) is not State.APPROVED:
        raise Refusal("not_approved", row.state)
    reconsider(row, by=by, now=now)
    return row


def _one_at_a_time(row: Refund) -> None:
    if State(row.state) in (State.CREDITING, State.UNKNOWN):
        raise Refusal("under_way")


def _first(row: Refund, now: datetime) -> Decision:
    rules = policy()
    alone(row.msisdn)
    since = now - timedelta(days=rules.first_window_days)
    times = Credit.objects.filter(refund__msisdn=row.msisdn, part="first", begun_at__gt=since).exclude(state="refused")
    return decide_first(
        row.charged,
        third_party=bool(row.provider) and rules.first,
        times=times.count(),
        refunded=bool(row.reference) and returning.elsewhere(row.reference, ROOM) > 0,
        limits=rules.limits,
    )


def _begin(
    row: Refund,
    part: str,
    fen: int,
    by: str,
    now: datetime,
    due_at: datetime,
    how: How = How.TOP_UP,
    reason: str = "",
    handed_by: str = "",
) -> Credit:
    """Write the payment down; from here on it is open until it is known what became of it."""
    row.state = State.CREDITING.value
    row.save()
    credit = Credit.objects.create(
        id=new_reference()[0],
        refund=row,
        part=part,
        fen=fen,
        how=how.value,
        reason=reason,
        handed_by=handed_by[:150],
        by=by,
        begun_at=now,
        due_at=due_at,
    )
    if row.reference:
        returning.promise(row.reference, fen, room=ROOM, reference=str(credit.pk), now=now)
    note(row, "paying", by=by, now=now, fen=fen, how=how.value, part=part, reference=str(credit.pk), reason=reason)
    return credit


def _doubt(credit: Credit, words: str) -> None:
    """Asked and never heard: unknown, until an inquiry says."""
    with transaction.atomic():
        row = locked(credit.refund_id)
        changed = Credit.objects.filter(pk=credit.pk, ended_at=None).update(
            state="unknown", carrier_words=words[:REASON_MAX]
        )
        if changed:
            row.state = State.UNKNOWN.value
            row.save(update_fields=["state"])


def _number(credit: Credit) -> Msisdn:
    return Msisdn(credit.refund.msisdn)
