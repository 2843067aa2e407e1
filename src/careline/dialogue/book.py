"""The book: one published catalogue as immutable values, the only form in which the dialogue knows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from careline.values.language import Text
from careline.values.money import Minor
from careline.values.period import Rest

NOTHING: Mapping[str, str] = MappingProxyType({})


def nothing() -> Mapping[str, str]:
    """The default of a mapping that may be empty; a factory, since dataclasses refuse an unhashable default."""
    return NOTHING


class Verb(StrEnum):
    """What can be done with a service; the verbs of the code tables."""

    QUERY = "query"
    STATUS = "status"  # is it on or off
    DESCRIBE = "describe"
    SUBSCRIBE = "subscribe"
    ORDER = "order"  # of a plan or package
    REGISTER = "register"  # apply for, join
    CANCEL = "cancel"
    CONFIRM = "confirm"  # the second step of a two-step order
    CONFIGURE = "configure"  # change, reset
    REDEEM = "redeem"
    HELP = "help"  # a menu node
    OTHER = "other"  # what fits no verb: activation, the dialogue behind 0000


READS = frozenset({Verb.QUERY, Verb.STATUS, Verb.DESCRIBE, Verb.HELP})
OPENS = frozenset({Verb.SUBSCRIBE, Verb.ORDER, Verb.REGISTER})


class Confirm(StrEnum):
    """When an order asks for a yes."""

    NEVER = "never"  # an exact published code is the yes
    ASK = "ask"  # asked back: yes or no
    CODE = "code"  # two steps: asked back, and a second published code is the yes (so is a plain yes)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value that the customer supplies; `kind` names its grammar (dialogue.grammar)."""

    name: str
    kind: str  # month, amount, msisdn, short_number, password, id_number, tier, count, service, words, docket
    label: Text
    example: str
    required: bool = True

    @property
    def secret(self) -> bool:
        return self.kind in ("password", "id_number")


@dataclass(frozen=True, slots=True)
class Tier:
    """One variant of a service with a price of its own, chosen by its id (5, 20, BZ)."""

    id: str
    name: Text
    price: Minor  # per month unless the service's `per` says otherwise
    quota: Text | None = None  # what it holds, in words
    about: Text | None = None
    allowances: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))  # quota id -> units


@dataclass(frozen=True, slots=True)
class Action:
    verb: Verb
    parameters: tuple[Parameter, ...] = ()
    confirm: Confirm = Confirm.NEVER
    effect: str = "now"  # or "next_month"
    closed: bool = False  # no longer offered to new customers
    assurance: int = 1  # values.assurance.Assurance


@dataclass(frozen=True, slots=True)
class Service:
    id: str
    group: str
    behaviour: str
    name: Text
    about: Text
    product: str  # the carrier's product code; for reads, what to ask for
    aliases: tuple[str, ...] = ()
    price: Minor = Minor(0)
    per: str = "month"  # month, year, once
    paid_to: str = "carrier"  # or the content provider's name: then charged to the basic account only
    actions: Mapping[Verb, Action] = field(default_factory=lambda: MappingProxyType({}))
    tiers: Mapping[str, Tier] = field(default_factory=lambda: MappingProxyType({}))
    brands: frozenset[str] = frozenset()  # eligible brands; empty: all
    regions: frozenset[str] = frozenset()  # where it exists; empty: everywhere
    excludes: frozenset[str] = frozenset()  # services that cannot be on together with it
    settings: Mapping[str, str] = field(default_factory=nothing)  # what the behaviour alone understands
    words: Mapping[str, Text] = field(
        default_factory=lambda: MappingProxyType({})
    )  # overrides of the behaviour's words
    everywhere: bool = False  # exists for every subscriber, also where no code table lists it


@dataclass(frozen=True, slots=True)
class Code:
    """One row of a code table: a spelling and what it means there."""

    spelling: str  # as printed, for people
    service: str
    verb: Verb
    form: str = "numeric"  # numeric, pinyin, chinese
    fixed: Mapping[str, str] = field(
        default_factory=nothing
    )  # parameters that the spelling itself carries (tier=5, effect=next_month)
    takes: tuple[str, ...] = ()  # names of parameters that follow it, in order; asked for when missing
    optional: frozenset[str] = frozenset()  # those of them that may be left out
    fused: bool = False  # they may follow without a separator
    ask_first: bool = False  # asks for a yes although it is exact (a spelling that is a query elsewhere)
    brands: frozenset[str] = frozenset()
    certainty: str = "sure"  # sure, repaired, doubtful
    note: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """A menu node: what it lists, in order."""

    spelling: str
    title: Text
    children: tuple[str, ...]  # spellings in the same table


@dataclass(frozen=True, slots=True)
class Table:
    """A code table: the spellings of one region and brand, for a period of time."""

    id: str
    name: Text
    region: str | None = None
    brand: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    separators: str = "#"  # signs between a code and its parameters
    rests: tuple[Rest, ...] = ()
    abroad: bool = True  # served while roaming abroad
    # By any unique key; the dialogue goes by `Code.spelling`. Two rows may share a spelling when only one takes parameters.
    codes: Mapping[str, Code] = field(default_factory=lambda: MappingProxyType({}))
    nodes: Mapping[str, Node] = field(default_factory=lambda: MappingProxyType({}))
    first_node: str | None = None

    def reigns(self, day: date) -> bool:
        return (self.valid_from is None or day >= self.valid_from) and (
            self.valid_until is None or day < self.valid_until
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """What one key of a menu leads to: another node, an action of a service, or a word that the dialogue knows."""

    node: str = ""  # id of a node of the same menu
    service: str = ""
    verb: Verb | None = None
    tier: str = ""
    parameters: Mapping[str, str] = field(default_factory=nothing)
    word: str = ""  # person, english, chinese, mine (the personal menu, offered where it is on), senior (on and off)
    label: Text | None = None  # said instead of the name that verb and service make


@dataclass(frozen=True, slots=True)
class MenuNode:
    """One node of a keypad menu. Keys 1 to 8 choose by position; 9 repeats, 0 is a person, * goes back."""

    id: str
    title: Text
    choices: tuple[Choice, ...]
    intro: Text | None = None  # said before the choices, where the title alone is not enough


@dataclass(frozen=True, slots=True)
class Menu:
    """The menu of those who press keys (calls, USSD), for one region, brand and language, for a period of time."""

    id: str
    name: Text
    nodes: Mapping[str, MenuNode]
    first: str  # id of the node that a call begins with
    greeting: Text | None = None
    region: str | None = None
    brand: str | None = None
    language: str | None = None  # None: for both
    senior: bool = False  # the short, slow one for customers who chose it
    valid_from: date | None = None
    valid_until: date | None = None

    def reigns(self, day: date) -> bool:
        return (self.valid_from is None or day >= self.valid_from) and (
            self.valid_until is None or day < self.valid_until
        )


@dataclass(frozen=True, slots=True)
class Book:
    """A whole published version. Everything reachable from it is immutable and may be shared by threads."""

    version: int
    services: Mapping[str, Service]
    tables: Mapping[str, Table]
    words: Mapping[str, Text]  # text key -> template; `toggle.subscribe.done`, `error.unknown`, …
    regions: Mapping[str, Text]
    brands: Mapping[str, Text]
    limits: Mapping[str, int]  # misses_before_person, question_minutes, confirm_minutes, suggestions, parts_max, …
    glossary: Mapping[str, Text] = field(default_factory=lambda: MappingProxyType({}))  # jargon -> plain words
    addresses: Mapping[str, str] = field(default_factory=nothing)  # hall, suggestions -> the number that is written to
    menus: Mapping[str, Menu] = field(default_factory=lambda: MappingProxyType({}))

    def chain(self, region: str, brand: str, day: date) -> tuple[Table, ...]:
        """The tables that apply, first wins: region and brand, region, brand, default; only those in force on `day`."""
        fitting = [
            table for table in self.tables.values() if table.region in (None, region) and table.brand in (None, brand)
        ]
        fitting.sort(key=lambda table: (table.region is None, table.brand is None, table.id))
        return tuple(table for table in fitting if table.reigns(day))

    def menu(self, region: str, brand: str, language: str, day: date, *, senior: bool = False) -> Menu | None:
        """The keypad menu that applies: the most special of those in force; a senior one only where it is asked for."""
        fitting = [
            menu
            for menu in self.menus.values()
            if menu.region in (None, region)
            and menu.brand in (None, brand)
            and menu.language in (None, language)
            and (senior or not menu.senior)
            and menu.reigns(day)
        ]
        fitting.sort(
            key=lambda menu: (
                not menu.senior,
                menu.region is None,
                menu.brand is None,
                menu.language is None,
                menu.id,
            )
        )
        return fitting[0] if fitting else None
