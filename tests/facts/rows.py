"""The printed code tables as facts: one row for each spelling, 435 in all.

`printed` is the parameter as printed (`#yymm`), `fixed` and `takes` what it means to us, `price_fen` the printed price in fen.
`HF#` is the spelling HF when something follows it. Three spellings of T3 are printed twice.
"""

from functools import cache
from pathlib import Path
from typing import NamedTuple


class Row(NamedTuple):
    table: str
    spelling: str
    form: str
    verb: str
    service: str
    printed: str
    fixed: str
    takes: str
    price_fen: str
    certainty: str

    def __str__(self) -> str:
        return f"{self.table} {self.spelling}"

    @property
    def fixes(self) -> dict[str, str]:
        return dict(item.split("=", 1) for item in self.fixed.split(",") if item)

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of what the customer adds, in order."""
        return tuple(item.lstrip("?") for item in self.takes.split(",") if item)

    @property
    def optional(self) -> frozenset[str]:
        return frozenset(item[1:] for item in self.takes.split(",") if item.startswith("?"))


# Where a customer of each table lives, and the brand: region "" is none that has a table of its own.
PLACES = {
    "T1": ("linjiang", "easyown"),
    "T2": ("zhejiang", "easyown"),
    "T3": ("shuoyuan", "easyown"),
    "T4": ("haitang", "easyown"),
    "T5": ("yunling", "easyown"),
    "T6a": ("", "gotone"),
    "T6b": ("", "mzone"),
}


@cache
def rows() -> tuple[Row, ...]:
    """Every printed spelling, in printed order."""
    lines = (Path(__file__).parent / "codes.tsv").read_text(encoding="utf-8").splitlines()
    assert tuple(lines[0].split("\t")) == (*Row._fields,)
    return tuple(Row(*line.split("\t")) for line in lines[1:])
