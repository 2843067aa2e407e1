"""Shapes that many answers share: money, moments, pages of lists; and the limits of what is sent."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja.params import functions as params
from pydantic import BaseModel, ConfigDict, Field

from careline.channels.app.problems import Problem
from careline.values.money import yuan

WORDS_MAX = 2000  # characters of what a customer writes
PAGE_MAX, PAGE = 100, 20


class Given(BaseModel):
    """What is sent: nothing beside what is named, nothing of another type."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Shown(BaseModel):
    """What is answered."""

    model_config = ConfigDict(extra="forbid")


class Money(Shown):
    """An amount in whole minor units, and as people read it."""

    fen: int = Field(description="Minor units: 500 is 5.00.", examples=[500])
    currency: Literal["CNY"] = Field(description="ISO 4217.", examples=["CNY"])
    text: str = Field(description="With two decimals.", examples=["5.00"])


def money(fen: int) -> Money:
    return Money(fen=fen, currency="CNY", text=yuan(fen))


def money_or_none(fen: int | None) -> Money | None:
    return None if fen is None else money(fen)


Words = Annotated[
    str,
    Field(
        min_length=1, max_length=WORDS_MAX, pattern=r"^[^\x00]*[^\s\x00][^\x00]*$", examples=["话费多扣了5元"],
        description="What the customer says, in any language.",
    ),
]  # fmt: skip
Moment = Annotated[datetime, Field(description="ISO 8601 with the zone.", examples=["2026-11-22T09:30:00+08:00"])]
Month = Annotated[
    str, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", description="A month as yyyy-mm.", examples=["2026-10"])
]
Name = Annotated[
    str, Field(pattern=r"^[a-z0-9_]{1,64}$", description="An id of the catalogue.", examples=["caller_id"])
]
Uuid = Annotated[
    str,
    Field(
        pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
        description="A reference.",
        examples=["0193a3c2-7d7e-7c1b-9a55-2f0e6b1c9d11"],
    ),
]
Docket = Annotated[
    str, Field(pattern=r"^[0-9]{10}$", description="Ten digits, the last one a check.", examples=["2611220017"])
]
Limit = Annotated[int, Field(ge=1, le=PAGE_MAX, description="How many at most.", examples=[20])]
Cursor = Annotated[
    str,
    Field(
        max_length=200, pattern=r"^[A-Za-z0-9_=-]*$", examples=["MjA"],
        description="Where the next page begins: `next` of the one before. Opaque.",
    ),
]  # fmt: skip
NONE: Any = params.Query("")  # the default of what a query may leave out
TWENTY: Any = params.Query(PAGE)
Rating = Annotated[int, Field(ge=1, le=5, description="1 is bad, 5 is good.", examples=[5])]


def refuse_field(name: str, why: str) -> Problem:
    """A value that fits its form and yet cannot be."""
    return Problem("invalid", errors=[{"at": name, "why": why}])


def plain(value: Any) -> Any:
    """The value as JSON has it: texts of two languages as both, moments as ISO 8601, sets sorted."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {key: plain(one) for key, one in value._asdict().items()}
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, set | frozenset):
        return sorted(str(one) for one in value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
