"""A subscriber's number: digits in E.164 order without the plus, shown masked wherever it is printed."""

import re

_WRITTEN = re.compile(r"\+?[0-9][0-9 \-()]{2,24}")
_SHORTEST, _LONGEST = 5, 15  # ITU-T E.164: at most 15 digits; five is the shortest short number that we meet


class NotANumber(ValueError):
    """What was given cannot be a telephone number."""


class Msisdn(str):
    """E.164 digits such as 8613900000001; `str()`, `repr()` and formatting mask the middle, `digits` does not.

    It stays a `str`, so databases, dictionaries and JSON keep the whole number while logs and tracebacks do not.
    """

    __slots__ = ()

    def __new__(cls, digits: str) -> "Msisdn":
        # str(…) of a number is its mask: a number made of a number must not be one of stars.
        return str.__new__(cls, digits.digits if isinstance(digits, Msisdn) else digits)

    @classmethod
    def parse(cls, written: str, country: str = "86") -> "Msisdn":
        """The number of a national or international writing; raises NotANumber.

        A leading `+` or `00`, or the country code before an 11-digit mobile number, marks the international form.
        """
        text = written.strip()
        if not _WRITTEN.fullmatch(text):
            raise NotANumber("not a telephone number")
        digits = re.sub(r"[^0-9]", "", text)
        if digits.startswith("00"):
            digits = digits[2:]
        elif not text.startswith("+") and not (digits.startswith(country) and len(digits) > 11):
            digits = country + digits.removeprefix("0")
        if not _SHORTEST <= len(digits) <= _LONGEST:
            raise NotANumber("a telephone number has 5 to 15 digits")
        return cls(digits)

    @property
    def digits(self) -> str:
        """All the digits, for the wire and the database; never for a log."""
        return str.__str__(self)

    def national(self, country: str = "86") -> str:
        """The digits as people at home write them, unmasked; only for the subscriber's own eyes."""
        return self.digits.removeprefix(country)

    def masked(self) -> str:
        digits = self.digits
        shown = digits[2:] if digits.startswith("86") and len(digits) == 13 else digits
        return f"{shown[:3]}****{shown[-4:]}" if len(shown) >= 9 else "****"

    def __str__(self) -> str:
        return self.masked()

    def __repr__(self) -> str:
        return f"Msisdn({self.masked()})"

    def __format__(self, spec: str) -> str:
        return format(self.masked(), spec)
