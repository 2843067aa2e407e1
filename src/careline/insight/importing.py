"""Records from elsewhere: a table of attempts is read line by line, checked, and taken in once, under a source of its own."""

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import LiteralString
from zoneinfo import ZoneInfo

from django.db import transaction

from careline.dialogue.book import Verb
from careline.insight import clock, folding
from careline.insight.models import Import
from careline.postgres import sql
from careline.values.cause import Cause
from careline.values.language import Text
from careline.values.msisdn import Msisdn
from careline.values.outcome import Outcome

LINES_MAX = 2_000_000
FAULTS_MAX = 1_000  # that are told; all are counted
HAND = 5_000
NEEDED = ("key", "ended_at", "service", "verb", "outcome")
COLUMNS = {  # ours -> the most that it holds
    "key": 64, "ended_at": 40, "service": 64, "verb": 16, "outcome": 16, "cause": 32, "channel": 16, "region": 32, "brand": 32,
    "version": 9, "node": 64, "msisdn": 20,
}  # fmt: skip
VERBS = {"开通": "subscribe", "办理": "subscribe", "订购": "order", "申请": "register", "关闭": "cancel", "取消": "cancel",
         "退订": "cancel", "查询": "query", "变更": "configure", "修改": "configure", "兑换": "redeem"}  # fmt: skip
OUTCOMES = {"成功": "done", "失败": "failed", "拒绝": "refused", "未知": "unknown", "放弃": "abandoned"}
CAUSES = {"自助语音引导性差": "guidance", "语音引导性差": "guidance", "提示语错误": "wrong_prompt", "系统繁忙": "carrier_busy",
          "系统故障": "carrier_fault", "系统超时": "carrier_silent", "通道故障": "channel_fault", "平台故障": "hall_fault",
          "输入错误": "wrong_parameter", "密码错误": "wrong_password", "用户放弃": "left", "用户挂机": "left",
          "未应答": "no_answer"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line; the first of a file is its headings."""

    line: int
    words: Text


@dataclass(frozen=True, slots=True)
class Line:
    key: str
    msisdn: str
    channel: str
    region: str
    brand: str
    service: str
    verb: str
    version: int
    node: str
    outcome: str
    cause: str
    ended_at: datetime


@dataclass(slots=True)
class Reading:
    """A file as it was understood."""

    lines: list[Line] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    faulty: int = 0
    read: int = 0
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file: lines read, new ones, and those that were there before."""

    read: int
    added: int

    @property
    def known(self) -> int:
        return self.read - self.added


class NotATable(ValueError):
    """The file as a whole cannot be read; `words` says why."""

    def __init__(self, words: Text) -> None:
        super().__init__(words.en)
        self.words = words


def read(
    content: bytes, columns: Mapping[str, str] | None = None, *, channel: str = "", zone: ZoneInfo | None = None
) -> Reading:
    """Read a CSV table (UTF-8 or GB 18030) with headings; `columns` maps ours to theirs where they differ.

    Times without an offset are those of `zone`, else of the installation. `channel` is that of lines without one.
    Raises NotATable when nothing can be read at all.
    """
    rows = csv.reader(io.StringIO(_decoded(content), newline=""))
    heads = [head.strip() for head in next(rows, [])]
    places = _places(heads, columns or {})
    reading = Reading(digest=hashlib.sha256(content).hexdigest())
    seen: dict[str, int] = {}
    try:
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            if reading.read >= LINES_MAX:
                raise NotATable(Text(f"超过 {LINES_MAX} 行。", f"More than {LINES_MAX} lines."))
            reading.read += 1
            _take(reading, rows.line_num, {name: row[at].strip() if at < len(row) else "" for name, at in places.items()},
                  seen, channel, zone or clock.zone())  # fmt: skip
    except csv.Error as error:
        raise NotATable(
            Text(f"第 {rows.line_num} 行不是 CSV。", f"Line {rows.line_num} is not CSV: {error}.")
        ) from error
    return reading


def take_in(reading: Reading, *, source: str, name: str, by: str, now: datetime) -> Taken:
    """Take in what was read, each key of a source once, and count its days anew; one transaction.

    Raises ValueError for the names of our own records and runs, or one that is empty or long.
    """
    if source in (folding.OWN, folding.PROBES) or not source.strip() or len(source) > 32:
        raise ValueError("a source of its own is needed")
    added = 0
    with transaction.atomic():
        sql.run("SELECT pg_advisory_xact_lock(hashtext('insight import'), hashtext(%s))::text", [source])
        for at in range(0, len(reading.lines), HAND):
            added += insert(source, reading.lines[at : at + HAND])
        for since, until in _spans(reading.lines):
            folding.fold_import(source, since, until)
        Import.objects.create(
            source=source, name=name[:200], digest=reading.digest, lines=reading.read, added=added, by=by, at=now
        )
    return Taken(len(reading.lines), added)


def forget(source: str) -> int:
    """Everything of one source goes, but never our own; returns how many records."""
    if source in (folding.OWN, folding.PROBES):
        raise ValueError("our own records are not forgotten like this")
    with transaction.atomic():
        forgotten = sql.execute("DELETE FROM insight_record WHERE source = %s", [source])
        sql.execute("DELETE FROM insight_day WHERE source = %s", [source])
        sql.execute("DELETE FROM insight_hour WHERE source = %s", [source])
        for table in _SUMS:
            sql.execute(table, [source])
        sql.execute("DELETE FROM insight_node WHERE source = %s", [source])
        sql.execute("DELETE FROM insight_contact WHERE source = %s", [source])
        sql.execute("DELETE FROM insight_caller WHERE source = %s", [source])
        sql.execute("DELETE FROM insight_dials WHERE source = %s", [source])
        sql.execute("DELETE FROM insight_import WHERE source = %s", [source])
    return forgotten


_SUMS: tuple[LiteralString, ...] = (
    "DELETE FROM insight_area WHERE source = %s",
    "DELETE FROM insight_margin WHERE source = %s",
    "DELETE FROM insight_pair WHERE source = %s",
)


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotATable(Text("编码既不是 UTF-8 也不是 GB 18030。", "The file is neither UTF-8 nor GB 18030."))


def _places(heads: list[str], columns: Mapping[str, str]) -> dict[str, int]:
    if unknown := sorted(set(columns) - set(COLUMNS)):
        raise NotATable(Text(f"没有这样的列:{'、'.join(unknown)}。", f"There is no column {', '.join(unknown)}."))
    wanted = {name: columns.get(name, name) for name in COLUMNS}
    missing = [wanted[name] for name in COLUMNS if wanted[name] not in heads and (name in NEEDED or name in columns)]
    if missing:
        raise NotATable(Text(f"缺少列:{'、'.join(missing)}。", f"Columns are missing: {', '.join(missing)}."))
    return {name: heads.index(theirs) for name, theirs in wanted.items() if theirs in heads}


def _take(
    reading: Reading, number: int, cells: Mapping[str, str], seen: dict[str, int], channel: str, zone: ZoneInfo
) -> None:
    faults = list(_faults(cells, zone))
    key = cells["key"]
    if key and key in seen:
        faults.append(Text(f"键 {key} 在第 {seen[key]} 行已出现。", f"Key {key} stands in line {seen[key]} already."))
    if faults:
        reading.faulty += 1
        room = FAULTS_MAX - len(reading.faults)
        reading.faults += [Fault(number, words) for words in faults[: max(0, room)]]
        return
    seen[key] = number
    at = _time(cells["ended_at"], zone)
    assert at is not None
    reading.lines.append(
        Line(
            key, _number(cells.get("msisdn", "")) or "", cells.get("channel") or channel, cells.get("region", ""),
            cells.get("brand", ""), cells["service"], VERBS.get(cells["verb"], cells["verb"]),
            int(cells.get("version") or 0), cells.get("node", ""), OUTCOMES.get(cells["outcome"], cells["outcome"]),
            CAUSES.get(cells.get("cause", ""), cells.get("cause", "")), at,
        )
    )  # fmt: skip


def _faults(cells: Mapping[str, str], zone: ZoneInfo) -> Iterator[Text]:
    for name, most in COLUMNS.items():
        value = cells.get(name, "")
        if not value and name in NEEDED:
            yield Text(f"{name} 为空。", f"{name} is empty.")
        elif len(value) > most or not value.isprintable():
            yield Text(f"{name} 过长或含控制字符。", f"{name} is too long, or has control characters.")
    if cells["ended_at"] and _time(cells["ended_at"], zone) is None:
        yield Text("ended_at 不是时间,如 2008-03-09 14:05:00。", "ended_at is not a time such as 2008-03-09 14:05:00.")
    verb, outcome, cause = cells["verb"], cells["outcome"], cells.get("cause", "")
    if verb and VERBS.get(verb, verb) not in set(Verb):
        yield Text(f"verb 不认识:{verb}。", f"verb is unknown: {verb}.")
    ended = OUTCOMES.get(outcome, outcome)
    if outcome and ended not in set(Outcome):
        yield Text(f"outcome 不认识:{outcome}。", f"outcome is unknown: {outcome}.")
    elif ended == Outcome.DONE and cause:
        yield Text("成功的没有原因。", "What is done has no cause.")
    elif outcome and ended != Outcome.DONE and CAUSES.get(cause, cause) not in set(Cause):
        yield Text(f"cause 不认识:{cause or '空'}。", f"cause is unknown: {cause or 'empty'}.")
    if (version := cells.get("version", "")) and not (version.isascii() and version.isdigit()):
        yield Text("version 不是整数。", "version is not a whole number.")
    if cells.get("msisdn") and _number(cells["msisdn"]) is None:
        yield Text("msisdn 不是号码。", "msisdn is not a number.")


def _time(written: str, zone: ZoneInfo) -> datetime | None:
    try:
        at = datetime.fromisoformat(written.replace("/", "-"))
    except ValueError:
        return None
    at = (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    return at if 1990 <= at.year <= 2100 else None


def _number(written: str) -> str | None:
    if not written:
        return ""
    try:
        return Msisdn.parse(written).digits
    except ValueError:
        return None


def insert(source: str, lines: list[Line]) -> int:
    """Write down these records, those whose keys are new; returns how many. One statement; days are not counted here."""
    return sql.execute(
        "INSERT INTO insight_record (source, key, msisdn, channel, region, brand, service, verb, version, node, outcome,"
        " cause, ended_at) SELECT %s, * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],"
        " %s::text[], %s::int[], %s::text[], %s::text[], %s::text[], %s::timestamptz[]) ON CONFLICT DO NOTHING",
        [source, *sql.columns([_row(line) for line in lines])],
    )


def _row(line: Line) -> tuple[object, ...]:
    return (
        line.key, line.msisdn, line.channel, line.region, line.brand, line.service, line.verb, line.version, line.node,
        line.outcome, line.cause, line.ended_at,
    )  # fmt: skip


def _spans(lines: list[Line]) -> list[tuple[date, date]]:
    """The local days of these records, a month's at a time."""
    where = clock.zone()
    days = sorted({clock.slot_of(clock.whole(line.ended_at), where).day for line in lines})
    spans: dict[tuple[int, int], tuple[date, date]] = {}
    for day in days:
        first, _ = spans.get((day.year, day.month), (day, day))
        spans[day.year, day.month] = (first, day)
    return list(spans.values())
