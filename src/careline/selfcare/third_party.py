"""Everything that third parties charge: what of theirs is on, and what they took in the last months, provider by provider."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from careline.carrier.port import EMPTY, Carrier, CarrierError
from careline.dialogue.book import Book
from careline.dialogue.saying import as_day, local, named
from careline.dialogue.talk import Subscriber
from careline.selfcare.assortment import chain_of
from careline.selfcare.reading import Answered, Declined, read
from careline.selfcare.running import Ending, Row, of_paid, rows_of
from careline.values.language import Text
from careline.values.period import Month

MONTHS = 6
QUERY = "sp_query"  # the service that a text asks for the same


@dataclass(frozen=True, slots=True)
class Charge:
    """One charge of a third party, as the bill of its month has it."""

    id: str
    month: str
    day: date | None
    name: Text
    fen: int
    refunded: int


@dataclass(frozen=True, slots=True)
class Provider:
    name: str
    fen: int  # of these months, refunds taken off
    charges: tuple[Charge, ...]  # the latest first


@dataclass(frozen=True, slots=True)
class ThirdParty:
    """`on` None: the carrier did not tell. `missing`: months of which it did not tell."""

    on: tuple[Row, ...] | None
    providers: tuple[Provider, ...]
    months: tuple[str, ...]
    missing: tuple[str, ...]
    ending: str  # the service that ends several at once, "" where there is none
    agreed: str
    answered: tuple[Answered, ...] = ()  # the query that this was, to be noted

    @property
    def monthly(self) -> int:
        return sum(row.fee for row in self.on or () if row.per == "month" and row.until is None)

    @property
    def taken(self) -> int:
        return sum(provider.fen for provider in self.providers)

    @property
    def endable(self) -> tuple[Row, ...]:
        """What can be ended together with others."""
        return tuple(row for row in self.on or () if row.until is None)


def third_party(
    book: Book, subscriber: Subscriber, carrier: Carrier, now: datetime, *, channel: str, time_limit_seconds: float
) -> ThirdParty:
    """What runs and the charges of this month and the five before it, in one batch of reads; never raises."""
    this = Month.of(local(now).date())
    months = [str(this.plus(-ago)) for ago in range(MONTHS)]
    wanted: dict[str, tuple[str, str, Mapping[str, Any]]] = {"holdings": ("holdings", "sp", EMPTY)}
    wanted |= {month: ("charges", "", {"month": month}) for month in months}
    found = read(carrier, subscriber.msisdn, wanted, now=now, channel=channel, time_limit_seconds=time_limit_seconds)
    held = found["holdings"]
    ending = of_paid(chain_of(book, subscriber, now).services.values(), ()) or Ending("")
    charged = {month: _charged(found[month]) for month in months}
    entries = [entry for told in charged.values() for entry in (told or {}).get("entries") or ()]
    return ThirdParty(
        on=None if isinstance(held, CarrierError) else _paid(book, subscriber, held.get("holdings") or (), now),
        providers=_providers(entries),
        months=tuple(months),
        missing=tuple(month for month in months if charged[month] is None),
        ending=ending.service,
        agreed=ending.agreed,
        answered=tuple(Answered.of(one, held) for one in (QUERY,) if one in book.services),
    )


def _charged(read: Mapping[str, Any] | CarrierError) -> Mapping[str, Any] | None:
    """A month without a bill is declined as not found: it has no charges. None where nobody knows."""
    if isinstance(read, Declined):
        return {}
    return None if isinstance(read, CarrierError) else read


def _paid(book: Book, subscriber: Subscriber, holdings: Iterable[Mapping[str, Any]], now: datetime) -> tuple[Row, ...]:
    return rows_of(book, subscriber, [one for one in holdings if one.get("provider")], now)


def _providers(entries: Iterable[Mapping[str, Any]]) -> tuple[Provider, ...]:
    by: defaultdict[str, list[Charge]] = defaultdict(list)
    for entry in entries:
        if entry.get("provider"):
            by[str(entry["provider"])].append(_charge(entry))
    found = [
        Provider(
            name,
            sum(charge.fen - charge.refunded for charge in charges),
            tuple(sorted(charges, key=lambda charge: (charge.month, charge.day or date.min, charge.id), reverse=True)),
        )
        for name, charges in by.items()
    ]
    return tuple(sorted(found, key=lambda provider: (-provider.fen, provider.name)))


def _charge(entry: Mapping[str, Any]) -> Charge:
    return Charge(
        id=str(entry["id"]),
        month=str(entry["month"]),
        day=as_day(entry.get("at")),
        name=named(entry, str(entry.get("product") or "")),
        fen=int(entry["fen"]),
        refunded=int(entry.get("refunded") or 0),
    )
