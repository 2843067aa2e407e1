"""Delivery receipts: the states they tell of and the ids by which they find their message."""

from enum import StrEnum


class DeliveryState(StrEnum):
    """What became of one part of a message (SMPP 3.4, 5.2.28)."""

    ENROUTE = "enroute"
    DELIVERED = "delivered"
    EXPIRED = "expired"
    DELETED = "deleted"
    UNDELIVERABLE = "undeliverable"
    ACCEPTED = "accepted"
    UNKNOWN = "unknown"
    REJECTED = "rejected"

    @property
    def final(self) -> bool:
        """Whether nothing more will be heard of this part."""
        return self not in (DeliveryState.ENROUTE, DeliveryState.ACCEPTED)


_DECIMAL_DIGITS_MAX = 20
_HEXADECIMAL_DIGITS_MAX = 16
_DECIMAL = frozenset("0123456789")
_HEXADECIMAL = frozenset("0123456789abcdef")


def receipt_key(message_id: str) -> str:
    """The one form under which a message id is kept: lower case, without blanks and leading zeros."""
    key = message_id.strip().lower()
    return key.lstrip("0") or key[:1]


def receipt_keys(message_id: str) -> tuple[str, ...]:
    """The kept forms a receipt's id may stand for, the likeliest first.

    Many SMSCs answer a submission with a hexadecimal id and write the receipt in decimal, or the other way
    round, or lose leading zeros on the way. A converted form may hit another message by chance, so look the keys
    up in this order and compare the destination too.
    """
    key = receipt_key(message_id)
    keys = [key]
    letters = frozenset(key)
    if letters and letters <= _DECIMAL and len(key) <= _DECIMAL_DIGITS_MAX:
        keys.append(f"{int(key):x}")
    if letters and letters <= _HEXADECIMAL and len(key) <= _HEXADECIMAL_DIGITS_MAX:
        keys.append(str(int(key, 16)))
    return tuple(dict.fromkeys(keys))
