"""What a line has at the carrier just now: its holdings and its purse, by one batch of reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from careline.carrier.port import Carrier, CarrierError
from careline.dialogue.saying import named
from careline.selfcare.reading import Read, read
from careline.values.language import Text
from careline.values.msisdn import Msisdn

Holding = Mapping[str, Any]
WANTED: dict[str, tuple[str, str, dict[str, Any]]] = {name: (name, "", {}) for name in ("holdings", "account")}


@dataclass(frozen=True, slots=True)
class Purse:
    """What can be spent. Amounts in fen."""

    basic: int
    gift: int
    credit: int


@dataclass(frozen=True, slots=True)
class Belongings:
    """`holdings` None: the carrier did not tell, so nothing may be said of what is on."""

    holdings: tuple[Holding, ...] | None
    purse: Purse | None

    @property
    def known(self) -> bool:
        return self.holdings is not None

    def of(self, product: str, tier: str | None = None) -> Holding | None:
        """What is held of a product, of one tier where it is named."""
        for one in self.holdings or ():
            if one["product"] == product and tier in (None, str(one.get("tier") or "")):
                return one
        return None

    @staticmethod
    def name(one: Holding) -> Text:
        return named(one, str(one["product"]))


def look(carrier: Carrier, msisdn: Msisdn, now: datetime, *, channel: str, time_limit_seconds: float) -> Belongings:
    """Ask for both at once; never raises: what the carrier does not tell is not known."""
    return of_read(read(carrier, msisdn, WANTED, now=now, channel=channel, time_limit_seconds=time_limit_seconds))


def of_read(found: Read) -> Belongings:
    """From the answers to WANTED, and whatever else was asked with them."""
    held, account = found["holdings"], found["account"]
    return Belongings(
        holdings=None if isinstance(held, CarrierError) else tuple(held.get("holdings") or ()),
        purse=None if isinstance(account, CarrierError) or "basic" not in account else _purse(account),
    )


def _purse(facts: Mapping[str, Any]) -> Purse:
    return Purse(int(facts["basic"]), int(facts.get("gift") or 0), int(facts.get("credit_limit") or 0))
