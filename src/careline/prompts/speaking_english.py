"""English as it is said: CNY 12.50 becomes twelve yuan fifty, 1 Mar 2026 the first of March, twenty twenty-six."""

import re
from collections.abc import Sequence

from careline.prompts import numerals
from careline.prompts.tokens import TELEPHONE, Bit, Normaliser, cardinal

_MONTHS = "January February March April May June July August September October November December"
MONTHS = _MONTHS.split()
_MONTH = "|".join(f"{month[:3]}(?:{month[3:]})?" if len(month) > 3 else month for month in MONTHS)
_MONTH = _MONTH.replace("Sep(?:tember)?", "Sept?(?:ember)?")
# As carriers print them -> as they are said, one and many.
_UNITS = {
    "MB": ("megabyte", "megabytes"),
    "M": ("megabyte", "megabytes"),
    "GB": ("gigabyte", "gigabytes"),
    "G": ("gigabyte", "gigabytes"),
    "KB": ("kilobyte", "kilobytes"),
    "min": ("minute", "minutes"),
    "mins": ("minute", "minutes"),
    "h": ("hour", "hours"),
    "msgs": ("message", "messages"),
    "SMS": ("text message", "text messages"),
    "MMS": ("picture message", "picture messages"),
}
_COUNTED = (
    "minutes? hours? messages? points? coins? days? months? years?"
    " songs? items? services? numbers? times? entries tries characters yuan fen"
)
_UNIT = "|".join([*sorted(map(re.escape, _UNITS), key=len, reverse=True), *_COUNTED.split()])
UNITS = (
    [word for pair in _UNITS.values() for word in pair] + MONTHS + ["yuan", "fen", "percent", "the", "of", "ending in"]
)
# Capitals that are a word; every other run of two to four is spelt.
_CAPITALS = (
    "SIM PIN HELP OPEN BILL BY MY GAME ZONE HUMAN WAP AND OR THE NOT"
    " YES NO OFF ON ALL FREE STOP HALL BACK MENU CODE SEND CALL"
)
_WORDS = frozenset(_CAPITALS.split())
_NUMBER = r"(?<![\d.])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|(?<![\d.])\d+(?:\.\d+)?"
_SIGNED = rf"(?:(?<![\w)])[-−])?(?:{_NUMBER})"


def _fixed(*texts: str) -> list[Bit]:
    """Fragments with the spaces between them, which belong to the fragment before."""
    return [Bit(f"{text} ", True) for text in texts[:-1]] + [Bit(texts[-1], True)] if texts else []


def _amount(found: re.Match[str]) -> Sequence[Bit]:
    """CNY 12.50 -> twelve yuan fifty; 12.05 -> twelve yuan and five fen; 0.30 -> thirty fen."""
    written = re.sub(r"[^\d.]", "", found["en_cny"] or found["en_yuan"])
    minus = ["minus"] if re.search(r"[-−](?=\s*(?:CNY|RMB|[¥￥]|\d))", found[0]) else []
    whole, _, rest = written.partition(".")
    if len(rest) > 2:
        return _fixed(*minus, *cardinal(written, "en"), "yuan")
    fen = int(rest.ljust(2, "0"))
    if not int(whole) and fen:
        return _fixed(*minus, *numerals.fragments(fen, "en"), "fen")
    said = [*minus, *cardinal(whole, "en"), "yuan"]
    if fen > 9:
        said += numerals.fragments(fen, "en")
    elif fen:
        said += ["and", *numerals.fragments(fen, "en"), "fen"]
    return _fixed(*said)


def _month(written: str) -> str:
    return next(month for month in MONTHS if month.startswith(written[:3]))


def _day(found: re.Match[str]) -> Sequence[Bit]:
    day, year = int(found["en_day"]), found["en_year"]
    said = ["the", numerals.ordinal(day), "of", _month(found["en_month"])]
    return _fixed(*said, *(numerals.year(int(year), "en") if year else []))


def _month_of_year(found: re.Match[str]) -> Sequence[Bit]:
    return _fixed(_month(found["en_mon"]), *numerals.year(int(found["en_mon_year"]), "en"))


def _date(found: re.Match[str]) -> Sequence[Bit]:
    year, month = numerals.year(int(found["en_y"]), "en"), MONTHS[int(found["en_m"]) - 1]
    if found["en_d"]:
        return _fixed("the", numerals.ordinal(int(found["en_d"])), "of", month, *year)
    return _fixed(month, *year)


def _time(found: re.Match[str]) -> Sequence[Bit]:
    """14:05 -> fourteen zero five; 14:00 -> fourteen hundred hours, as a clock of 24 hours is read."""
    hour, minute = int(found["en_hour"]), int(found["en_minute"])
    if not minute:
        return _fixed(*numerals.fragments(hour, "en"), "hundred", "hours")
    return _fixed(
        *numerals.fragments(hour, "en"), *(["zero"] if minute < 10 else []), *numerals.fragments(minute, "en")
    )


def _masked(found: re.Match[str]) -> Sequence[Bit]:
    head, tail = found["en_head"], found["en_tail"]
    said = numerals.one_by_one(head, "en")
    if tail:
        said += [*(["ending in"] if head else ["a number ending in"]), *numerals.one_by_one(tail, "en")]
    return _fixed(*(said or ["a hidden number"]))


def _digits(found: re.Match[str]) -> Sequence[Bit]:
    return _fixed(*numerals.one_by_one(re.sub(r"\D", "", found[0]), "en"))


def _after(found: re.Match[str]) -> Sequence[Bit]:
    return [Bit(found["en_before"]), *_fixed(*numerals.one_by_one(found["en_dialled"], "en"))]


def _range(found: re.Match[str]) -> Sequence[Bit]:
    return [*_fixed(*cardinal(found["en_from"], "en"), "to"), Bit(" "), *_fixed(*cardinal(found["en_to"], "en"))]


def _counted(found: re.Match[str]) -> Sequence[Bit]:
    said, unit = cardinal(found["en_count"], "en"), found["en_unit"]
    one, many = _UNITS.get(unit, (unit, unit))
    return _fixed(*said, one if said == ["one"] else many)


def _used_of(found: re.Match[str]) -> Sequence[Bit]:
    """35 msgs/100 msgs: so many are used of all."""
    said, unit = cardinal(found["en_total"], "en"), found["en_used_unit"]
    one, many = _UNITS.get(unit, (unit, unit))
    return _fixed(*cardinal(found["en_used"], "en"), "of", *said, one if said == ["one"] else many)


def _plain(found: re.Match[str]) -> Sequence[Bit]:
    written = found[0]
    whole = written.lstrip("-−")
    if "." in whole or "," in whole or (len(whole) <= 4 and not (len(whole) > 1 and whole[0] == "0")):
        return _fixed(*cardinal(written, "en"))
    return _fixed(*numerals.one_by_one(whole, "en"))


def _listed(found: re.Match[str]) -> Sequence[Bit]:
    return [*_fixed(*cardinal(found["en_listed"], "en")), Bit(", ")]


def _ordinal(found: re.Match[str]) -> Sequence[Bit]:
    return _fixed(numerals.ordinal(int(found["en_ordinal"])))


def _hyphened(found: re.Match[str]) -> Sequence[Bit]:
    return _fixed(*cardinal(found["en_adjective"], "en"), "yuan")


def _spelt(found: re.Match[str]) -> str:
    said = found[0] if found[0] in _WORDS else " ".join(found[0])
    return f"{said} " if found.string[found.end() : found.end() + 1].isdigit() else said


def _sign(found: re.Match[str]) -> str:
    before, after = (" " if place else "" for place in (found.start(), found.end() < len(found.string)))
    return f"{before}{_SIGNS[found[0].strip()]}{after}"


_SIGNS = {"*": "star", "#": "hash", "&": "and", "+": "plus", "=": "equals", "/": "or", "%": "percent"}

NORMALISER = Normaliser(
    {
        "en_1": (r"(?<!\d)(?P<en_y>\d{4})-(?P<en_m>0[1-9]|1[0-2])(?:-(?P<en_d>0[1-9]|[12]\d|3[01]))?(?![\d-])", _date),
        "en_2": (
            rf"(?<!\d)(?:the )?(?P<en_day>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?(?: of)? (?P<en_month>{_MONTH})\b(?:\.(?=,? (?:\d|[a-z])))?"
            r"(?:,? (?P<en_year>\d{4})(?!\d))?",
            _day,
        ),
        "en_3": (rf"\b(?P<en_mon>{_MONTH}) (?P<en_mon_year>(?:19|20)\d\d)(?!\d)", _month_of_year),
        "en_4": (r"(?<!\d)(?P<en_hour>[01]?\d|2[0-4]):(?P<en_minute>[0-5]\d)(?::[0-5]\d)?(?!\d)", _time),
        "en_5": (rf"[-−]?(?:CNY|RMB|[¥￥])\s?[-−]?(?P<en_cny>{_NUMBER})|(?P<en_yuan>{_SIGNED}) yuan\b", _amount),
        "en_6": (rf"(?P<en_adjective>{_NUMBER})-yuan\b", _hyphened),
        "en_7": (rf"(?P<en_share>{_SIGNED})\s?%", lambda found: _fixed(*cardinal(found["en_share"], "en"), "percent")),
        "en_8": (r"(?P<en_head>(?<!\d)\d{0,4})\*{2,}(?P<en_tail>\d{0,4}(?!\d))", _masked),
        "en_9": (TELEPHONE, _digits),
        "en_10": (r"^[ \t]*(?P<en_listed>\d{1,2})[.)](?!\d)[ \t]*", _listed),
        "en_11": (
            r"(?P<en_before>\b(?:[Pp]ress|[Dd]ial|[Cc]all|short number|code|key|numbered) )"
            r"(?P<en_dialled>\d+)(?![\d.,]\d|\d| (?:times|yuan))",
            _after,
        ),
        "en_12": (r"(?P<en_from>(?<![\d.-])\d+(?:\.\d+)?)\s?[-~–—]\s?(?P<en_to>\d+(?:\.\d+)?)(?![\d-])", _range),
        "en_13": (r"(?<!\d)(?P<en_ordinal>[12]\d|3[01]|[1-9])(?:st|nd|rd|th)\b", _ordinal),
        "en_29": (r"(?<=\d) ?[-~–—] ?(?=\d{1,2}:\d)", lambda _found: " to "),
        "en_30": (
            rf"(?P<en_used>{_NUMBER})\s?(?P<en_used_unit>{_UNIT})/(?P<en_total>{_NUMBER})\s?(?P=en_used_unit)\b",
            _used_of,
        ),
        "en_14": (rf"(?P<en_count>{_SIGNED})\s?(?P<en_unit>{_UNIT})\b", _counted),
        "en_15": (_SIGNED, _plain),
        "en_40": (r"\d+", _digits),
        "en_16": (r"(?<=[a-z]) ?(?:am|pm)\b|(?<=\d) ?(?:am|pm)\b", lambda found: f" {found[0].strip().upper()[0]} M"),
        "en_17": (r"\b[A-Z]{2,4}\b|\b[A-Z]{2,4}(?=\d)", _spelt),
        "en_18": (r"[ \t]*[（(\[【][ \t]*", lambda found: ", " if found.start() else ""),
        "en_19": (r"[）)\]】](?=[,.;:!?，。])|[\"“”‘’`]|(?<!\w)'|'(?!\w)", lambda _found: ""),
        "en_20": (r"[）)\]】](?=\s*\Z)", lambda _found: ""),
        "en_21": (r"[）)\]】][ \t]*", lambda _found: ", "),
        "en_22": (r"(?<=[.!?;,:])\s*\n\s*", lambda _found: " "),
        "en_23": (r"\s*\n\s*", lambda _found: ". "),
        "en_24": (r"…|\.{3,}|\s+[-–—]+\s+|\s*[|]\s*", lambda _found: ", "),
        "en_25": (r"(?<=\w)[-_](?=\d)", lambda _found: " "),
        "en_26": (r"[ \t]*[*#&+=/%][ \t]*", _sign),
        "en_27": (r"[ \t]{2,}", lambda _found: " "),
        "en_28": (r"[_~^\\<>{}]+", lambda _found: ""),
    }
)  # fmt: skip
