"""Records from elsewhere: read line by line, taken in once, kept apart, and counted by the same definitions."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from careline.insight import asking, importing
from careline.insight.asking import Filters, Period
from careline.insight.checking import recount
from careline.insight.rates import Rate, percent
from careline.insight.strata import stratify
from tests.insight.records import fold, record

MARCH = Period(date(2008, 3, 1), date(2008, 3, 31))
QUARTER = Period(date(2008, 1, 1), date(2008, 3, 31))
DIAL = Filters(sources=("dialtest",))
HEAD = "编号,时间,业务,操作,结果,原因\n"
COLUMNS = {"key": "编号", "ended_at": "时间", "service": "业务", "verb": "操作", "outcome": "结果", "cause": "原因"}


def take(table: str, source: str = "dialtest") -> importing.Taken:
    reading = importing.read(table.encode(), COLUMNS, channel="voice")
    assert not reading.faults
    return importing.take_in(reading, source=source, name="x.csv", by="gao", now=timezone.now())


@pytest.mark.django_db
def test_dial_tests_of_another_system_give_the_table_by_month() -> None:
    table = HEAD
    for month, tests, failures in ((1, 40, 1), (2, 30, 0), (3, 50, 2)):
        for number in range(tests):
            ended = "失败,自助语音引导性差" if number < failures else "成功,"
            table += f"{month}-{number},2008-0{month}-09 {number % 24:02}:30,彩铃,开通,{ended}\n"
    table += "q1,2008-03-09 10:00,余额,查询,失败,系统繁忙\n"
    take(table)

    rows = [
        (one.key[0], one.failed, one.applications, str(one.rate)) for one in asking.count(("month",), QUARTER, DIAL)
    ]
    assert rows == [
        ("2008-01", 1, 40, "2.50 %"),
        ("2008-02", 0, 30, "0.00 %"),
        ("2008-03", 2, 50, "4.00 %"),
    ]
    assert str(asking.total(QUARTER, DIAL).rate) == "2.50 %"
    assert recount(date(2008, 3, 9), "dialtest").exact


@pytest.mark.django_db
def test_failures_by_day_and_by_hour_are_those_of_the_local_clock() -> None:
    table = HEAD
    for day, hour, failed in ((8, 23, 1), (9, 0, 0), (9, 9, 2), (9, 21, 1)):
        for number in range(100):
            ended = "失败,自助语音引导性差" if number < failed else "成功,"
            table += f"{day}-{hour}-{number},2008/03/{day:02} {hour:02}:59:59,彩铃,关闭,{ended}\n"
    take(table)

    by_day = [(one.key[0].day, one.failed, str(one.rate)) for one in asking.count(("day",), MARCH, DIAL)]
    assert by_day == [(8, 1, "1.00 %"), (9, 3, "1.00 %")]
    for filters in (DIAL, DIAL.only(services=("彩铃",))):
        by_hour = {one.key[0]: one.failed for one in asking.count(("hour",), MARCH, filters)}
        assert by_hour == {0: 0, 9: 2, 21: 1, 23: 1}


@pytest.mark.django_db
def test_the_golden_data_set_gives_the_published_figures() -> None:
    rows = [("自助语音引导性差", 374), ("系统繁忙", 30), ("提示语错误", 21), ("用户挂机", 80)]
    table, number = HEAD, 0
    for cause, times in rows:
        for _ in range(times):
            number += 1
            table += _golden(number, f"失败,{cause}")
    for good in range(number + 1, 19_691):
        table += _golden(good, "成功,")
    take(table)

    assert str(asking.total(QUARTER, DIAL).rate) == "2.56 %"
    failures = asking.failures(QUARTER, DIAL)
    system = {cause: failures[cause] for cause in ("guidance", "carrier_busy", "wrong_prompt")}
    assert percent(Rate(sum(system.values()), sum(failures.values())).share) == "84.16 %"
    top = stratify(system)[0]
    assert (top.name, percent(top.share), top.crux) == ("guidance", "88.00 %", True)


def _golden(number: int, ended: str) -> str:
    """A line somewhere in the quarter."""
    at = f"2008-0{1 + number % 3}-{1 + number % 28:02} {number % 24:02}:00"
    return f"{number},{at},业务{number % 9},开通,{ended}\n"


@pytest.mark.django_db
def test_a_file_that_comes_twice_counts_once() -> None:
    table = HEAD + "1,2008-03-09 10:00,彩铃,开通,成功,\n2,2008-03-09 11:00,彩铃,开通,成功,\n"
    assert take(table) == importing.Taken(2, 2)
    assert take(table + "3,2008-03-09 12:00,彩铃,开通,成功,\n") == importing.Taken(3, 1)
    assert asking.total(MARCH, DIAL).applications == 3


@pytest.mark.django_db
def test_sources_are_never_mixed_unless_asked() -> None:
    record(5)
    fold()
    table = HEAD + "1,2026-11-10 12:00,caller_id,开通,成功,\n"
    take(table, "one")
    take(table, "other")

    day = Period(date(2026, 11, 10), date(2026, 11, 10))
    assert asking.total(day).applications == 5
    assert asking.total(day, Filters(sources=("one",))).applications == 1
    assert asking.total(day, Filters(sources=("hall", "one", "other"))).applications == 7
    importing.forget("one")
    assert asking.total(day, Filters(sources=("hall", "one", "other"))).applications == 6


@pytest.mark.parametrize("source", ["hall", "", "  ", "x" * 33])
def test_nobody_imports_as_our_own(source: str) -> None:
    with pytest.raises(ValueError, match="source"):
        importing.take_in(importing.Reading(), source=source, name="", by="gao", now=timezone.now())


def test_every_fault_is_told_with_its_line() -> None:
    table = (
        "key,ended_at,service,verb,outcome,cause,version,msisdn\n"
        "1,2008-03-09 10:00,crbt,subscribe,done,,1,\n"
        "1,2008-03-09 10:00,crbt,subscribe,done,,1,\n"
        ",yesterday,,dance,won,,x,abc\n"
        "\n"
        "4,2008-03-09 10:00,crbt,subscribe,failed,,1,\n"
        "5,2008-03-09 10:00,crbt,subscribe,done,guidance,1,\n"
        '6,2008-03-09 10:00,"a\nb",subscribe,done,,1,13900000001\n'
        "7,2008-03-09 10:00\n"
    )
    reading = importing.read(table.encode())
    told = {(fault.line, fault.words.en.split()[0]) for fault in reading.faults}
    assert (reading.read, len(reading.lines), reading.faulty) == (7, 1, 6)
    assert (3, "Key") in told
    assert {(4, word) for word in ("key", "ended_at", "service", "verb", "outcome", "version", "msisdn")} <= told
    assert {(6, "cause"), (7, "What"), (9, "service"), (10, "service")} <= told
    (no_cause,) = (fault.words for fault in reading.faults if fault.line == 6)
    assert "可用 自助语音引导性差、" in no_cause.zh
    assert "guidance, " in no_cause.en


@pytest.mark.parametrize(
    ("content", "columns", "word"),
    [
        (b"", {}, "empty"),
        (b"key,service\n", {}, "ended_at"),
        ("编号\n".encode(), {"key": "号"}, "号"),
        (b"key\n", {"nonsense": "key"}, "nonsense"),
        (b"\xff\xff\xff", {}, "UTF-8"),
    ],
)
def test_what_is_no_table_is_refused_as_a_whole(content: bytes, columns: dict[str, str], word: str) -> None:
    with pytest.raises(importing.NotATable) as refused:
        importing.read(content, columns)
    assert word in refused.value.words.en


@pytest.mark.parametrize(
    ("encoding", "mark"), [("gb18030", ","), ("utf-8-sig", ","), ("utf-16", "\t"), ("utf-8", ";"), ("gbk", ",")]
)
def test_tables_from_old_office_programs_are_read(encoding: str, mark: str) -> None:
    table = (HEAD + "1,2008/3/9 9:05,彩铃,开通,成功,\n").replace(",", mark)
    (line,) = importing.read(table.encode(encoding), COLUMNS, zone=ZoneInfo("Asia/Shanghai")).lines
    assert (line.service, line.ended_at) == ("彩铃", datetime(2008, 3, 9, 1, 5, tzinfo=UTC))


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ("1,2008-03-09,crbt,subscribe,done,", "a day alone"),
        ("1,2008/3/9,crbt,subscribe,done,", "a day alone"),
        ("1,2008-03,crbt,subscribe,done,", "not a time: 2008-03"),
        ("1,2008-02-30 10:00,crbt,subscribe,done,", "not a time"),
        ("1,2008-03-09 10:00,crbt,subscribe,done,,x", "7 cells"),
    ],
)
def test_half_a_time_and_cells_without_a_heading_are_faults(row: str, word: str) -> None:
    reading = importing.read(f"key,ended_at,service,verb,outcome,cause\n{row}\n".encode())
    assert reading.lines == []
    assert word in reading.faults[0].words.en


def test_who_lacks_a_column_reads_which_there_are_and_how_they_are_named() -> None:
    with pytest.raises(importing.NotATable) as refused:
        importing.read("时间,业务\n".encode())
    assert "时间、业务" in refused.value.words.zh
    assert "--map key=" in refused.value.words.en


def test_a_long_file_says_how_far_it_is() -> None:
    rows = "".join(f"{at},2008-03-09 10:00,crbt,subscribe,done,\n" for at in range(20_000))
    told: list[int] = []
    importing.read(("key,ended_at,service,verb,outcome,cause\n" + rows).encode(), told=told.append)
    assert told == [10_000, 20_000]


@given(st.binary(max_size=300), st.booleans())
def test_no_bytes_crash_the_reader(content: bytes, headed: bool) -> None:
    head = b"key,ended_at,service,verb,outcome,cause\n" if headed else b""
    try:
        reading = importing.read(head + content)
    except importing.NotATable:
        return
    assert reading.read == len(reading.lines) + reading.faulty
