"""Filters that nobody has: figures of a channel, region, brand, service or version that does not exist would be 0 of 0, and say nothing.

What the book knows is fine without a question to the database. Other keys may be of records from elsewhere or of earlier books:
they are looked up where attempts are summed by them, one key after the other by the index, so that the size of the tables does
not matter.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import LiteralString

from careline.catalogue.version import Version
from careline.dialogue.book import Book
from careline.insight import naming, sources
from careline.insight.folding import OWN, PROBES
from careline.insight.question import Filters
from careline.postgres import sql
from careline.values.language import Text

OURS = ("sms", "voice", "ussd", "web", "app")  # channels of customers
NAMED_MOST = 12  # of those there are
_WORDS = {
    "source": Text("来源", "source"),
    "channel": Text("渠道", "channel"),
    "region": Text("地区", "region"),
    "brand": Text("品牌", "brand"),
    "service": Text("业务", "service"),
    "version": Text("目录版本", "version of the catalogue"),
}


@dataclass(frozen=True, slots=True)
class Unknown:
    """A key that was asked for and that nobody has, with those there are; a long list has the most similar in front."""

    kind: str  # source, channel, region, brand, service, version
    key: str
    there: Sequence[Text]  # how each is written

    @property
    def said(self) -> Text:
        """One sentence, which names what there is, or the first of many."""
        what, many = _WORDS[self.kind], len(self.there) > NAMED_MOST
        shown = self.there[:NAMED_MOST]
        zh, en = "、".join(one.zh for one in shown), ", ".join(one.en for one in shown)
        if not shown:
            return Text(
                f"没有{what.zh} {self.key}；还没有任何{what.zh}。",
                f"There is no {what.en} {self.key}; there is none at all.",
            )
        if many:
            return Text(
                f"没有{what.zh} {self.key}；共有 {len(self.there)} 个，如 {zh}。",
                f"There is no {what.en} {self.key}; there are {len(self.there)}, such as {en}.",
            )
        there = "there is" if len(shown) == 1 else "there are"
        return Text(f"没有{what.zh} {self.key}；有的是 {zh}。", f"There is no {what.en} {self.key}; {there} {en}.")


def unknown(filters: Filters, book: Book, *, named: bool = False) -> list[Unknown]:
    """The keys of these filters that nobody has; no statement where the book knows them all, else a few for each kind.

    `named`: those there are stand with their names, for people; else as they are typed.
    """
    found: list[Unknown] = []
    asked: dict[str, tuple[str, ...]] = {
        "channel": filters.channels, "region": filters.regions, "brand": filters.brands, "service": filters.services,
        "version": tuple(map(str, filters.versions)),
    }  # fmt: skip
    for kind, keys in asked.items():
        if all(_in_book(book, kind, key) for key in keys):
            continue
        there = dict.fromkeys([*_of_book(book, kind), *_recorded(kind)])
        missing = [key for key in keys if key not in there and not _in_book(book, kind, key)]
        found += [_of(book, kind, key, there, named=named) for key in missing]
    return found


def unknown_sources(asked: Iterable[str], known: Iterable[str]) -> list[Unknown]:
    """The sources that nobody has, of those there are; our own and dial tests are there before anything is recorded."""
    held = sorted({OWN, PROBES, *known})
    return [Unknown("source", one, [Text(name, name) for name in held]) for one in asked if one not in held]


def _of(book: Book, kind: str, key: str, there: Iterable[str], *, named: bool) -> Unknown:
    keys = [one for one in there if one]
    if len(keys) > NAMED_MOST:
        keys.sort(key=lambda one: (-SequenceMatcher(None, one.lower(), key.lower()).ratio(), one))
    return Unknown(kind, key, [_written(book, kind, one, named=named) for one in keys])


def _written(book: Book, kind: str, key: str, *, named: bool) -> Text:
    zh, en = naming.key_of(book, kind, key) if named else Text(key, key)
    return Text(zh if zh == key else f"{zh}（{key}）", en if en == key else f"{en} ({key})")


def _in_book(book: Book, kind: str, key: str) -> bool:
    match kind:
        case "channel":
            return key in naming.CHANNELS and key != ""
        case "service":  # or one that is named though it is in no catalogue, as topping up
            return key in book.services or naming.service(book, key) != Text(key, key)
        case "version":
            return key == str(book.version)
    return key in (book.regions if kind == "region" else book.brands)


def _of_book(book: Book, kind: str) -> list[str]:
    match kind:
        case "channel":
            return list(OURS)
        case "service":
            return sorted(book.services)
        case "version":
            return [str(number) for number in Version.objects.order_by("-number").values_list("number", flat=True)]
    return sorted(book.regions if kind == "region" else book.brands)


# From one key to the next by the index: as many steps as there are keys, however many days and services there are.
_NEXT: LiteralString = (
    "WITH RECURSIVE k (source, key) AS (SELECT s.source, (SELECT min(key) FROM insight_pair p WHERE p.source = s.source"
    " AND p.dimension = %(kind)s) FROM unnest(%(sources)s::text[]) AS s (source) UNION ALL"
    " SELECT k.source, (SELECT min(key) FROM insight_pair p WHERE p.source = k.source AND p.dimension = %(kind)s"
    " AND p.key > k.key) FROM k WHERE k.key IS NOT NULL) SELECT DISTINCT key FROM k WHERE key IS NOT NULL ORDER BY key"
)
_NEXT_SERVICE: LiteralString = (
    "WITH RECURSIVE k (source, key) AS (SELECT s.source, (SELECT min(service) FROM insight_day d WHERE d.source = s.source)"
    " FROM unnest(%(sources)s::text[]) AS s (source) UNION ALL"
    " SELECT k.source, (SELECT min(service) FROM insight_day d WHERE d.source = k.source AND d.service > k.key)"
    " FROM k WHERE k.key IS NOT NULL) SELECT DISTINCT key FROM k WHERE key IS NOT NULL ORDER BY key"
)


def _recorded(kind: str) -> list[str]:
    """The keys under which anything was ever counted, of any source."""
    there = {"sources": list({OWN, PROBES, *sources.known()})}
    rows = sql.run(_NEXT_SERVICE, there) if kind == "service" else sql.run(_NEXT, there | {"kind": kind})
    return [str(row[0]) for row in rows]
