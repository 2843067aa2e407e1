"""The till: asks providers and the carrier for the steps that are written down, and settles what they answer, once.

Whoever is asked does one reference once, so asking again is always safe: after a crash between writing and asking, after
silence, after an answer that nobody heard. Nothing here may run within a transaction.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from careline.carrier.port import Carrier
from careline.payments import moving, settling
from careline.payments.asking import Asking, Heard
from careline.payments.models import Notice, Payment, Step
from careline.payments.moving import POLL
from careline.payments.paying import locked
from careline.payments.port import Provider, ProviderError
from careline.payments.states import OVER, TAKEN, WAITING, Refusal, State, What
from careline.postgres import sql

log = logging.getLogger(__name__)

SPACING = timedelta(seconds=15)  # between two tries of one step, growing with the tries to an hour
SPACINGS_MAX = 240
ALARM_TRIES = 40  # then somebody should look, while it goes on being asked
POLL_AGAIN = timedelta(seconds=2)  # a page that is loaded again and again asks the provider so often
ROUNDS_MAX = 6  # of steps that follow one another at once: open, capture, credit


@dataclass(slots=True)
class Till:
    """Takes and gives money by these providers, and credits it at this carrier."""

    carrier: Carrier
    providers: Mapping[str, Provider] = field(default_factory=dict)
    time_limit_seconds: float = 5.0
    link: str = "demo"  # of letters to customers who never wrote
    shard: int = 96  # of the tally
    site: str = ""  # the address of our pages, where the provider sends customers back to
    spacing: timedelta = SPACING

    def go_on(self, payment: str, now: datetime) -> Payment:
        """Ask for the steps of this payment that are open, one after the other, and settle what is answered."""
        for _ in range(ROUNDS_MAX):
            if not self._ask(self._take(now, 10, str(payment)), now):
                break
        return Payment.objects.get(pk=payment)

    def poll(self, payment: str, now: datetime) -> Payment:
        """Ask the provider how this payment stands, unless it was asked just now."""
        soon = Payment.objects.filter(pk=payment, look_at__lte=now + POLL - POLL_AGAIN).update(look_at=now + POLL)
        if soon:
            self._look([Payment.objects.get(pk=payment)], now)
        return self.go_on(payment, now)

    def heard(self, provider: str, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
        """A notice came in; what we made of it: believed, nothing_new, again, unknown_payment, wrong_amount, too_late.

        Raises port.BadNotice, and Refusal("no_provider").
        """
        known = self.providers.get(provider)
        if known is None:
            raise Refusal("no_provider")
        told = known.read(headers, body, now=now)
        with transaction.atomic():
            row = Payment.objects.select_for_update().filter(pk=told.reference, provider=provider).first()
            try:
                with transaction.atomic():
                    kept = Notice.objects.create(
                        provider=provider,
                        number=told.number,
                        payment=row,
                        state=told.state[:20],
                        fen=told.fen,
                        verdict="unknown_payment",
                        at=now,
                    )
            except IntegrityError:
                return "again"
            if row is None:
                log.error("provider %s told of a payment that is not ours; notice %s", provider, told.number)
                return kept.verdict
            kept.verdict = moving.stands(row, told.state, told.fen, by=provider, now=now)
            kept.save(update_fields=["verdict"])
        self.go_on(str(row.pk), now)
        return kept.verdict

    def sweep(self, now: datetime, limit: int = 100) -> int:
        """Take up what is due: steps that nobody answered for, payments that the provider is silent about. How many."""
        steps = self._take(now, limit)
        dealt = self._ask(steps, now)
        for payment in dict.fromkeys(one.payment_id for one in steps):
            self.go_on(str(payment), now)  # what follows from it
        rows = sql.run(
            # Payments whose time to be looked after has come, claimed until they are looked at again.
            "WITH due AS MATERIALIZED (SELECT id FROM payment_payment WHERE look_at <= %s"
            " ORDER BY look_at LIMIT %s FOR UPDATE SKIP LOCKED)"
            " UPDATE payment_payment p SET looks = looks + 1,"
            " look_at = %s::timestamptz + make_interval(secs => %s::float8 * least(p.looks + 1, %s))"
            " FROM due WHERE p.id = due.id RETURNING p.id",
            [now, limit, now, POLL.total_seconds(), SPACINGS_MAX],
        )
        dealt += self._look(list(Payment.objects.filter(pk__in=[row[0] for row in rows]).order_by("pk")), now)
        for row in rows:
            self.go_on(str(row[0]), now)
        return dealt

    def _ask(self, steps: Sequence[Step], now: datetime) -> int:
        """Ask for these and settle what is answered; how many were settled."""
        asking = Asking(self.carrier, self.providers, self.time_limit_seconds, self.site)
        settled = 0
        for step in steps:
            if step.tries == ALARM_TRIES:
                log.error("payment step %s is open after %d tries; a person must look", step.pk, step.tries)
            heard = asking.ask(step, now)
            if heard is not None:
                settled += self._settle(step, heard, now)
        return settled

    def _settle(self, step: Step, heard: Heard, now: datetime) -> bool:
        with transaction.atomic():
            row = locked(str(step.payment_id))
            fresh = Step.objects.select_for_update().get(pk=step.pk)
            if fresh.ended_at is not None:
                return False
            return settling.settle(row, fresh, heard, now=now, link=self.link, shard=self.shard)

    def _take(self, now: datetime, limit: int, payment: str | None = None) -> list[Step]:
        # Steps whose time has come, claimed until they are looked at again; of one payment, or of all.
        rows = sql.run(
            "WITH due AS MATERIALIZED (SELECT id FROM payment_step WHERE due_at <= %s"
            " AND (%s::uuid IS NULL OR payment_id = %s::uuid)"
            " ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED)"
            " UPDATE payment_step s SET tries = tries + 1,"
            " due_at = %s::timestamptz + make_interval(secs => %s::float8 * least(s.tries + 1, %s))"
            " FROM due WHERE s.id = due.id RETURNING s.id",
            [now, payment, payment, limit, now, self.spacing.total_seconds(), SPACINGS_MAX],
        )
        found = Step.objects.select_related("payment").filter(pk__in=[row[0] for row in rows])
        return list(found.order_by("begun_at", "pk"))

    def _look(self, rows: Sequence[Payment], now: datetime) -> int:
        """Ask the provider how these stand, and believe it; who has not paid in time pays no more."""
        dealt = 0
        for row in rows:
            provider = self.providers.get(row.provider)
            if provider is None:
                continue
            try:
                standing = provider.inquire(str(row.pk), now=now)
            except ProviderError:
                continue
            with transaction.atomic():
                fresh = locked(str(row.pk))
                made = moving.stands(fresh, standing.state, standing.fen, by=row.provider, now=now)
                dealt += made != "nothing_new"
                state = State(fresh.state)
                if state in WAITING and now >= fresh.expires_at:
                    moving.step(fresh, What.VOID, 0, by="clock", now=now)
                elif state in TAKEN or (state in OVER and standing.state in ("void", "absent", "declined", "paid")):
                    Payment.objects.filter(pk=fresh.pk).update(look_at=None)
        return dealt
