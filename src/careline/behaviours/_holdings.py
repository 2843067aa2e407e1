"""Rows of holdings: what a customer has, what it costs, since when, by whom it was ordered, and how to end it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from careline.dialogue.book import Verb
from careline.dialogue.saying import how_to, local, named, rows, say_date, say_price, say_who
from careline.values.language import Text

FULL_MAX = 3  # rows with every detail: more would make a fourth message part
SHOWN_MAX = 8  # rows without the details

Holding = Mapping[str, Any]


def listed(holdings: Sequence[Holding], now: datetime) -> Text:
    """All with date, orderer and cancelling code when they are few; else name, price and code of the first ones."""
    say = _full if len(holdings) <= FULL_MAX else _short
    return rows(lambda language: [say(one, now, language) for one in holdings[:SHOWN_MAX]], numbered=True)


def _full(one: Holding, now: datetime, language: str) -> str:
    since = say_date(one.get("since"), language, near=local(now).date())
    who = say_who(str(one.get("by") or ""), str(one.get("channel") or ""), language)
    code = _ending(one)
    if language == "en":
        return f"{_priced(one, language)}, since {since}, by {who}, cancel: {code}"
    return f"{_priced(one, language)}，{since}{who}开通，取消发{code}"


def _short(one: Holding, now: datetime, language: str) -> str:
    code = _ending(one)
    return f"{_priced(one, language)}, {code}" if language == "en" else f"{_priced(one, language)}，{code}"


def _ending(one: Holding) -> str:
    """What is sent to end it, as a marker."""
    return how_to(Verb.CANCEL, str(one["product"]), str(one.get("tier") or ""))


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
    cost = say_price(int(one.get("fee") or 0), str(one.get("per") or "month"), language)
    return f"{named(one, str(one['product'])).read(language)} {cost}"
