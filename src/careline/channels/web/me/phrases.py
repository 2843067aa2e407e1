"""What these pages say, in both languages."""

from collections.abc import Mapping

PHRASES: Mapping[str, tuple[str, str]] = {}
