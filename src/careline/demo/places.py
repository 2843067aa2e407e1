"""Where the demo's people live: invented regions (and Zhejiang, which one code table names), their numbers, their tables."""

from typing import NamedTuple

from careline.values.language import Text


class Place(NamedTuple):
    region: str
    name: Text
    digit: str  # in the demo's number blocks


PLACES = {
    place.region: place
    for place in (
        Place("zhejiang", Text("浙江", "Zhejiang"), "0"),
        Place("linjiang", Text("临江", "Linjiang"), "1"),
        Place("shuoyuan", Text("朔原", "Shuoyuan"), "2"),
        Place("haitang", Text("海棠", "Haitang"), "3"),
        Place("yunling", Text("云岭", "Yunling"), "4"),
        # No code table is bound to it: here the tables of the brands show.
        Place("qinghe", Text("清禾", "Qinghe"), "5"),
    )
}

# code table -> region, brand of a fresh subscriber
TABLES: dict[str, tuple[str, str]] = {
    "T1": ("linjiang", "easyown"),
    "T2": ("zhejiang", "easyown"),
    "T3": ("shuoyuan", "gotone"),
    "T4": ("haitang", "easyown"),
    "T5": ("yunling", "gotone"),
    "T6a": ("qinghe", "gotone"),
    "T6b": ("qinghe", "mzone"),
}

CARRIER = "careline 示范"
TOWN, FRESH, CROWD = "139000", "137", "138"  # what the numbers of each begin with, before the region's digit


def ranges() -> list[tuple[str, str, Text, str]]:
    """Every number block of the demo: (prefix, region id, name, carrier)."""
    return [
        (block + place.digit, place.region, place.name, CARRIER)
        for block in (TOWN, FRESH, CROWD)
        for place in PLACES.values()
    ]
