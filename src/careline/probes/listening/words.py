"""Whether words were said: what was expected and what a recogniser wrote, compared by how they sound, not by their signs.

Chinese is compared by syllables without tones, the pairs merged that neither speakers nor recognisers tell apart; English by
words that may be spelt a little otherwise. The expected words may lie anywhere in what was heard. Numbers count as they
are said, and another number, or a "not" on one side alone, is another sentence however much of the rest is the same.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import pypinyin
from rapidfuzz.distance import Levenshtein

from careline.prompts import numerals
from careline.prompts.speaking import spoken
from careline.values.secret import mask

# Share of the expected syllables or words that must have been heard; chosen by `careline probes measure --speech`.
ENOUGH: Final = {"zh": 0.75, "en": 0.80}
WORDS_MAX: Final = 200  # characters of one expectation
_NEAR: Final = 0.5  # of a syllable: only the beginning or the end of it is right
_OTHER: Final = 0.99  # another number: less than to leave one out, so that the way leads through it
_SPELT_ALIKE: Final = 0.6  # two English words that may be the same one

# Initials and finals that are merged: zh/z, ch/c, sh/s, l/n, and -ng/-n.
_INITIALS: Final = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("l", "n"))
_INITIAL = re.compile(r"^(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?")
_DIGITS = {**{sign: sign for sign in numerals.DIGITS_ZH}, "〇": "零", "幺": "一", "两": "二", "兩": "二"}
_NUMBERS_ZH = _DIGITS | {sign: sign for sign in "十百千万亿"} | {"萬": "万", "億": "亿"}
_NUMBERS_EN = {
    word
    for number in (*range(20), *range(20, 100, 10), 100, 1000, 10**6, 10**9)
    for word in numerals.fragments(number, "en")
    if word != "and"
}
_NOT_ZH = frozenset("不没沒未无無勿莫非")  # a recogniser writes traditional signs as well
_NOT_EN = frozenset({"not", "no", "never", "cannot", "without", "unable"})
_PARTS_LATIN = re.compile(r"[A-Za-z]")
_STOP = re.compile(r"[，。！？；：、,.;:!?]")
_BEFORE = frozenset({"you", "nen", "hui", "yao", "ke", "be", "been"})  # between a "not" and what it denies
_PARTS = re.compile(r"[㐀-鿿〇]+|[A-Za-z]+(?:['’][A-Za-z]+)*")


@dataclass(frozen=True, slots=True)
class Unit:
    """One syllable of Chinese, or one word of Latin letters: how it sounds, which number it is, whether it denies.

    `first` of its clause: what stands before it belongs to something else.
    """

    sound: str
    written: str
    number: str = ""
    denies: bool = False
    first: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """How much of what was expected was heard, 0..1, and what stood where a number or a "not" was wanted, if it differs."""

    share: float
    instead: tuple[str, str] | None = None

    def enough(self, language: str) -> bool:
        return self.instead is None and self.share >= ENOUGH[language]


def compare(expected: str, heard: str, language: str) -> Heard:
    """How much of `expected` lies in `heard`, by the cheapest way to lay one upon the other."""
    wanted, said = units(expected, language), units(heard, language)
    if not wanted or not said:
        return Heard(0.0)
    costs = _table(wanted, said)
    last = costs[-1]
    ends = [place for place, cost in enumerate(last) if cost <= min(last) + 1e-9]
    share = max(0.0, 1 - min(last) / len(wanted))
    # Where two ways cost the same, the one with another number in it counts.
    return Heard(share, next((found for end in ends if (found := _walked(wanted, said, costs, end))), None))


@lru_cache(maxsize=2048)
def units(text: str, language: str) -> tuple[Unit, ...]:
    """What is said for a text, in units that are compared."""
    said = spoken(text, language).lower()
    found: list[Unit] = []
    end = 0
    for part in _PARTS.finditer(said):
        more = [_word(part[0], language)] if _PARTS_LATIN.match(part[0]) else _syllables(part[0])
        if _STOP.search(said[end : part.start()]) or not end:
            more[0] = replace(more[0], first=True)
        found += more
        end = part.end()
    return tuple(found)


def _word(part: str, language: str) -> Unit:
    plain = part.replace("’", "'").lower()
    denies = plain in _NOT_EN or plain.endswith("n't")
    bare = plain.replace("'", "")
    return Unit(bare, part, bare if language == "en" and bare in _NUMBERS_EN else "", denies)


def _syllables(part: str) -> list[Unit]:
    plain = part.replace("〇", "零").replace("幺", "一")
    read = pypinyin.lazy_pinyin(plain)
    if len(read) != len(plain):  # signs that it does not know come joined
        read = [pypinyin.lazy_pinyin(sign)[0] for sign in plain]
    return [
        Unit(fuzzy(sound), sign, _NUMBERS_ZH.get(sign, ""), sign in _NOT_ZH)
        for sign, sound in zip(part, read, strict=True)
    ]


@lru_cache(maxsize=1024)
def fuzzy(syllable: str) -> str:
    """A syllable of pinyin with the pairs merged that are often confused: zhang -> zan, ling -> nin."""
    merged = syllable.lower().replace("ü", "v")
    for first, second in _INITIALS:
        if merged.startswith(first):
            merged = second + merged[len(first) :]
            break
    return merged.removesuffix("g") if merged.endswith("ng") else merged


def _cost(wanted: Unit, said: Unit) -> float:
    """Of taking one for the other: 0 where they sound the same, 1 where nothing of it does."""
    if _differs(wanted, said):
        return _OTHER
    if wanted.number and said.number:
        return 0.0
    if wanted.sound == said.sound:
        return 0.0
    if wanted.sound.isascii() and said.sound.isascii() and wanted.written.isascii() and said.written.isascii():
        alike = Levenshtein.normalized_similarity(wanted.sound, said.sound)
        return 1.0 - alike if alike >= _SPELT_ALIKE else 1.0
    if wanted.written.isascii() or said.written.isascii():
        return 1.0
    one, two = _INITIAL.match(wanted.sound), _INITIAL.match(said.sound)
    assert one is not None
    assert two is not None
    begins = bool(one[0]) and one[0] == two[0]
    ends = wanted.sound[one.end() :] == said.sound[two.end() :] != ""
    return _NEAR if begins or ends else 1.0


def _table(wanted: tuple[Unit, ...], said: tuple[Unit, ...]) -> list[list[float]]:
    """What it costs at least to find the first n wanted units so that they end at each place of what was said."""
    costs = [[0.0] * (len(said) + 1)]
    for row, unit in enumerate(wanted):
        above, here = costs[row], [row + 1.0]
        for column, other in enumerate(said):
            here.append(min(above[column] + _cost(unit, other), above[column + 1] + 1, here[column] + 1))
        costs.append(here)
    return costs


def _walked(
    wanted: tuple[Unit, ...], said: tuple[Unit, ...], costs: list[list[float]], end: int
) -> tuple[str, str] | None:
    """Back along the cheapest way: the first number or "not" that is another one, as wanted and as heard; None for none."""
    row, column = len(wanted), end
    found: tuple[str, str] | None = None
    while row:
        here = costs[row][column]
        if column and abs(here - costs[row - 1][column - 1] - _cost(wanted[row - 1], said[column - 1])) < 1e-9:
            found = _differs(wanted[row - 1], said[column - 1]) or found
            row, column = row - 1, column - 1
        elif column and abs(here - costs[row][column - 1] - 1) < 1e-9:
            if row < len(wanted):  # within what is wanted; before and behind it anything may stand
                found = _differs(None, said[column - 1]) or found
            column -= 1
        else:
            found = _differs(wanted[row - 1], None) or found
            row -= 1
    return _denied(said, column) or found


def _denied(said: tuple[Unit, ...], begin: int) -> tuple[str, str] | None:
    """Whether a "not" stands right before what was found, in the same clause: 没有|办成."""
    for back in (1, 2):
        if begin < back or begin >= len(said) or said[begin - back + 1].first:
            return None
        before = said[begin - back]
        if before.denies:
            return "", before.written
        if before.sound not in _BEFORE:
            return None
    return None


def _differs(wanted: Unit | None, said: Unit | None) -> tuple[str, str] | None:
    """Whether a number or a "not" stands on one side alone. What sounds the same is the same, but for two numbers."""
    mine, other = wanted or _NOTHING, said or _NOTHING
    if mine.sound == other.sound and not (mine.number and other.number):
        return None
    numbers = mine.number != other.number and bool(mine.number or wanted is None)
    return (mine.written, other.written) if numbers or mine.denies != other.denies else None


_NOTHING: Final = Unit("", "")
_SPOKEN_NUMBERS = "|".join(sorted((numerals.fragments(number, "en")[0] for number in range(10)), key=len, reverse=True))
_ANY_DIGIT = rf"(?:[0-9{''.join(_DIGITS)}]|\b(?:{_SPOKEN_NUMBERS}|oh)\b)"
_RUN = re.compile(rf"{_ANY_DIGIT}(?:[\s,，、.\-]{{0,2}}{_ANY_DIGIT}){{4,}}", re.IGNORECASE)
_OURS = {"10086"}


def kept(text: str, limit: int = 400) -> str:
    """Recognised words as they may be kept: numbers are masked in figures and in words; the hall's own number is not."""
    return _RUN.sub(lambda found: found[0] if _figures(found[0]) in _OURS else "*****", mask(text))[:limit]


def _figures(run: str) -> str:
    """A run of digits, however it is said, in figures."""
    words = {numerals.fragments(number, "en")[0]: str(number) for number in range(10)} | {"oh": "0"}
    signs = {sign: str(numerals.DIGITS_ZH.index(digit)) for sign, digit in _DIGITS.items()}
    parts = re.findall(rf"{_ANY_DIGIT}", run.lower())
    return "".join(words.get(part) or signs.get(part, part) for part in parts)
