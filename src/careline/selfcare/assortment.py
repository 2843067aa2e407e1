"""What a line can have: the services that its code tables name, found as by text, with price, state, and what stands in the way.

What stands in the way is said before the customer fails; the rules are those of the dialogue, asked without an attempt.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from careline.dialogue.allowing import allowed
from careline.dialogue.book import OPENS, Action, Book, Service, Tier, Verb
from careline.dialogue.intent import Intent
from careline.dialogue.lexicon import Chain, Lexicon
from careline.dialogue.pointing import spelling
from careline.dialogue.saying import local
from careline.dialogue.talk import Heard, Subscriber
from careline.dialogue.turning import Turning
from careline.selfcare.belongings import Belongings, Purse
from careline.values.language import Text

OPENINGS = (Verb.SUBSCRIBE, Verb.ORDER, Verb.REGISTER)
# What has pages of its own, or only means something in a text.
_ELSEWHERE = frozenset({"13_security", "17_navigation", "18_suggestions", "19_cases"})
_PAGE: Mapping[str, Any] = {"page": True}


@dataclass(frozen=True, slots=True)
class Hurdle:
    """Why something cannot be ordered now: a cause of the taxonomy (inactive for a line that was never activated), and facts.

    not_enough_money: needed, have, gift (all fen; have without the gift where it does not count), gift_counts. excluded:
    other (name), product. All others: words, as the dialogue would refuse it.
    """

    cause: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Way:
    """One thing that can be ordered: a service without tiers, or one of its tiers."""

    tier: str
    name: Text
    price: int  # fen
    per: str
    agreed: str  # what a wish carries as agreed to, when this price stood beside its button
    about: Text
    quota: Text | None
    holding: Mapping[str, Any] | None  # of the carrier, when it is on, agreed for later or about to end
    hurdle: Hurdle | None  # of ordering it now

    @property
    def on(self) -> bool:
        return self.holding is not None


@dataclass(frozen=True, slots=True)
class Offer:
    """One service as this line sees it now."""

    service: Service
    ways: tuple[Way, ...]
    opening: Action | None  # how it is ordered; None: it is not
    cancels: bool
    excluded: tuple[Text, ...]  # what it does not go together with
    codes: Mapping[Verb, str]  # what a text would say for each
    known: bool  # whether the carrier told what is on

    @property
    def on(self) -> bool:
        return any(way.on for way in self.ways)

    @property
    def least(self) -> Way:
        """The cheapest that costs something; what is free in a list of prices would mislead."""
        return min((way for way in self.ways if way.price), key=lambda way: way.price, default=self.ways[0])

    @property
    def about(self) -> Text:
        """What it is, as pages say it."""
        return about_of(self.service)

    @property
    def reads(self) -> Action | None:
        """What asks about it without changing anything."""
        return self.service.actions.get(Verb.QUERY)


def chain_of(book: Book, subscriber: Subscriber, now: datetime) -> Chain:
    return Lexicon.of(book).chain(subscriber.region, subscriber.brand, local(now).date())


def services(book: Book, subscriber: Subscriber, now: datetime) -> tuple[Service, ...]:
    """All that exists for this line and has a place among the services, by group and name."""
    return _shown(book, subscriber.region, subscriber.brand, local(now).date())


@lru_cache(maxsize=256)
def _shown_of(chain: Chain) -> tuple[Service, ...]:
    shown = [one for one in chain.services.values() if one.group not in _ELSEWHERE]
    return tuple(sorted(shown, key=lambda one: (one.group, not _orderable(one), one.id)))


def _shown(book: Book, region: str, brand: str, day: date) -> tuple[Service, ...]:
    return _shown_of(Lexicon.of(book).chain(region, brand, day))


def _orderable(service: Service) -> bool:
    return opening_of(service) is not None


def opening_of(service: Service) -> Action | None:
    """How a service is ordered, while it takes new customers."""
    for verb in OPENINGS:
        action = service.actions.get(verb)
        if action is not None and not action.closed:
            return action
    return None


def groups(found: Iterable[Service]) -> dict[str, list[Service]]:
    """By group, in the order of the groups."""
    by: dict[str, list[Service]] = {}
    for service in found:
        by.setdefault(service.group, []).append(service)
    return dict(sorted(by.items()))


def offer(
    book: Book, subscriber: Subscriber, service: Service, belongings: Belongings, now: datetime, *, ways: bool = True
) -> Offer:
    """A service with what this line has of it. `ways` False leaves hurdles out, which lists do not show."""
    opening = opening_of(service)
    tiers: Sequence[Tier | None] = list(service.tiers.values()) or [None]
    excluded = [book.services[one] for one in sorted(service.excludes) if one in book.services]
    return Offer(
        service=service,
        ways=tuple(_way(book, subscriber, service, tier, opening, belongings, now, ways) for tier in tiers),
        opening=opening,
        cancels=Verb.CANCEL in service.actions,
        excluded=tuple(one.name for one in excluded),
        codes=_codes(book, subscriber, service, now),
        known=belongings.known or service.behaviour == "my_menu",
    )


def _way(
    book: Book,
    subscriber: Subscriber,
    service: Service,
    tier: Tier | None,
    opening: Action | None,
    belongings: Belongings,
    now: datetime,
    with_hurdle: bool,
) -> Way:
    price = int(tier.price if tier is not None else service.price)
    name = tier.name if tier is not None else service.name
    about = tier.about if tier is not None and tier.about is not None else about_of(service)
    held = _held(service, tier, belongings, subscriber)
    hurdle = None
    if with_hurdle and opening is not None and held is None:
        hurdle = hurdle_of(book, subscriber, service, opening, tier.id if tier is not None else "", belongings, now)
    return Way(
        tier=tier.id if tier is not None else "",
        name=name,
        price=price,
        per=service.per,
        agreed=agreed(service, tier.id if tier is not None else ""),
        about=about,
        quota=tier.quota if tier is not None else None,
        holding=held,
        hurdle=hurdle,
    )


def about_of(service: Service) -> Text:
    """What a service is, in words for pages where it has some."""
    return service.words.get("page.describe.done", service.about)


def agreed(service: Service, tier: str = "") -> str:
    """The price as a wish carries it (`Intent.cost`): a yes to that price and no other."""
    chosen = service.tiers.get(tier)
    return f"{int(chosen.price if chosen is not None else service.price)}/{service.per}"


def _held(
    service: Service, tier: Tier | None, belongings: Belongings, subscriber: Subscriber
) -> Mapping[str, Any] | None:
    if service.behaviour == "my_menu":
        return {"product": service.product} if subscriber.menu_on else None
    if tier is not None and (product := service.settings.get(f"sp.{tier.id}")):
        return belongings.of(product)
    products = [one for one in service.settings.get("any_of", "").split(",") if one] or [service.product]
    for product in products:
        held = belongings.of(product, tier.id if tier is not None else None)
        if held is not None:
            return held
    return None


def hurdle_of(
    book: Book,
    subscriber: Subscriber,
    service: Service,
    action: Action,
    tier: str,
    belongings: Belongings,
    now: datetime,
) -> Hurdle | None:
    """Why this would be refused now, as far as the book and the carrier's figures tell; None where nothing is known."""
    turning = Turning(dict(_PAGE), Heard("", "-"), book, subscriber, now)
    entry = turning.chain.local(service.id, action.verb, tier)
    table = entry.table if entry is not None else turning.chain.table_of(service.id, action.verb)
    intent = Intent(
        "-", service, action, table=table.id if table is not None else "", tier=tier, effect=action.effect, exact=True
    )
    if not allowed(turning, intent):
        cause = turning.endings[-1].cause
        known = "inactive" if turning.key == "error.inactive" else cause.value if cause is not None else ""
        return Hurdle(known, {"words": "\n".join(turning.said)})
    if action.verb not in OPENS or not belongings.known:
        return None
    return _excluded(service, belongings) or _short(service, tier, action.effect, belongings.purse)


def _excluded(service: Service, belongings: Belongings) -> Hurdle | None:
    replaced = {service.product, *service.settings.get("replaces", "").split(",")}
    for product in sorted(set(service.excludes) - replaced):
        held = belongings.of(product)
        if held is not None:
            return Hurdle("excluded", {"other": belongings.name(held), "product": product})
    return None


def _short(service: Service, tier: str, effect: str, purse: Purse | None) -> Hurdle | None:
    """What begins later is paid later; what a provider is owed is paid from the basic account alone (ACC-01)."""
    chosen = service.tiers.get(tier)
    price = int(chosen.price if chosen is not None else service.price)
    provided = service.paid_to != "carrier" or bool(service.settings.get(f"paid_to.{tier}"))
    if purse is None or effect != "now" or not price:
        return None
    have = purse.basic + purse.credit + (0 if provided else purse.gift)
    if price <= have:
        return None
    facts = {"needed": price, "have": max(0, have), "gift": purse.gift, "gift_counts": not provided}
    return Hurdle("not_enough_money", facts)


def _codes(book: Book, subscriber: Subscriber, service: Service, now: datetime) -> dict[Verb, str]:
    tier = next(iter(service.tiers), "")
    found = {verb: spelling(service, verb, tier, book, subscriber, now) for verb in service.actions}
    return {verb: code for verb, code in found.items() if code}
