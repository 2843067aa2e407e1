"""Calendar files: those that we ship are right, and each mistake is named with its file and key."""

from datetime import date
from pathlib import Path

import pytest

from careline.promises import calendars
from careline.promises.calendar import Calendar, CalendarError
from careline.promises.reading import read

OFFICE = '[hours]\nmon-fri = ["09:00-12:00", "13:30-18:00"]\n'


def write(folder: Path, text: str, name: str = "own") -> Path:
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def calendar(folder: Path, text: str) -> Calendar:
    return read(write(folder, text), "Asia/Shanghai")


def test_the_shipped_calendars_are_all_there_and_named_in_both_languages() -> None:
    found = calendars.calendars()
    assert {"always", "office", "hotline", "hall"} <= set(found)
    assert found["always"].round_the_clock
    for one in found.values():
        assert one.zh != one.name != one.en
        assert one.zone.key == "Asia/Shanghai" or one.round_the_clock
    assert sum(closes - opens for opens, closes in found["office"].hours[0]) == 450


def test_halls_are_open_on_festivals_though_shorter() -> None:
    hall = calendars.named("hall")
    assert hall.hours_of(date(2026, 10, 1)) == ((600, 960),)
    assert hall.hours_of(date(2026, 10, 10)) == ((540, 1080),)  # a made-up Saturday is a working day
    assert hall.hours_of(date(2026, 10, 17)) == ((570, 1050),)  # an ordinary one


def test_a_file_of_ones_own(tmp_path: Path) -> None:
    own = calendar(
        tmp_path,
        'zh = "夜班"\nen = "Night"\nzone = "Europe/Berlin"\ncountry = "DE-BY"\nmakeup = ["08:00-10:00"]\n'
        'holiday = ["10:00-11:00"]\nclosed = [2026-12-24]\nopen = [2026-12-20]\n'
        '[hours]\nmon-thu = ["22:00-06:00"]\nsat = ["18:00-24:00"]\n',
    )
    assert (own.zone.key, own.zh, own.en) == ("Europe/Berlin", "夜班", "Night")
    assert own.hours_of(date(2026, 3, 9)) == ((1320, 1800),)
    assert own.hours_of(date(2026, 3, 14)) == ((1080, 1440),)
    assert own.hours_of(date(2026, 12, 24)) == ()
    assert own.hours_of(date(2026, 12, 20)) == ((480, 600),)
    assert own.hours_of(date(2026, 1, 6)) == ((600, 660),)  # Epiphany, in Bavaria only


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hours", "is not TOML"),
        ('zh = "x"', "write the hours of the week as a section"),
        ("[hours]\n", "never open"),
        ("[hours]\nmon = []\n", "never open"),
        ('[hours]\nmonday = ["09:00-12:00"]\n', "hours: monday is no day"),
        ('[hours]\nfri-mon = ["09:00-12:00"]\n', "runs backwards"),
        ('[hours]\ndaily = ["09:00-12:00"]\nsun = []\n', "hours: sun is written twice"),
        ('[hours]\nmon = "09:00-12:00"\n', "hours.mon: write a list"),
        ('[hours]\nmon = ["9-12"]\n', "hours.mon: '9-12' is no span"),
        ('[hours]\nmon = ["09:00-25:00"]\n', "a day ends at 24:00"),
        ('[hours]\nmon = ["24:00-03:00"]\n', "a day ends at 24:00"),
        ('[hours]\nmon = ["09:00-09:00"]\n', "no time at all"),
        ('[hours]\nmon = ["09:00-12:00", "11:00-13:00"]\n', "two of the spans overlap"),
        ('[hours]\nmon = ["22:00-06:00"]\ntue = ["05:00-12:00"]\n', "tue opens before the night of mon"),
        (f'zone = "Asia/Peking"\n{OFFICE}', "no time zone Asia/Peking"),
        (f"zone = 8\n{OFFICE}", "zone: write it as a text"),
        (f'country = "XX"\n{OFFICE}', "no public holidays are known of XX"),
        (f'country = "DE-XX"\n{OFFICE}', "no public holidays are known of DE-XX"),
        (f'closed = ["2026-12-24"]\n{OFFICE}', "closed: write a list of days without quotes"),
        (f"open = [2026-12-24T10:00:00]\n{OFFICE}", "open: write a list of days"),
        (f'announced = ["2027"]\n{OFFICE}', "announced: write a list of years"),
        (f'lunch = ["12:00-13:00"]\n{OFFICE}', "unknown key lunch; there are announced"),
    ],
)
def test_each_mistake_is_named_with_its_file_and_key(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(CalendarError) as caught:
        calendar(tmp_path, text)
    assert said in str(caught.value)
    assert str(tmp_path / "own.toml") in str(caught.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(CalendarError, match="is not TOML"):
        calendars.calendars(tmp_path)
    with pytest.raises(CalendarError, match="cannot be read"):
        read(tmp_path / "missing.toml", "Asia/Shanghai")


def test_an_unknown_calendar_is_refused_where_terms_are_written_and_never_where_time_runs(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with pytest.raises(CalendarError, match="there is no calendar offices; there are always"):
        calendars.named("offices")
    assert calendars.running("offices").round_the_clock
    assert "offices" in caplog.text


def test_a_year_that_is_not_announced_is_told_of_when_it_comes_near() -> None:
    assert calendars.doubts(date(2026, 6, 1)) == []
    soon = calendars.doubts(date(2029, 11, 5))
    assert {(one.calendar, one.year) for one in soon} >= {("office", 2029), ("office", 2030)}
    assert all(one.country == "CN" for one in soon)


def test_a_file_may_know_a_year_before_the_package_does(tmp_path: Path) -> None:
    days = "announced = [2030]\nclosed = [2030-02-08]\nopen = [2030-02-10]\n"
    own = calendar(tmp_path, f'country = "CN"\n{days}{OFFICE}')
    assert own.is_announced(2030)
    assert not own.is_announced(2031)
    assert own.hours_of(date(2030, 2, 8)) == ()
    assert own.hours_of(date(2030, 2, 10)) == own.hours[0]  # a Sunday, with Monday's hours
