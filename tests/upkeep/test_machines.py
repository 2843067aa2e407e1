"""The register of machines: one of six over five years is fine, two are not."""

from datetime import date
from fractions import Fraction

import pytest
from django.utils import translation

from careline.journal.models import Entry
from careline.staff import upkeep_labels
from careline.upkeep import machines
from careline.upkeep.models import Machine
from careline.upkeep.refusing import Refused
from tests.upkeep.days import at

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 2)
NOW = at(2)


def enter(name: str, bought: str, **more: str) -> Machine:
    return machines.keep(
        {"name": name, "kind": "语音服务器", "bought_on": bought, **more}, by="lin", now=NOW, today=TODAY
    )


@pytest.mark.requirement("MON-02")
def test_one_of_six_over_five_years_is_fine_and_two_are_not() -> None:
    for number in range(5):
        enter(f"M{number}", "2023-01-01")
    sixth = enter("M5", "2020-01-01")
    found = machines.age(TODAY)
    assert (found.over, found.all, found.met, str(found)) == (1, 6, True, "1/6 = 16.7 %")
    machines.keep({"name": "M0", "kind": "语音服务器", "bought_on": "2021-03-01"}, by="lin", now=NOW, today=TODAY,
                  number=Machine.objects.get(name="M0").pk)  # fmt: skip
    assert machines.share_over_age(TODAY) == (2, 6)
    assert machines.age(TODAY).share == Fraction(1, 3)
    assert machines.age(TODAY).met is False
    assert str(machines.age(TODAY)) == "2/6 = 33.3 %"
    machines.keep(
        {"name": "M5", "kind": "语音服务器", "bought_on": "2020-01-01", "retired_on": "2026-03-02"},
        by="lin", now=NOW, today=TODAY, number=sixth.pk,
    )  # fmt: skip
    assert machines.share_over_age(TODAY) == (1, 5)
    assert machines.age(TODAY).met


def test_exactly_twenty_percent_is_within() -> None:
    for number in range(4):
        enter(f"M{number}", "2023-01-01")
    enter("M4", "2020-01-01")
    assert machines.age(TODAY).met


def test_the_fifth_anniversary_itself_is_not_over_five_years() -> None:
    enter("A", "2021-03-02")
    assert machines.share_over_age(TODAY) == (0, 1)
    assert machines.share_over_age(date(2026, 3, 3)) == (1, 1)
    enter("B", "2020-02-29")
    assert machines.is_old(Machine.objects.get(name="B"), date(2025, 2, 28)) is False
    assert machines.is_old(Machine.objects.get(name="B"), date(2025, 3, 1)) is True


def test_an_empty_register_proves_nothing() -> None:
    assert machines.share_over_age(TODAY) == (0, 0)
    assert machines.age(TODAY).met is None


def test_ages_are_counted_year_by_year() -> None:
    enter("A", "2025-12-01")
    enter("B", "2023-03-03")
    enter("C", "2018-01-01")
    assert machines.ages(TODAY) == [(0, 1), (1, 0), (2, 1), (3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (8, 1)]


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"name": "", "bought_on": "2020-01-01"}, "missing", "name"),
        ({"bought_on": ""}, "missing", "bought_on"),
        ({"bought_on": "01.02.2020"}, "no_day", "bought_on"),
        ({"bought_on": "0020-01-01"}, "no_day", "bought_on"),
        ({"bought_on": "2026-03-03"}, "future", "bought_on"),
        ({"bought_on": "2020-01-01", "retired_on": "2019-12-31"}, "retired_before", "retired_on"),
        ({"bought_on": "2020-01-01", "notes": "x" * 2001}, "too_long", "notes"),
    ],
)
def test_what_cannot_be_true_is_refused_and_the_field_named(fields: dict[str, str], code: str, field: str) -> None:
    with pytest.raises(Refused, match=code) as refused:
        machines.keep({"name": "A", "kind": "x", **fields}, by="lin", now=NOW, today=TODAY)
    assert refused.value.values["field"] == field
    assert not Machine.objects.exists()


def test_two_machines_of_one_name_are_one_too_many() -> None:
    enter("A", "2020-01-01")
    with pytest.raises(Refused, match="name_taken"):
        enter("A", "2021-01-01")


def test_a_register_is_taken_whole_changed_by_name_and_written_back() -> None:
    enter("A", "2020-01-01")
    data = '﻿name,kind,bought_on,notes\nA,媒体服务器,2020-01-01,\nB,=SUM(1),2024-05-06,"两行\n备注"\n'.encode()
    assert machines.take(data, by="lin", now=NOW, today=TODAY) == (1, 1)
    assert machines.take(data, by="lin", now=NOW, today=TODAY) == (0, 0)
    written = machines.as_csv(TODAY)
    assert written.splitlines()[0] == "name,kind,place,bought_on,retired_on,host,notes,years,over_age"
    assert "B,'=SUM(1),,2024-05-06" in written
    assert machines.take(written.encode(), by="lin", now=NOW, today=TODAY) == (0, 0)
    assert Entry.objects.filter(did="change_machine").get().detail == {"kind": "语音服务器 → 媒体服务器"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_register_may_have_the_columns_of_the_chinese_page(encoding: str) -> None:
    data = "名称,种类,地点,购置日期,停用日期,主机名,备注\r\n语音一号,语音服务器,三楼机房,2020-01-01,,ivr-1,主用\r\n".encode(
        encoding
    )
    assert machines.take(data, by="lin", now=NOW, today=TODAY) == (1, 0)
    one = Machine.objects.get()
    assert (one.name, one.kind, one.place, str(one.bought_on)) == ("语音一号", "语音服务器", "三楼机房", "2020-01-01")
    assert (one.retired_on, one.host, one.notes) == (None, "ivr-1", "主用")


def test_the_columns_are_called_as_the_page_calls_them() -> None:
    with translation.override("zh-hans"):
        assert {str(name): key for key, name in upkeep_labels.FIELDS.items()} == machines.CHINESE


def test_one_bad_line_keeps_out_the_whole_file() -> None:
    data = b"name,kind,bought_on\nA,x,2020-01-01\nB,x,yesterday\nA,x,2020-01-01\n"
    with pytest.raises(machines.NotARegister) as refused:
        machines.take(data, by="lin", now=NOW, today=TODAY)
    assert refused.value.faults == [(3, "bought_on", "no_day"), (4, "name", "twice")]
    assert not Machine.objects.exists()


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "no_column"), (b"name\nA\n", "no_column"), (b"name,kind,bought_on\n", "empty"), (b"\xff\xfe", "not_utf8"),
     (b"x" * 1_000_001, "too_large")],
)  # fmt: skip
def test_what_is_no_register_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(machines.NotARegister, match=code):
        machines.take(data, by="lin", now=NOW, today=TODAY)
