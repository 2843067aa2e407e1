"""Numbers as people say them, in the fragments that calls join: whole words to ninety-nine, then the powers.

Every function returns fragments; joined (`"".join` in Chinese, `" ".join` in English) they are the words. Each fragment
is rendered once, so that any number can be said of about a hundred and fifty clips a language.
"""

DIGITS_ZH = "零一二三四五六七八九"
_TO_NINETEEN = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen"
)
_BY_TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety"
_ONES, _TENS = _TO_NINETEEN.split(), _BY_TENS.split()
_ORDINALS = {1: "first", 2: "second", 3: "third", 5: "fifth", 8: "eighth", 9: "ninth", 12: "twelfth"}
LARGEST = 10**12 - 1  # beyond it digits are said one by one


def fragments(number: int, language: str) -> list[str]:
    """The cardinal of 0..LARGEST: 1005 -> 一千 零 五; one thousand and five."""
    assert 0 <= number <= LARGEST
    return _english(number) if language == "en" else _chinese(number)


def decimals(digits: str, language: str) -> list[str]:
    """What follows the point, the point included: "20" -> 点 二 零; point two zero."""
    if language == "en":
        return ["point", *(_ONES[int(digit)] for digit in digits)]
    return ["点", *(DIGITS_ZH[int(digit)] for digit in digits)]


def one_by_one(digits: str, language: str, *, telephone: bool = True) -> list[str]:
    """A digit string. Chinese says 幺 for 1 in telephone numbers and codes, where 一 is heard as 七."""
    if language == "en":
        return [_ONES[int(digit)] for digit in digits]
    return ["幺" if telephone and digit == "1" else DIGITS_ZH[int(digit)] for digit in digits]


def year(number: int, language: str) -> list[str]:
    """2026 -> 二 零 二 六; twenty twenty-six; 2009 -> two thousand and nine; 1905 -> nineteen zero five."""
    if language != "en":
        return one_by_one(str(number), language, telephone=False)
    century, rest = divmod(number, 100)
    if century % 10 == 0:
        return fragments(number, language) if rest < 10 else [_small(century), _small(rest)]
    if rest == 0:
        return [_small(century), "hundred"]
    return [_small(century), *([_small(rest)] if rest > 9 else ["zero", _ONES[rest]])]


def ordinal(number: int) -> str:
    """English, 1..31: the days of a month."""
    if number in _ORDINALS:
        return _ORDINALS[number]
    if number < 20:
        return f"{_ONES[number]}th"
    tens, ones = divmod(number, 10)
    return f"{_TENS[tens]}-{ordinal(ones)}" if ones else f"{_TENS[tens][:-1]}ieth"


def every_fragment(language: str) -> list[str]:
    """All fragments of numbers up to a hundred million, with those of digit strings and days."""
    if language == "en":
        words = [_small(number) for number in range(100)] + ["hundred", "thousand", "million", "and", "minus", "point"]
        return words + [ordinal(day) for day in range(1, 32)]
    whole = [_below_hundred(number) for number in range(100)] + [
        f"一{_below_hundred(number)}" for number in range(10, 20)
    ]
    powers = [f"{digit}{power}" for power in "百千" for digit in DIGITS_ZH[1:]]
    return [*whole, *powers, "万", "亿", "两", "幺", "负", "点", "百分之"]


def _english(number: int) -> list[str]:
    if number < 100:
        return [_small(number)]
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        return [_ONES[hundreds], "hundred", *(["and", _small(rest)] if rest else [])]
    for power, name in ((10**9, "billion"), (10**6, "million"), (10**3, "thousand")):
        if number >= power:
            many, rest = divmod(number, power)
            tail = _english(rest) if rest else []
            return [*_english(many), name, *(["and"] if 0 < rest < 100 else []), *tail]
    raise AssertionError


def _small(number: int) -> str:
    tens, ones = divmod(number, 10)
    return _ONES[number] if number < 20 else _TENS[tens] + (f"-{_ONES[ones]}" if ones else "")


def _chinese(number: int) -> list[str]:
    """Groups of four digits: 亿, 万, ones; 零 stands once for any run of zeros between two digits that are said."""
    if number < 20:
        return [_below_hundred(number)]
    said: list[str] = []
    gap = False
    for power, name in ((10**8, "亿"), (10**4, "万"), (1, "")):
        group = number // power % 10**4 if power < 10**8 else number // power
        if group == 0:
            gap = bool(said)
            continue
        if said and (gap or group < 1000):
            said.append("零")
        gap = False
        said += _below_ten_thousand(group, leads=not said) + ([name] if name else [])
    return said


def _below_ten_thousand(group: int, *, leads: bool) -> list[str]:
    thousands, hundreds, rest = group // 1000, group // 100 % 10, group % 100
    said = [f"{DIGITS_ZH[thousands]}千"] if thousands else []
    if hundreds:
        said.append(f"{DIGITS_ZH[hundreds]}百")
    elif thousands and rest:
        said.append("零")
    if not rest:
        return said
    if 0 < rest < 10:
        return [*said, *(["零"] if hundreds else []), DIGITS_ZH[rest]]
    # 一十二 within a number (一百一十二), 十二 where nothing comes before it (十二万).
    inner = rest < 20 and not (leads and not said)
    return [*said, f"一{_below_hundred(rest)}" if inner else _below_hundred(rest)]


def _below_hundred(number: int) -> str:
    tens, ones = divmod(number, 10)
    if tens == 0:
        return DIGITS_ZH[ones]
    return f"{'' if tens == 1 else DIGITS_ZH[tens]}十{DIGITS_ZH[ones] if ones else ''}"
