"""What the normalisers of both languages make of a text: bits that are said as they are, and words still to be looked up."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from careline.prompts import numerals

# 11 digits from 1, with spaces or dashes; an area code from 0; 400 numbers; anything international.
TELEPHONE = (
    r"(?<!\d)(?:\+?86[- ]?)?1\d{2}[- ]?\d{4}[- ]?\d{4}(?!\d)|(?<!\d)0\d{2,3}-\d{7,8}(?!\d)"
    r"|(?<!\d)400-\d{3,4}-\d{3,4}(?!\d)|\+\d{5,15}"
)
Handler = Callable[[re.Match[str]], Sequence["Bit"] | str]


class Bit(NamedTuple):
    """A stretch of spoken text. `fixed`: one fragment of a number, a unit or a date; else words."""

    text: str
    fixed: bool = False


class Normaliser:
    """One pass over a text: at each place the first pattern that matches says what is spoken instead."""

    def __init__(self, patterns: Mapping[str, tuple[str, Handler]]) -> None:
        self._handlers = {name: handler for name, (_, handler) in patterns.items()}
        self._pattern = re.compile("|".join(f"(?P<{name}>{one})" for name, (one, _) in patterns.items()), re.MULTILINE)

    def bits(self, text: str) -> list[Bit]:
        said: list[Bit] = []
        last = 0
        for found in self._pattern.finditer(text):
            assert found.lastgroup is not None
            _add(said, text[last : found.start()])
            made = self._handlers[found.lastgroup](found)
            if isinstance(made, str):
                _add(said, made)
            else:
                for bit in made:
                    said.append(bit) if bit.fixed else _add(said, bit.text)
            last = found.end()
        _add(said, text[last:])
        return said


def _add(said: list[Bit], words: str) -> None:
    if not words:
        return
    if said and not said[-1].fixed:
        said[-1] = Bit(said[-1].text + words)
    else:
        said.append(Bit(words))


def cardinal(written: str, language: str) -> list[str]:
    """Fragments of a number as it is written: 1234, 12,345, 35.20, -5; beyond a trillion digit by digit."""
    plain = written.replace(",", "").replace("，", "")
    negative = plain[:1] in "-−"
    whole, _, rest = plain.lstrip("-−").partition(".")
    number = int(whole or "0")
    said = (
        numerals.fragments(number, language)
        if number <= numerals.LARGEST
        else numerals.one_by_one(whole, language, telephone=False)
    )
    minus = [] if not negative else ["minus" if language == "en" else "负"]
    return [*minus, *said, *(numerals.decimals(rest, language) if rest else [])]
