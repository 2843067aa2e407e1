"""The words of evidence pages in both languages, from `labels.toml`."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any


class Labels:
    """The words in one language, "zh" or "en"."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, name: str, **values: object) -> str:
        """The text of a name, `section.case` or plain, with its values; raises KeyError for one that is not there."""
        found: Any = _texts()
        for part in name.split("."):
            found = found[part]
        return str(found[0 if self.language == "zh" else 1]).format(**values)

    def known(self, family: str, value: str) -> str:
        """The word for a value of a family (states, severities, …); a value without one stands for itself."""
        return self(f"{family}.{value}") if value in _texts()[family] else value

    def of(self, pair: Mapping[str, str]) -> str:
        """Of a value that the pack holds in both languages."""
        return pair.get(self.language) or pair.get("zh", "")


@lru_cache(maxsize=1)
def _texts() -> Mapping[str, Any]:
    return tomllib.loads((files("careline.cases.evidence") / "labels.toml").read_text(encoding="utf-8"))
