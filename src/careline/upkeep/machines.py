"""The register of equipment with its age rule: at most 20 % in use for more than five years (MON-02)."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from django.db import transaction
from django.db.models import Q

from careline.cases.free_text import from_staff
from careline.journal.writing import write
from careline.upkeep.duties import duties
from careline.upkeep.models import WORDS, Machine
from careline.upkeep.refusing import Refused
from careline.values.spreadsheet import harmless

COLUMNS = ("name", "kind", "place", "bought_on", "retired_on", "host", "notes")
# The same columns as the Chinese page and its refusals call them.
CHINESE = {"名称": "name", "种类": "kind", "地点": "place", "购置日期": "bought_on", "停用日期": "retired_on", "主机名": "host",
           "备注": "notes"}  # fmt: skip
MACHINES_MAX = 5_000
FILE_BYTES_MAX = 1_000_000
_LONGEST = {"name": 80, "kind": 40, "place": 80, "host": 80, "notes": WORDS}
_EARLIEST = date(1980, 1, 1)


@dataclass(frozen=True, slots=True)
class Age:
    """The age rule on one day: `over` of `all` machines in use are older than allowed."""

    over: int
    all: int

    @property
    def share(self) -> Fraction | None:
        return Fraction(self.over, self.all) if self.all else None

    @property
    def met(self) -> bool | None:
        """None where no machine is in use: an empty register proves nothing."""
        return None if self.share is None else self.share * 100 <= duties().old_percent_max

    def __str__(self) -> str:
        return f"{self.over}/{self.all}" + ("" if self.share is None else f" = {float(self.share) * 100:.1f} %")


class NotARegister(ValueError):
    """A file that cannot be taken as a whole; `faults` has line, column and code of each fault."""

    def __init__(self, faults: Sequence[tuple[int, str, str]]) -> None:
        super().__init__("; ".join(f"line {line}: {column} {code}" for line, column, code in faults[:20]))
        self.faults = faults


def share_over_age(today: date) -> tuple[int, int]:
    """How many machines in use that day are used for more than five years, and of how many."""
    found = age(today)
    return found.over, found.all


def age(today: date) -> Age:
    """One statement."""
    held = in_use(today)
    return Age(sum(is_old(one, today) for one in held), len(held))


def in_use(day: date) -> list[Machine]:
    """Bought by then, and not retired before."""
    still = Q(retired_on=None) | Q(retired_on__gt=day)
    return list(Machine.objects.filter(still, bought_on__lte=day).order_by("bought_on", "name"))


def years(bought: date, today: date) -> int:
    """Whole years of use; 29 February has its birthday on 1 March of other years."""
    return today.year - bought.year - ((today.month, today.day) < (bought.month, bought.day))


def is_old(machine: Machine, today: date) -> bool:
    """More than five years: the fifth anniversary itself is still within."""
    limit, bought = duties().old_years, machine.bought_on
    return (today.year - bought.year, today.month, today.day) > (limit, bought.month, bought.day)


def ages(today: date) -> list[tuple[int, int]]:
    """Whole years of use -> machines, from 0 to the oldest, without gaps; for the chart."""
    found = [years(one.bought_on, today) for one in in_use(today)]
    return [(year, found.count(year)) for year in range(max([*found, duties().old_years]) + 1)]


def keep(fields: Mapping[str, str], *, by: str, now: datetime, today: date, number: int | None = None) -> Machine:
    """Enter a machine, or change the one of this number. Raises Refused: missing, too_long, no_day, future, retired_before,
    name_taken, no_such_machine; `values` names the field.
    """
    read = _read(fields, today)
    with transaction.atomic():
        held = Machine.objects.select_for_update().filter(pk=number).first() if number is not None else Machine()
        if held is None:
            raise Refused("no_such_machine")
        if Machine.objects.filter(name=read["name"]).exclude(pk=held.pk).exists():
            raise Refused("name_taken", field="name")
        _put(held, read, by, now)
    return held


def take(data: bytes, *, by: str, now: datetime, today: date) -> tuple[int, int]:
    """Take a CSV of the register, all of it or nothing: (new, changed). A machine is known by its name.

    The first line names the columns, in English or Chinese: name, kind and bought_on at least. Raises NotARegister.
    """
    rows = _rows(data)
    faults: list[tuple[int, str, str]] = []
    read: list[dict[str, object]] = []
    names: set[str] = set()
    for line, row in enumerate(rows, 2):
        try:
            one = _read(row, today)
        except Refused as no:
            faults.append((line, str(no.values.get("field", "")), no.code))
            continue
        if one["name"] in names:
            faults.append((line, "name", "twice"))
        names.add(str(one["name"]))
        read.append(one)
    if faults:
        raise NotARegister(faults)
    new = changed = 0
    with transaction.atomic():
        held = {one.name: one for one in Machine.objects.select_for_update().filter(name__in=names)}
        for one in read:
            was = held.get(str(one["name"]))
            if was is None:
                new += 1
                _put(Machine(), one, by, now)
            elif any(getattr(was, name) != value for name, value in one.items()):
                changed += 1
                _put(was, one, by, now)
    return new, changed


def as_csv(today: date) -> str:
    """The whole register with the age of each; what a spreadsheet would take for a formula gets an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow((*COLUMNS, "years", "over_age"))
    for one in Machine.objects.order_by("bought_on", "name"):
        ended = one.retired_on is not None and one.retired_on <= today
        cells = [_cell(getattr(one, name)) for name in COLUMNS]
        writer.writerow([*cells, years(one.bought_on, today), "" if ended else int(is_old(one, today))])
    return out.getvalue()


def _cell(value: object) -> str:
    return str(harmless("" if value is None else str(value)))


def _rows(data: bytes) -> list[dict[str, str]]:
    if len(data) > FILE_BYTES_MAX:
        raise NotARegister([(1, "", "too_large")])
    written = _decoded(data)
    try:
        reader = csv.DictReader(io.StringIO(written, newline=""), restkey="more", restval="", strict=True)
        heads = [CHINESE.get(head.strip(), head.strip()) for head in reader.fieldnames or ()]
        reader.fieldnames = heads
        lacking = [name for name in ("name", "kind", "bought_on") if name not in heads]
        if lacking:
            raise NotARegister([(1, name, "no_column") for name in lacking])
        found: list[dict[str, str]] = []
        for row in reader:
            if len(found) >= MACHINES_MAX:
                raise NotARegister([(reader.line_num, "", "too_many")])
            found.append({name: _plain(str(row.get(name) or "")) for name in COLUMNS})
    except csv.Error:
        raise NotARegister([(1, "", "not_csv")]) from None
    if not found:
        raise NotARegister([(1, "", "empty")])
    return found


def _decoded(data: bytes) -> str:
    """UTF-8, or GB 18030 as a Chinese spreadsheet writes a plain CSV."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotARegister([(1, "", "not_utf8")])


def _plain(cell: str) -> str:
    """An apostrophe that we put before a formula ourselves is taken away again."""
    return cell[1:] if cell.startswith("'") and harmless(cell[1:]) == cell else cell


def _read(fields: Mapping[str, str], today: date) -> dict[str, object]:
    read: dict[str, object] = {}
    for name, longest in _LONGEST.items():
        value = fields.get(name, "").strip()
        if len(value) > longest:
            raise Refused("too_long", field=name)
        if name in ("name", "kind") and not value:
            raise Refused("missing", field=name)
        read[name] = from_staff(value) if name == "notes" else value
    bought, retired = (_day(fields.get(name, ""), name, today) for name in ("bought_on", "retired_on"))
    if bought is None:
        raise Refused("missing", field="bought_on")
    if retired is not None and retired < bought:
        raise Refused("retired_before", field="retired_on")
    return read | {"bought_on": bought, "retired_on": retired}


def _day(written: str, name: str, today: date) -> date | None:
    if not written.strip():
        return None
    try:
        day = date.fromisoformat(written.strip())
    except ValueError:
        raise Refused("no_day", field=name) from None
    if day < _EARLIEST:
        raise Refused("no_day", field=name)
    if day > today:
        raise Refused("future", field=name)
    return day


def _put(machine: Machine, read: Mapping[str, object], by: str, now: datetime) -> None:
    new = machine.pk is None
    before = {} if new else {name: str(getattr(machine, name)) for name in read}
    for name, value in read.items():
        setattr(machine, name, value)
    machine.changed_by, machine.changed_at = by, now
    machine.save()
    after = {name: str(value) for name, value in read.items()}
    changes = (
        after if new else {name: f"{before[name]} → {after[name]}" for name in after if before[name] != after[name]}
    )
    did = "enter_machine" if new else "change_machine"
    write(who=by, did=did, what="upkeep", record=machine.name, now=now, detail=changes)
