"""A book's spellings, indexed once: what the dialogue looks up while a customer waits."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from careline.dialogue.book import READS, Book, Code, Service, Table, Verb
from careline.dialogue.names import Names, bits
from careline.dialogue.phrases import Phrases
from careline.dialogue.talk import Step
from careline.dialogue.utterance import normalise, squeezed
from careline.values.assurance import Assurance

_LEXICONS_MAX = 4
_CHAINS_MAX = 4096
_MARKS = "#*+"


class Entry(NamedTuple):
    """A code in its table; `head` is its normalised spelling, without the sign that a parameter follows."""

    table: Table
    code: Code
    head: str

    @property
    def node(self) -> str:
        """The menu node that it opens, or nothing."""
        if self.code.verb is not Verb.HELP:
            return ""
        return self.code.fixed.get("node", self.code.spelling)


class Sheet:
    """One table's spellings."""

    def __init__(self, table: Table, services: Mapping[str, Service]) -> None:
        self.table = table
        self.exact: dict[str, Entry] = {}  # whole messages
        self.heads: dict[str, Entry] = {}  # spellings that parameters may follow
        # Spellings that differ in a selector only: head -> selector -> entry (KTSJLL#5, KTSJLL#20; GPRS5, GPRS20).
        self.families: defaultdict[str, dict[str, Entry]] = defaultdict(dict)
        self.fused: set[str] = set()  # heads of families whose selector follows without a sign
        self.squeezed: dict[str, Entry] = {}
        for code in table.codes.values():
            if code.service in services:
                self._add(code)
        # Heads that free words follow, the longest first.
        self.wordy = sorted(
            (head for head, entry in self.heads.items() if takes_words(entry.code, services)), key=len, reverse=True
        )
        self.longest_head_first = sorted((h for h, e in self.heads.items() if e.code.fused), key=len, reverse=True)

    @property
    def why(self) -> str:
        """Why it applies to those whom it applies to."""
        table = self.table
        if table.region and table.brand:
            return "region and brand"
        return "region" if table.region else "brand" if table.brand else "default"

    def _add(self, code: Code) -> None:
        key = normalise(code.spelling)
        head = key.rstrip(_MARKS)
        if not head:
            return
        entry = Entry(self.table, code, head)
        if code.takes:
            self.heads[head] = entry
            if head == key:
                self.exact.setdefault(head, entry)
        else:
            self.exact[key] = entry
            self._join_family(key, entry)
        if squeezed(key):
            self.squeezed.setdefault(squeezed(key), entry)

    def _join_family(self, key: str, entry: Entry) -> None:
        place = next((index for index, sign in enumerate(key) if sign in _MARKS), 0)
        if place:
            self.families[key[:place]][key[place + 1 :]] = entry
            return
        tier = normalise(entry.code.fixed.get("tier", ""))
        head = key.removesuffix(tier) if tier else key
        # A family of digits alone would derive meaning from how a number ends.
        if head != key and head.isalpha():
            self.families[head][tier] = entry
            self.fused.add(head)


def takes_words(code: Code, services: Mapping[str, Service]) -> bool:
    """Whether all that follows the spelling is one free text."""
    action = services[code.service].actions.get(code.verb)
    kinds = {parameter.name: parameter.kind for parameter in action.parameters} if action else {}
    return [kinds.get(name) for name in code.takes] == ["words"]


class Chain:
    """The tables that apply to one kind of subscriber on one day, the first that has a spelling winning."""

    def __init__(self, lexicon: "Lexicon", region: str, tables: Iterable[Table], early: Iterable[Table]) -> None:
        self.lexicon = lexicon
        self.sheets = [lexicon.sheets[table.id] for table in tables]
        self.tables = tuple(sheet.table for sheet in self.sheets)
        self.early = [lexicon.sheets[table.id] for table in early]
        self.exact: dict[str, Entry] = {}
        self.squeezed: dict[str, Entry] = {}
        self.pointed: dict[tuple[str, str, str, str], str] = {}  # what `pointing` tells to send
        self.step = Step("tables", {sheet.table.id: sheet.why for sheet in self.sheets})
        self.known: dict[str, Any] = {}  # what `understanding` has found out of exact spellings
        self.by_meaning: defaultdict[tuple[str, Verb], list[Entry]] = defaultdict(list)
        for sheet in reversed(self.sheets):
            self.exact |= sheet.exact
            self.squeezed |= sheet.squeezed
        for sheet in self.sheets:
            for code in sheet.table.codes.values():
                head = normalise(code.spelling).rstrip(_MARKS)
                self.by_meaning[code.service, code.verb].append(Entry(sheet.table, code, head))
        listed = {service for service, _ in self.by_meaning}
        self.services = {
            service.id: service
            for service in lexicon.book.services.values()
            if (service.id in listed or service.everywhere)
            and (not service.regions or region in service.regions)
            and set(service.actions) != {Verb.HELP}
        }

    @cached_property
    def spellings(self) -> list[tuple[str, int, Entry]]:
        """Spellings that may be proposed, with their characters as bits. Never the second step of an order: that would
        be a yes to a question which was not asked."""
        own = [(one, bits(one), entry) for one, entry in self.exact.items() if entry.code.verb is not Verb.CONFIRM]
        # A slip of a spelling that only other regions have (CXYR for CXYE) is offered as the code that does it here.
        borrowed = [
            (one, bits(one), local)
            for one, entries in self.lexicon.anywhere.items()
            if one not in self.exact and entries[0].code.verb in READS and not one.isdigit()
            if (local := self.local(entries[0].code.service, entries[0].code.verb)) is not None
        ]
        return own + borrowed

    @cached_property
    def absent(self) -> Names:
        """The names of services that exist, but not here."""
        services = self.lexicon.book.services.values()
        return Names((one for one in services if one.id not in self.services), self.lexicon.phrases)

    @cached_property
    def names(self) -> Names:
        return Names(self.services.values(), self.lexicon.phrases)

    def local(self, service: str, verb: Verb, tier: str = "") -> Entry | None:
        """How this subscriber's own tables spell an action, if they do."""
        entries = self.by_meaning.get((service, verb), ())
        for entry in entries:
            if entry.code.fixed.get("tier", "") == tier:
                return entry
        return entries[0] if entries else None

    def table_of(self, service: str, verb: Verb | None = None) -> Table | None:
        """The table whose rules hold for a service that was named in words: the one that lists it, else the first."""
        for (listed, listed_verb), entries in self.by_meaning.items():
            if listed == service and verb in (None, listed_verb) and entries:
                return entries[0].table
        return self.table_of(service) if verb else (self.tables[0] if self.tables else None)


class Lexicon:
    """All indexes of one book; `of` keeps the latest few, by identity, for a book is never changed."""

    _known: dict[int, "Lexicon"] = {}

    def __init__(self, book: Book) -> None:
        self.book = book
        self.phrases = Phrases(book.words)
        self.sheets = {table.id: Sheet(table, book.services) for table in book.tables.values()}
        self.anywhere: defaultdict[str, list[Entry]] = defaultdict(list)
        for sheet in self.sheets.values():
            for spelling, entry in {**sheet.heads, **sheet.exact}.items():
                self.anywhere[spelling].append(entry)
        self.two_faced = frozenset(self._two_faced())
        self.secret_heads = frozenset(self._secret_heads())
        self.suggestions_address = book.addresses.get("suggestions", "")
        self._chains: dict[tuple[str, str, date], Chain] = {}
        self._by_tables: dict[tuple[str, tuple[str, ...], tuple[str, ...]], Chain] = {}

    @classmethod
    def of(cls, book: Book) -> "Lexicon":
        found = cls._known.get(id(book))
        if found is not None and found.book is book:
            return found
        lexicon = cls(book)
        known = dict(list(cls._known.items())[-_LEXICONS_MAX + 1 :])
        known[id(book)] = lexicon
        cls._known = known  # replaced, never changed: other threads may be reading it
        return lexicon

    def chain(self, region: str, brand: str, day: date) -> Chain:
        key = (region, brand, day)
        found = self._chains.get(key)
        if found is None:
            tables = self.book.chain(region, brand, day)
            early = [
                table
                for table in self.book.tables.values()
                if table.region in (None, region) and table.brand in (None, brand)
                if table.valid_from is not None and table.valid_from > day
            ]
            same = (region, tuple(table.id for table in tables), tuple(table.id for table in early))
            found = self._by_tables.get(same) or Chain(self, region, tables, early)
            if len(self._chains) >= _CHAINS_MAX:
                self._chains, self._by_tables = {}, {}
            self._chains[key] = self._by_tables[same] = found
        return found

    def _two_faced(self) -> Iterable[str]:
        """Spellings that are a query in one table and a change in another: CXZD."""
        for spelling, entries in self.anywhere.items():
            verbs = {entry.code.verb for entry in entries} - {Verb.HELP, Verb.OTHER}
            if verbs & READS and verbs - READS:
                yield spelling

    def _secret_heads(self) -> Iterable[str]:
        for spelling, entries in self.anywhere.items():
            for entry in entries:
                action = self.book.services[entry.code.service].actions.get(entry.code.verb)
                # Who knows that the password will be asked for may write it behind the code at once.
                asked = action is not None and action.assurance > Assurance.LINE
                if action and (asked or any(parameter.secret for parameter in action.parameters)):
                    yield spelling
                    break
