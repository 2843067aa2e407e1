"""Texts for letters: the published ones, else those of the packs that came with this version of careline.

A catalogue that was published before there were orders, cases or gifts lacks their words.
"""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from careline.catalogue import library
from careline.catalogue.packs import packs_folder
from careline.catalogue.refusals import NothingPublished
from careline.dialogue.book import Book
from careline.values.language import LANGUAGES, Text

_HALL = "10086"  # where the catalogue names no address


def text(key: str) -> Text:
    """The text of a key; raises KeyError where nobody has written one."""
    found = known(key)
    if found is None:
        raise KeyError(key)
    return found


def known(key: str) -> Text | None:
    """The same, or None where nobody has written one."""
    book = published()
    return (book.words.get(key) if book else None) or _words(packs_folder(), key.partition(".")[0]).get(key)


def hall_address() -> str:
    """Where letters come from."""
    book = published()
    return book.addresses.get("hall", _HALL) if book else _HALL


def published() -> Book | None:
    """What is published, if anything is."""
    try:
        return library.current()
    except NothingPublished:
        return None


@lru_cache(maxsize=32)
def _words(packs: Path, file: str) -> Mapping[str, Text]:
    """Key -> text of one file of the packs' words; the keys begin with its name."""
    path = packs / "common" / "words" / f"{file}.toml"
    if not path.is_file():
        return MappingProxyType({})
    found: dict[str, Text] = {}
    waiting: list[tuple[str, Any]] = [(file, tomllib.loads(path.read_text(encoding="utf-8")))]
    while waiting:
        key, body = waiting.pop()
        if set(body) == set(LANGUAGES):
            found[key] = Text(body["zh"], body["en"])
        else:
            waiting += [(f"{key}.{part}", held) for part, held in body.items()]
    return MappingProxyType(found)
