"""What an app may do for a subscriber: scopes that are asked for at sign-in and shown in the list of devices."""

from collections.abc import Mapping

from careline.values.language import Text

SCOPES: Mapping[str, Text] = {
    "account:read": Text("看余额、用量、在用业务、办理记录", "read balances, usage, what is on, and the history"),
    "services:write": Text("办理和退订业务", "switch services on and off"),
    "bills:read": Text("看账单和每笔费用", "read bills and each charge"),
    "orders:write": Text("看商品，下单、取消、退货", "read goods; place, cancel and return orders"),
    "payments:write": Text("看付款记录，充值缴费", "read payments; top up and pay"),
    "cases:write": Text("看诉求进展，投诉、催办、评价", "read cases; complain, urge and rate"),
    "notices:write": Text("看通知，改通知设置", "read notices and set which are wanted"),
    "privacy": Text("导出和删除个人数据", "export and delete personal data"),
}
