"""Chinese as it is said: 12.50元/月 becomes 每月十二元五角, 138****0001 becomes 幺三八，尾号零零零幺."""

import re
from collections.abc import Sequence

from careline.prompts import numerals
from careline.prompts.tokens import TELEPHONE, Bit, Normaliser, cardinal

# Measure words before which two is 两; months, days and hundreds keep 二.
_TWO = "元块角分条点兆G个项次张份种首位小天遍步人页期年枚周"
_UNITS = (
    "元 角 分 块 条 条彩信 兆 G K 分钟 小时 秒 天 日 号 月 个月 年 周 个 项 次 张 份 种 首 位 枚 积分 点 期 页 遍 人 个字 键 度 折"
    " 每月 每年 每天 每条 每次 每分钟 每兆 每秒 每小时 每周 每日 每人 每个 起 到"
)
UNITS = _UNITS.split()
_PER = {
    "月": "每月",
    "年": "每年",
    "天": "每天",
    "日": "每日",
    "条": "每条",
    "次": "每次",
    "分钟": "每分钟",
    "分": "每分钟",
}
_PER |= {
    "M": "每兆",
    "MB": "每兆",
    "兆": "每兆",
    "小时": "每小时",
    "秒": "每秒",
    "周": "每周",
    "人": "每人",
    "个": "每个",
}
_WRITTEN = {"MB": "兆", "M": "兆", "GB": "G", "KB": "K", "kb": "K", "Mb": "兆", "min": "分钟", "h": "小时"}

_NUMBER = r"(?<![\d.])[-−]?\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|(?<![\d.])(?:(?<![\d\w])[-−])?\d+(?:\.\d+)?"
_PERS = "|".join(sorted(map(re.escape, _PER), key=len, reverse=True))
_UNIT = (
    "条彩信|分钟|小时|个月|积分|个字|MB|Mb|GB|KB|kb|min|M|G|K|兆|元|角|分|块|条|秒|天|日|号|月|年|周"
    "|个|项|次|张|份|种|首|位|枚|点|期|页|遍|人|键|度|折"
)


def _fixed(*texts: str) -> list[Bit]:
    return [Bit(text, True) for text in texts]


def _number(written: str, unit: str = "") -> list[Bit]:
    said = cardinal(written, "zh")
    spoken = _WRITTEN.get(unit, unit)
    if said == ["二"] and spoken and spoken[0] in _TWO and unit != "分":
        said = ["两"]
    return _fixed(*said, *([spoken] if spoken else []))


def _amount(found: re.Match[str]) -> Sequence[Bit]:
    """元 with fen as 角 and 分; /月 comes first, as people say it."""
    written = re.sub(r"[^\d.]", "", (found["zh_yuan"] or found["zh_sign_yuan"]))
    negative = any(sign in found[0] for sign in "-−")
    whole, _, rest = written.partition(".")
    if len(rest) > 2:  # 0.125元: no coin is that small
        return _fixed(*(["负"] if negative else []), *cardinal(written, "zh"), "元")
    jiao, fen = (int(digit) for digit in rest.ljust(2, "0"))
    said = [_PER[found["zh_per"]]] if found["zh_per"] else []
    said += ["负"] if negative else []
    if int(whole) or not (jiao or fen):
        said += ["两"] if int(whole) == 2 else cardinal(whole, "zh")
        said.append("元")
        if fen and not jiao:
            said.append("零")
    if jiao:
        said += ["两" if jiao == 2 else numerals.DIGITS_ZH[jiao], "角"]
    if fen:
        said += [numerals.DIGITS_ZH[fen], "分"]
    return _fixed(*said)


def _date(found: re.Match[str]) -> Sequence[Bit]:
    year, month, day = found["zh_y"], int(found["zh_m"]), found["zh_d"]
    said = [*numerals.year(int(year), "zh"), "年", *numerals.fragments(month, "zh"), "月"]
    return _fixed(*said, *([*numerals.fragments(int(day), "zh"), "日"] if day else []))


def _time(found: re.Match[str]) -> Sequence[Bit]:
    """14:05 -> 十四点零五分; 14:00 -> 十四点."""
    hour, minute, second = int(found["zh_hour"]), int(found["zh_minute"]), int(found["zh_second"] or 0)
    said = [*(["两"] if hour == 2 else numerals.fragments(hour, "zh")), "点"]
    if minute or second:
        said += [*(["零"] if minute < 10 else []), *numerals.fragments(minute, "zh"), "分"]
    if second:
        said += [*numerals.fragments(second, "zh"), "秒"]
    return _fixed(*said)


def _masked(found: re.Match[str]) -> Sequence[Bit]:
    head, tail = found["zh_head"], found["zh_tail"]
    said = _fixed(*numerals.one_by_one(head, "zh"))
    if tail:
        said += [*(_fixed("，") if head else []), *_fixed("尾号", *numerals.one_by_one(tail, "zh"))]
    return said or _fixed("号码已隐去")


def _digits(found: re.Match[str]) -> Sequence[Bit]:
    return _fixed(*numerals.one_by_one(re.sub(r"\D", "", found[0]), "zh"))


def _keys(found: re.Match[str]) -> Sequence[Bit]:
    return [Bit(found["zh_press"]), *_fixed(*numerals.one_by_one(found["zh_pressed"], "zh", telephone=False))]


def _code(found: re.Match[str]) -> Sequence[Bit]:
    return [Bit(found["zh_dial"]), *_fixed(*numerals.one_by_one(found["zh_dialled"], "zh"))]


def _range(found: re.Match[str]) -> Sequence[Bit]:
    unit = found["zh_range_unit"] or ""
    return [*_number(found["zh_from"]), *_fixed("到"), *_number(found["zh_to"], unit)]


def _counted(found: re.Match[str]) -> Sequence[Bit]:
    return _number(found["zh_count"], found["zh_unit"])


def _used_of(found: re.Match[str]) -> Sequence[Bit]:
    """35条/100条: so many are used of all."""
    unit = found["zh_used_unit"]
    return [*_number(found["zh_used"], unit), *_fixed("，共"), *_number(found["zh_total"], unit)]


def _plain(found: re.Match[str]) -> Sequence[Bit]:
    """Short numbers are numbers; 0903, 12593 and all longer ones are read digit by digit."""
    written = found[0]
    whole = written.lstrip("-−")
    if "." in whole or "," in whole or (len(whole) <= 4 and not (len(whole) > 1 and whole[0] == "0")):
        return _number(written)
    return _fixed(*numerals.one_by_one(whole, "zh"))


def _percent(found: re.Match[str]) -> Sequence[Bit]:
    said = cardinal(found["zh_share"], "zh")
    sign = ["负"] if said[0] == "负" else []
    return _fixed(*sign, "百分之", *said[len(sign) :])


def _listed(found: re.Match[str]) -> Sequence[Bit]:
    return _fixed(*numerals.fragments(int(found["zh_listed"]), "zh"), "，")


def _sign(found: re.Match[str]) -> str:
    return {"*": "星号", "＊": "星号", "#": "井号", "＃": "井号"}[found["zh_sign"]] + ("键" if found["zh_key"] else "")


NORMALISER = Normaliser(
    {
        "zh_1": (r"(?<!\d)(?P<zh_y>\d{4})[-/](?P<zh_m>0?[1-9]|1[0-2])(?:[-/](?P<zh_d>0?[1-9]|[12]\d|3[01]))?(?![\d-])", _date),
        "zh_2": (r"(?<!\d)(?P<zh_year>\d{4})(?=年)", lambda found: _fixed(*numerals.year(int(found[0]), "zh"))),
        "zh_3": (r"(?<!\d)(?P<zh_hour>[01]?\d|2[0-4])[:：](?P<zh_minute>[0-5]\d)(?:[:：](?P<zh_second>[0-5]\d))?(?!\d)", _time),
        "zh_4": (
            rf"(?:[-−]?(?:CNY|RMB|[¥￥])\s*(?P<zh_sign_yuan>{_NUMBER})元?|(?P<zh_yuan>{_NUMBER})\s?元)"
            rf"(?:/(?P<zh_per>{_PERS}))?",
            _amount,
        ),
        "zh_5": (rf"(?P<zh_share>{_NUMBER})\s?[%％]", _percent),
        "zh_6": (r"(?P<zh_head>(?<!\d)\d{0,4})\*{2,}(?P<zh_tail>\d{0,4}(?!\d))", _masked),
        "zh_7": (TELEPHONE, _digits),
        "zh_8": (r"^\s*(?P<zh_listed>\d{1,2})(?:[.．、](?!\d)|[)）])\s*", _listed),
        "zh_9": (r"(?P<zh_press>按)(?P<zh_pressed>\d{1,4})(?!\d|元)", _keys),
        "zh_10": (r"(?P<zh_dial>拨打|拨|打电话到|发送|发到|发|短号|代码|号码|尾号|编号|接入码)(?P<zh_dialled>\d{3,})(?![\d元条个])", _code),
        "zh_11": (
            r"(?P<zh_from>(?<![\d.-])\d+(?:\.\d+)?)\s?[-~～—–]\s?(?P<zh_to>\d+(?:\.\d+)?)(?![\d-])"
            rf"(?P<zh_range_unit>{_UNIT})?",
            _range,
        ),
        "zh_31": (
            rf"(?P<zh_used>{_NUMBER})\s?(?P<zh_used_unit>{_UNIT})/(?P<zh_total>{_NUMBER})\s?(?P=zh_used_unit)(?![A-Za-z])",
            _used_of,
        ),
        "zh_12": (rf"(?P<zh_count>{_NUMBER})\s?(?P<zh_unit>{_UNIT})(?![A-Za-z])", _counted),
        "zh_13": (_NUMBER, _plain),
        "zh_30": (r"(?<=[\d日号月点年])\s?[-~～—–]\s?(?=\d{1,4}[:：月日号点年])", lambda _found: "到"),
        "zh_14": (r"(?P<zh_sign>[*＊#＃])(?:号)?(?P<zh_key>键)?", _sign),
        "zh_40": (r"\d+", _digits),
        "zh_15": (rf"/(?P<zh_alone>{_PERS})", lambda found: _fixed(_PER[found["zh_alone"]])),
        "zh_16": (r"[ \t]*[（(\[【][ \t]*", lambda found: "，" if found.start() else ""),
        "zh_17": (r"[ \t]*[）)\]】][ \t]*(?=[，。；：、！？,.;:!?])", lambda _found: ""),
        "zh_18": (r"[ \t]*[）)\]】][ \t]*", lambda _found: "，"),
        "zh_19": (r"[“”‘’「」『』《》〈〉\"'`]", lambda _found: ""),
        "zh_20": (r"(?<=[。！？；，：、])\s*\n\s*", lambda _found: ""),
        "zh_21": (r"\s*\n\s*", lambda _found: "。"),
        "zh_22": (r"…+|—{2,}|\s*[|]\s*", lambda _found: "，"),
        "zh_23": (r"(?<=\w)[-_](?=\w)", lambda _found: " "),
        "zh_24": (r"[-_~^\\<>{}]+", lambda _found: ""),
        "zh_25": (r"&", lambda _found: "和"),
        "zh_26": (r"\+", lambda _found: "加"),
        "zh_27": (r"=", lambda _found: "等于"),
        "zh_28": (r"/", lambda _found: "或"),
        "zh_32": (r"(?<=[一-鿿\d])[ \t]+(?=[一-鿿\d])", lambda _found: "，"),  # 10月29日 50.00元 充值卡: parts of a row
        "zh_29": (r"(?<=[一-鿿，。；：、！？])[ \t]+(?=[一-鿿，。；：、！？])", lambda _found: ""),
    }
)  # fmt: skip
