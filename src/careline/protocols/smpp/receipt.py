"""Delivery receipts in SMPP: the customary text (SMPP 3.4, appendix B) and the TLVs that say the same."""

import re
from dataclasses import dataclass, field
from typing import Final

from careline.protocols.receipts import DeliveryState, receipt_keys
from careline.protocols.smpp import codes
from careline.protocols.smpp.pdu import Message

_STATES: Final = {
    1: DeliveryState.ENROUTE,
    2: DeliveryState.DELIVERED,
    3: DeliveryState.EXPIRED,
    4: DeliveryState.DELETED,
    5: DeliveryState.UNDELIVERABLE,
    6: DeliveryState.ACCEPTED,
    7: DeliveryState.UNKNOWN,
    8: DeliveryState.REJECTED,
}
"""Values of the message_state TLV (5.2.28)."""

_STATE_WORDS: Final = {
    "ENROUTE": DeliveryState.ENROUTE,
    "DELIVRD": DeliveryState.DELIVERED,
    "EXPIRED": DeliveryState.EXPIRED,
    "DELETED": DeliveryState.DELETED,
    "UNDELIV": DeliveryState.UNDELIVERABLE,
    "ACCEPTD": DeliveryState.ACCEPTED,
    "UNKNOWN": DeliveryState.UNKNOWN,
    "REJECTD": DeliveryState.REJECTED,
}
_WORDS_BY_STATE: Final = {state: word for word, state in _STATE_WORDS.items()}

_FIELD = re.compile(
    r"\b(id|sub|dlvrd|submit date|done date|stat|err):[ ]{0,3}([^ ]{0,64})",
    re.IGNORECASE,
)
_TEXT_CHARACTERS_MAX: Final = 512


@dataclass(frozen=True, slots=True)
class ReceiptText:
    """What a receipt says of one part; keys are the forms under which its message may be known."""

    message_id: str
    state: DeliveryState
    error: str
    keys: tuple[str, ...] = field(default=())


def read_receipt(message: Message) -> ReceiptText | None:
    """What a receipt says, TLVs before text; None when it names no message."""
    fields = {name.lower(): value for name, value in reversed(_FIELD.findall(message.text()[:_TEXT_CHARACTERS_MAX]))}
    tlvs = message.tlvs
    tlv_id = tlvs.get(codes.TAG_RECEIPTED_MESSAGE_ID, b"").partition(b"\0")[0].decode("latin-1")
    text_id = fields.get("id", "")
    message_id = tlv_id or text_id
    if not message_id.strip():
        return None
    # SMSCs that write the TLV in hexadecimal and the text in decimal are common: either may be the one we know.
    keys = tuple(dict.fromkeys((*receipt_keys(message_id), *(receipt_keys(text_id) if text_id else ()))))
    state_value = tlvs.get(codes.TAG_MESSAGE_STATE, b"")
    state = (_STATES.get(state_value[0]) if state_value else None) or _STATE_WORDS.get(
        fields.get("stat", "").upper()[:7], DeliveryState.UNKNOWN
    )
    error = fields.get("err", "") or tlvs.get(codes.TAG_NETWORK_ERROR_CODE, b"").hex()
    return ReceiptText(message_id, state, error, keys)


def write_receipt(
    message_id: str,
    state: DeliveryState,
    *,
    submitted: str,
    done: str,
    error: str = "000",
    text: str = "",
) -> bytes:
    """The customary text of a receipt; submitted and done are YYMMDDhhmm."""
    delivered = "001" if state is DeliveryState.DELIVERED else "000"
    return (
        f"id:{message_id} sub:001 dlvrd:{delivered} submit date:{submitted} done date:{done} "
        f"stat:{_WORDS_BY_STATE[state]} err:{error} text:{text[:20]}"
    ).encode("latin-1", "replace")


def receipt_tlvs(message_id: str, state: DeliveryState) -> dict[int, bytes]:
    """The TLVs of a receipt."""
    value = next(number for number, known in _STATES.items() if known is state)
    return {
        codes.TAG_RECEIPTED_MESSAGE_ID: message_id.encode("latin-1", "replace") + b"\0",
        codes.TAG_MESSAGE_STATE: bytes((value,)),
    }
