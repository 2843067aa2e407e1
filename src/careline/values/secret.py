"""Passwords and ID numbers: values that never print themselves, and the masking of texts that may hold them."""

import re


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
_RUN = re.compile(r"[0-9０-９][0-9０-９Xx \-]{9,}[0-9０-９Xx]")


def mask(text: str) -> str:
    """The text with ID numbers and telephone numbers made unreadable; for everything that is kept or logged."""
    if not any(character.isdigit() for character in text):
        return text
    text = _ID_NUMBER.sub("******", text)
    text = _MOBILE.sub(r"\1****\2", text)
    return _RUN.sub(lambda found: found.group() if "*" in found.group() else "******", text)
