"""A payment provider behind one port: orders opened, taken, let go, given back; each step once under its own reference."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable


class ProviderError(Exception):
    """The provider gave no usable answer; which kind decides what may be believed."""


class ProviderDown(ProviderError):
    """It could not be reached, or asked us to slow down: nothing happened."""


class ProviderSilent(ProviderError):
    """It was asked and never heard, or answered nonsense: what happened is unknown."""


class BadNotice(ValueError):
    """What claims to be a notice is none: unsigned, wrongly signed, too old, unreadable. The message is a code."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a customer is to pay at the provider. `hold`: only held, and taken by `capture`."""

    reference: str  # of the payment
    fen: int
    hold: bool
    title: str
    back: str  # where the customer's browser goes afterwards
    language: str = "zh"


@dataclass(frozen=True, slots=True)
class Opened:
    """The provider waits for the customer at this address."""

    page: str
    reference: str  # the provider's own


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a step: done, or declined for good with the provider's code."""

    declined: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a payment stands at the provider: open, held, paid, declined, void, absent. `fen` held or paid."""

    state: str
    fen: int = 0


@dataclass(frozen=True, slots=True)
class Notice:
    """What the provider told by itself, after its signature was found right."""

    number: str  # the provider's own; the same one is the same notice
    reference: str  # of the payment
    state: str  # as of Standing
    fen: int
    at: datetime = field(compare=False)


@runtime_checkable
class Provider(Protocol):
    """Every adapter keeps this contract: `step` and `reference` are done at most once, and answered alike when asked again.

    Each raises ProviderDown or ProviderSilent; none raises for a rightful no.
    """

    @property
    def name(self) -> str: ...

    def open(self, order: Order, *, now: datetime) -> Opened | Answer:
        """Have a page made where the customer pays; a declined Answer where the provider will not."""
        ...

    def inquire(self, reference: str, *, now: datetime) -> Standing:
        """How the payment of this reference stands."""
        ...

    def capture(self, reference: str, step: str, fen: int, *, now: datetime) -> Answer:
        """Take what is held."""
        ...

    def void(self, reference: str, step: str, *, now: datetime) -> Answer:
        """Take nothing any more; declined `paid` when it was taken already."""
        ...

    def give_back(self, reference: str, step: str, fen: int, *, now: datetime) -> Answer:
        """Return so much of what was taken."""
        ...

    def read(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Notice:
        """The notice in a request, its signature proved. Raises BadNotice."""
        ...
