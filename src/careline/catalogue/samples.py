"""Likely values for placeholders, to show a text as a customer would read it and to count its SMS parts."""

import re
from collections.abc import Mapping
from string import Formatter
from types import MappingProxyType

from careline.values.language import Text

_MONEY = ("20.00", "58.20", "45.00", "13.20", "8.80", "30.00")
_SAMPLES: dict[str, Text] = {
    "service": Text("移动数据流量套餐20元", "Mobile data package 20"),
    "label": Text("开通", "Subscribe to"),
    "per": Text("/月", " a month"),
    "effect": Text("下月1日生效", "effective on the 1st of next month"),
    "code": Text("KTSJLL#20", "KTSJLL#20"),
    "order_code": Text("KTSJLL#20", "KTSJLL#20"),
    "other_code": Text("QXCL", "QXCL"),
    "gets_code": Text("KTSJLL#20", "KTSJLL#20"),
    "confirm_code": Text("401191", "401191"),
    "cancel_code": Text("QXSJLL", "QXSJLL"),
    "options": Text("1 来电显示\n2 呼叫等待\n3 彩铃", "1 Caller ID\n2 Call waiting\n3 Ringback tone"),
    "rows": Text("来电显示 QXLDXS\n彩铃 QXCL\n飞信 QXFX", "Caller ID QXLDXS\nRingback tone QXCL\nFetion QXFX"),
    "told": Text(
        "来电显示，5.00元/月；彩铃，5.00元/月", "Caller ID, CNY 5.00 a month; Ringback tone, CNY 5.00 a month"
    ),
    "items": Text("月租20.00元，通话18.20元，短信6.80元", "rental CNY 20.00, calls CNY 18.20, SMS CNY 6.80"),
    "entries": Text("3月1日50.00元；2月3日100.00元", "1 Mar CNY 50.00; 3 Feb CNY 100.00"),
    "tiers": Text("5元（30M）、20元（150M）、50元（500M）", "5 (30 MB), 20 (150 MB), 50 (500 MB)"),
    "quotas": Text("短信12条、流量35M", "12 SMS, 35 MB"),
    "names": Text("彩铃、手机报", "Ringback tone, mobile newspaper"),
    "given": Text("CXYEE", "CXYEE"),
    "example": Text("CXGSD#13900000002", "CXGSD#13900000002"),
    "key": Text("1", "1"),
    "before": Text("3", "3"),
    "minutes": Text("5", "5"),
    "date": Text("3月1日", "1 Mar"),
    "since": Text("2月3日", "3 Feb"),
    "starts": Text("4月1日", "1 Apr"),
    "until": Text("6月30日", "30 Jun"),
    "month": Text("2026年2月", "Feb 2026"),
    "number": Text("13900000002", "13900000002"),
    "short": Text("668", "668"),
    "region": Text("浙江杭州", "Hangzhou, Zhejiang"),
    "about": Text("来电话时，屏幕上显示对方的号码。", "Shows who is calling before you answer."),
    "who": Text("您本人（短信）", "you (SMS)"),
    "name": Text("来电显示", "Caller ID"),
    "old": Text("流量套餐5元", "Mobile data package 5"),
    "other": Text("彩铃", "Ringback tone"),
    "gets": Text("流量套餐20元", "Mobile data package 20"),
    "tier": Text("20元档", "20 yuan"),
    "count": Text("5", "5"),
    "shown": Text("3", "3"),
    "left": Text("115M", "115 MB"),
    "used": Text("35M", "35 MB"),
    "total": Text("150M", "150 MB"),
    "points": Text("1260", "1260"),
    "needed": Text("2000", "2000"),
    "redeemed": Text("1000", "1000"),
    "expiring": Text("300", "300"),
    "rating": Text("86", "86"),
    "docket": Text("2505000022", "2505000022"),
    "matter": Text("信号和通话质量", "Network and call quality"),
    "item": Text("语音提示", "Voice announcement"),
    "step": Text("正等相关部门的处理办法", "waiting for a department's plan"),
    "goods": Text("山雀 S2 手机", "Tit S2 phone"),
    "slot": Text("11月24日09:00-12:00", "24 Nov 09:00-12:00"),
    "courier": Text("飞燕快递", "Swallow Express"),
    "parcel": Text("FY2611240001", "FY2611240001"),
    "money": Text("58.20元按原路退回。", "CNY 58.20 goes back to where it came from."),
    "reason": Text("包装已拆，配件不全", "opened, and parts are missing"),
    "document": Text("签收时请出示本人身份证件。", " Please show your ID at the door."),
    "return_until": Text("不合适的话，11月30日前可以退货。", " You can send it back until 30 Nov."),
    "offer": Text("充300元送30元", "Top up 300, get 30"),
    "line": Text("13900000021", "13900000021"),
    "voucher": Text("K7M2PX49RA", "K7M2PX49RA"),
    "days": Text("30", "30"),
    "pay": Text("7.00元", "CNY 7.00"),
    "last_day": Text("2027年2月28日", "28 Feb 2027"),
    "effective_on": Text("12月1日", "1 Dec"),
    "kept_until": Text("2027年3月1日", "1 Mar 2027"),
    "payout_until": Text("2027年3月1日", "1 Mar 2027"),
    "also": Text("您有1件投诉在办，照样办完。", "1 of your cases goes on all the same. "),
    "why": Text("还有欠费没有付清", "there is a debt that is not paid yet"),
    **{
        name: Text(f"{amount}元", f"CNY {amount}")
        for names, amount in zip(
            (
                ("price", "taken", "difference"),
                ("balance", "charges", "charged"),
                ("basic", "owed"),
                ("gift", "due"),
                ("debt",),
                ("amount", "worth"),
            ),
            _MONEY,
            strict=True,
        )
        for name in names
    },
}
# On calls nothing is numbered line by line, and no code is said.
SPOKEN: Mapping[str, Text] = MappingProxyType(
    {
        "service": Text("20元流量套餐", "20-yuan data package"),
        "per": Text("每月", " a month"),
        "options": Text("来电显示，请按1。呼叫等待，请按2。", "Caller ID, press 1. Call waiting, press 2."),
        "rows": Text(
            "来电显示5.00元每月；彩铃5.00元每月", "Caller ID CNY 5.00 a month; Ringback tone CNY 5.00 a month"
        ),
        "given": Text("7", "7"),
        "example": Text("0903", "0903"),
        "number": Text("3", "3"),
        "who": Text("您本人", "you"),
        "tiers": Text("5元、20元、50元", "5, 20 and 50 yuan"),
    }
)
_OTHER = Text("示例内容", "sample text")  # a placeholder of which we know no more than that it is there


KNOWN: frozenset[str] = frozenset(_SAMPLES)
"""Every placeholder that the dialogue or a behaviour fills; whoever fills a new one adds a likely value here."""


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


def filled(text: Text) -> Text:
    """Both languages of a text, as customers might hear it on a call."""
    return Text(fill(text.zh, "zh", SPOKEN), fill(text.en, "en", SPOKEN))


def fill(template: str, language: str, known: Mapping[str, Text] = MappingProxyType({})) -> str:
    """The text as a customer might read it, with `known` values first; what cannot be filled stands as it is written."""
    try:
        names = placeholders(template)
    except ValueError:
        return template
    values = {name: known.get(name) or _SAMPLES.get(name, _OTHER) for name in names}
    return template.format_map({name: value.read(language) for name, value in values.items()})
