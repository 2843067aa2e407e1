"""Who plays each part: the shelf of behaviours, the carrier's adapter, the published book, put together into a hall."""

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache

from careline.carrier.port import Carrier
from careline.cases.office import Office
from careline.catalogue import library
from careline.dialogue.book import Book
from careline.hall.behaviour import Behaviour
from careline.hall.reception import Reception
from careline.hall.reconciling import Janitor
from careline.hall.recording import Posting
from careline.hall.serving import Serving
from careline.offers.doorman import Doorman
from careline.offers.promoting import Giver
from careline.orders.activating import Desk as CardDesk
from careline.orders.courier import accounts
from careline.orders.courier.port import Courier
from careline.orders.office import OrderOffice
from careline.payments.port import Provider
from careline.payments.till import Till
from careline.refunds.crediting import Cashier
from careline.selfcare.leaving.office import LeavingOffice
from careline.shelf import Shelf

CARRIER_TIME_LIMIT_SECONDS = float(os.environ.get("CARELINE_CARRIER_TIME_LIMIT_SECONDS", "5"))
CARRIER_PATIENCE_SECONDS = float(os.environ.get("CARELINE_CARRIER_PATIENCE_SECONDS", "0.25"))
# How long a letter is with one sender before another may take it, and between two questions about one attempt.
CLAIM_SECONDS = float(os.environ.get("CARELINE_CLAIM_SECONDS", "60"))
JANITOR_SPACING_SECONDS = float(os.environ.get("CARELINE_JANITOR_SPACING_SECONDS", "15"))
# Orders that the carrier is down or too busy for are taken over and asked for again for so long; 0: they fail at once.
RETAKE_MINUTES = float(os.environ.get("CARELINE_RETAKE_MINUTES", "0"))
NOTICE_LINK = os.environ.get("CARELINE_NOTICE_LINK", "demo")  # for letters to customers who never wrote


def clock() -> datetime:
    return datetime.now(UTC)


@cache
def behaviours() -> Mapping[str, Behaviour]:
    """Every behaviour by its name."""
    shelf = Shelf("careline.behaviours")
    found: dict[str, Behaviour] = {}
    for name in shelf.names:
        behaviour = shelf.thing(name, "BEHAVIOUR", Behaviour)  # type: ignore[type-abstract]
        found[behaviour.name] = behaviour
    return found


@cache
def carrier() -> Carrier:
    """The bare adapter named by CARELINE_CARRIER; the sandbox is the only one that needs nothing outside."""
    name = os.environ.get("CARELINE_CARRIER", "sandbox")
    if name == "sandbox":
        from careline.carrier.adapters.sandbox.carrier import Sandbox

        return Sandbox()
    raise LookupError(f"no carrier adapter is called {name!r}; there is: sandbox")


@cache
def office() -> Carrier:
    """The carrier as the hall asks it: what concerns cases, orders and leaving is answered from our own records."""
    return LeavingOffice(OrderOffice(Office(carrier())), doorman(), giver())


def reception(
    *,
    shard: int = 0,
    posted: Posting | None = None,
    book: Callable[[], Book] = library.current,
    clock: Callable[[], datetime] = clock,
    patience_seconds: float | None = None,
) -> Reception:
    """A reception of one's own. Without `patience_seconds` every answer is waited for in the caller's thread."""
    serving = Serving(
        office(),
        behaviours(),
        time_limit_seconds=CARRIER_TIME_LIMIT_SECONDS,
        patience_seconds=patience_seconds,
        retakes=RETAKE_MINUTES > 0,
    )
    return Reception(serving=serving, book=book, clock=clock, posted=posted or Posting(), shard=shard)


def janitor(shard: int = 0) -> Janitor:
    serving = Serving(office(), behaviours(), time_limit_seconds=CARRIER_TIME_LIMIT_SECONDS)
    spacing = timedelta(seconds=JANITOR_SPACING_SECONDS)
    return Janitor(
        serving=serving,
        book=library.current,
        spacing=spacing,
        shard=shard,
        notice_link=NOTICE_LINK,
        retake=timedelta(minutes=RETAKE_MINUTES),
    )


def cashier() -> Cashier:
    """Who pays refunds: at the bare carrier, under references of its own."""
    return Cashier(carrier(), time_limit_seconds=CARRIER_TIME_LIMIT_SECONDS, link=NOTICE_LINK)


@cache
def providers() -> Mapping[str, Provider]:
    """The payment providers named by CARELINE_PROVIDERS; the first is where customers are sent. `sandbox` alone by default."""
    shelf = Shelf("careline.payments.adapters")
    names = os.environ.get("CARELINE_PROVIDERS", "sandbox").split(",")
    return {name: shelf.module(name).provider(os.environ) for name in map(str.strip, names) if name}


def till() -> Till:
    """Who takes and gives back what customers pay online, and credits it at the bare carrier."""
    site = os.environ.get("CARELINE_SITE", "").rstrip("/")
    return Till(carrier(), providers(), time_limit_seconds=CARRIER_TIME_LIMIT_SECONDS, link=NOTICE_LINK, site=site)


@cache
def couriers() -> Mapping[str, Courier]:
    """Who carries parcels: the accounts of CARELINE_COURIERS, else the sandbox."""
    return accounts.couriers()


def card_desk() -> CardDesk:
    """Who asks the bare carrier about the SIM cards of orders."""
    return CardDesk(carrier(), CARRIER_TIME_LIMIT_SECONDS)


def giver() -> Giver:
    """Who gives what promotions grant."""
    return Giver(carrier(), time_limit_seconds=CARRIER_TIME_LIMIT_SECONDS, link=NOTICE_LINK)


def doorman() -> Doorman:
    """Who agrees with the carrier on leaving and coming back."""
    return Doorman(carrier(), time_limit_seconds=CARRIER_TIME_LIMIT_SECONDS, link=NOTICE_LINK)
