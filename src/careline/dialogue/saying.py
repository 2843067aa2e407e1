"""How amounts, dates, months, prices and lists are said to customers in each language; values only, no sentences.

`say_*` gives one language; `both(say_money, 1250)` gives the Text that a Telling carries. English keeps to the GSM
7-bit alphabet, so that an English answer fits 160 characters a part.
"""

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from careline.dialogue.book import Verb
from careline.values.cause import Cause
from careline.values.language import Text
from careline.values.money import yuan
from careline.values.msisdn import Msisdn
from careline.values.period import Month

# The zone in which the carrier's days and months begin; the same variable as Django's TIME_ZONE.
ZONE = ZoneInfo(os.environ.get("CARELINE_TIME_ZONE", "Asia/Shanghai"))

# What a refusal's values are told as where the carrier keeps silent about them, by cause and placeholder.
UNTOLD: Mapping[Cause, Mapping[str, Text]] = {
    Cause.WRONG_PASSWORD: {"number": Text("几", "a few")},
    Cause.TOO_MANY_TRIES: {"date": Text("明天", "tomorrow")},
    Cause.FROZEN: {"date": Text("规定的日子", "the day that is set")},
    Cause.NOT_STARTED: {"date": Text("规定的日子", "the day that is set")},
}

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_PER = {
    "month": Text("/月", " a month"),
    "year": Text("/年", " a year"),
    "day": Text("/天", " a day"),
    "item": Text("/条", " each"),
    "once": Text("（一次性）", " once"),
}
_UNITS = {
    "mb": Text("M", " MB"),
    "sms": Text("条", " SMS"),
    "mms": Text("条彩信", " MMS"),
    "minutes": Text("分钟", " min"),
    "coins": Text("枚", " coins"),
    # As carriers print them.
    "MB": Text("M", " MB"),
    "M": Text("M", " MB"),
    "条": Text("条", " msgs"),
    "分钟": Text("分钟", " min"),
    "小时": Text("小时", " h"),
    "枚": Text("枚", " coins"),
}
_WHO = {
    "subscriber": Text("您本人", "you"),
    "agent": Text("客服人员", "our staff"),
    "system": Text("系统", "the system"),
    "line": Text("他人号码", "another line"),
    "provider": Text("内容提供商", "the content provider"),
}
_WHERE = {
    "sms": Text("短信", "SMS"),
    "call": Text("电话", "phone"),
    "ivr": Text("语音自助", "phone menu"),
    "voice": Text("语音自助", "phone menu"),
    "ussd": Text("USSD", "USSD"),
    "web": Text("网上", "web"),
    "portal": Text("网上", "web"),
    "app": Text("客户端", "app"),
    "wap": Text("手机上网", "mobile web"),
    "chat": Text("在线客服", "chat"),
    "phone": Text("短信", "SMS"),
    "desk": Text("人工热线", "hotline"),
    "counter": Text("营业厅", "shop"),
    "hall": Text("营业厅", "shop"),
    "shop": Text("营业厅", "shop"),
    "talk": Text("短信", "SMS"),
}


def both(say: Callable[..., str], *values: Any, **named: Any) -> Text:
    """What `say` says of the values, in both languages."""
    return Text(say(*values, language="zh", **named), say(*values, language="en", **named))


def say_money(fen: int, language: str) -> str:
    """1250 -> 12.50元, CNY 12.50."""
    return f"CNY {yuan(fen)}" if language == "en" else f"{yuan(fen)}元"


def say_fee(fen: int, per: str, language: str) -> str:
    """The amount alone, to be followed by `say_per`. No monthly fee is not "free": what is used may still cost."""
    if fen:
        return say_money(fen, language)
    if per == "month":
        return "no monthly fee" if language == "en" else "不收月费"
    return "free" if language == "en" else "免费"


def say_price(price: int, per: str, language: str) -> str:
    """(500, month) -> 5.00元/月, CNY 5.00 a month; (0, month) -> 不收月费, no monthly fee."""
    return say_fee(price, per, language) + (say_per(per, language) if price else "")


def say_per(per: str, language: str) -> str:
    """month -> /月, " a month": what follows a price."""
    return _PER.get(per, Text("", "")).read(language)


def as_day(value: object) -> date | None:
    """The local day of a date, an aware datetime or ISO text; None of nothing."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if len(value) > 10 else date.fromisoformat(value)
    if isinstance(value, datetime):
        return local(value).date()
    assert isinstance(value, date), f"not a day: {type(value).__name__}"
    return value


def local(moment: datetime) -> datetime:
    """The moment on the carrier's own clock; one without a zone is taken to be on it already."""
    return moment.astimezone(ZONE) if moment.tzinfo else moment.replace(tzinfo=ZONE)


def say_date(value: object, language: str, near: date | None = None) -> str:
    """11月1日, 1 Nov; with the year when `near` (today) lies in another one: 2008年11月1日, 1 Nov 2008."""
    day = as_day(value)
    if day is None:
        return "-"
    with_year = near is not None and near.year != day.year
    if language == "en":
        return f"{day.day} {_MONTHS[day.month - 1]}" + (f" {day.year}" if with_year else "")
    return (f"{day.year}年" if with_year else "") + f"{day.month}月{day.day}日"


def say_time(value: object, language: str, near: date | None = None) -> str:
    """A moment: 14:30, with the day when it is not `near` (today): 11月1日14:30, 1 Nov 14:30."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    if not isinstance(moment, datetime):
        return say_date(moment, language, near)
    moment = local(moment)
    clock = f"{moment:%H:%M}"
    if near == moment.date():
        return clock
    day = say_date(moment.date(), language, near)
    return f"{day} {clock}" if language == "en" else f"{day}{clock}"


def say_month(month: str | Month, language: str) -> str:
    """2009-03 -> 2009年3月, Mar 2009."""
    year, number = (int(part) for part in str(month).split("-"))
    return f"{_MONTHS[number - 1]} {year}" if language == "en" else f"{year}年{number}月"


def say_effect(effect: str, effective_on: object = None, *, language: str, today: date | None = None) -> str:
    """When an order takes effect: 立即生效, 11月1日生效, 下月1日生效; effective now, from 1 Nov, from next month."""
    day = as_day(effective_on)
    if day is not None and today is not None:
        effect = "now" if day <= today else "later"
    if effect == "now":
        return "effective now" if language == "en" else "立即生效"
    if day is None:
        return "effective on the 1st of next month" if language == "en" else "下月1日生效"
    said = say_date(day, language, today)
    return f"effective {said}" if language == "en" else f"{said}生效"


def say_quantity(amount: int, unit: str, language: str) -> str:
    """(30, mb) -> 30M, 30 MB; the units fen and 元 are money in fen; a unit that we have no words for is said as it is."""
    if unit in ("fen", "元"):
        return say_money(amount, language)
    return f"{amount}{_UNITS.get(unit, Text(unit, f' {unit}')).read(language)}"


def say_number(number: str) -> str:
    """A telephone number in full, as people at home write it; only for the one who wrote it or asked for it."""
    # Msisdn(a Msisdn) would take its masked form.
    return (number if isinstance(number, Msisdn) else Msisdn(number)).national()


def say_list(items: Iterable[str], language: str) -> str:
    """来电显示、彩铃; Caller ID, Ringback tone."""
    return (", " if language == "en" else "、").join(items)


def say_rows(rows: Sequence[str], language: str, numbered: bool = False) -> str:
    """Rows of a list: one a line, 1.来电显示, when numbered; else one after another, parted by semicolons."""
    if numbered:
        return "\n".join(f"{number}.{row}" for number, row in enumerate(rows, 1))
    return ("; " if language == "en" else "；").join(rows)


def say_who(by: str, channel: str, language: str) -> str:
    """Who opened something and where: 您本人（短信）, you (SMS). `by` is subscriber, agent:<id>, line:<masked number>, system, provider."""
    kind, _, line = by.partition(":")
    who = _WHO.get(kind, _WHO["system"]).read(language)
    if kind == "line":  # masked by the carrier
        who += f" {line}" if language == "en" else line
    where = _WHERE.get(channel)
    if where is None:
        return who
    return f"{who} ({where.en})" if language == "en" else f"{who}（{where.zh}）"


# A marker stands in a value for "what to send in order to …", which only the subscriber's code tables can say.
_OPEN, _CLOSE = "\ue000", "\ue001"
MARKER = re.compile(f"{_OPEN}([a-z]+) ([^{_OPEN}{_CLOSE}]*){_CLOSE}")


def how_to(verb: Verb, subject: str, tier: str = "") -> str:
    """A marker that `dialogue.pointing` replaces by what this subscriber sends to do that; `subject` is a service or product."""
    return f"{_OPEN}{verb.value} {subject}{'#' if tier else ''}{tier}{_CLOSE}"


def how_to_end_paid(subject: str, tier: str = "") -> str:
    """The same for content that a provider is paid for: where no code ends it, the list of all such content does."""
    return f"{_OPEN}paid {subject}{'#' if tier else ''}{tier}{_CLOSE}"


def name_of(subject: str) -> str:
    """A marker that `dialogue.pointing` replaces by the name of that service or product."""
    return f"{_OPEN}name {subject}{_CLOSE}"


def same(text: str) -> Text:
    """A value that reads the same in both languages."""
    return Text(text, text)


def rows(of: Callable[[str], Iterable[str]], *, numbered: bool = False) -> Text:
    """The rows that `of(language)` yields, said in both languages."""
    return Text(*(say_rows(list(of(language)), language, numbered) for language in ("zh", "en")))


def named(facts: Any, fallback: str = "") -> Text:
    """The name that the carrier gives a thing: its facts' name_zh and name_en."""
    chinese = str(facts.get("name_zh") or fallback)
    return Text(chinese, str(facts.get("name_en") or chinese))
