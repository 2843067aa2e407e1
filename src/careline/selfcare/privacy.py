"""What we keep about a number, by parts: why, how much, what may be deleted, and why the rest stays until when.

A part is one file of `selfcare/privacy_parts` with `PART`; its tables are read and forgotten by the same statements, so no
room needs code for it. What the carrier keeps (accounts, bills, holdings) is no part: it is never touched from here.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db import connection

from careline.catalogue.packs import packs_folder
from careline.shelf import Shelf
from careline.values.language import Text
from careline.values.msisdn import Msisdn

HAND = 500  # rows that one statement reads or forgets
# The names and conditions that statements are put together from stand in the files of the parts; nothing of a request does.


@dataclass(frozen=True, slots=True)
class Table:
    """One table that holds records of a number.

    `goes` says in SQL which of its rows may go; it and `until` may use %(now)s and %(days)s (an interval, of the part's
    `days` in the policy). `forget` is "delete", or the SET clause that takes the customer out of the row. `until` is from when on a row
    that stays may go; without one it stays as long as its reason holds. `source` is a FROM clause where the number stands in another table.
    `whole` are columns that the customer's copy shows unmasked: numbers of their own.
    """

    name: str
    at: str  # column of its time
    shown: tuple[str, ...]
    why: Text = Text("", "")  # what stays, stays for this
    goes: str = "false"
    forget: str = "delete"
    until: str = "NULL::timestamptz"
    source: str = ""
    number: str = "msisdn"
    whole: tuple[str, ...] = ()

    @property
    def rows(self) -> str:
        """The rows of one number, as what follows FROM; the table itself is called t."""
        return f"{self.source or f'{self.name} t'} WHERE {self.number} = %(number)s"


@dataclass(frozen=True, slots=True)
class Part:
    """Records of one kind: what they are, what we need them for, and the tables that hold them."""

    order: int
    title: Text
    purpose: Text
    tables: tuple[Table, ...]
    days: str = "orders"  # which entry of the policy's days `until` and `goes` count with


@dataclass(frozen=True, slots=True)
class Kept:
    """What stays of a part, and until when; no `until`: as long as the reason holds."""

    why: Text
    until: datetime | None
    count: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How much of a part there is, how much may go, and what stays."""

    name: str
    part: Part
    records: int
    goes: int
    kept: tuple[Kept, ...]


@lru_cache
def parts() -> Mapping[str, Part]:
    """Every part by its name, in the order in which it is shown and forgotten."""
    shelf = Shelf("careline.selfcare.privacy_parts")
    found = {name: shelf.thing(name, "PART", Part) for name in shelf.names}
    return dict(sorted(found.items(), key=lambda one: (one[1].order, one[0])))


def standing(msisdn: Msisdn, now: datetime) -> list[Standing]:
    """What there is of this number; one statement a table."""
    return [_standing(name, part, msisdn, now) for name, part in parts().items()]


def rows(part: Part, table: Table, msisdn: Msisdn) -> Iterator[dict[str, Any]]:
    """The records of one table, the oldest first, by the hand."""
    place, columns = 0, ", ".join(f"t.{column}" for column in table.shown)
    while True:
        held = _run(
            f"SELECT {columns} FROM {table.rows} ORDER BY t.{table.at}, t.ctid LIMIT %(hand)s OFFSET %(place)s",  # noqa: S608
            {"number": msisdn.digits, "hand": HAND, "place": place},
        )
        for row in held:
            yield dict(zip(table.shown, row, strict=True))
        if len(held) < HAND:
            return
        place += HAND


def forget(name: str, msisdn: Msisdn, now: datetime, before: datetime | None = None) -> int:
    """Forget a hand of what may go of this part; how many, 0 when nothing is left that may. `before`: of what was there then."""
    part = parts()[name]
    for table in part.tables:
        then = f" AND t.{table.at} <= %(before)s" if before else ""
        chosen = f"(SELECT t.ctid FROM {table.rows} AND ({table.goes}){then} LIMIT %(hand)s)"  # noqa: S608
        whole = table.forget == "delete"
        deed = f"DELETE FROM {table.name}" if whole else f"UPDATE {table.name} SET {table.forget}"  # noqa: S608
        values = _values(part, msisdn, now) | {"hand": HAND, "before": before}
        with connection.cursor() as cursor:
            cursor.execute(f"{deed} WHERE ctid = ANY(ARRAY{chosen})", values)
            if cursor.rowcount:
                return int(cursor.rowcount)
    return 0


def change(statement: str, values: Any) -> int:
    """Run a statement that was put together from what parts say; how many rows it changed."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def days(name: str) -> int:
    """The days of the policy of that name."""
    return int(_policy(packs_folder())["days"][name])


def exports_a_day() -> int:
    return int(_policy(packs_folder())["export"]["times_a_day"])


def _standing(name: str, part: Part, msisdn: Msisdn, now: datetime) -> Standing:
    records = going = 0
    kept: dict[Text, Kept] = {}
    for table in part.tables:
        # How many are there, how many of them may go, and until when does the last of the others stay?
        [(count, goes, until)] = _run(
            f"SELECT count(*), count(*) FILTER (WHERE ({table.goes})), max({table.until})"  # noqa: S608
            f" FILTER (WHERE NOT ({table.goes})) FROM {table.rows}",
            _values(part, msisdn, now),
        )
        records, going = records + count, going + goes
        if count > goes and table.why.zh:
            known = kept.get(table.why, Kept(table.why, until, 0))
            ends = max(until, known.until) if until and known.until else None
            kept[table.why] = Kept(table.why, ends, known.count + count - goes)
    return Standing(name, part, records, going, tuple(kept.values()))


def _run(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, dict(values))
        return list(cursor.fetchall())


def _values(part: Part, msisdn: Msisdn, now: datetime) -> dict[str, Any]:
    return {"number": msisdn.digits, "now": now, "days": f"{days(part.days)} days"}


@lru_cache(maxsize=2)
def _policy(packs: Path) -> Mapping[str, Any]:
    return tomllib.loads((packs / "common" / "privacy.toml").read_text(encoding="utf-8"))
