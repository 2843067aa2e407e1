"""Punctuation that looks broken between Chinese characters."""

import re

# Between two figures they belong to a number or a time: 1,000 and 12:30.
_HALF_WIDTH = re.compile(r"(?<![0-9])[,:()?!;]|[,:()?!;](?![0-9])")


def half_width(chinese: str) -> list[str]:
    """The half-width signs in a Chinese text for which Chinese has full-width ones."""
    return _HALF_WIDTH.findall(chinese)
