"""All services: by kind, by search, the popular ones first; and the page of one, where it is switched on and off."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from careline.cases.models import Fault
from careline.cases.subjects.categories import categories
from careline.channels.portal.phrases import page_language
from careline.channels.web import pages
from careline.channels.web.leaving import card
from careline.channels.web.services import links
from careline.channels.web.services.phrases import GROUPS
from careline.channels.web.services.questions import Field, fields_of
from careline.channels.web.visitor import Visitor, signed_in
from careline.dialogue.book import Book, Service, Verb
from careline.dialogue.saying import local, say_money
from careline.offers import facts
from careline.selfcare import assortment, belongings, reading, seeking
from careline.selfcare.assortment import Hurdle, Offer, Way
from careline.selfcare.belongings import Belongings
from careline.selfcare.running import Ending, of_paid

_POPULAR = 8
_OPEN_VERBS = {Verb.SUBSCRIBE: "switch_on", Verb.ORDER: "order", Verb.REGISTER: "apply"}
_OTHER_VERBS = {Verb.REDEEM: "redeem", Verb.QUERY: "ask"}


@dataclass(frozen=True, slots=True)
class Told:
    """A hurdle in words, and the link that leads past it."""

    text: str
    label: str
    address: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """One way as the page shows it."""

    way: Way
    told: Told | None
    label: str  # of the button that orders it
    ending: Ending | None  # what the button that ends it wishes


@require_GET
@signed_in
def services(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Query: `q` what is sought, `group` one kind."""
    book, now = pages.reception().book(), visitor.now
    sought = request.GET.get("q", "").strip()[: seeking.SOUGHT_MAX]
    group = request.GET.get("group", "")
    shown = assortment.services(book, visitor.subscriber, now)
    by_group = assortment.groups(shown)
    looks_around = not sought and group not in by_group
    read = _read(visitor, with_facts=looks_around)
    held = belongings.of_read(read)
    found: list[Service] = []
    if sought:
        found = seeking.seek(book, visitor.subscriber, sought, now)
    elif group in by_group:
        found = by_group[group]
    context: dict[str, Any] = {
        "q": sought,
        "group": group if group in by_group else "",
        "found": _offers(book, visitor, found, held),
        "popular": _offers(book, visitor, _popular(visitor, shown), held) if looks_around else [],
        "kinds": [(key, len(by_group[key])) for key in by_group if key in GROUPS],
        "known": held.known,
        "tip": card.tip(visitor, "services", read) if looks_around else None,
        "here": links.link("web-services"),
        "faults": _faults(visitor, page_language()),
    }
    return pages.show(request, "services", "services.html", visitor, **context)


@require_GET
@signed_in
def service(request: HttpRequest, visitor: Visitor, service: str) -> HttpResponse:
    book = pages.reception().book()
    chain = assortment.chain_of(book, visitor.subscriber, visitor.now)
    wanted = chain.services.get(service)
    if wanted is None:
        return pages.show(request, "services", "no_service.html", visitor, 404)
    language = page_language()
    held = belongings.of_read(_read(visitor))
    offer = assortment.offer(book, visitor.subscriber, wanted, held, visitor.now)
    paid = of_paid(chain.services.values(), ())
    words = pages.phrases("services", language)
    context: dict[str, Any] = {
        "offer": offer,
        "it": wanted,
        "shelves": [_shelf(one, offer, paid, book, words, language) for one in offer.ways],
        "fields": _fields(offer, language),
        "reading": _reading(offer, language, words),
        "known": offer.known,
        "excluded": ", ".join(one.read(language) for one in offer.excluded),
        "hall": book.addresses.get("hall", "10086"),
        "effect": offer.opening.effect if offer.opening is not None else "",
        "group_words": words.get(f"group_{wanted.group}", ""),
    }
    return pages.show(request, "services", "service.html", visitor, **context)


def _read(visitor: Visitor, *, with_facts: bool = False) -> dict[str, Any]:
    """What the line has; with what recommendations are chosen by, where there may be one. One batch."""
    serving = pages.reception().serving
    wanted = belongings.WANTED | (facts.wanted(local(visitor.now).date()) if with_facts else {})
    return dict(
        reading.read(
            serving.carrier, visitor.msisdn, wanted, now=visitor.now, channel="web",
            time_limit_seconds=serving.time_limit_seconds,
        )
    )  # fmt: skip


def _offers(book: Book, visitor: Visitor, found: Iterable[Service], held: Belongings) -> list[Offer]:
    return [assortment.offer(book, visitor.subscriber, one, held, visitor.now, ways=False) for one in found]


def _popular(visitor: Visitor, shown: Iterable[Service]) -> list[Service]:
    """What many order here; filled up with what can be ordered everywhere while nobody has ordered yet."""
    orderable = {one.id: one for one in shown if assortment.opening_of(one) is not None}
    wanted = [one for one in seeking.popular(visitor.subscriber.region, visitor.now) if one in orderable]
    rest = sorted(orderable, key=lambda one: (not orderable[one].everywhere, orderable[one].group, one))
    return [orderable[one] for one in [*wanted, *(one for one in rest if one not in wanted)][:_POPULAR]]


def _shelf(way: Way, offer: Offer, paid: Ending | None, book: Book, words: Mapping[str, str], language: str) -> Shelf:
    label = words[_OPEN_VERBS[offer.opening.verb]] if offer.opening is not None else ""
    if offer.on and not way.on and offer.service.tiers and offer.service.behaviour != "sp_order":
        label = words["change_to"]
    ending = None
    if way.holding is not None and not way.holding.get("until"):
        if offer.cancels:
            ending = Ending(offer.service.id, way.tier, agreed=way.agreed)
        elif way.holding.get("provider") and paid is not None:
            ending = Ending(paid.service, picked=str(way.holding["number"]), agreed=paid.agreed)
    told = told_of(way.hurdle, words, language, book) if way.hurdle is not None else None
    return Shelf(way, told, label, ending)


def told_of(hurdle: Hurdle, words: Mapping[str, str], language: str, book: Book) -> Told:
    """What stands in the way, in our own words, with the way past it."""
    cause, facts = hurdle.cause, hurdle.facts
    if cause == "not_enough_money":
        key = "hurdle_not_enough_money" if facts["gift_counts"] or not facts["gift"] else "hurdle_not_enough_money_gift"
        sums = {name: say_money(int(facts[name]), language) for name in ("needed", "have", "gift")}
        return Told(words[key].format(**sums), words["hurdle_top_up"], links.link("web-top-up"))
    if cause == "excluded":
        product = str(facts["product"])
        address = links.link("web-service", product) if product in book.services else links.link("web-running")
        return Told(words["hurdle_excluded"].format(other=facts["other"].read(language)), words["hurdle_see"], address)
    text = words.get(f"hurdle_{cause}") or str(facts.get("words", ""))
    if cause == "suspended":
        return Told(text, words["hurdle_top_up"], links.link("web-top-up"))
    if cause == "inactive":
        return Told(text, words["hurdle_activate"], links.link("web-service", "sim_activation"))
    return Told(text, "", "")


def _fields(offer: Offer, language: str) -> list[Field]:
    return fields_of(offer.opening, offer.service, language) if offer.opening is not None else []


def _reading(offer: Offer, language: str, words: Mapping[str, str]) -> list[tuple[str, str, list[Field]]]:
    """What else can be done with it by a button: verb, label, what must be given."""
    actions = [(verb, offer.service.actions[verb]) for verb in _OTHER_VERBS if verb in offer.service.actions]
    found = [
        (verb.value, words[_OTHER_VERBS[verb]], fields_of(action, offer.service, language))
        for verb, action in actions
        if not (verb is Verb.QUERY and offer.service.behaviour == "my_menu")
    ]
    other = offer.service.actions.get(Verb.OTHER)
    if other is not None and offer.service.behaviour != "sp_list":
        found.append((Verb.OTHER.value, words["use"], fields_of(other, offer.service, language)))
    return found


def _faults(visitor: Visitor, language: str) -> list[str]:
    """What is known to be disturbed where this line lives, by kind."""
    here = Fault.objects.filter(answered_at=None, region__in=("", visitor.subscriber.region))
    names = set(here.values_list("category", flat=True))
    known = categories()
    return sorted(known[name].name.read(language) for name in names if name in known)
