"""Passwords and ID numbers: values that never print themselves, and the masking of texts that may hold them."""

import re
import unicodedata
from functools import lru_cache


class Secret(str):
    """A password or ID number as a value; `reveal()` is the only way to the text."""

    __slots__ = ()

    def __new__(cls, text: str) -> "Secret":
        return str.__new__(cls, text.reveal() if isinstance(text, Secret) else text)

    def reveal(self) -> str:
        return str.__str__(self)

    def __str__(self) -> str:
        return "******"

    def __repr__(self) -> str:
        return "Secret(******)"

    def __format__(self, spec: str) -> str:
        return format("******", spec)


# GB 11643-1999: 17 digits and a check digit or X; the older form has 15 digits.
_ID_NUMBER = re.compile(r"(?<![0-9])[0-9]{6}(?:[0-9]{8}|[0-9]{6})[0-9]{2}[0-9Xx]?(?![0-9])")
_MOBILE = re.compile(r"(?<![0-9])((?:\+?86)?1[0-9]{2})[0-9]{4}([0-9]{4})(?![0-9])")
# The link of a case (identity.passes) opens it to whoever has it.
_PASS = re.compile(r"/c/[A-Za-z0-9_-]{26}(?![A-Za-z0-9_-])")
_RUN = re.compile(r"[0-9][0-9Xx \-]{9,}[0-9Xx]")


def mask(text: str) -> str:
    """The text with ID numbers, telephone numbers and links of cases made unreadable; for everything that is kept or logged."""
    if "/c/" in text:
        text = _PASS.sub("/c/******", text)
    if not any(map(str.isdigit, text)):
        return text
    view = plain(text)
    masked = _MOBILE.sub(r"\1****\2", _ID_NUMBER.sub("******", view))
    masked = _RUN.sub(lambda found: found.group() if "*" in found.group() else "******", masked)
    return text if masked == view else masked


def plain(text: str) -> str:
    """The text without invisible characters, digits of every writing as 0 to 9: what a reader would read off it."""
    return text if text.isascii() else "".join(map(_plain, text))


@lru_cache(maxsize=8192)
def _plain(character: str) -> str:
    if character.isascii():
        return character
    if unicodedata.category(character) == "Cf":
        return ""  # zero width joiners, direction marks: with one between its digits a number would look like none
    form = unicodedata.normalize("NFKC", character)
    if form.isdigit() or form in _OF_NUMBERS:
        return "".join(str(unicodedata.digit(one, one)) for one in form)
    return character  # other signs stay as they were written


_OF_NUMBERS = frozenset({"X", "x", "-", " ", "+"})
