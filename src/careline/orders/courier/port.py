"""What we ask of a courier, and what a courier tells of its parcels."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from careline.values.language import Text

# What can happen to a parcel. `back`: it is with whoever sent it again.
STEPS = (
    *("collected", "in_transit", "out_for_delivery", "attempted", "wrong_address"),
    *("arrived", "refused", "lost", "back"),
)
NUMBER_MAX, KEY_MAX, PLACE_MAX, WORDS_MAX = 40, 64, 80, 200  # characters
TOLD_MAX = 200  # reports in one push


class CourierAway(Exception):
    """The courier did not answer, or not as agreed; ask again later. The message is for the log and names no receiver."""


class CourierRefused(Exception):
    """The courier will not carry it; the message is the courier's reason."""


@dataclass(frozen=True, slots=True)
class Booking:
    """One parcel to be carried; `reference` is ours, and booking it again gives the same parcel."""

    reference: str
    receiver: str = field(repr=False)
    phone: str = field(repr=False)
    address: str = field(repr=False)
    region: str
    since: datetime  # the slot
    until: datetime
    needs_document: bool = False
    collect_fen: int = 0  # paid at the door
    back: bool = False  # from the customer to us


@dataclass(frozen=True, slots=True)
class Told:
    """One report about one parcel; `key` is the courier's own id of it, the same whenever it is told again."""

    key: str
    number: str
    did: str  # one of STEPS
    at: datetime
    place: str = ""
    words: str = ""


@runtime_checkable
class Courier(Protocol):
    """Somebody who carries parcels. Every call may raise CourierAway."""

    @property
    def name(self) -> str:
        """As accounts and parcels name it."""

    @property
    def label(self) -> Text:
        """As people name it."""

    @property
    def secret(self) -> str:
        """With which its pushes are signed; "" where it pushes nothing."""

    def book(self, booking: Booking, *, now: datetime) -> str:
        """The courier's number of the parcel; the same for the same reference. Raises CourierRefused."""

    def call_off(self, number: str, *, now: datetime) -> None:
        """It will not be handed over after all."""

    def told(self, numbers: Sequence[str], *, now: datetime) -> Sequence[Told]:
        """Everything that happened to these parcels so far, in any order."""
