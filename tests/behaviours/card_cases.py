"""What customers are told of the SIM that they ordered, one case for each end."""

# ruff: noqa: E501 - one case is one row, as in a table

from typing import Any

from careline.carrier.port import Answer
from careline.dialogue.book import Verb
from careline.values.cause import Cause
from careline.values.language import Text
from tests.behaviours.counter import FAILED, REFUSED, Case

CARD: dict[str, Any] = {
    "state": "active",
    "number": "K07M31T52B",
    "line": Text("13905000077", "13905000077"),
    "goods": Text("新号卡", "New SIM card"),
    "new": True,
}


def card(**given: Any) -> Answer:
    return Answer(facts=CARD | given)


def no(cause: Cause, code: str) -> Answer:
    return Answer(refused=cause, facts={"code": code})


CARDS = [
    Case("a new line", "card_activation", Verb.OTHER, "done", answer=card(), zh="新号码13905000077已激活", en="line 13905000077 is active"),
    Case("a replaced card", "card_activation", Verb.OTHER, "done_replaced", answer=card(new=False), zh="旧卡失效，号码和业务都没有变", en="the old one has stopped"),
    Case("the carrier is away", "card_activation", Verb.OTHER, "begun", answer=card(state="confirmed"), zh="系统这会儿还没有答复", en="have not answered yet"),
    Case("twice", "card_activation", Verb.OTHER, "already_on", REFUSED, Answer(refused=Cause.ALREADY_ON), zh="早已启用", en="works already"),
    Case("nothing ordered", "card_activation", Verb.OTHER, "none", REFUSED, no(Cause.NOT_FOUND, "no_card"), zh="没有等着启用的号卡", en="no SIM that waits"),
    Case("still on its way", "card_activation", Verb.OTHER, "not_here", REFUSED, no(Cause.NOT_STARTED, "card_not_here"), zh="还没有送到", en="not been delivered"),
    Case("not paid yet", "card_activation", Verb.OTHER, "receive_first", REFUSED, no(Cause.NOT_ENOUGH_MONEY, "card_receive"), zh="先在网上营业厅", en="confirm the receipt"),
    Case("not set apart yet", "card_activation", Verb.OTHER, "not_ready", REFUSED, no(Cause.NOTHING_TO_CONFIRM, "card_not_ready"), zh="还没有配好", en="not set up"),
    Case("the carrier refuses", "card_activation", Verb.OTHER, "refused_there", REFUSED, no(Cause.CLOSED, "card_refused"), zh="没有接受这张卡", en="did not accept"),
    Case("our records are away", "card_activation", Verb.OTHER, "carrier_fault", FAILED, Answer(refused=Cause.CARRIER_FAULT), zh="系统", en="system"),
    Case("what it is", "card_activation", Verb.DESCRIBE, "done", zh="由您确认才启用", en="once you confirm"),
]  # fmt: skip
