"""Everything that third parties charge: what of theirs is on, and what they took in the last months, provider by provider."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from careline.carrier.port import Answer, Carrier, CarrierError, Request
from careline.dialogue.book import Book
from careline.dialogue.saying import as_day, local, named
from careline.dialogue.talk import Subscriber
from careline.selfcare.assortment import chain_of
from careline.selfcare.running import Ending, Row, of_paid, rows_of
from careline.values.language import Text
from careline.values.period import Month
from careline.values.reference import new_reference

MONTHS = 6


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
    references = new_reference(MONTHS + 1)
    asked = [Request(references[0], subscriber.msisdn, "holdings", "sp", channel=channel)]
    asked += [
        Request(reference, subscriber.msisdn, "charges", values={"month": month}, channel=channel)
        for reference, month in zip(references[1:], months, strict=True)
    ]
    facts: dict[int, Mapping[str, Any]] = {}
    try:
        for index, answer in carrier.ask(asked, now=now, time_limit_seconds=time_limit_seconds):
            if isinstance(answer, Answer):  # a month without a bill is refused as not found: it has no charges
                facts[index] = answer.facts if answer.refused is None else {}
    except CarrierError:
        pass
    held = facts.get(0)
    ending = of_paid(chain_of(book, subscriber, now).services.values(), ()) or Ending("")
    entries = [entry for index in range(1, MONTHS + 1) for entry in facts.get(index, {}).get("entries") or ()]
    return ThirdParty(
        on=_paid(book, subscriber, held.get("holdings") or (), now) if held is not None else None,
        providers=_providers(entries),
        months=tuple(months),
        missing=tuple(month for index, month in enumerate(months, 1) if index not in facts),
        ending=ending.service,
        agreed=ending.agreed,
    )


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
