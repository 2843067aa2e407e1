"""Customers of the web hall in the middle of their month: bills and holdings from the crowd, and cases, orders and letters on top.

Made once and kept. Every run signs them in anew, as the pages and the app's door do it.
"""

import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from careline.demo.crowd import number_of
from careline.values.msisdn import Msisdn

Tell = Callable[[str], None]

CUSTOMERS = 1_000
CASE_EVERY, ORDER_EVERY = 5, 10  # one customer in so many has one
APP = "bench"
_NOTE = "web.json"
_GOODS = "case_clear"
_SCOPES = ("account:read", "services:write")


@dataclass(frozen=True, slots=True)
class Customer:
    """One who is signed in at a browser and on an app's device."""

    msisdn: Msisdn
    session: str
    csrf: str
    access: str

    @property
    def cookies(self) -> str:
        return f"sessionid={self.session}; csrftoken={self.csrf}"


def settle(home: Path, tell: Tell) -> list[Customer]:
    """Make what is missing, and sign everybody in."""
    chosen = _active(CUSTOMERS)
    note = home / _NOTE
    if not note.exists():
        tell("writing cases, orders and letters; they are kept for the next run")
        now = datetime.now(UTC)
        made = {"cases": _cases(chosen[::CASE_EVERY], now), "orders": _orders(chosen[::ORDER_EVERY], now)}
        note.write_text(json.dumps(made))
    tell(f"signing {len(chosen)} customers in")
    return _signed_in(chosen, datetime.now(UTC))


def stands(home: Path) -> dict[str, int]:
    """How many cases and orders were made."""
    found: dict[str, int] = json.loads((home / _NOTE).read_text())
    return found


def _active(count: int) -> list[Msisdn]:
    """The crowd's first lines that are in use."""
    from careline.postgres.sql import run

    first = [number_of(order).digits for order in range(count + count // 20)]
    live = {
        row[0]
        for row in run(
            "SELECT msisdn FROM sandbox_account WHERE status = 'active' AND msisdn = ANY(%s::text[])", [first]
        )
    }
    return [Msisdn(digits) for digits in first if digits in live][:count]


def _cases(chosen: Sequence[Msisdn], now: datetime) -> int:
    """Complaints with their letters."""
    from careline.cases import opening

    for place, msisdn in enumerate(chosen):
        new = opening.NewCase(
            key=f"web:bench:{place}", msisdn=msisdn, kind="complaint", category="billing", words="这个月话费多扣了",
            channel="web", matter=f"w{place}",
        )  # fmt: skip
        opening.accept(new, by="subscriber", now=now - timedelta(days=place % 5))
    return len(chosen)


def _orders(chosen: Sequence[Msisdn], now: datetime) -> int:
    """Orders that are paid on arrival; as many as the shelf has."""
    from careline.identity import recognising
    from careline.orders import placing
    from careline.orders.placing import Receiver, Wanted
    from careline.orders.states import NotAllowed

    made, lines = 0, recognising.recognise(chosen)
    for place, msisdn in enumerate(chosen):
        region, wanted = lines[msisdn].region, [Wanted(_GOODS)]
        drafted = placing.draft(msisdn, wanted, region=region, now=now)
        receiver = Receiver("王小明", msisdn.digits, "海棠西路3号", region)
        try:
            placing.place(
                msisdn, wanted, receiver, drafted.slots[1].id, "arrival", agreed_fen=drafted.fen, key=f"bench:{place}",
                by="subscriber", channel="web", now=now,
            )  # fmt: skip
        except NotAllowed:  # sold out
            break
        made += 1
    return made


def _signed_in(chosen: Sequence[Msisdn], now: datetime) -> list[Customer]:
    """A session as `visitor.sign_in` leaves it, and an access token as the app's door gives it."""
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.http import HttpRequest

    from careline.channels.app import devices
    from careline.channels.web import visitor
    from careline.identity import tokens
    from careline.values.assurance import Assurance

    Session.objects.all().delete()
    if APP not in tokens.scopes_of(now):
        tokens.issue(APP, ["app"], by="system", now=now)
    found = []
    for place, msisdn in enumerate(chosen):
        request = HttpRequest()
        request.session = SessionStore()
        visitor.sign_in(request, msisdn, Assurance.LINE, now)
        request.session.save()
        issued = devices.enter(msisdn, APP, f"device-{place:04d}", "bench", _SCOPES, Assurance.LINE, now)
        found.append(Customer(msisdn, str(request.session.session_key), secrets.token_hex(16), issued.access))
    return found
