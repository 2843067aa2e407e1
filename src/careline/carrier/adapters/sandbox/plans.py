"""Names of base plans and of ordinary charges, and the credit rating: the sandbox carrier's own invented tariff."""

from collections.abc import Mapping
from typing import Any

from careline.values.language import Text

_PLANS: Mapping[str, Text] = {
    "gotone_standard": Text("全球通标准资费", "GoTone standard tariff"),
    "gotone_58": Text("全球通58元套餐", "GoTone 58-yuan plan"),
    "mzone_basic": Text("动感地带基本套餐", "M-Zone basic plan"),
    "mzone_campus": Text("动感地带校园套餐", "M-Zone campus plan"),
    "easyown_standard": Text("神州行标准卡", "Easyown standard card"),
    "easyown_home": Text("神州行家园卡", "Easyown home card"),
}

# Charges that no product stands behind.
_CHARGES: Mapping[str, Text] = {
    "plan": Text("套餐月费", "Monthly plan fee"),
    "calls": Text("本地通话费", "Local calls"),
    "long": Text("长途通话费", "Long-distance calls"),
    "roaming": Text("漫游通话费", "Roaming calls"),
    "announcement": Text("语音提示", "Voice announcement"),
    "sms": Text("短信费", "SMS"),
    "data": Text("上网流量费", "Mobile data"),
    "discount": Text("优惠减免", "Discount"),
}

# Rating 0 to 100: where a line without any bill starts, what a bill paid in time adds, what one left unpaid costs.
_START, _PAID, _UNPAID, _SUSPENDED = 60, 3, 15, 20


def name_of(plan: str) -> Text:
    return _PLANS.get(plan, Text(plan, plan))


def charge_name(item: Mapping[str, Any]) -> tuple[str, str]:
    """An item's own name, or the tariff's name for what it is for."""
    product = str(item["product"])
    known = _CHARGES.get(product, Text(product, product))
    return str(item.get("zh") or known.zh), str(item.get("en") or known.en)


def rating(paid: int, unpaid: int, suspended: bool) -> int:
    """CRP-01: the credit standing from the last twelve bills, 0 to 100."""
    score = _START + _PAID * paid - _UNPAID * unpaid - (_SUSPENDED if suspended else 0)
    return max(0, min(100, score))
