"""Cutting an answer into screens: each fits one USSD string, and no option is torn apart.

A USSD string holds 160 octets (3GPP 23.038, 5; 22.090): 182 characters of the GSM 7-bit alphabet, where those of its
extension table count two, or 80 UTF-16 code units as soon as one character is not of that alphabet.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from careline.protocols import gsm7

SEPTETS_MAX = 182
UNITS_MAX = 80
_SENTENCE = re.compile(r"(?<=[。！？；])|(?<=[.!?;] )")
_PHRASE = re.compile(r"(?<=[，、：])|(?<= )")


@dataclass(frozen=True, slots=True)
class Size:
    """How much one string holds in either alphabet."""

    septets_max: int = SEPTETS_MAX
    units_max: int = UNITS_MAX

    def holds(self, text: str) -> bool:
        try:
            return len(gsm7.encode(text)) <= self.septets_max
        except UnicodeEncodeError:
            return len(text.encode("utf-16-be", "replace")) <= 2 * self.units_max


def pages(text: str, size: Size, footer: str = "") -> list[str]:
    """The text on as few screens as its lines allow; every one but the last ends with the footer, on a line of its own.

    Lines are kept whole (an option is a line); one that fits no screen is cut after a sentence, else after a phrase,
    else anywhere. Nothing is lost but line feeds and spaces at the cuts.
    """
    text = text.strip()
    if size.holds(text):
        return [text]
    found: list[str] = []
    page = ""
    for line in text.split("\n"):
        # A piece must leave room for the footer, since something may follow it.
        for number, piece in enumerate(_pieces(line.rstrip(), size, footer)):
            longer = f"{page}\n{piece}" if page and number == 0 else page + piece
            if not page or size.holds(_with(longer, footer)):
                page = longer
            else:
                found.append(page.strip())
                page = piece
    found.append(page.strip())
    found = [one for one in found if one]
    if len(found) > 1 and size.holds(f"{found[-2]}\n{found[-1]}"):
        # Without a footer, which the last screen needs not, there was room enough.
        found[-2:] = [f"{found[-2]}\n{found[-1]}"]
    return [_with(one, footer) for one in found[:-1]] + found[-1:]


def first(text: str, size: Size, note: str) -> str:
    """As much of the text as fits on one screen above this note."""
    return pages(f"{text.strip()}\n{'~' * (2 * size.septets_max)}", size, note)[0]


def _with(page: str, footer: str) -> str:
    return f"{page}\n{footer}" if footer else page


def _pieces(line: str, size: Size, footer: str) -> Iterator[str]:
    """The line whole if it fits with a footer, else in pieces that do."""
    if size.holds(_with(line, footer)):
        yield line
        return
    for cut in (_SENTENCE, _PHRASE):
        parts = [part for part in cut.split(line) if part]
        if len(parts) > 1:
            for part in parts:
                yield from _pieces(part, size, footer)
            return
    piece = ""
    for character in line:
        if piece and not size.holds(_with(piece + character, footer)):
            yield piece
            piece = ""
        piece += character
    yield piece
