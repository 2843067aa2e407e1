"""Likely values for placeholders, to show a text as a customer would read it and to count its SMS parts."""

import re
from collections.abc import Mapping
from string import Formatter
from types import MappingProxyType

from careline.values.language import Text

_SAMPLES: dict[str, Text] = {
    "service": Text("移动数据流量套餐20元", "Mobile data package 20 yuan"),
    "label": Text("手机号码", "mobile number"),
    "price": Text("20.00元", "20.00 yuan"),
    "per": Text("/月", " a month"),
    "effect": Text("下月1日起生效", "effective on the 1st of next month"),
    "code": Text("KTSJLL#20", "KTSJLL#20"),
    "confirm_code": Text("401191", "401191"),
    "cancel_code": Text("QXSJLL", "QXSJLL"),
    "options": Text("1 来电显示\n2 呼叫等待\n3 彩铃", "1 Caller ID\n2 Call waiting\n3 Ringback tone"),
    "given": Text("CXYEE", "CXYEE"),
    "example": Text("CXGSD#13900000002", "CXGSD#13900000002"),
    "date": Text("2026年3月1日", "1 March 2026"),
    "number": Text("3", "3"),
    "about": Text("来电时显示对方号码。", "Shows the number of whoever calls you."),
    "amount": Text("58.20元", "58.20 yuan"),
    "balance": Text("58.20元", "58.20 yuan"),
    "month": Text("2026年2月", "February 2026"),
    "lines": Text("套餐费 20.00元\n通话费 8.20元", "Package 20.00 yuan\nCalls 8.20 yuan"),
    "points": Text("1260", "1260"),
    "region": Text("浙江", "Zhejiang"),
    "name": Text("来电显示", "Caller ID"),
    "tier": Text("20元档", "20 yuan"),
}
_OTHER = Text("示例内容", "sample text")  # a placeholder of which we know no more than that it is there


def placeholders(template: str) -> frozenset[str]:
    """The names in `{…}`; raises ValueError when the braces are wrong or say more than a name."""
    found = set()
    for _, name, spec, conversion in Formatter().parse(template):
        if name is None:
            continue
        if not re.fullmatch(r"[a-z_][a-z0-9_]*", name) or spec or conversion:
            raise ValueError(f"{{{name}}}: a placeholder is a plain name in braces")
        found.add(name)
    return frozenset(found)


def fill(template: str, language: str, known: Mapping[str, Text] = MappingProxyType({})) -> str:
    """The text as a customer might read it, with `known` values first; what cannot be filled stands as it is written."""
    try:
        names = placeholders(template)
    except ValueError:
        return template
    values = {name: known.get(name) or _SAMPLES.get(name, _OTHER) for name in names}
    return template.format_map({name: value.read(language) for name, value in values.items()})
