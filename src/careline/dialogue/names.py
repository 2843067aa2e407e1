"""The names of the services that exist for a subscriber, found by what customers call them."""

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from itertools import accumulate
from math import ceil
from typing import NamedTuple

import pypinyin
from rapidfuzz.fuzz import ratio

from careline.dialogue.book import Service
from careline.dialogue.phrases import Phrases
from careline.dialogue.utterance import loose

_PRICE = re.compile(r"([0-9]{1,4}|标准)(?:元|块|YUAN)?(?:的)?")
_PARTS = re.compile(r"[/、]")
_BRACKETED = re.compile(r"[(（].*?[)）]")
_NEAR_BITS = 0.55  # sounds that share fewer letters cannot be that much alike
_TAILS = ("套餐", "业务", "功能", "包", "服务")
_SHORTEST_PART = 2


def bits(spelling: str) -> int:
    """The letters and digits of a spelling as a set of bits: two spellings one edit apart differ in two bits at most."""
    found = 0
    for character in spelling:
        found |= 1 << (ord(character) % 61)
    return found


_loose = lru_cache(maxsize=8192)(loose)  # names of books, which every chain has anew


class Found(NamedTuple):
    service: str
    tier: str
    share: float  # how much of the longer name the two have in common; 1.0 is the same name
    name: str


class Names:
    """Loose names -> services and tiers."""

    def __init__(self, services: Iterable[Service], phrases: Phrases) -> None:
        self.services = {service.id: service for service in services}
        self._exact: defaultdict[str, dict[tuple[str, str], None]] = defaultdict(dict)
        for service in self.services.values():
            for name in _names(service):
                self._add(phrases.one_way(_loose(name)), service.id, "")
            for tier in service.tiers.values():
                for name in (tier.name.zh, tier.name.en):
                    self._add(phrases.one_way(_loose(name)), service.id, tier.id)

    def _add(self, name: str, service: str, tier: str) -> None:
        if name:
            self._exact[name].setdefault((service, tier))

    def exact(self, name: str) -> list[Found]:
        """Services of just this name; with a price in it (20元流量套餐), of that tier."""
        for candidate in dict.fromkeys((name, *(name.removesuffix(tail) for tail in _TAILS))):
            if candidate in self._exact:
                return [Found(service, tier, 1.0, candidate) for service, tier in self._exact[candidate]]
        for price in _PRICE.finditer(name):
            base = name[: price.start()] + name[price.end() :]
            for candidate in dict.fromkeys((base, *(base.removesuffix(tail) for tail in _TAILS))):
                tier = "BZ" if price[1] == "标准" else price[1]
                found = [
                    Found(service, tier, 1.0, candidate)
                    for service, _ in self._exact.get(candidate, ())
                    if tier in self.services[service].tiers
                ]
                if found:
                    return found
        return []

    def part(self, name: str) -> list[Found]:
        """Services whose name holds this one or is held by it, nearest first, each service once."""
        if len(name) < _SHORTEST_PART:
            return []
        best: dict[str, Found] = {}
        for known in self._parts.around(name):
            if len(known) < (4 if known.isascii() else _SHORTEST_PART):
                continue
            share = min(len(known), len(name)) / max(len(known), len(name))
            for service, tier in self._exact[known]:
                if service not in best or best[service].share < share:
                    best[service] = Found(service, "" if known in name and not tier else tier, share, known)
        # A part may be the name of a tier only when that was said whole, or its price was.
        found = [one if one.tier and one.name in name else self._priced(one, name) for one in best.values()]
        return sorted(found, key=lambda one: (-one.share, one.name, one.service))

    def _priced(self, one: Found, name: str) -> Found:
        tiers = self.services[one.service].tiers
        return one._replace(tier=next((price[1] for price in _PRICE.finditer(name) if price[1] in tiers), ""))

    @cached_property
    def _parts(self) -> "_Parts":
        return _Parts(self._exact)

    @cached_property
    def sounds(self) -> list[tuple[str, str, str]]:
        """(how it sounds, its initials, service) of each Chinese name without a tier."""
        return [
            (sound(name), initials(name), service)
            for name, meanings in self._exact.items()
            if not name.isascii()
            for service, tier in meanings
            if not tier
        ]

    @cached_property
    def written(self) -> list[tuple[str, str]]:
        """(loose name, service) of every name without a tier."""
        return [(name, service) for name, meanings in self._exact.items() for service, tier in meanings if not tier]

    def sounding(self, spoken: str, least: float) -> Iterator[tuple[float, str]]:
        """(how much alike, up to 1, service) of each of `sounds` that is so much alike, in their order."""
        own, most = bits(spoken), (2 - least) / least
        places = [
            place
            for length in range(ceil(len(spoken) / most), int(len(spoken) * most) + 1)
            for its, place in self._spoken.get(length, ())
            if (own & its).bit_count() >= _NEAR_BITS * (own | its).bit_count()
        ]
        for place in sorted(places):
            known, _, service = self.sounds[place]
            if alike := ratio(known, spoken, score_cutoff=100 * least):
                yield alike / 100, service

    @cached_property
    def _spoken(self) -> Mapping[int, list[tuple[int, int]]]:
        """Length of a sound -> (its letters as bits, place in `sounds`): those much longer or shorter are not alike."""
        found: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for place, (known, _, _) in enumerate(self.sounds):
            found[len(known)].append((bits(known), place))
        return dict(found)

    def sharing(self, characters: set[str]) -> Iterator[tuple[int, str, str]]:
        """(how many of these characters it has, loose name, service) of each name that has one, in their order."""
        shared = Counter(place for character in characters for place in self._having.get(character, ()))
        for place in sorted(shared):
            yield (shared[place], *self.written[place])

    @cached_property
    def _having(self) -> Mapping[str, list[int]]:
        """Character -> places in `written` of the names that have it."""
        having: defaultdict[str, list[int]] = defaultdict(list)
        for place, (name, _) in enumerate(self.written):
            for character in set(name):
                having[character].append(place)
        return having


class _Parts:
    """Names of which a text is a part, or that are a part of it, without comparing with each."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = list(names)
        self._beginning: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)  # by the first two letters
        for place, name in enumerate(self._names):
            self._beginning[name[:_SHORTEST_PART]].append((name, place))
        # All names in one text, each behind a sign that no name holds.
        self._all = "\0" + "\0".join(self._names) + "\0"
        self._starts = list(accumulate((len(name) + 1 for name in self._names), initial=1))

    def around(self, text: str) -> list[str]:
        """These names, in their order."""
        places: set[int] = set()
        at = self._all.find(text)
        while at >= 0:
            place = bisect_right(self._starts, at) - 1
            places.add(place)
            at = self._all.find(text, self._starts[place + 1])
        for start in range(len(text) - 1):
            for name, place in self._beginning.get(text[start : start + _SHORTEST_PART], ()):
                if text.startswith(name, start):
                    places.add(place)
        return [self._names[place] for place in sorted(places)]


# Pairs that many speakers do not tell apart, merged so that their slips of the ear and the keyboard still meet.
_MERGED = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"), ("l", "n"))


@lru_cache(maxsize=8192)
def sound(text: str) -> str:
    """How a text sounds, in pinyin without tones, the pairs merged that are often confused."""
    spoken = "".join(pypinyin.lazy_pinyin(text)).lower()
    for first, second in _MERGED:
        spoken = spoken.replace(first, second)
    return spoken


@lru_cache(maxsize=8192)
def initials(text: str) -> str:
    """The first letters by which mnemonic codes are made: 来电显示 -> LDXS."""
    return "".join(pypinyin.lazy_pinyin(text, style=pypinyin.Style.FIRST_LETTER)).upper()


def _names(service: Service) -> Iterable[str]:
    for name in (service.name.zh, service.name.en, *service.aliases):
        yield name
        yield _BRACKETED.sub("", name)
        yield from _PARTS.split(name)
