"""A table of attempts from elsewhere as a file: decoded, its columns found, each line checked and understood."""

import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from careline.dialogue.book import Verb
from careline.insight import clock
from careline.values.cause import Cause
from careline.values.language import Text
from careline.values.msisdn import Msisdn
from careline.values.outcome import Outcome

LINES_MAX = 2_000_000
HEADS_TOLD = 20
FAULTS_MAX = 1_000  # that are told; all are counted
TOLD_EVERY = 10_000  # lines
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

_LOOSE = re.compile(r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})( +[0-9]{1,2}(?=:))?(.*)\Z")
_COMPACT = re.compile(r"[0-9]{8}T[0-9]{4,}.*|.*T[0-9]{2,}.*")  # ISO 8601 without colons


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


class NotATable(ValueError):
    """The file as a whole cannot be read; `words` says why."""

    def __init__(self, words: Text) -> None:
        super().__init__(words.en)
        self.words = words


def read(
    content: bytes, columns: Mapping[str, str] | None = None, *, channel: str = "", zone: ZoneInfo | None = None,
    told: Callable[[int], None] | None = None,
) -> Reading:  # fmt: skip
    """Read a CSV table (UTF-8, UTF-16 or GB 18030) with headings; `columns` maps ours to theirs where they differ.

    Times without an offset are those of `zone`, else of the installation. `channel` is that of lines without one. `told` hears
    every TOLD_EVERY lines how many were read. Raises NotATable when nothing can be read at all.
    """
    text = _decoded(content)
    first = text.partition("\n")[0]
    parted = max(
        ",;\t", key=first.count
    )  # spreadsheets of some countries write semicolons, and copied cells are parted by tabs
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=parted)
    try:
        heads = [head.strip() for head in next(rows, [])]
    except csv.Error as error:
        raise NotATable(Text("第 1 行不是 CSV。", f"Line 1 is not CSV: {error}.")) from error
    if not any(heads):
        raise NotATable(Text("文件是空的，或第一行没有表头。", "The file is empty, or its first line has no headings."))
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
            if told and reading.read % TOLD_EVERY == 0:
                told(reading.read)
            if len(row) > len(heads) and any(cell.strip() for cell in row[len(heads) :]):
                _wrong(reading, rows.line_num, [Text(f"有 {len(row)} 格，表头只有 {len(heads)} 列。",
                                                     f"It has {len(row)} cells, and there are {len(heads)} headings.")])  # fmt: skip
                continue
            _take(reading, rows.line_num, {name: row[at].strip() if at < len(row) else "" for name, at in places.items()},
                  seen, channel, zone or clock.zone())  # fmt: skip
    except csv.Error as error:
        raise NotATable(
            Text(f"第 {rows.line_num} 行不是 CSV。", f"Line {rows.line_num} is not CSV: {error}.")
        ) from error
    return reading


def _decoded(content: bytes) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):  # "Unicode text" of spreadsheets
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise NotATable(Text("编码不是完整的 UTF-16。", "The file is no whole UTF-16.")) from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotATable(
        Text("编码既不是 UTF-8、UTF-16，也不是 GB 18030。", "The file is neither UTF-8, UTF-16 nor GB 18030.")
    )


def _places(heads: list[str], columns: Mapping[str, str]) -> dict[str, int]:
    if unknown := sorted(set(columns) - set(COLUMNS)):
        ours = ", ".join(COLUMNS)
        raise NotATable(Text(f"我们没有这样的列：{'、'.join(unknown)}；有的是 {ours}。",
                             f"We have no column {', '.join(unknown)}; there are {ours}."))  # fmt: skip
    wanted = {name: columns.get(name, name) for name in COLUMNS}
    lacking = [name for name in COLUMNS if wanted[name] not in heads and (name in NEEDED or name in columns)]
    if lacking:
        missing = [wanted[name] for name in lacking]
        there = [head if head.isprintable() else ascii(head) for head in heads][:HEADS_TOLD]
        raise NotATable(Text(
            f"缺少列：{'、'.join(missing)}。文件里的列是：{'、'.join(there)}。名称不同时用 --map 对应，"
            f"如 --map {lacking[0]}=文件里的名称。",
            f"Columns are missing: {', '.join(missing)}. The file has: {', '.join(there)}. Where names differ, say which is"
            f" which: --map {lacking[0]}=theirs.",
        ))  # fmt: skip
    return {name: heads.index(theirs) for name, theirs in wanted.items() if theirs in heads}


def _take(
    reading: Reading, number: int, cells: Mapping[str, str], seen: dict[str, int], channel: str, zone: ZoneInfo
) -> None:
    faults = list(_faults(cells, zone))
    key = cells["key"]
    if key and key in seen:
        faults.append(Text(f"键 {key} 在第 {seen[key]} 行已出现。", f"Key {key} stands in line {seen[key]} already."))
    if faults:
        _wrong(reading, number, faults)
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


def _wrong(reading: Reading, number: int, faults: Sequence[Text]) -> None:
    reading.faulty += 1
    room = FAULTS_MAX - len(reading.faults)
    reading.faults += [Fault(number, words) for words in faults[: max(0, room)]]


def _faults(cells: Mapping[str, str], zone: ZoneInfo) -> Iterator[Text]:
    for name, most in COLUMNS.items():
        value = cells.get(name, "")
        if not value and name in NEEDED:
            yield Text(f"{name} 为空。", f"{name} is empty.")
        elif len(value) > most or not value.isprintable():
            yield Text(f"{name} 过长或含控制字符。", f"{name} is too long, or has control characters.")
    written = cells["ended_at"]
    if written and _time(written, zone) is None:
        yield Text(f"ended_at 不是时间：{written}；应如 2008-03-09 14:05:00。",
                   f"ended_at is not a time: {written}; it is written 2008-03-09 14:05:00.")  # fmt: skip
    elif written and ":" not in written and not _COMPACT.fullmatch(written):
        yield Text(f"ended_at 只有日期：{written}；没有时刻就不能算时段。",
                   f"ended_at is a day alone: {written}; without a time of day it belongs to no hour.")  # fmt: skip
    verb, outcome, cause = cells["verb"], cells["outcome"], cells.get("cause", "")
    if verb and VERBS.get(verb, verb) not in set(Verb):
        yield Text(
            f"verb 不认识：{verb}；可用 {'、'.join(VERBS)}。", f"verb is unknown: {verb}; there are {', '.join(Verb)}."
        )
    ended = OUTCOMES.get(outcome, outcome)
    if outcome and ended not in set(Outcome):
        yield Text(
            f"outcome 不认识：{outcome}；可用 {'、'.join(OUTCOMES)}。",
            f"outcome is unknown: {outcome}; there are {', '.join(Outcome)}.",
        )
    elif ended == Outcome.DONE and cause:
        yield Text("成功的没有原因。", "What is done has no cause.")
    elif outcome and ended != Outcome.DONE and CAUSES.get(cause, cause) not in set(Cause):
        yield Text(
            f"cause 不认识：{cause or '空'}；可用 {'、'.join(CAUSES)}，或 {', '.join(Cause)}。",
            f"cause is unknown: {cause or 'empty'}; there are {', '.join(Cause)}.",
        )
    if (version := cells.get("version", "")) and not (version.isascii() and version.isdigit()):
        yield Text("version 不是整数。", "version is not a whole number.")
    if cells.get("msisdn") and _number(cells["msisdn"]) is None:
        yield Text("msisdn 不是号码。", "msisdn is not a number.")


def _time(written: str, zone: ZoneInfo) -> datetime | None:
    if parts := _LOOSE.match(written):  # 2008/3/9 9:05, as spreadsheets write it
        year, month, day, hour, rest = parts.groups()
        written = f"{year}-{month:0>2}-{day:0>2}" + (f" {hour.strip():0>2}" if hour else "") + rest
    try:
        at = datetime.fromisoformat(written)
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
