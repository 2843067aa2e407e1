"""The file of CARELINE_BRAND: the carrier's name in two languages, its logo and its colour. Everything in it may be left out.

name_zh = "示例移动"
name_en = "Example Mobile"
logo = "logo.svg"            # beside the file; SVG, PNG, JPEG or WebP, at most 200 KB
colour = "#0a5a73"           # of links and buttons on light pages
colour_dark = "#7fcbe2"      # on dark ones
"""

import os
import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from careline.brand import colours, images

NAME_MAX = 24  # characters: it stands beside the mark on a phone
_KEYS = {"name_zh", "name_en", "logo", "colour", "colour_dark"}


@dataclass(frozen=True, slots=True)
class Brand:
    """Who the carrier is to its customers. `logo`: bytes and their media type; colours as #rrggbb, "" the house's own."""

    name_zh: str = "careline"
    name_en: str = "careline"
    logo: bytes = b""
    logo_type: str = ""
    colour: str = ""
    colour_dark: str = ""

    def name(self, language: str) -> str:
        return self.name_en if language.startswith("en") else self.name_zh


def brand() -> Brand:
    """The brand of CARELINE_BRAND; careline's own where nothing is named. Raises ImproperlyConfigured, which says what is wrong."""
    file = os.environ.get("CARELINE_BRAND", "")
    return read(file) if file else Brand()


@lru_cache(maxsize=4)
def read(file: str) -> Brand:
    """The brand that this file describes; raises ImproperlyConfigured."""
    try:
        written = tomllib.loads(Path(file).read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ImproperlyConfigured(f"CARELINE_BRAND: {file} cannot be read: {error}") from error
    if unknown := sorted(written.keys() - _KEYS):
        raise ImproperlyConfigured(f"CARELINE_BRAND: {file} has unknown keys: {', '.join(unknown)}")
    if wrong := sorted(key for key, value in written.items() if not isinstance(value, str)):
        raise ImproperlyConfigured(f"CARELINE_BRAND: {file}: {', '.join(wrong)} must be text in quotes")
    usual = Brand()
    name_zh, name_en = _name(written, "name_zh", usual.name_zh), _name(written, "name_en", usual.name_en)
    try:
        logo, kind = _logo(Path(file).parent / written["logo"]) if "logo" in written else (b"", "")
        colour = colours.checked(written["colour"], dark=False) if "colour" in written else ""
        colour_dark = colours.checked(written["colour_dark"], dark=True) if "colour_dark" in written else ""
    except ValueError as wrong_value:
        raise ImproperlyConfigured(f"CARELINE_BRAND: {file}: {wrong_value}") from wrong_value
    return Brand(name_zh, name_en, logo, kind, colour, colour_dark)


def _name(written: dict[str, str], key: str, usual: str) -> str:
    name = " ".join(written.get(key, usual).split())
    if not name or len(name) > NAME_MAX or re.search(r"[<>&\x00-\x1f]", name):
        raise ImproperlyConfigured(f"CARELINE_BRAND: {key} is 1 to {NAME_MAX} characters, without < > &")
    return name


def _logo(path: Path) -> tuple[bytes, str]:
    try:
        held = path.read_bytes()
    except OSError as error:
        raise ValueError(f"the logo {path.name} cannot be read: {error.strerror}") from error
    return held, images.kind_of(held, path.name)
