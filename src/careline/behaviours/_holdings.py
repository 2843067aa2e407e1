"""Rows of holdings: what a customer has, what it costs, since when, by whom it was ordered, and how to end it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from careline.dialogue.book import Verb
from careline.dialogue.saying import as_day, how_to, how_to_end_paid, local, named, rows, say_date, say_price, say_who
from careline.values.language import Text

FULL_MAX = 3  # rows with every detail: more would make a fourth message part
SHOWN_MAX = 8  # rows without the details

Holding = Mapping[str, Any]


def listed(holdings: Sequence[Holding], now: datetime) -> Text:
    """All with date, orderer and cancelling code when they are few; else name, price and code of the first ones."""
    say = _full if len(holdings) <= FULL_MAX else _short
    return rows(lambda language: [say(one, now, language) for one in holdings[:SHOWN_MAX]], numbered=True)


def told(holdings: Sequence[Holding], now: datetime) -> Text:
    """The same for those who listen: one after the other, and no code, for none can be sent."""
    full = len(holdings) <= FULL_MAX
    return rows(lambda language: [_told(one, now, language, full) for one in holdings[:SHOWN_MAX]])


def _told(one: Holding, now: datetime, language: str, full: bool) -> str:
    comma, today = ", " if language == "en" else "，", local(now).date()
    parts = [_name(one, language), _cost(one, language)]
    if full:
        since = say_date(one.get("since"), language, near=today)
        who = say_who(str(one.get("by") or ""), str(one.get("channel") or ""), language)
        parts.append(f"since {since}, by {who}" if language == "en" else f"{since}{who}开通")
    until, starts = as_day(one.get("until")), as_day(one.get("starts_on"))
    if until is not None:
        parts.append(_ends(until, today, language))
    elif starts is not None and starts > today:
        parts.append(_begins(starts, today, language))
    return comma.join(parts)


def _ends(day: date, today: date, language: str) -> str:
    said = say_date(day, language, near=today)
    return f"ends {said}" if language == "en" else f"{said}起停用"


def _begins(day: date, today: date, language: str) -> str:
    said = say_date(day, language, near=today)
    return f"begins {said}" if language == "en" else f"{said}起生效"


def _full(one: Holding, now: datetime, language: str) -> str:
    since = say_date(one.get("since"), language, near=local(now).date())
    who = say_who(str(one.get("by") or ""), str(one.get("channel") or ""), language)
    if language == "en":
        return f"{_priced(one, language)}, since {since}, by {who}, {_then(one, now, language)}"
    return f"{_priced(one, language)}，{since}{who}开通，{_then(one, now, language)}"


def _then(one: Holding, now: datetime, language: str) -> str:
    """When it begins, where it has not yet; how to end it, or when it ends."""
    today = local(now).date()
    starts, until = as_day(one.get("starts_on")), as_day(one.get("until"))
    if until is not None:
        return _ends(until, today, language)
    begins = ""
    if starts is not None and starts > today:
        begins = f"{_begins(starts, today, language)}{', ' if language == 'en' else '，'}"
    return begins + (f"cancel: {_ending(one)}" if language == "en" else f"取消发{_ending(one)}")


def _short(one: Holding, now: datetime, language: str) -> str:
    return f"{_priced(one, language)}{', ' if language == 'en' else '，'}{_then(one, now, language)}"


def _ending(one: Holding) -> str:
    """What is sent to end it, as a marker."""
    product, tier = str(one["product"]), str(one.get("tier") or "")
    return how_to_end_paid(product, tier) if one.get("provider") else how_to(Verb.CANCEL, product, tier)


def pickable(holdings: Sequence[Holding], now: datetime) -> Text:
    """Rows to pick from by number: no codes are needed there."""

    def say(one: Holding, language: str) -> str:
        since = say_date(one.get("since"), language, near=local(now).date())
        who = say_who(str(one.get("by") or ""), str(one.get("channel") or ""), language)
        if language == "en":
            return f"{_priced(one, language)}, since {since}, by {who}"
        return f"{_priced(one, language)}，{since}{who}开通"

    full = len(holdings) <= FULL_MAX
    return rows(
        lambda language: [say(one, language) if full else _priced(one, language) for one in holdings[:SHOWN_MAX]],
        numbered=True,
    )


def _priced(one: Holding, language: str) -> str:
    return f"{_name(one, language)} {_cost(one, language)}"


def _name(one: Holding, language: str) -> str:
    return named(one, str(one["product"])).read(language)


def _cost(one: Holding, language: str) -> str:
    return say_price(int(one.get("fee") or 0), str(one.get("per") or "month"), language)
