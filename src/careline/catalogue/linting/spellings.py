"""Rules about spellings: within one scope each means one thing, and none hides another."""

from collections.abc import Iterator
from datetime import date
from itertools import combinations

from careline.catalogue.linting.finding import Finding, Severity, Subject, Where, error, note, warning
from careline.dialogue.book import Book, Code, Service, Table, Verb
from careline.dialogue.lexicon import takes_words
from careline.dialogue.utterance import SEPARATORS, loose

# Two rows of one table that share a spelling do not compile at all (`compiling_codes`), so they are not looked for here.


def conflicts(book: Book) -> list[Finding]:
    """The contradictions between tables of one scope, which are not even imported (SMS-24)."""
    return [finding for finding in _overlaps(book) if finding.severity is Severity.ERROR]


def overlapping_tables(subject: Subject) -> Iterator[Finding]:
    """Two tables of one region and brand in force on one day: only one of them can answer."""
    yield from _overlaps(subject.book)


def _overlaps(book: Book) -> Iterator[Finding]:
    for one, other in combinations(sorted(book.tables.values(), key=lambda table: table.id), 2):
        if (one.region, one.brand) != (other.region, other.brand) or not _at_once(one, other):
            continue
        clashing = [
            one.codes[key].spelling
            for key in one.codes.keys() & other.codes.keys()
            if _meaning(one.codes[key]) != _meaning(other.codes[key])
        ]
        where = Where("table", other.id)
        mend = ("改正地区、品牌或起止日期", "mend the region, the brand or the dates of one of them")
        if clashing:
            few = ", ".join(sorted(clashing)[:8]) + ("…" if len(clashing) > 8 else "")
            yield error(
                "conflicting_rows",
                where,
                (
                    f"与表 {one.id} 范围相同且同时有效，这些代码含义不同：{few}",
                    f"has the scope of table {one.id} at the same time, and these codes mean different things: {few}",
                ),
                mend,
            )
        else:
            yield warning(
                "overlapping_tables",
                where,
                (f"与表 {one.id} 范围相同且同时有效", f"has the scope of table {one.id} at the same time"),
                mend,
            )


def _at_once(one: Table, other: Table) -> bool:
    starts = max(one.valid_from or date.min, other.valid_from or date.min)
    ends = min(one.valid_until or date.max, other.valid_until or date.max)
    return starts < ends


def _meaning(code: Code) -> tuple[object, ...]:
    return code.service, code.verb, dict(code.fixed)


def shadowed_values(subject: Subject) -> Iterator[Finding]:
    """An exact spelling that begins like a code with a value, and means something else: the value can never be sent."""
    for table in subject.book.tables.values():
        # Free words give way to what is exactly a code: nobody complains with the one word PROGRESS.
        taking = {
            key.removesuffix("#"): code
            for key, code in table.codes.items()
            if code.takes and not takes_words(code, subject.book.services)
        }
        for key, exact in table.codes.items():
            for head, code in taking.items():
                rest = key[len(head) :]
                if not rest or rest == "#" or not key.startswith(head) or code is exact:
                    continue
                parted = rest[0] in SEPARATORS and rest[0] in table.separators
                if not (parted or (code.fused and rest.isdigit())):
                    continue
                if (exact.service, exact.verb) != (code.service, code.verb):
                    yield warning(
                        "shadowed_value",
                        Where("code", f"{table.id}/{exact.spelling}"),
                        (
                            f"遮住了代码 {code.spelling} 带值 {rest.lstrip(SEPARATORS)} 的写法",
                            f"hides the code {code.spelling} with the value {rest.lstrip(SEPARATORS)}",
                        ),
                        ("改用别的代码，或让两者含义一致", "choose another spelling, or let both mean the same"),
                    )


def ambiguous_names(subject: Subject) -> Iterator[Finding]:
    """Names by which two services of one table are called: the customer will be asked which."""
    holders: dict[str, list[Service]] = {}
    for service in subject.book.services.values():
        for name in {loose(one) for one in (service.name.zh, *service.aliases)} - {""}:
            holders.setdefault(name, []).append(service)
    places = _places(subject.book)
    for name, services in sorted(holders.items()):
        for one, other in combinations(sorted(services, key=lambda service: service.id), 2):
            shared = places[one.id] & places[other.id]
            verbs = (one.actions.keys() & other.actions.keys()) - {Verb.DESCRIBE}
            if shared and verbs:  # the verb said with the name tells the others apart
                yield warning(
                    "ambiguous_name",
                    Where("service", other.id, "aliases"),
                    (
                        f"名称“{name}”也属于业务 {one.id}({', '.join(sorted(shared))})",
                        f"the name {name} belongs to the service {one.id} too ({', '.join(sorted(shared))})",
                    ),
                    (
                        "改名或删去别名，否则会向客户追问",
                        "rename or drop the alias, or customers are asked which they mean",
                    ),
                )


def hidden_names(subject: Subject) -> Iterator[Finding]:
    """A service's name that is the code of another service: the code wins."""
    by_name: dict[str, Service] = {}
    for service in subject.book.services.values():
        for name in (service.name.zh, *service.aliases):
            by_name.setdefault(loose(name), service)
    places = _places(subject.book)
    for table in subject.book.tables.values():
        for code in table.codes.values():
            named = by_name.get(loose(code.spelling))
            if named and named.id != code.service and table.id in places[named.id]:
                yield warning(
                    "hidden_name",
                    Where("code", f"{table.id}/{code.spelling}"),
                    (f"此代码同时是业务 {named.id} 的名称", f"this code is the name of the service {named.id} too"),
                    ("改名或改代码", "change the name or the code"),
                )


def _places(book: Book) -> dict[str, frozenset[str]]:
    """The tables in which each service exists."""
    found: dict[str, set[str]] = {service: set() for service in book.services}
    for table in book.tables.values():
        for code in table.codes.values():
            found.setdefault(code.service, set()).add(table.id)
    everywhere = frozenset(book.tables)
    return {
        name: everywhere if name in book.services and book.services[name].everywhere else frozenset(tables)
        for name, tables in found.items()
    }


def menu_digits(subject: Subject) -> Iterator[Finding]:
    """Codes of one digit, which are replies to numbered questions as well."""
    for table in subject.book.tables.values():
        for code in table.codes.values():
            if len(code.spelling) == 1 and code.spelling.isdigit():
                yield note(
                    "menu_digit",
                    Where("code", f"{table.id}/{code.spelling}"),
                    ("有未答的问题时，此数字算作回答", "while a question is open, this digit is its answer"),
                    ("无须改动；请在说明中写清", "nothing to mend; say so where the code is published"),
                )


RULES = (overlapping_tables, shadowed_values, ambiguous_names, hidden_names, menu_digits)
