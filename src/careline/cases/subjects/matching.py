"""Whether two texts speak of the same thing: by the pairs of characters, or the words, that they share."""

import re
import unicodedata

_LIKENESS = 0.5  # more than this share of the shorter text's pairs that the other one must have too
_WORD = re.compile(r"[a-z0-9]+|[^\W_a-z0-9]")
# What every complaint says says nothing about what it is about.
_EMPTY = re.compile(
    r"投诉|请问|你好|您好|怎么|为什么|还没|你们|我的|我要|\b(?:complaint|please|hello|why|my|the|i|a|is|still|not)\b"
)


def agree(one: str, other: str) -> bool:
    """Whether the texts are likely about one matter; texts that say nothing of it agree with nothing but themselves."""
    first, second = _plain(one), _plain(other)
    if first == second:
        return bool(first)
    shorter, longer = sorted((_pairs(first), _pairs(second)), key=len)
    if len(shorter) < 2:
        return False
    return len(shorter & longer) / len(shorter) > _LIKENESS


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _pairs(text: str) -> frozenset[str]:
    """Neighbouring characters of Chinese, whole words of what is written with letters."""
    pairs = set()
    before = ""
    for word in _WORD.findall(_EMPTY.sub(" ", text)):
        if word.isascii():
            pairs.add(word)
            before = ""
            continue
        if before:
            pairs.add(before + word)
        before = word
    return frozenset(pairs)
