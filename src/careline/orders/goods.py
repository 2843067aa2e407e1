"""What can be ordered: one TOML file each in packs/common/goods, read once a process."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from careline.catalogue.pack_files import Mistake, PackFileError, read_toml
from careline.catalogue.packs import packs_folder
from careline.orders.states import How, NotAllowed
from careline.values.language import LANGUAGES, Text

KINDS = ("plan", "sim", "handset", "accessory")
CARDS = ("new", "replacement")  # a SIM with a number of its own, or for the line of whoever orders it
CARRIER = "careline"  # the seller of what is our own
MOST_FEN = 100_000_00
_ID = re.compile(r"[a-z][a-z0-9_]{1,39}")
_SELLERS = "_sellers.toml"


@dataclass(frozen=True, slots=True)
class Discount:
    """A lower price for some time, some brands or members; the first that fits counts."""

    id: str
    fen: int
    why: Text
    brands: tuple[str, ...] = ()  # none: all
    member: bool = False  # only for those who completed an order here before
    since: date | None = None
    until: date | None = None  # the last day


class Wish(NamedTuple):
    """What is asked of the hall in the customer's name once the goods are received."""

    service: str
    verb: str
    tier: str


@dataclass(frozen=True, slots=True)
class Goods:
    """One thing of the shop; amounts in fen."""

    id: str
    kind: str  # one of KINDS
    name: Text
    about: Text
    fen: int  # the price
    list_fen: int  # what it costs elsewhere or before: shown struck out when it is more
    discounts: tuple[Discount, ...]
    pays: tuple[How, ...]
    brands: tuple[str, ...]  # who may buy; none: everyone
    return_days: int  # 0: not taken back
    seller: str  # CARRIER, or a partner of _sellers.toml
    needs_document: bool  # the receiver shows an ID at the door
    drawing: str  # which drawing stands for it
    order: int
    most: int  # of one order
    stock: int  # what the demo begins with
    wish: Wish | None
    card: str = ""  # of a SIM: one of CARDS
    credit_fen: int = 0  # on the new line of a SIM


class Seller(NamedTuple):
    id: str
    name: Text


class Price(NamedTuple):
    """What one piece costs somebody today, and why."""

    fen: int
    list_fen: int
    rule: str  # the id of the discount; "" none
    why: Text


class GoodsError(PackFileError):
    """Goods cannot be sold; the message says every mistake, one a line."""


def goods(folder: Path | None = None) -> Mapping[str, Goods]:
    """Everything by its id, in the order of the shop. Raises GoodsError when any file is wrong."""
    return _shelf(folder or goods_folder())[0]


def sellers(folder: Path | None = None) -> Mapping[str, Seller]:
    """Who sells: the carrier and its partners. Raises GoodsError."""
    return _shelf(folder or goods_folder())[1]


def named(id: str) -> Goods:
    """Raises NotAllowed("no_such_goods")."""
    found = goods().get(id)
    if found is None:
        raise NotAllowed("no_such_goods", id[:40])
    return found


def goods_folder() -> Path:
    return packs_folder() / "common" / "goods"


def price(thing: Goods, *, brand: str, member: bool = False, today: date) -> Price:
    """What one piece costs this customer today: the first discount that fits, else the price."""
    for rule in thing.discounts:
        in_time = (rule.since is None or rule.since <= today) and (rule.until is None or today <= rule.until)
        if in_time and (not rule.brands or brand in rule.brands) and (member or not rule.member):
            return Price(rule.fen, max(thing.list_fen, thing.fen), rule.id, rule.why)
    return Price(thing.fen, thing.list_fen, "", Text("", ""))


def lint(folder: Path | None = None) -> list[Mistake]:
    """Everything that is wrong with the files, in their order; nothing when all is well."""
    return _read(folder or goods_folder())[2]


@lru_cache(maxsize=8)
def _shelf(folder: Path) -> tuple[Mapping[str, Goods], Mapping[str, Seller]]:
    found, known, mistakes = _read(folder)
    if mistakes:
        raise GoodsError(mistakes)
    in_order = sorted(found, key=lambda one: (one.order, one.id))
    return MappingProxyType({one.id: one for one in in_order}), MappingProxyType(known)


def _read(folder: Path) -> tuple[list[Goods], dict[str, Seller], list[Mistake]]:
    mistakes: list[Mistake] = []
    known: dict[str, Seller] = {}
    for id, body in (read_toml(folder / _SELLERS, mistakes) or {}).items():
        reader = _Reader(_SELLERS, {id: body}, mistakes)
        known[id] = Seller(id, reader.text(id))
    found = []
    for path in sorted(folder.glob("[!_]*.toml")):
        reader = _Reader(path.name, read_toml(path, mistakes) or {}, mistakes)
        before = len(mistakes)
        thing = reader.goods(path.stem, known)
        if len(mistakes) == before:
            found.append(thing)
    if CARRIER not in known:
        mistakes.append(Mistake(_SELLERS, CARRIER, "the carrier itself is a seller: give it zh and en"))
    return found, known, mistakes


class _Reader:
    """Takes one file apart, field by field; what is left at the end nobody knows."""

    def __init__(self, file: str, body: dict[str, Any], mistakes: list[Mistake]) -> None:
        self.file, self.body, self.mistakes = file, dict(body), mistakes

    def wrong(self, field: str, what: str) -> None:
        self.mistakes.append(Mistake(self.file, field, what))

    def goods(self, stem: str, known: Mapping[str, Seller]) -> Goods:
        if not _ID.fullmatch(stem) or self.body.pop("id", None) != stem:
            self.wrong("id", f'write id = "{stem}", the name of the file: small letters, digits and underscores')
        kind = self.one_of("kind", KINDS)
        fen = self.number("fen", 0, MOST_FEN)
        list_fen = self.number("list_fen", 0, MOST_FEN, fen)
        if list_fen < fen:
            self.wrong("list_fen", "is not less than the price; leave it out where there is none")
        pays = tuple(How(one) for one in self.words("pays") if one in set(How))
        if not pays:
            self.wrong("pays", f"name at least one of {', '.join(How)}")
        seller = str(self.body.pop("seller", CARRIER))
        if seller not in known:
            self.wrong("seller", f"name one of {', '.join(known)} (in {_SELLERS})")
        discounts = tuple(self.discount(one, fen) for one in self.body.pop("discounts", []))
        thing = Goods(
            id=stem,
            kind=kind,
            name=self.text("name", 40),
            about=self.text("about"),
            fen=fen,
            list_fen=list_fen,
            discounts=discounts,
            pays=pays,
            brands=self.words("brands"),
            return_days=self.number("return_days", 0, 60, 7),
            seller=seller,
            needs_document=bool(self.body.pop("needs_document", False)),
            drawing=str(self.body.pop("drawing", kind)),
            order=self.number("order", 0, 1_000, 500),
            most=self.number("most", 1, 99, 2),
            stock=self.number("stock", 0, 100_000, 0),
            wish=self.wish(),
            card=self.one_of("card", CARDS) if kind == "sim" else "",
            credit_fen=self.number("credit_fen", 0, MOST_FEN, 0) if kind == "sim" else 0,
        )
        if thing.card and thing.most > 1:
            self.wrong("most", "is 1: each card is activated by itself, in an order of its own")
        if thing.credit_fen and thing.card != "new":
            self.wrong("credit_fen", "is for a line that is new")
        for field in self.body:
            self.wrong(field, "goods have no such field")
        return thing

    def discount(self, body: dict[str, Any], usual: int) -> Discount:
        inner = _Reader(self.file, body, self.mistakes)
        since, until = inner.body.pop("since", None), inner.body.pop("until", None)
        for field, day in (("since", since), ("until", until)):
            if day is not None and type(day) is not date:
                self.wrong(f"discounts.{field}", "write a day, without quotes: 2026-12-31")
                since = until = None
        found = Discount(
            id=str(inner.body.pop("id", "")),
            fen=inner.number("fen", 0, MOST_FEN, usual),
            why=inner.text("why", 40),
            brands=inner.words("brands"),
            member=bool(inner.body.pop("member", False)),
            since=since,
            until=until,
        )
        if not _ID.fullmatch(found.id):
            self.wrong("discounts.id", "give each discount a name of small letters")
        if found.fen > usual:
            self.wrong(f"discounts.{found.id}.fen", "a discount is not dearer than the price")
        for field in inner.body:
            self.wrong(f"discounts.{field}", "a discount has no such field")
        return found

    def wish(self) -> Wish | None:
        body = self.body.pop("wish", None)
        if body is None:
            return None
        if not isinstance(body, dict) or not body.get("service") or set(body) - {"service", "verb", "tier"}:
            self.wrong("wish", "write service, verb and perhaps tier, as the catalogue names them")
            return None
        return Wish(str(body["service"]), str(body.get("verb", "subscribe")), str(body.get("tier", "")))

    def text(self, field: str, longest: int = 400) -> Text:
        body = self.body.pop(field, None)
        if not isinstance(body, dict) or set(body) != set(LANGUAGES) or not all(body.values()):
            self.wrong(field, "write it in both languages: zh = and en =")
            return Text("", "")
        if max(map(len, body.values())) > longest:
            self.wrong(field, f"keep it within {longest} characters")
        return Text(str(body["zh"]), str(body["en"]))

    def number(self, field: str, least: int, most: int, usual: int | None = None) -> int:
        value = self.body.pop(field, usual)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self.wrong(field, f"is a whole number from {least} to {most}")
            return least
        return value

    def one_of(self, field: str, known: tuple[str, ...]) -> str:
        value = str(self.body.pop(field, ""))
        if value not in known:
            self.wrong(field, f"is one of {', '.join(known)}")
        return value

    def words(self, field: str) -> tuple[str, ...]:
        value = self.body.pop(field, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self.wrong(field, 'is a list of words: ["a", "b"]')
            return ()
        return tuple(value)
