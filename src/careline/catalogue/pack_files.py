"""Files of the packs that are served as they lie there, in no version: read, with every mistake told at once."""

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple


class Mistake(NamedTuple):
    """What is wrong with a file: its name, the field, and what to write instead."""

    file: str
    field: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}: {self.field}: {self.what}" if self.field else f"{self.file}: {self.what}"


class PackFileError(Exception):
    """Files cannot be served; the message says every mistake, one a line."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(map(str, self.mistakes)))


def read_toml(path: Path, mistakes: list[Mistake]) -> dict[str, Any] | None:
    """What the file holds; None when it cannot be read, which is added to the mistakes."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        mistakes.append(Mistake(path.name, "", f"is not TOML: {error}; put texts in double quotes"))
    except (OSError, UnicodeDecodeError):
        mistakes.append(Mistake(path.name, "", "cannot be read: save it as UTF-8"))
    return None
