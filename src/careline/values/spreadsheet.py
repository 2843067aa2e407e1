"""Cells of files that people open in a spreadsheet: what somebody wrote stays words, and is never computed."""

import re

# With these a spreadsheet begins to compute (OWASP, CSV Injection); the wide ones are taken for them in Chinese and Japanese.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[+-]?[0-9][0-9.,]*( ?%)?")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")


def harmless(value: object) -> object:
    """The same; a text that would be computed begins with an apostrophe. Numbers stay numbers."""
    if isinstance(value, str) and value.startswith(FORMULA) and not _NUMBER.fullmatch(value):
        return f"'{value}"
    return value


def figure(shown: str) -> object:
    """What a page shows, for a file: `harmless`, and 1,471 as 1471, which programs would take for words otherwise."""
    return shown.replace(",", "") if _GROUPED.fullmatch(shown) else harmless(shown)
