"""Everything that is on: since when, by whom, by which channel, what it costs and when next; and what was switched on and off."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from careline.carrier.port import EMPTY, Carrier, CarrierError
from careline.dialogue.book import Book, Service, Verb
from careline.dialogue.saying import as_day, local, named, say_money, say_who
from careline.dialogue.talk import Subscriber
from careline.selfcare.assortment import OPENINGS, agreed, chain_of
from careline.selfcare.reading import Answered, read
from careline.values.language import Text
from careline.values.msisdn import Msisdn, NotANumber

QUERY = "my_services"  # the service that a text asks for the same
HISTORY_MAX = 200  # rows; the latest
_PAID_LIST = "sp_list"  # the behaviour that ends paid content by the numbers of holdings


@dataclass(frozen=True, slots=True)
class Ending:
    """The wish that ends a thing."""

    service: str
    tier: str = ""
    picked: str = ""
    agreed: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that is on. Days are local to the carrier, amounts in fen."""

    number: int
    name: Text
    service: str  # its page, "" where the book has none for this line
    fee: int
    per: str
    since: date | None
    starts: date | None  # where it has not begun yet
    until: date | None  # where its end is agreed
    by: Text  # who ordered it and where; another line is masked
    self_ordered: bool
    provider: str  # who is paid for it; "" the carrier
    next_charge: date | None
    chosen: tuple[tuple[Text, Text], ...]  # what was chosen with it: label, value; numbers masked
    ending: Ending | None  # None: it ends by being replaced, or with a person's help
    replaced: bool  # ended by ordering another one


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that was switched on or off."""

    name: Text
    on: bool
    at: datetime
    by: Text
    fee: int
    per: str
    provider: str


@dataclass(frozen=True, slots=True)
class Running:
    """None: the carrier did not tell."""

    rows: tuple[Row, ...] | None
    history: tuple[Turn, ...] | None
    answered: tuple[Answered, ...] = ()  # the query that this was, to be noted

    @property
    def monthly(self) -> int:
        """What all of it costs in a month, in fen."""
        return sum(row.fee for row in self.rows or () if row.per == "month" and row.until is None)


def running(
    book: Book,
    subscriber: Subscriber,
    carrier: Carrier,
    now: datetime,
    *,
    channel: str,
    time_limit_seconds: float,
    history: bool = True,
) -> Running:
    """Both in one batch of reads; never raises."""
    names = ("holdings", "history") if history else ("holdings",)
    wanted = {name: (name, "", EMPTY) for name in names}
    found = read(carrier, subscriber.msisdn, wanted, now=now, channel=channel, time_limit_seconds=time_limit_seconds)
    held, orders = found["holdings"], found.get("history")
    return Running(
        rows=None if isinstance(held, CarrierError) else rows_of(book, subscriber, held.get("holdings") or (), now),
        history=None if orders is None or isinstance(orders, CarrierError) else _history(orders.get("orders") or ()),
        answered=tuple(Answered.of(one, held) for one in (QUERY,) if one in book.services),
    )


def rows_of(
    book: Book, subscriber: Subscriber, holdings: Iterable[Mapping[str, Any]], now: datetime
) -> tuple[Row, ...]:
    """Holdings as the carrier lists them, the newest first."""
    served = chain_of(book, subscriber, now).services
    rows = [_row(book, served, one, local(now).date()) for one in holdings]
    return tuple(sorted(rows, key=lambda row: (row.since or date.min, row.number), reverse=True))


def _row(book: Book, served: Mapping[str, Service], one: Mapping[str, Any], today: date) -> Row:
    product, tier, per = str(one["product"]), str(one.get("tier") or ""), str(one.get("per") or "month")
    service = served.get(product) or next((it for it in served.values() if it.product == product and _ends(it)), None)
    starts, until, since = as_day(one.get("starts_on")), as_day(one.get("until")), as_day(one.get("since"))
    by = str(one.get("by") or "")
    fee, ending = int(one.get("fee") or 0), _ending(served, service, one, tier)
    known = service or book.services.get(product)
    return Row(
        number=int(one["number"]),
        name=named(one, product),
        service=service.id if service is not None else "",
        fee=fee,
        per=per,
        since=since,
        starts=starts if starts is not None and starts > today else None,
        until=until,
        by=who(by, str(one.get("channel") or "")),
        self_ordered=by in ("", "subscriber"),
        provider=str(one.get("provider") or ""),
        next_charge=_next_charge(per, fee, since, starts, until, today),
        chosen=tuple(_chosen(known, one.get("values") or {})) if known is not None else (),
        ending=ending if until is None else None,
        replaced=ending is None and service is not None and service.behaviour == "plan",
    )


def who(by: str, channel: str) -> Text:
    return Text(say_who(by, channel, "zh"), say_who(by, channel, "en"))


def _ends(service: Service) -> bool:
    return Verb.CANCEL in service.actions


def _ending(served: Mapping[str, Service], service: Service | None, one: Mapping[str, Any], tier: str) -> Ending | None:
    if service is not None and _ends(service):
        return Ending(service.id, tier if tier in service.tiers else "", agreed=agreed(service, tier))
    if one.get("provider"):
        return of_paid(served.values(), [int(one["number"])])
    return None


def of_paid(served: Iterable[Service], numbers: Iterable[int]) -> Ending | None:
    """The wish that ends these holdings of providers at once."""
    for service in served:
        if service.behaviour == _PAID_LIST and _ends(service):
            return Ending(service.id, picked=",".join(map(str, numbers)), agreed=agreed(service))
    return None


def _next_charge(
    per: str, fee: int, since: date | None, starts: date | None, until: date | None, today: date
) -> date | None:
    """Months begin on the 1st; what is paid once or by use has no next time."""
    if not fee or until is not None:
        return None
    if starts is not None and starts > today:
        return starts
    if per == "month":
        return (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    began = starts or since
    if per == "year" and began is not None:
        years = today.year - began.year
        return next((day for day in (_years_on(began, years), _years_on(began, years + 1)) if day > today), None)
    return None


def _years_on(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # the 29th of February
        return day.replace(year=day.year + years, day=28)


def _chosen(service: Service, values: Mapping[str, Any]) -> Iterable[tuple[Text, Text]]:
    """What the customer gave with the order, as it may be shown."""
    seen: set[str] = set()
    for verb in OPENINGS:
        action = service.actions.get(verb)
        for parameter in action.parameters if action is not None else ():
            value = values.get(parameter.name)
            if value in (None, "") or parameter.secret or parameter.kind == "tier" or parameter.name in seen:
                continue
            seen.add(parameter.name)
            yield parameter.label, _shown(parameter.kind, value)


def _shown(kind: str, value: object) -> Text:
    if kind == "msisdn":
        try:
            masked = Msisdn.parse(str(value)).masked()
        except NotANumber:
            masked = "***"
        return Text(masked, masked)
    if kind == "amount":
        try:
            fen = int(str(value))
        except ValueError:
            return Text(str(value), str(value))
        return Text(say_money(fen, "zh"), say_money(fen, "en"))
    return Text(str(value), str(value))


def _history(orders: Iterable[Mapping[str, Any]]) -> tuple[Turn, ...]:
    found = [
        Turn(
            name=named(one, str(one["product"])),
            on=one.get("action") == "on",
            at=datetime.fromisoformat(one["at"]) if isinstance(one["at"], str) else one["at"],
            by=who(str(one.get("by") or ""), str(one.get("channel") or "")),
            fee=int(one.get("fee") or 0),
            per=str(one.get("per") or "month"),
            provider=str(one.get("provider") or ""),
        )
        for one in orders
    ]
    return tuple(sorted(found, key=lambda turn: turn.at, reverse=True)[:HISTORY_MAX])
