"""How amounts, days, months and lists are said; and how codes come into finished answers."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careline.dialogue.book import Verb
from careline.dialogue.pointing import resolve
from careline.dialogue.saying import (
    as_day,
    both,
    how_to,
    name_of,
    say_date,
    say_effect,
    say_fee,
    say_list,
    say_money,
    say_month,
    say_number,
    say_price,
    say_quantity,
    say_rows,
    say_time,
    say_who,
)
from careline.values.language import Text
from careline.values.msisdn import Msisdn
from tests.behaviours.counter import NOW, WANG, book

TODAY = date(2009, 11, 15)


def test_money() -> None:
    assert both(say_money, 1250) == Text("12.50元", "CNY 12.50")
    assert both(say_money, -5) == Text("-0.05元", "CNY -0.05")


def test_prices() -> None:
    assert both(say_price, 500, "month") == Text("5.00元/月", "CNY 5.00 a month")
    assert both(say_price, 48000, "year") == Text("480.00元/年", "CNY 480.00 a year")
    assert both(say_price, 0, "month") == Text("不收月费", "no monthly fee")
    assert both(say_price, 1000, "once") == Text("10.00元（一次性）", "CNY 10.00 once")
    assert both(say_fee, 0, "once") == Text("免费", "free")


def test_days_have_a_year_only_when_it_is_another_one() -> None:
    assert both(say_date, date(2009, 11, 1), near=TODAY) == Text("11月1日", "1 Nov")
    assert both(say_date, date(2008, 5, 1), near=TODAY) == Text("2008年5月1日", "1 May 2008")
    assert both(say_date, None) == Text("-", "-")


def test_a_day_is_the_carrier_s_own_whatever_the_clock_of_the_world_says() -> None:
    assert as_day(datetime(2009, 10, 31, 17, 0, tzinfo=UTC)) == date(2009, 11, 1)
    assert as_day("2009-10-31T17:00:00+00:00") == date(2009, 11, 1)
    assert as_day("2009-10-31") == date(2009, 10, 31)
    assert as_day("") is None


def test_moments() -> None:
    half_past_two = datetime(2009, 11, 15, 6, 30, tzinfo=UTC)
    assert both(say_time, half_past_two, near=TODAY) == Text("14:30", "14:30")
    assert both(say_time, half_past_two, near=date(2009, 11, 14)) == Text("11月15日14:30", "15 Nov 14:30")


def test_months() -> None:
    assert both(say_month, "2009-03") == Text("2009年3月", "Mar 2009")


def test_when_an_order_counts() -> None:
    assert both(say_effect, "now") == Text("立即生效", "effective now")
    assert both(say_effect, "next_month") == Text("下月1日生效", "effective on the 1st of next month")
    assert both(say_effect, "next_month", date(2009, 12, 1), today=TODAY) == Text("12月1日生效", "effective 1 Dec")
    assert both(say_effect, "next_month", TODAY, today=TODAY) == Text("立即生效", "effective now")


@pytest.mark.parametrize(
    ("amount", "unit", "said"),
    [
        (30, "MB", Text("30M", "30 MB")),
        (120, "分钟", Text("120分钟", "120 min")),
        (1250, "元", Text("12.50元", "CNY 12.50")),
        (7, "furlong", Text("7furlong", "7 furlong")),
    ],
)
def test_quantities(amount: int, unit: str, said: Text) -> None:
    assert both(say_quantity, amount, unit) == said


def test_who_ordered_something_and_where() -> None:
    assert both(say_who, "subscriber", "sms") == Text("您本人（短信）", "you (SMS)")
    assert both(say_who, "agent:17", "counter") == Text("客服人员（营业厅）", "our staff (shop)")
    assert both(say_who, "line:139****0002", "wap") == Text(
        "他人号码139****0002（手机上网）", "another line 139****0002 (mobile web)"
    )
    assert both(say_who, "", "") == Text("系统", "the system")


def test_lists() -> None:
    assert say_list(["来电显示", "彩铃"], "zh") == "来电显示、彩铃"
    assert say_list(["Caller ID", "Voicemail"], "en") == "Caller ID, Voicemail"
    assert say_rows(["来电显示", "彩铃"], "zh") == "来电显示；彩铃"
    assert say_rows(["来电显示", "彩铃"], "zh", numbered=True) == "1.来电显示\n2.彩铃"
    assert say_rows(["Caller ID", "Voicemail"], "en") == "Caller ID; Voicemail"


def test_a_number_is_said_in_full_to_the_one_who_asked() -> None:
    assert say_number(Msisdn("8613900000002")) == say_number("8613900000002") == "13900000002"


@given(st.integers(-(10**12), 10**12))
def test_every_amount_can_be_said(fen: int) -> None:
    assert say_money(fen, "zh").endswith("元")


def told(text: str, region: str = "yunling", brand: str = "easyown", language: str = "zh") -> str:
    return resolve(text, book(), replace(WANG, region=region, brand=brand), NOW, language)


def test_a_code_is_the_subscriber_s_own() -> None:
    cancel = how_to(Verb.CANCEL, "missed_call")
    assert told(cancel, "yunling") == "QXLDTX"
    assert told(cancel, "shuoyuan") == "QXL"


def test_a_tier_has_a_code_of_its_own_and_the_service_is_ended_by_another() -> None:
    assert told(how_to(Verb.SUBSCRIBE, "pkg_data", "20")) == "KTSJLL#20"
    assert told(how_to(Verb.CANCEL, "pkg_data")) == "QXSJLL"
    assert told(how_to(Verb.ORDER, "pkg_data", "20"), "linjiang") == "GPRS20"


def test_a_tier_with_a_cancel_code_of_its_own_is_ended_by_that() -> None:
    assert told(how_to(Verb.CANCEL, "pkg_sms_shenzhouxing", "2"), "zhejiang") == "1630"


def test_where_no_code_is_printed_words_do() -> None:
    assert told(how_to(Verb.CANCEL, "caller_id"), "haitang", "easyown") == "“取消来电显示”"
    assert told(how_to(Verb.CANCEL, "caller_id"), "haitang", "easyown", "en") == '"CANCEL Caller ID"'


def test_what_nobody_can_do_by_text_a_person_can() -> None:
    assert told(how_to(Verb.CANCEL, "balance")) == "“人工”"
    assert told(how_to(Verb.CANCEL, "no_such_product"), language="en") == '"HUMAN"'


def test_a_closed_service_is_not_offered() -> None:
    assert told(how_to(Verb.SUBSCRIBE, "mobile_secretary"), "shuoyuan") == "“人工”"


def test_names_come_from_the_book() -> None:
    assert told(f"{name_of('caller_id')}！") == "来电显示！"
    assert told(name_of("unheard_of")) == "unheard_of"


def test_a_text_without_markers_stays_as_it_is() -> None:
    assert told("您的余额是32.40元。") == "您的余额是32.40元。"
