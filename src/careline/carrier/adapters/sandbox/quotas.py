"""Quotas: what is counted or allotted by the month, by the ids that the code tables' queries use."""

from collections.abc import Mapping
from dataclasses import dataclass

from careline.values.language import Text

NAME_LENGTH_MAX = 32
SMS, MB, MINUTES, HOURS, YUAN, COINS = "条", "MB", "分钟", "小时", "元", "枚"


@dataclass(frozen=True, slots=True)
class Quota:
    """`counted`: known for every line, allotted or not. In units of 元 the numbers are fen."""

    id: str
    name: Text
    unit: str
    counted: bool = False


def _quotas(*quotas: Quota) -> Mapping[str, Quota]:
    return {quota.id: quota for quota in quotas}


QUOTAS = _quotas(
    Quota("left_sms_plan", Text("套餐短信", "SMS of the plan"), SMS),
    Quota("left_sms120", Text("短信120", "SMS 120"), SMS),
    Quota("left_sms500", Text("短信500", "SMS 500"), SMS),
    Quota("left_mplan_sms", Text("M计划短信", "M-Plan SMS"), SMS),
    Quota("left_mms_pack", Text("彩信包", "MMS pack"), SMS),
    Quota("left_mplan_mms", Text("M计划彩信", "M-Plan MMS"), SMS),
    Quota("left_data_plan", Text("套餐流量", "Data of the plan"), MB),
    Quota("left_fetion_data", Text("飞信流量", "Data for Fetion"), MB),
    Quota("left_super_talk", Text("超级畅听流量", "Super Talk data"), MB),
    Quota("left_mplan_data", Text("M计划流量", "M-Plan data"), MB),
    Quota("left_ip1000", Text("IP1000通话", "IP1000 calls"), MINUTES),
    Quota("left_minutes", Text("套餐通话", "Calls of the plan"), MINUTES),
    Quota("left_vnet_minutes", Text("集团网通话", "Group calls"), MINUTES),
    Quota("left_wlan_hours", Text("无线宽带时长", "Wireless broadband hours"), HOURS),
    Quota("data_usage", Text("已用移动数据流量", "Mobile data used"), MB, counted=True),
    Quota("sms_count_month", Text("当月短信条数", "SMS sent this month"), SMS, counted=True),
    Quota("mms_sent", Text("彩信发送量", "MMS sent this month"), SMS, counted=True),
    Quota("sp_charge_sms", Text("SP扣费短信", "Messages sent for provider charges"), SMS, counted=True),
    Quota("campus_wlan_usage", Text("校园WLAN使用量", "Campus WLAN used"), MINUTES, counted=True),
    Quota("wireless_broadband_time", Text("无线宽带使用时长", "Wireless broadband used"), HOURS, counted=True),
    Quota("discount_amount_used", Text("已用优惠金额", "Discount used"), YUAN, counted=True),
    Quota("coin_game", Text("转转赢金币", "Gold coins won"), COINS, counted=True),
)

# Queries that answer with several quotas: id -> those quotas; those of them that the line has are told.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "discount_minutes_used": ("left_minutes", "left_sms_plan", "left_vnet_minutes"),
    "free_resources_usage": tuple(quota.id for quota in QUOTAS.values() if not quota.counted),
}

# Plain words for quotas, as packs may write their allowances.
_ALLOWANCES: Mapping[str, str] = {
    "data_mb": "left_data_plan",
    "data": "left_data_plan",
    "mb": "left_data_plan",
    "fetion_mb": "left_fetion_data",
    "sms": "left_sms_plan",
    "mms": "left_mms_pack",
    "minutes": "left_minutes",
    "vnet_minutes": "left_vnet_minutes",
    "hours": "left_wlan_hours",
    "wlan_hours": "left_wlan_hours",
}


def quota_of(allowance: str) -> str:
    """The quota that an allowance feeds: its id, or the plain word for it; an unknown name is a quota of its own."""
    if allowance in QUOTAS:
        return allowance
    name = _ALLOWANCES.get(allowance, allowance[:NAME_LENGTH_MAX])
    return name if name.isprintable() else "?"


def asked_for(subject: str) -> tuple[str, ...]:
    """The quotas that a query is about; none: all."""
    return GROUPS.get(subject) or ((quota_of(subject),) if subject else ())


def told(rows: Mapping[str, tuple[int, int | None]], subject: str) -> list[tuple[str, str, str, str, int, int | None]]:
    """The answer to a query from a month's rows {quota: (used, total)}; empty when nothing asked about is held."""
    wanted = asked_for(subject) or (*QUOTAS, *(id for id in rows if id not in QUOTAS))
    answer: list[tuple[str, str, str, str, int, int | None]] = []
    for id in wanted:
        quota = QUOTAS.get(id, Quota(id, Text(id, id), ""))
        used, total = rows.get(id, (0, None))
        if total is not None or (quota.counted and (id in rows or bool(subject))):
            answer.append((id, quota.name.zh, quota.name.en, quota.unit, used, total))
    return answer
