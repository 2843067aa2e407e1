"""What an SMSC simulator remembers: texts it delivered to the ESME, and texts it got from it."""

from dataclasses import dataclass, field
from enum import StrEnum

from careline.protocols.smpp.pdu import Message
from careline.protocols.smstext import Alphabet, Part, decode_text, encode_parts


class ReceiptTime(StrEnum):
    """When the simulator sends the receipt a submission asked for."""

    NEVER = "never"
    AFTER = "after the answer"
    BEFORE = "before the answer"


@dataclass(slots=True, eq=False)
class Delivery:
    """One deliver_sm (or data_sm) on its way to the ESME; times are monotonic seconds."""

    message: Message = field(repr=False)
    account: str | None = None  # the system_id it is for; None: whoever is bound
    sendings: int = 0
    first_sent_at: float = 0.0
    acknowledged_at: float | None = None
    refused: int | None = None  # the status, when the ESME will not have it
    refusals: int = 0  # temporary ones

    @property
    def settled(self) -> bool:
        """Whether it will not be sent again."""
        return self.acknowledged_at is not None or self.refused is not None


@dataclass(slots=True, eq=False)
class Arrival:
    """One text that came from the ESME, whole; arrived_at is that of its last part, monotonic seconds."""

    source: str
    destination: str
    data_coding: int
    body: bytes = field(repr=False)
    arrived_at: float
    message_ids: tuple[str, ...]
    registered: bool = False

    @property
    def text(self) -> str:
        """The decoded text."""
        return decode_text(self.body, self.data_coding)


def texts(
    source: str,
    destination: str,
    text: str,
    *,
    alphabet: Alphabet = "ucs2",
    reference: int = 0,
    wide_reference: bool = False,
    account: str | None = None,
) -> list[Delivery]:
    """The deliveries that carry one text of a subscriber: one, or a part each."""
    parts = encode_parts(text, alphabet=alphabet, reference=reference, wide_reference=wide_reference)
    return [Delivery(message_of(source, destination, part), account) for part in parts]


def message_of(source: str, destination: str, part: Part, tlvs: dict[int, bytes] | None = None) -> Message:
    """A part as deliver_sm carries it."""
    message = Message(source, destination, part.payload, part.data_coding, 0x40 if part.header else 0)
    message.source_ton = message.source_npi = 1
    if tlvs:
        message.tlvs = tlvs
    return message
