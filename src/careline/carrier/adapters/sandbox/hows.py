"""The ways in which money comes in, and what they are called."""

from careline.values.language import Text

# how -> kind of entry, and its name for people
_HOWS: dict[str, tuple[str, Text]] = {
    "card": ("topup", Text("充值卡", "Top-up card")),
    "phone": ("topup", Text("手机充值", "Top-up by phone")),
    "web": ("topup", Text("网上充值", "Online top-up")),
    "counter": ("payment", Text("营业厅缴费", "Paid at a shop")),
    "bank": ("payment", Text("银行代扣", "Bank debit")),
    "agent": ("payment", Text("代理点缴费", "Paid at an agent")),
    "returned": ("returned", Text("退还话费", "Returned to the account")),
    "refund": ("returned", Text("退费", "Refund")),
    "gift": ("returned", Text("活动赠送", "Campaign gift")),
    "points": ("redeem", Text("积分兑换", "Points redeemed")),
}

# What a history shows: subject -> kinds of entries
HISTORIES: dict[str, tuple[str, ...]] = {
    "payments": ("payment", "topup"),
    "topups": ("topup",),
    "returned": ("returned",),
}


def kind_of(how: str) -> str:
    return _HOWS[how][0] if how in _HOWS else "topup"


def name_of(how: str) -> Text:
    return _HOWS[how][1] if how in _HOWS else Text("充值", "Top-up")
