"""What customers are told of their orders: worded from the published catalogue, posted in the transaction of the deed."""

import os
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from careline.catalogue import shipped
from careline.dialogue.rendering import fill
from careline.dialogue.saying import both, local, say_date, say_money
from careline.hall.reminding import last_links
from careline.identity import preferences
from careline.orders.records.order import Order
from careline.outbox import posting
from careline.outbox.posting import Letter
from careline.values.language import LANGUAGES, Text
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference

# What is owed is told to everyone: money, what the customer has to do, and what went wrong. The rest is news.
OWED = frozenset(
    {"waiting", "cancelled", "money_back", "lost", "refused", "kept", "returned", "unpaid", "money_failed"}
    | {"card_here_new", "card_here_replacement", "card_active_new", "card_active_replacement", "card_refused"}
)


def say(order: Order, key: str, now: datetime, values: Mapping[str, str | Text] = MappingProxyType({})) -> str:
    """Post the text `order.<key>` to the customer and return it; "" to somebody who wants no such news."""
    number = Msisdn(order.msisdn)
    if key not in OWED and not preferences.wants([number], "order_news")[number]:
        return ""
    due_at = now if key in OWED else preferences.when([number], now)[number]  # news keep out of the hours of quiet
    text = fill(text_of(f"order.{key}"), values_of(order, now) | dict(values), order.language)
    letter = Letter(
        id=new_reference()[0],
        msisdn=number,
        channel="sms",
        link=last_links([order.msisdn]).get(order.msisdn) or os.environ.get("CARELINE_NOTICE_LINK", "demo"),
        address=shipped.hall_address(),
        text=text,
        key=f"order.{key}",
    )
    posting.post([letter], now=now, due_at=due_at)
    return text


def values_of(order: Order, now: datetime) -> dict[str, str | Text]:
    """What the texts may name; never the receiver."""
    return {
        "number": order.number,
        "goods": goods_of(order),
        "amount": both(say_money, order.fen),
        "slot": slot_of(order, now),
        "reason": order.reason or order.returned,
    }


def goods_of(order: Order) -> Text:
    """山雀 S2 手机 ×2 等2种; what is in the order, short enough for a letter."""
    lines = sorted(order.lines.all(), key=lambda line: line.pk)  # as they were fetched with the order
    first = lines[0]
    times = f" ×{first.count}" if first.count > 1 else ""
    more = Text(f"等{len(lines)}种", f" and {len(lines) - 1} more") if len(lines) > 1 else Text("", "")
    return Text(f"{first.name_zh}{times}{more.zh}", f"{first.name_en}{times}{more.en}")


def slot_of(order: Order, now: datetime) -> Text:
    """11月24日09:00-12:00; when it is to be brought."""
    begins, ends = local(order.slot_from), local(order.slot_until)
    hours = f"{begins:%H:%M}-{ends:%H:%M}"
    zh, en = (say_date(begins.date(), language, near=local(now).date()) for language in LANGUAGES)
    return Text(f"{zh}{hours}", f"{en} {hours}")


def text_of(key: str) -> Text:
    """The text of a key: the published one, else the one that came with this version of careline."""
    return shipped.known(key) or Text("{number}", "{number}")


def filled(key: str, order: Order, now: datetime, more: Mapping[str, str | Text] = MappingProxyType({})) -> Text:
    """The text of a key, filled, in both languages: to stand in another text."""
    values = values_of(order, now) | dict(more)
    return Text(*(fill(text_of(key), values, language) for language in LANGUAGES))
