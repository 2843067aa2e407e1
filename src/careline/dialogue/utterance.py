"""What was said, in one form: printed spellings and messages go through the same functions and so meet."""

import re
import unicodedata
from functools import lru_cache

import cn2an
import opencc

SEPARATORS = "#*+ "

_SIMPLIFIED = opencc.OpenCC("t2s")
_NUMERAL = re.compile(r"(?<![0-9])[零〇一二两三四五六七八九十百千万亿]{1,16}(?![0-9])")
_SPACES = re.compile(r"\s+")
_AROUND = re.compile(r" ?([#*+]) ?")
_CJK_GAP = re.compile(r"(?<=[㐀-鿿]) | (?=[㐀-鿿])")
_ILLEGIBLE = re.compile("[\x00\ud800-\udfff]")
_NOT_WORDS = re.compile(r"[\W_]+")
# What people put around or behind a command without meaning anything by it.
_EDGES = " \t\r\n.,;:!~。，、；：！…·\"'“”‘’「」『』【】《》<>()[]{}（）"
_BEFORE_MAX = 20  # spaces and signs before a spelling, and within it
_DROPPED = frozenset({"Cf", "Cs", "Co", "Cn"})


def normalise(text: str) -> str:
    """The text as spellings are compared: 满三送三 and 满3送3, ｋｔｌｄｘｓ and KTLDXS come out the same.

    NFKC (full width), no invisible characters, simplified Chinese, Arabic numerals, upper case, single spaces, none
    around `#`, `*` and `+`, no punctuation at the edges. A lone question mark stays: it asks for help.
    """
    if text.isascii() and text.isalnum():
        return text.upper()
    text = unicodedata.normalize("NFKC", text)
    if not text.isascii():
        text = "".join(map(_plain, text))
        text = _NUMERAL.sub(_arabic, _SIMPLIFIED.convert(text))
    elif not text.isprintable():
        text = "".join(map(_plain, text))
    text = _AROUND.sub(r"\1", _SPACES.sub(" ", text)).strip(_EDGES).upper()
    return text.rstrip("? ") or text[:1]


def after(text: str, head: str) -> str:
    """What follows a normalised spelling at the start of a text, as it was written; "" when the text begins otherwise."""
    end = 0
    for place in range(1, min(len(text), 4 * len(head) + _BEFORE_MAX) + 1):
        if normalise(text[:place]) == head:
            end = place
    return text[end:].strip(_EDGES + "#*+-=/") if end else ""


def legible(text: str) -> str:
    """The text with a mark in place of what no database and no handset holds: NUL, and halves of characters."""
    return _ILLEGIBLE.sub("\ufffd", text)


def spaced(text: str) -> str:
    """A normalised text as words: no signs, single spaces between Latin words, none between Chinese characters."""
    return _CJK_GAP.sub("", _NOT_WORDS.sub(" ", text)).strip()


def loose(text: str) -> str:
    """A text as names are compared: letters, digits and characters only."""
    return _NOT_WORDS.sub("", normalise(text))


def squeezed(spelling: str) -> str:
    """A normalised spelling without separators, or "" where leaving them out could make another code.

    Digits alone are never joined: `4011 91` must not become 401191.
    """
    bare = spelling.translate(_NO_SEPARATORS)
    return "" if not bare or bare.isdigit() else bare


_DIGITS = str.maketrans("零〇一二三四五六七八九", "00123456789")
_NO_SEPARATORS = {ord(sign): None for sign in SEPARATORS + "-_/,.:"}


@lru_cache(maxsize=8192)
def _plain(character: str) -> str:
    category = unicodedata.category(character)
    if category in _DROPPED:
        return ""
    return " " if category[0] in "CZ" else character


def _arabic(found: re.Match[str]) -> str:
    return _number(found.group())


@lru_cache(maxsize=1024)
def _number(numeral: str) -> str:
    if not numeral.strip("零〇一二三四五六七八九"):
        return numeral.translate(_DIGITS)  # digit by digit: 零零零零 is 0000
    try:
        return str(cn2an.cn2an(numeral, "smart"))
    except (ValueError, LookupError):  # 百 of 百事通 is no number, and 百万亿百 breaks the library
        return numeral
