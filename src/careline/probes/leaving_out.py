"""What no dial test does on purpose, and why: a short list of tokens of coverage in packs/common/probing.toml.

[[left_out]]
tokens = ["*:complain:register"]        # patterns of tokens, KIND:REST
why = { zh = "...", en = "..." }
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path

from careline.catalogue.packs import packs_folder
from careline.values.language import LANGUAGES, Text

FILE = "probing.toml"


class Unreadable(ValueError):
    """The file is no such list; the text says why."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Tokens by pattern, and why nobody tries them."""

    tokens: tuple[str, ...]
    why: Text

    def fits(self, token: str) -> bool:
        return any(fnmatchcase(token, pattern) for pattern in self.tokens)


def left_out() -> Sequence[LeftOut]:
    """The list of the packs. Raises Unreadable."""
    path = packs_folder() / "common" / FILE
    return _read(path, path.stat().st_mtime_ns if path.is_file() else 0)


def why(token: str, listed: Sequence[LeftOut] | None = None) -> Text | None:
    """Why a token is left out; None for those that are to be tried. `listed` is the list where many are asked about."""
    return next((one.why for one in (left_out() if listed is None else listed) if one.fits(token)), None)


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> Sequence[LeftOut]:
    if not changed:
        return ()
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
        rows = written.pop("left_out", [])
        found = tuple(
            LeftOut(tuple(map(str, row["tokens"])), Text(*(str(row["why"][one]) for one in LANGUAGES))) for row in rows
        )
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise Unreadable(f"{path.name}: {error}") from error
    if written or any(not one.tokens or not all(one.why) for one in found):
        raise Unreadable(f"{path.name}: each [[left_out]] has tokens, and why in two languages; there is nothing else")
    return found
