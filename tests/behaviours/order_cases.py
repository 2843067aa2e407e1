"""What customers are told of their orders, one case for each end."""

# ruff: noqa: E501 - one case is one row, as in a table

from typing import Any

from careline.carrier.port import Answer
from careline.dialogue.book import Verb
from careline.values.cause import Cause
from careline.values.language import Text
from tests.behaviours.counter import FAILED, Case

STANDING: dict[str, Any] = {
    "number": "K07M31T52B",
    "goods": Text("山雀 S2 手机", "Titmouse S2"),
    "state": "dispatched",
    "coming": True,
    "confirm": False,
    "step": Text("运输中", "On its way"),
    "told": Text("已交快递", "Handed to the courier"),
    "date": Text("10:20", "10:20"),
    "slot": Text("11月17日09:00-12:00", "17 Nov 09:00-12:00"),
}


def orders(*standings: dict[str, Any]) -> Answer:
    return Answer(facts={"orders": [{**STANDING, **one} for one in standings], "count": len(standings)})


HERE = {
    "state": "arrived",
    "coming": False,
    "confirm": True,
    "step": Text("已送达，待确认", "Arrived, to be confirmed"),
}
OVER = {"state": "cancelled", "coming": False, "step": Text("已取消", "Cancelled")}

ORDERS = [
    Case("nothing ordered", "order_status", Verb.QUERY, "none", answer=orders(), zh="没有正在办的订单", en="no order"),
    Case("on its way", "order_status", Verb.QUERY, "coming", answer=orders({}), zh="预计11月17日09:00-12:00送到", en="brought 17 Nov"),
    Case("at the door", "order_status", Verb.QUERY, "arrived", answer=orders(HERE), zh="请验货", en="confirm the receipt"),
    Case("over", "order_status", Verb.QUERY, "standing", answer=orders(OVER), zh="已取消。最近一步", en="Cancelled. Last step"),
    Case("two orders", "order_status", Verb.QUERY, "many", answer=orders({}, OVER), zh="2个订单", en="2 recent orders"),
    Case("our records are away", "order_status", Verb.QUERY, "carrier_fault", FAILED, Answer(refused=Cause.CARRIER_FAULT), zh="系统", en="system"),
    Case("what it is", "order_status", Verb.DESCRIBE, "done", zh="办到哪一步", en="How far"),
]  # fmt: skip
