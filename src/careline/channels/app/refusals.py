"""What cases, orders and payments refuse, as problems: gone, changed meanwhile, or not possible, with the reason as a word."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.http import HttpRequest

from careline.cases.states import NotAllowed as CaseRefusal
from careline.channels.app.problems import Problem
from careline.channels.app.shapes import refuse_field
from careline.orders.states import NotAllowed as OrderRefusal
from careline.payments.states import Refusal as PaymentRefusal
from careline.values.language import Text

REFUSED = ("not_found", "not_possible", "version_moved")
_GONE = frozenset({"no_such_case", "no_such_order", "no_such_goods", "no_such_payment", "no_such_seller"})
_FIELDS: Mapping[str, str] = {
    "no_words": "words", "bad_rating": "rating", "no_name": "receiver.name", "no_phone": "receiver.phone",
    "no_address": "receiver.address", "no_region": "receiver.region", "no_reason": "reason", "no_such_pay": "pay",
    "no_such_category": "category", "bad_count": "lines", "bad_amount": "amount",
}  # fmt: skip
_WORDS: Mapping[str, Text] = {
    "way": Text("现在这一步不能这样做", "It has not come to that, or is past it"),
    "closed": Text("已经结束", "It has ended"),
    "rated": Text("已经评价过", "It was rated before"),
    "too_late": Text("太晚了，已经发出或过了期限", "Too late: it has left, or the time is over"),
    "sold_out": Text("已售完", "Sold out"),
    "price": Text("价格变了，请再看一遍", "The price has changed; look again"),
    "brand": Text("您的品牌不能买", "Not for your brand"),
    "no_slot": Text("这个时间不能选了", "This time can no longer be chosen"),
    "not_this_way": Text("不能这样付款", "It cannot be paid like that"),
    "pay_first": Text("请先付款", "Pay first, please"),
    "sellers": Text("一单只能买一家的商品", "One order holds the goods of one seller"),
    "too_many": Text("数量太多", "Too many"),
    "unpaid": Text("还没有付款", "It is not paid"),
    "not_returnable": Text("不支持退货", "It is not taken back"),
}


@contextmanager
def told() -> Iterator[None]:
    """Turns refusals of the rooms below into problems."""
    try:
        yield
    except (CaseRefusal, OrderRefusal) as refused:
        raise problem_of(refused.code) from refused
    except PaymentRefusal as refused:
        raise problem_of(str(refused.args[0]) if refused.args else "refused") from refused


def problem_of(code: str) -> Problem:
    if code in _GONE:
        return Problem("not_found")
    if code == "moved":
        return Problem("version_moved")
    if code in _FIELDS:
        return refuse_field(_FIELDS[code], code)
    return Problem("not_possible", _WORDS.get(code, ""), why=code)


def expected(request: HttpRequest) -> int | None:
    """The version of If-Match, where it was sent; raises Problem (412) for what is no version of ours."""
    given = request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
    if not given or given == "*":
        return None
    if not given.isdecimal() or len(given) > 9:
        raise Problem("version_moved")
    return int(given)
