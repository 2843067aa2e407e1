"""The sandbox: a payment provider in tables of its own, with a page where people pay, and signed notices that stumble.

Its notices are JSON, signed by HMAC-SHA-256 over the time and the body (header Till-Signature: t=…,v1=…), as most
providers do it. Its page lies in the web process, and its notices are delivered by the clock.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import DatabaseError, IntegrityError, transaction

from careline.payments.adapters._sandbox_tables import SandboxBill, SandboxDeed, SandboxNotice
from careline.payments.port import Answer, BadNotice, Notice, Opened, Order, ProviderDown, Standing

NAME = "sandbox"
SIGNATURE = "Till-Signature"
NOTICE_OLD = timedelta(minutes=10)  # a signed notice that is older, or from the future, is not believed
BODY_MAX = 4_096  # bytes
Deliver = Callable[[Mapping[str, str], bytes], object]


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A provider (`payments.port.Provider`)."""

    secret: bytes
    site: str = ""
    name: str = NAME

    def open(self, order: Order, *, now: datetime) -> Opened | Answer:
        try:
            bill, _ = SandboxBill.objects.get_or_create(
                reference=order.reference,
                defaults={
                    "token": secrets.token_urlsafe(24),
                    "fen": order.fen,
                    "hold": order.hold,
                    "title": order.title[:128],
                    "back": order.back[:300],
                    "at": now,
                },
            )
        except DatabaseError as error:
            raise ProviderDown(type(error).__name__) from error
        return Opened(f"{self.site}/till/{bill.token}", bill.token[:12])

    def inquire(self, reference: str, *, now: datetime) -> Standing:
        bill = SandboxBill.objects.filter(reference=reference).first()
        if bill is None:
            return Standing("absent")
        return Standing(bill.state, bill.fen if bill.state in ("held", "paid") else 0)

    def capture(self, reference: str, step: str, fen: int, *, now: datetime) -> Answer:
        def take(bill: SandboxBill) -> str:
            if bill.state != "held" or fen != bill.fen:
                return bill.state if bill.state != "held" else "wrong_amount"
            bill.state, bill.paid_at = "paid", now
            return ""

        return self._once(reference, step, "capture", fen, now, take)

    def void(self, reference: str, step: str, *, now: datetime) -> Answer:
        def let_go(bill: SandboxBill) -> str:
            if bill.state == "paid":
                return "paid"
            bill.state = "void"
            return ""

        return self._once(reference, step, "void", 0, now, let_go)

    def give_back(self, reference: str, step: str, fen: int, *, now: datetime) -> Answer:
        def give(bill: SandboxBill) -> str:
            if bill.state != "paid" or not 0 < fen <= bill.fen - bill.given_back:
                return "too_much"
            bill.given_back += fen
            return ""

        return self._once(reference, step, "give_back", fen, now, give)

    def read(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Notice:
        if len(body) > BODY_MAX:
            raise BadNotice("too_long")
        found = {key.lower(): value for key, value in headers.items()}.get(SIGNATURE.lower(), "")
        parts = dict(part.split("=", 1) for part in found.split(",") if "=" in part)
        stamp = parts.get("t", "")
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12) or not hmac.compare_digest(
            parts.get("v1", "").encode(), self._sign(stamp, body).encode()
        ):
            raise BadNotice("signature")
        if abs(now - datetime.fromtimestamp(int(stamp), UTC)) > NOTICE_OLD:
            raise BadNotice("too_old")
        try:
            told = json.loads(body)
            number, reference, state, fen = told["number"], told["reference"], told["state"], told["fen"]
            at = datetime.fromisoformat(told["at"])
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise BadNotice("unreadable") from error
        if (
            not (isinstance(fen, int) and not isinstance(fen, bool) and 0 <= fen < 2**62)
            or told.get("currency") != "CNY"
        ):
            raise BadNotice("unreadable")
        if "\0" in str(number) or state not in ("paid", "held", "declined", "void") or not _is_uuid(reference):
            raise BadNotice("unreadable")
        return Notice(str(number)[:100], reference, state, fen, at)

    def signed(self, body: bytes, now: datetime) -> dict[str, str]:
        """The headers of a notice that is delivered now."""
        stamp = str(int(now.timestamp()))
        return {SIGNATURE: f"t={stamp},v1={self._sign(stamp, body)}"}

    # -- what happens on its page

    def pay(self, token: str, how: str, now: datetime) -> SandboxBill | None:
        """Somebody pays or declines: how pay, twice (notices), late, quiet, decline. The bill; None where there is none."""
        with transaction.atomic():
            bill = SandboxBill.objects.select_for_update().filter(token=token).first()
            if bill is None or bill.state != "open":
                return bill
            if how == "decline":
                bill.state = "declined"
            else:
                bill.state = "held" if bill.hold else "paid"
                bill.paid_at = now
            bill.save()
            if how != "quiet":
                wait = timedelta(seconds=45) if how == "late" else timedelta(0)
                self._tell(bill, now, now + wait, 2 if how == "twice" else 1)
        return bill

    def deliver(self, now: datetime, to: Deliver, limit: int = 50) -> int:
        """Deliver the notices that are due, signed; how many."""
        with transaction.atomic():
            due = SandboxNotice.objects.select_for_update(skip_locked=True).filter(due_at__lte=now).order_by("due_at")
            taken = [(one.number, one.body, one.times) for one in due[:limit]]
            SandboxNotice.objects.filter(number__in=[number for number, _, _ in taken]).delete()
        for _, body, times in taken:
            for _ in range(times):
                to(self.signed(body.encode(), now), body.encode())
        return len(taken)

    def statement(self, since: datetime, until: datetime) -> list[tuple[str, str, int, datetime]]:
        """What was taken and given back in that time: (reference of the payment, kind, fen, at)."""
        paid = SandboxBill.objects.filter(paid_at__gte=since, paid_at__lt=until, state="paid")
        rows = [(str(one.reference), "payment", one.fen, one.paid_at) for one in paid if one.paid_at]
        back = SandboxDeed.objects.filter(what="give_back", declined="", at__gte=since, at__lt=until)
        rows += [(str(one.bill.reference), "refund", one.fen, one.at) for one in back.select_related("bill")]
        return sorted(rows, key=lambda row: row[3])

    def _tell(self, bill: SandboxBill, now: datetime, due_at: datetime, times: int) -> None:
        number = secrets.token_hex(12)
        told = {
            "number": number,
            "reference": str(bill.reference),
            "state": bill.state,
            "fen": bill.fen,
            "currency": "CNY",
            "at": now.isoformat(),
        }
        SandboxNotice.objects.create(number=number, body=json.dumps(told), due_at=due_at, times=times)

    def _once(
        self, reference: str, step: str, what: str, fen: int, now: datetime, deed: Callable[[SandboxBill], str]
    ) -> Answer:
        try:
            with transaction.atomic():
                bill = SandboxBill.objects.select_for_update().filter(reference=reference).first()
                if bill is None:
                    return Answer("" if what == "void" else "absent")
                known = SandboxDeed.objects.filter(reference=step).first()
                if known is not None:
                    return Answer(known.declined)
                declined = deed(bill)
                bill.save()
                SandboxDeed.objects.create(reference=step, bill=bill, what=what, fen=fen, declined=declined, at=now)
        except IntegrityError:
            return Answer(SandboxDeed.objects.get(reference=step).declined)
        except DatabaseError as error:
            raise ProviderDown(type(error).__name__) from error
        return Answer(declined)

    def _sign(self, stamp: str, body: bytes) -> str:
        return hmac.new(self.secret, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _is_uuid(text: object) -> bool:
    if not isinstance(text, str) or len(text) != 36:
        return False
    return all(part.isalnum() and part.isascii() for part in text.split("-")) and _hex(text)


def _hex(text: str) -> bool:
    try:
        int(text.replace("-", ""), 16)
    except ValueError:
        return False
    return [len(part) for part in text.split("-")] == [8, 4, 4, 4, 12]


def provider(environment: Mapping[str, str]) -> Sandbox:
    """As the environment has it: CARELINE_TILL_SECRET signs, CARELINE_SITE is where the page is."""
    secret = environment.get("CARELINE_TILL_SECRET") or environment.get("CARELINE_SECRET_KEY") or "the-demo's-till"
    return Sandbox(
        hashlib.sha256(b"till:" + secret.encode()).digest(), environment.get("CARELINE_SITE", "").rstrip("/")
    )
