"""The personal menu, one list for every channel: what is on it, and changing it by buttons.

Switching it on and off is an attempt like any other (service my10086). What stands on it is the customer's own list, which
a text changes without an attempt as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from careline.dialogue.book import READS, Book, Service, Verb
from careline.dialogue.lexicon import Chain, Entry
from careline.dialogue.rendering import name_of, verb_word
from careline.dialogue.talk import Subscriber
from careline.dialogue.utterance import normalise
from careline.hall import conversation
from careline.identity import recognising
from careline.selfcare.assortment import agreed, chain_of, services
from careline.values.language import Text

SERVICE = "my10086"
MOST = 9  # entries, where the catalogue's limit `menu_max` says nothing else: the keys 1 to 9
_USED_MOST = 20


class NotPossible(Exception):
    """`code`: off, full, absent, no_such."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Deed:
    """One entry: what it does, and the wish that does it."""

    spelling: str
    label: Text
    service: str
    verb: str
    tier: str
    agreed: str
    needs: bool  # values must be given: its page asks for them
    reads: bool
    about: Text


def limit(book: Book) -> int:
    return int(book.limits.get("menu_max", MOST))


def entries(book: Book, subscriber: Subscriber, now: datetime) -> list[Deed]:
    """What the customer chose, in their order."""
    chain = chain_of(book, subscriber, now)
    return [_deed(book, entry) for entry in _chosen(chain, subscriber)[: limit(book)]]


def quick(book: Book, subscriber: Subscriber, now: datetime, most: int = 6) -> list[Deed]:
    """What to offer on the first page: the customer's own menu where it is on, else what they ask for most by text."""
    chain = chain_of(book, subscriber, now)
    chosen = _chosen(chain, subscriber) if subscriber.menu_on else []
    if not chosen:
        key = (subscriber.msisdn, "sms")
        used = conversation.stand([key])[key].state.get("used") or {}
        spellings = sorted(used, key=lambda spelling: -used[spelling])[:_USED_MOST]
        found = [chain.exact[one] for one in spellings if one in chain.exact]
        chosen = [entry for entry in found if entry.code.verb in READS]
    return [_deed(book, entry) for entry in chosen if entry.code.verb is not Verb.HELP][:most]


def choosable(book: Book, subscriber: Subscriber, now: datetime) -> list[tuple[Service, list[Deed]]]:
    """What may be put on it: for each service one entry a thing that can be done, as its easiest code does it."""
    chain = chain_of(book, subscriber, now)
    on = {entry.head for entry in _chosen(chain, subscriber)}
    taken = {(deed.service, deed.verb, deed.tier) for deed in entries(book, subscriber, now)}
    found: dict[str, dict[tuple[str, str], Entry]] = {}
    for entry in chain.exact.values():
        code = entry.code
        if code.verb in (Verb.HELP, Verb.CONFIRM) or code.certainty == "doubtful" or entry.head in on:
            continue
        way = (code.verb.value, code.fixed.get("tier", ""))
        if (code.service, *way) in taken or set(code.fixed) - {"tier"}:
            continue
        known = found.setdefault(code.service, {})
        if way not in known or _ease(entry) < _ease(known[way]):
            known[way] = entry
    shown = services(book, subscriber, now)
    return [
        (service, [_deed(book, entry) for entry in found[service.id].values()])
        for service in shown
        if service.id in found
    ]


def _ease(entry: Entry) -> tuple[int, int, str]:
    return {"pinyin": 0, "numeric": 1}.get(entry.code.form, 2), len(entry.code.spelling), entry.code.spelling


def add(book: Book, subscriber: Subscriber, spelling: str, now: datetime) -> None:
    """Put it at the end; once only. Raises NotPossible: off, full, no_such."""
    chain = chain_of(book, subscriber, now)
    entry = chain.exact.get(normalise(spelling[:64])) if spelling else None
    if entry is None:
        raise NotPossible("no_such")
    chosen = _chosen(chain, subscriber)
    if any(one.head == entry.head for one in chosen):
        return
    if len(chosen) >= limit(book):
        raise NotPossible("full")
    _keep(subscriber, [*chosen, entry])


def remove(book: Book, subscriber: Subscriber, spelling: str, now: datetime) -> None:
    """Take it off. Raises NotPossible: off, absent."""
    chosen = _chosen(chain_of(book, subscriber, now), subscriber)
    gone = _place(chosen, spelling)
    _keep(subscriber, chosen[:gone] + chosen[gone + 1 :])


def move(book: Book, subscriber: Subscriber, spelling: str, by: int, now: datetime) -> None:
    """Move it up (-1) or down (1); at either end it stays. Raises NotPossible: off, absent."""
    chosen = _chosen(chain_of(book, subscriber, now), subscriber)
    place = _place(chosen, spelling)
    target = max(0, min(len(chosen) - 1, place + (1 if by > 0 else -1)))
    chosen.insert(target, chosen.pop(place))
    _keep(subscriber, chosen)


def arrange(book: Book, subscriber: Subscriber, spellings: Sequence[str], now: datetime) -> None:
    """Put these there, in this order, and nothing else. Raises NotPossible: off, full, no_such."""
    chain = chain_of(book, subscriber, now)
    found = {entry.head: entry for one in spellings if (entry := chain.exact.get(normalise(one[:64]))) is not None}
    if len(found) < len(spellings):
        raise NotPossible("no_such")
    if len(found) > limit(book):
        raise NotPossible("full")
    _keep(subscriber, list(found.values()))


def _place(chosen: list[Entry], spelling: str) -> int:
    head = normalise(spelling[:64]) if spelling else ""
    for place, entry in enumerate(chosen):
        if head in (entry.head, normalise(entry.code.spelling)):
            return place
    raise NotPossible("absent")


def _keep(subscriber: Subscriber, chosen: list[Entry]) -> None:
    if not subscriber.menu_on:
        raise NotPossible("off")
    recognising.keep_menus({subscriber.msisdn: (True, tuple(entry.code.spelling for entry in chosen))})


def _chosen(chain: Chain, subscriber: Subscriber) -> list[Entry]:
    return [chain.exact[one] for one in map(normalise, subscriber.menu) if one in chain.exact]


def _deed(book: Book, entry: Entry) -> Deed:
    code, service = entry.code, book.services[entry.code.service]
    tier = code.fixed.get("tier", "")
    action = service.actions.get(code.verb)
    name, word = name_of(book, service.id, tier), verb_word(book, code.verb, "page")
    return Deed(
        spelling=code.spelling,
        label=Text(f"{word.zh}{name.zh}", f"{word.en} {name.en}"),
        service=service.id,
        verb=code.verb.value,
        tier=tier if tier in service.tiers else "",
        agreed=agreed(service, tier),
        needs=bool(code.takes) or bool(action and any(one.required for one in action.parameters)),
        reads=code.verb in READS,
        about=service.about,
    )
