"""What customers are told who give up their number, one case for each end."""

# ruff: noqa: E501 - one case is one row, as in a table

from datetime import UTC, date, datetime
from typing import Any

from careline.carrier.port import Answer
from careline.dialogue.book import Verb
from careline.values.cause import Cause
from careline.values.language import Text
from careline.values.secret import Secret
from tests.behaviours.counter import FAILED, REFUSED, Case

TODAY, DAY, KEPT = date(2009, 11, 15), date(2009, 12, 1), date(2010, 3, 1)
NOTHING: dict[str, Any] = {
    "state": "none",
    "id": "",
    "effective_on": None,
    "kept_until": None,
    "near": TODAY,
    "debt": 0,
}
MEANS: dict[str, Any] = NOTHING | {
    "means_last_day": date(2009, 11, 30),
    "means_effective_on": DAY,
    "means_kept_until": KEPT,
    "means_payout_until": KEPT,
    "means_basic": 3240,
    "means_gift": 500,
    "means_points": 1260,
    "means_worth": 1000,
    "also": Text(
        "商旅套餐约定用到2010年6月30日，128.00元/月，请先问清提前结束怎么算。",
        "The business plan is agreed until 30 Jun 2010 at CNY 128.00 a month; ask first what ending it early costs. ",
    ),
    "days": [("month_end", DAY), ("soonest", date(2009, 11, 16))],
    "reasons": [("price", "费用太高", "It costs too much"), ("other", "其他原因", "Something else")],
}
AGREED: dict[str, Any] = {"state": "agreed", "effective_on": DAY, "kept_until": KEPT}
LEFT: dict[str, Any] = AGREED | {"state": "left"}
KEPT_FOR_DEBT: dict[str, Any] = {"state": "kept", "kept_until": KEPT, "debt": 700}
OFFER: dict[str, Any] = {
    "showing": "s1",
    "name": Text("98元商旅套餐", "98-yuan business travel plan"),
    "reason": Text("您说想换别家：可以先比一比再定。", "You said you think of another carrier: compare first."),
    "takes": {"service": "tariff_business", "verb": "order", "tier": "98"},
}
GIFT = OFFER | {"name": Text("留下送20元话费", "20 yuan for staying"), "takes": {}}
REASON, DAY_CHOSEN = {"reason": "price"}, {"what": "month_end"}
PROOF = {"day": str(DAY), "password": Secret("135790")}
OTHER, SURE, BACK = Verb.OTHER, Verb.CONFIGURE, Verb.CANCEL


def told(**given: Any) -> Answer:
    return Answer(facts=MEANS | given)


def no(cause: Cause, code: str = "", **given: Any) -> Answer:
    return Answer(cause, MEANS | given | ({"code": code} if code else {}))


LEAVINGS = [
    Case("what it means", "leaving", Verb.QUERY, "meaning", answer=told(), zh="号码保留到2010年3月1日", en="number kept until 1 Mar 2010"),
    Case("an agreement runs on", "leaving", Verb.QUERY, "meaning", answer=told(), zh="约定用到2010年6月30日", en="until 30 Jun 2010"),
    Case("asked for", "leaving", Verb.QUERY, "asked", answer=told(state="asked"), zh="还没有选日子", en="No day is chosen"),
    Case("agreed", "leaving", Verb.QUERY, "agreed", answer=told(**AGREED), zh="12月1日起停机", en="stops on 1 Dec"),
    Case("being arranged", "leaving", Verb.QUERY, "under_way", answer=told(state="closing"), zh="正在办", en="being arranged"),
    Case("left", "leaving", Verb.QUERY, "stopped", answer=told(**LEFT), zh="保留到2010年3月1日", en="kept until 1 Mar 2010"),
    Case("kept for a debt", "leaving", Verb.QUERY, "kept", answer=told(**KEPT_FOR_DEBT), zh="还差7.00元", en="CNY 7.00"),
    Case("why", "leaving", OTHER, "why", answer=told(), zh="2.其他原因", en="2.Something else"),
    Case("an offer that is ordered", "leaving", OTHER, "offer", parameters=REASON, answer=told(state="asked", offer=OFFER), zh="5.留下，要98元商旅套餐", en="5.Stay, with 98-yuan"),
    Case("a gift", "leaving", OTHER, "offer", parameters=REASON, answer=told(state="asked", offer=GIFT), zh="5.留下，要留下送20元话费", en="5.Stay, with 20 yuan"),
    Case("no offer", "leaving", OTHER, "ways", parameters=REASON, answer=told(state="asked", offer=None), zh="3.12月1日起停机\n4.11月16日起停机", en="3.Stop on 1 Dec"),
    Case("a day is chosen", "leaving", OTHER, "sure", parameters=DAY_CHOSEN, answer=told(state="asked"), zh="确定回复“是”", en="Reply YES to leave"),
    Case("stayed", "leaving", OTHER, "stayed", parameters={"what": "stay"}, answer=told(ended="stayed"), zh="谢谢您留下", en="Thank you"),
    Case("thinks it over", "leaving", OTHER, "thinking", parameters={"what": "think"}, answer=told(ended="undecided"), zh="想好了再发", en="decided"),
    Case("takes the gift", "leaving", OTHER, "gift", parameters={"what": "gift"}, answer=told(ended="stayed", gift=True), zh="正在存入", en="on its way"),
    Case("no money left for it", "leaving", OTHER, "gift_spent", parameters={"what": "gift"}, answer=told(ended="stayed", gift=False), zh="刚刚送完", en="run out"),
    Case("the gift is over", "leaving", OTHER, "no_gift", REFUSED, no(Cause.CLOSED, "gift"), {"what": "gift"}, zh="现在没有了", en="is over"),
    Case("agreed already", "leaving", OTHER, "agreed", REFUSED, no(Cause.ALREADY_ON, **AGREED), zh="早已约定", en="agreed already"),
    Case("left already", "leaving", OTHER, "stopped", REFUSED, no(Cause.ALREADY_ON, **LEFT), zh="不用再办离网", en="stopped on 1 Dec already"),
    Case("under way already", "leaving", OTHER, "under_way", REFUSED, no(Cause.ALREADY_ON, state="closing"), zh="不用再办一次", en="being arranged"),
    Case("a debt", "leaving", OTHER, "debt", REFUSED, no(Cause.NOT_ENOUGH_MONEY, debt=700), zh="您还欠7.00元", en="You owe CNY 7.00"),
    Case("a day without a wish", "leaving", OTHER, "nothing_asked", REFUSED, no(Cause.NOTHING_TO_CONFIRM), DAY_CHOSEN, zh="没有在办的离网", en="No leaving of yours"),
    Case("leaves", "leaving", SURE, "agreed_now", parameters=PROOF, answer=told(ended="agreed", **AGREED), zh="已约定离网：12月1日起停机", en="stops on 1 Dec"),
    Case("the carrier is away", "leaving", SURE, "begun", parameters=PROOF, answer=told(ended="closing", state="closing"), zh="您的决定已记下", en="is noted"),
    Case("a wrong password", "leaving", SURE, "wrong_password", FAILED, no(Cause.WRONG_PASSWORD, "password", tries_left=3), PROOF, zh="还可以试3次", en="Tries left: 3"),
    Case("too many of them", "leaving", SURE, "too_many_tries", FAILED, no(Cause.TOO_MANY_TRIES, "password", locked_until=datetime(2009, 11, 16, 4, tzinfo=UTC)), PROOF, zh="11月16日12:00以后再试", en="16 Nov"),
    Case("no password", "leaving", SURE, "no_password", REFUSED, no(Cause.NOT_ON, "password"), PROOF, zh="还没有服务密码", en="no service password"),
    Case("agreed by another door", "leaving", SURE, "agreed", REFUSED, no(Cause.ALREADY_ON, **AGREED), PROOF, zh="早已约定", en="agreed before"),
    Case("left by then", "leaving", SURE, "stopped", REFUSED, no(Cause.ALREADY_ON, **LEFT), PROOF, zh="起已停机", en="stopped on 1 Dec"),
    Case("arranged by another door", "leaving", SURE, "under_way", REFUSED, no(Cause.ALREADY_ON, "under_way", state="closing"), PROOF, zh="已经在办", en="being arranged already"),
    Case("a debt by then", "leaving", SURE, "debt", REFUSED, no(Cause.NOT_ENOUGH_MONEY, debt=700), PROOF, zh="您欠7.00元", en="You owe CNY 7.00"),
    Case("the carrier finds a debt", "leaving", SURE, "debt", REFUSED, no(Cause.NOT_ENOUGH_MONEY, "carrier", debt=700), PROOF, zh="您欠7.00元", en="You owe CNY 7.00"),
    Case("no day was asked about", "leaving", SURE, "nothing_asked", REFUSED, no(Cause.NOTHING_TO_CONFIRM), {"password": Secret("135790")}, zh="先选日子", en="A day has to be chosen"),
    Case("interrupted", "leaving", SURE, "lapsed", REFUSED, no(Cause.NOTHING_TO_CONFIRM, "lapsed"), {"day": str(DAY)}, zh="密码我们没有留", en="was not kept"),
    Case("the day has passed", "leaving", SURE, "bad_day", REFUSED, no(Cause.NOTHING_TO_CONFIRM, "bad_day"), PROOF, zh="已经过了", en="has passed"),
    Case("another's line", "leaving", SURE, "not_yours", REFUSED, no(Cause.NOT_ELIGIBLE, "carrier"), PROOF, zh="请机主带证件", en="Its owner"),
    Case("the carrier refuses", "leaving", SURE, "refused_there", REFUSED, no(Cause.CLOSED, "carrier"), PROOF, zh="没有接受", en="did not accept"),
    Case("stays before a day is set", "leaving", BACK, "stayed", answer=told(ended="stayed"), zh="您留下了", en="You stay"),
    Case("takes it back", "leaving", BACK, "withdrawn", answer=told(ended="withdrawn"), zh="离网已取消", en="taken back"),
    Case("comes back", "leaving", BACK, "returned", answer=told(ended="returned"), zh="又开通了", en="served again"),
    Case("the carrier is away by then", "leaving", BACK, "begun", answer=told(ended="reopening", state="reopening"), zh="正在取消离网", en="taking your leaving back"),
    Case("not while it is arranged", "leaving", BACK, "under_way", REFUSED, no(Cause.ALREADY_ON, "under_way", state="closing"), zh="这会儿不能取消", en="this moment"),
    Case("the number is gone", "leaving", BACK, "too_late", REFUSED, no(Cause.NOT_FOUND, "too_late"), zh="保留期已过", en="released"),
    Case("the carrier keeps it", "leaving", BACK, "refused_there", REFUSED, no(Cause.CLOSED, "carrier"), zh="还没有取消", en="stands"),
    Case("nothing to take back", "leaving", BACK, "not_on", REFUSED, no(Cause.NOT_ON), zh="没有办过离网", en="nothing to take back"),
    Case("our records are away", "leaving", Verb.QUERY, "carrier_fault", FAILED, Answer(refused=Cause.CARRIER_FAULT), zh="系统", en="system"),
    Case("what leaving is", "leaving", Verb.DESCRIBE, "done", zh="停机前随时可以反悔", en="take it back until then"),
]  # fmt: skip
