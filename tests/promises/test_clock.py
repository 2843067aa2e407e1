"""Due, elapsed and paused, counted by hand: lunch, nights, weekends, festivals, made-up workdays, clocks put forward."""

import time
from datetime import UTC, date, datetime, timedelta

import pytest

from careline.promises import clock
from careline.promises.calendar import ALWAYS, Calendar, CalendarError, week
from careline.promises.calendars import named
from tests.promises.weeks import BERLIN, SHANGHAI, every_day, local, shifts, weekdays

HOUR = timedelta(hours=1)


def test_the_wall_clock_counts_nights_weekends_and_festivals() -> None:
    start = local("2026-02-14 23:30")
    assert clock.due(ALWAYS, start, 48 * HOUR) == local("2026-02-16 23:30")
    assert clock.due(named("always"), start, 48 * HOUR) == local("2026-02-16 23:30")
    assert clock.elapsed(ALWAYS, start, start + 48 * HOUR + timedelta(seconds=1)) == timedelta(hours=48, seconds=1)


def test_deadlines_are_counted_in_opening_hours() -> None:
    """Chatwoot PR #13392, osTicket #1168 and #4969: deadlines ran by the wall clock, through the night."""
    office = weekdays("08:00-18:00")
    assert clock.due(office, local("2026-03-13 17:00"), 4 * HOUR) == local("2026-03-16 11:00")  # over a weekend


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-03-09 11:00", 2, "2026-03-09 14:30"),  # across lunch
        ("2026-03-09 12:30", 1, "2026-03-09 14:30"),  # taken in during lunch: nobody is blamed for it
        ("2026-03-09 09:00", 3, "2026-03-09 12:00"),  # up to lunch exactly
        ("2026-03-09 12:00", 1, "2026-03-09 14:30"),
        ("2026-03-09 13:30", 0, "2026-03-09 13:30"),
    ],
)
def test_no_time_goes_by_during_lunch(start: str, hours: int, due: str) -> None:
    """Chatwoot #14009, Frappe Helpdesk #2212: a break at noon could not be left out."""
    assert clock.due(named("office"), local(start), hours * HOUR) == local(due)
    assert clock.elapsed(named("office"), local("2026-03-09 11:50"), local("2026-03-09 13:40")) == HOUR / 3


@pytest.mark.parametrize(
    ("start", "hours", "due", "why"),
    [
        # 2026: the festival is off from Sunday 15 to Monday 23 February; Saturdays 14 and 28 are worked.
        ("2026-02-13 16:00", 8, "2026-02-14 16:30", "two hours on Friday, six on the Saturday that is made up"),
        ("2026-02-14 16:00", 8, "2026-02-24 16:30", "two hours that Saturday, six on the Tuesday after the festival"),
        ("2026-02-15 09:00", 1, "2026-02-24 10:00", "the Sunday before is off"),
        ("2026-02-27 17:00", 7.5, "2026-02-28 17:00", "one hour on Friday, six and a half on Saturday the 28th"),
        ("2026-02-28 18:00", 1, "2026-03-02 10:00", "the day after is an ordinary Sunday"),
        # 2026: National Day is off from Thursday 1 to Wednesday 7 October; Sunday 20 September, Saturday 10 October worked.
        ("2026-09-18 17:00", 4, "2026-09-20 12:00", "one hour on Friday, three on the Sunday"),
        ("2026-09-30 17:30", 2, "2026-10-08 10:30", "half an hour before, one and a half on the Thursday after"),
        ("2026-10-09 18:00", 7.5, "2026-10-10 18:00", "the whole Saturday"),
        ("2026-10-10 18:00", 0.5, "2026-10-12 09:30", "Sunday the 11th is off"),
        ("2026-09-24 18:00", 1, "2026-09-28 10:00", "Friday the 25th is Mid-Autumn, then a weekend"),
        # 2025: off from Tuesday 28 January to Tuesday 4 February; Sunday 26 January and Saturday 8 February worked.
        ("2025-01-24 18:00", 15, "2025-01-27 18:00", "the Sunday and the Monday before the eve"),
        ("2025-01-27 17:00", 2, "2025-02-05 10:00", "one hour, and one on the Wednesday after"),
        ("2025-02-07 18:00", 7.5, "2025-02-08 18:00", "the Saturday that is made up"),
        ("2025-02-08 18:00", 1, "2025-02-10 10:00", "Sunday the 9th is off"),
        # 2025: National Day and Mid-Autumn, Wednesday 1 to Wednesday 8 October; Sunday 28 September, Saturday 11 worked.
        ("2025-09-26 18:00", 22.5, "2025-09-30 18:00", "Sunday 28, Monday 29 and Tuesday 30"),
        ("2025-09-30 18:00", 7.5, "2025-10-09 18:00", "nothing before Thursday the 9th"),
        ("2025-10-10 18:00", 3, "2025-10-11 12:00", "the Saturday morning"),
        # New Year 2026: Thursday 1 and Friday 2 January off, Sunday the 4th worked.
        ("2025-12-31 17:00", 2, "2026-01-04 10:00", "one hour in each year"),
    ],
)
def test_festivals_and_the_workdays_made_up_for_them(start: str, hours: float, due: str, why: str) -> None:
    office = named("office")
    assert clock.due(office, local(start), hours * HOUR) == local(due), why
    assert clock.elapsed(office, local(start), local(due)) == hours * HOUR


def test_three_working_days_of_a_department_over_the_spring_festival() -> None:
    asked = local("2026-02-13 09:00")  # Friday; Saturday is worked; the third day is Tuesday the 24th
    assert clock.due(named("office"), asked, 3 * 7.5 * HOUR) == local("2026-02-24 18:00")


def test_a_year_that_is_not_announced_has_its_statutory_days_and_plain_weeks() -> None:
    office = named("office")
    year = 2031
    assert not office.is_announced(year)
    assert clock.due(office, local("2030-12-31 17:00"), 2 * HOUR) == local("2031-01-02 10:00")
    # Chinese New Year is 23 January: eve and three days, of which two are a weekend and made good for.
    assert clock.due(office, local("2031-01-21 17:00"), 2 * HOUR) == local("2031-01-28 10:00")


def test_years_ahead_are_counted_at_once() -> None:
    """The time limit is generous: minute by minute it would be many seconds."""
    office, start = named("office"), local("2026-03-09 09:00")
    begun = time.process_time()
    due = clock.due(office, start, 20_000 * HOUR)
    assert due.year > 2035
    assert clock.elapsed(office, start, due) == 20_000 * HOUR
    with pytest.raises(clock.TooFar):
        clock.due(office, start, 10**7 * HOUR)
    assert time.process_time() - begun < 2


def test_hours_over_midnight_count_into_the_next_day() -> None:
    night = weekdays("22:00-06:00")
    assert clock.due(night, local("2026-03-09 23:00"), 8 * HOUR) == local("2026-03-10 23:00")
    assert clock.elapsed(night, local("2026-03-13 23:00"), local("2026-03-16 09:00")) == 7 * HOUR  # Friday's night
    assert clock.due(night, local("2026-03-15 12:00"), HOUR) == local("2026-03-16 23:00")


def test_a_night_reaches_over_new_year() -> None:
    night = every_day("22:00-06:00")
    assert clock.elapsed(night, local("2025-12-31 20:00"), local("2026-01-01 12:00")) == 8 * HOUR
    assert clock.due(night, local("2026-01-01 03:00"), 4 * HOUR) == local("2026-01-01 23:00")


def test_hours_that_end_at_24_meet_those_that_begin_at_0() -> None:
    long = every_day("00:00-24:00")
    evening = Calendar("evening", SHANGHAI, week({0: ((20 * 60, 24 * 60),), 1: ((0, 2 * 60),)}))
    assert clock.elapsed(long, local("2026-03-09 23:00"), local("2026-03-10 01:00")) == 2 * HOUR
    assert clock.due(evening, local("2026-03-09 19:00"), 5 * HOUR) == local("2026-03-10 01:00")


def test_when_clocks_are_put_forward_an_hour_of_the_night_is_missing() -> None:
    night = every_day("00:00-06:00", zone=BERLIN)  # 29 March 2026: two o'clock becomes three
    assert clock.elapsed(night, local("2026-03-29 00:00", BERLIN), local("2026-03-29 12:00", BERLIN)) == 5 * HOUR
    assert clock.due(night, local("2026-03-29 00:00", BERLIN), 5 * HOUR) == local("2026-03-29 06:00", BERLIN)


def test_when_clocks_are_put_back_an_hour_of_the_night_comes_twice() -> None:
    night = every_day("00:00-06:00", zone=BERLIN)  # 25 October 2026: three o'clock becomes two
    assert clock.elapsed(night, local("2026-10-25 00:00", BERLIN), local("2026-10-25 12:00", BERLIN)) == 7 * HOUR
    short = every_day("02:00-03:00", zone=BERLIN)
    assert clock.elapsed(short, local("2026-10-25 00:00", BERLIN), local("2026-10-25 12:00", BERLIN)) == 2 * HOUR


def test_hours_that_the_change_of_clocks_skips_are_not_there() -> None:
    short = every_day("02:00-03:00", zone=BERLIN)
    assert clock.elapsed(short, local("2026-03-29 00:00", BERLIN), local("2026-03-29 12:00", BERLIN)) == timedelta()


def test_an_ordinary_working_day_is_as_long_in_summer_time() -> None:
    office = weekdays("09:00-17:00", zone=BERLIN)
    assert clock.due(office, local("2026-03-27 16:00", BERLIN), 2 * HOUR) == local("2026-03-30 10:00", BERLIN)
    assert local("2026-03-27 16:00", BERLIN).hour - local("2026-03-30 16:00", BERLIN).hour == 1


def test_holidays_of_another_country_are_known() -> None:
    office = weekdays("09:00-17:00", zone=BERLIN, country="DE")
    assert clock.due(office, local("2026-04-30 16:00", BERLIN), 2 * HOUR) == local("2026-05-04 10:00", BERLIN)
    bavaria = weekdays("09:00-17:00", zone=BERLIN, country="DE-BY")
    assert clock.due(bavaria, local("2026-01-05 16:00", BERLIN), 2 * HOUR) == local("2026-01-07 10:00", BERLIN)


def test_a_pause_is_left_out_and_one_in_the_evening_costs_nothing() -> None:
    office, start = named("office"), local("2026-03-09 09:00")
    evening = (local("2026-03-09 18:30"), local("2026-03-10 08:00"))
    morning = (local("2026-03-09 10:00"), local("2026-03-09 11:00"))
    assert clock.due(office, start, 9 * HOUR, [evening]) == clock.due(office, start, 9 * HOUR)
    assert clock.due(office, start, 9 * HOUR, [morning]) == local("2026-03-10 11:30")
    assert clock.paused(office, [evening, morning], start, local("2026-03-11 09:00")) == HOUR


def test_pauses_that_overlap_count_once() -> None:
    office, start = named("office"), local("2026-03-09 09:00")
    pauses = [
        (local("2026-03-09 10:30"), local("2026-03-09 11:30")),
        (local("2026-03-09 10:00"), local("2026-03-09 11:00")),
        (local("2026-03-08 10:00"), local("2026-03-09 09:15")),  # from before it began
    ]
    assert clock.paused(office, pauses, start, local("2026-03-09 12:00")) == timedelta(hours=1, minutes=45)
    assert clock.elapsed(office, start, local("2026-03-09 12:00"), pauses) == timedelta(hours=1, minutes=15)


def test_while_a_pause_lasts_nothing_falls_due() -> None:
    office, start = named("office"), local("2026-03-09 09:00")
    pauses = [(local("2026-03-09 10:00"), None)]
    assert clock.due(office, start, 2 * HOUR, pauses) == clock.NEVER
    assert clock.elapsed(office, start, local("2026-06-01 10:00"), pauses) == HOUR
    assert clock.due(office, start, HOUR / 2, pauses) == local("2026-03-09 09:30")  # was due before it


def test_days_of_ones_own_are_closed_or_open() -> None:
    plain = weekdays("09:00-17:00")
    own = Calendar(
        "own",
        SHANGHAI,
        plain.hours,
        makeup=shifts("10:00-12:00"),
        closed=frozenset({date(2026, 3, 10)}),
        open=frozenset({date(2026, 3, 14)}),
    )
    assert clock.due(own, local("2026-03-09 16:00"), 2 * HOUR) == local("2026-03-11 10:00")
    assert clock.due(own, local("2026-03-13 17:00"), 2 * HOUR) == local("2026-03-14 12:00")


def test_the_next_and_the_last_moment_at_which_it_is_open() -> None:
    office = named("office")
    assert clock.next_open(office, local("2026-03-09 10:00")) == local("2026-03-09 10:00")
    assert clock.next_open(office, local("2026-02-14 19:00")) == local("2026-02-24 09:00")
    assert clock.last_open(office, local("2026-02-20 10:00")) == local("2026-02-14 18:00")
    assert clock.last_open(office, local("2026-03-09 10:00")) == local("2026-03-09 10:00")
    assert clock.last_open(office, local("2026-01-01 10:00")) == local("2025-12-31 18:00")


def test_answers_are_in_utc_whatever_the_zone_of_the_question() -> None:
    start = datetime(2026, 3, 9, 9, tzinfo=SHANGHAI)
    for calendar in (ALWAYS, named("office")):
        for hours in (0, 3):
            due = clock.due(calendar, start, hours * HOUR)
            assert due.tzinfo is UTC
            assert due == local("2026-03-09 09:00") + hours * HOUR


def test_a_calendar_that_is_never_open_is_refused() -> None:
    with pytest.raises(CalendarError, match="never open"):
        Calendar("never", SHANGHAI, week({}))
