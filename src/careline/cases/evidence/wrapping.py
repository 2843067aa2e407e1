"""Text to lines of a width: Chinese may break between signs but not before a closing one, words break at spaces.

What no reader could see or no font draw (control signs, direction marks, emoji) is written as its code point, so that
evidence neither hides nor loses a sign.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator

NOT_FIRST = frozenset("、。，．：；！？）］｝〉》」』】〕〗’”…—·～%,.:;!?)]}")
NOT_LAST = frozenset("（［｛〈《「『【〔〖‘“([{")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_PIECES = re.compile(r"\s+|[!-~\u00a1-\u024f]+|.", re.DOTALL)


def visible(text: str, drawn: Callable[[str], bool]) -> str:
    """The text with line feeds kept and every sign that cannot be drawn as [U+1F600]."""
    text = text.replace("\r\n", "\n").replace("\t", " ")
    return "".join(sign if sign == "\n" or _shown(sign, drawn) else f"[U+{ord(sign):04X}]" for sign in text)


def lines(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """The lines of a visible text, none wider than `width` in the unit of `measure`; at least one."""
    return [line for paragraph in text.split("\n") for line in _paragraph(paragraph, width, measure)]


def _shown(sign: str, drawn: Callable[[str], bool]) -> bool:
    return unicodedata.category(sign) not in _HIDDEN and drawn(sign)


def _paragraph(text: str, width: float, measure: Callable[[str], float]) -> Iterator[str]:
    line, used = "", 0.0
    for piece in _units(text, width, measure):
        size = measure(piece)
        if used + size > width and line:
            if piece.isspace():
                continue  # the end of the line is space enough
            yield line.rstrip()
            line, used = "", 0.0
        if not line and piece.isspace():
            continue
        line, used = line + piece, used + size
    yield line.rstrip()


def _units(text: str, width: float, measure: Callable[[str], float]) -> Iterator[str]:
    """What may not be parted: words that fit, single signs, and signs with the marks that must stay beside them."""
    held = ""
    for piece in _PIECES.findall(text):
        for part in _cut(piece, width, measure) if measure(piece) > width else (piece,):
            glued = held and not part.isspace() and (part[0] in NOT_FIRST or held[-1] in NOT_LAST)
            if glued and measure(held + part) <= width:
                held += part
                continue
            if held:
                yield held
            held = part
    if held:
        yield held


def _cut(word: str, width: float, measure: Callable[[str], float]) -> Iterator[str]:
    """A word wider than the line, in parts as long as fit."""
    start, used = 0, 0.0
    for place, sign in enumerate(word):
        size = measure(sign)
        if used + size > width and place > start:
            yield word[start:place]
            start, used = place, 0.0
        used += size
    yield word[start:]
