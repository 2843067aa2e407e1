"""Python values as Postgres takes them in binary, by the type that a statement's parameter has: scalars and arrays.

A batch of 256 messages carries some 20,000 values through these, so each costs a tenth of a microsecond and not one.
Formats are those of the types' send and receive functions (src/backend/utils/adt of Postgres); counts are big-endian.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from struct import Struct
from typing import Any, Final
from uuid import UUID

Encode = Callable[[Any], bytes]

_LENGTH: Final = Struct(">i").pack
_NULL: Final = b"\xff\xff\xff\xff"
_ARRAY: Final = Struct(">iiiii").pack  # dimensions, flags, type of the elements, elements, first index
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_EPOCH_DAY: Final = _EPOCH.date().toordinal()
_INT2, _INT4, _INT8, _FLOAT8 = (Struct(form).pack for form in (">h", ">i", ">q", ">d"))
_REMEMBERED_MAX = 20_000
_REMEMBERED_OCTETS_MAX = 40
_LENGTHS: Final = [_LENGTH(length) for length in range(_REMEMBERED_OCTETS_MAX + 1)]


class Unfit(TypeError):
    """The value cannot be written so; let psycopg try, which knows more types."""


def _text(value: str) -> bytes:
    return value.encode()


def _uuid(value: str | UUID) -> bytes:
    return value.bytes if isinstance(value, UUID) else bytes.fromhex(value.replace("-", ""))


def _bool(value: bool) -> bytes:
    return b"\x01" if value else b"\x00"


def _time(value: datetime) -> bytes:
    since = value - _EPOCH  # refuses a time without a zone
    return _INT8((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds)


def _date(value: date) -> bytes:
    if isinstance(value, datetime):
        raise Unfit("a time is not a date: which day it is depends on the zone")
    return _INT4(value.toordinal() - _EPOCH_DAY)


def _jsonb(value: str) -> bytes:
    return b"\x01" + value.encode()


# Postgres's number of a type -> (number of its arrays, how a value is written, what Python type it must have)
_SCALARS: Final[dict[int, tuple[int, Encode, tuple[type, ...]]]] = {
    16: (1000, _bool, (bool,)),
    17: (1001, bytes, (bytes,)),
    20: (1016, _INT8, (int,)),
    21: (1005, _INT2, (int,)),
    23: (1007, _INT4, (int,)),
    25: (1009, _text, (str,)),
    114: (199, _text, (str,)),
    701: (1022, _FLOAT8, (float, int)),
    1043: (1015, _text, (str,)),
    1082: (1182, _date, (date,)),
    1184: (1185, _time, (datetime,)),
    2950: (2951, _uuid, (str, UUID)),
    3802: (3807, _jsonb, (str,)),
}


class Elements(dict[Any, bytes]):
    """Elements of arrays of one type, with their lengths in front; short ones are remembered, since numbers and
    references stand in many arrays of a batch, and words in many batches."""

    def __init__(self, encode: Encode, kinds: tuple[type, ...]) -> None:
        super().__init__({None: _NULL})
        self._encode = encode
        self._kinds = kinds

    def __missing__(self, value: Any) -> bytes:
        if not isinstance(value, self._kinds):
            raise Unfit(type(value).__name__)
        coded = self._encode(value)
        length = len(coded)
        if length > _REMEMBERED_OCTETS_MAX:
            return _LENGTH(length) + coded
        element = _LENGTHS[length] + coded
        if len(self) > _REMEMBERED_MAX:
            self.clear()
            self[None] = _NULL
        self[value] = element
        return element


class _Heads(dict[int, bytes]):
    """What stands before the elements of an array of so many."""

    def __init__(self, of: int) -> None:
        super().__init__({0: _ARRAY(0, 0, of, 0, 0)[:12]})
        self._of = of

    def __missing__(self, count: int) -> bytes:
        return _ARRAY(1, 1, self._of, count, 1)


Encoder = Callable[[Any], bytes | None]
"""Writes a value of one Postgres type in binary, None for NULL. Raises Unfit, and whatever encoding it raises."""


def _scalar(encode: Encode, kinds: tuple[type, ...]) -> Encoder:
    def encoder(value: Any) -> bytes | None:
        if value is None:
            return None
        if not isinstance(value, kinds):
            raise Unfit(type(value).__name__)
        return encode(value)

    return encoder


def _array(elements: Elements, of: int) -> Encoder:
    heads, element = _Heads(of), elements.__getitem__

    def encoder(values: Any) -> bytes | None:
        if values.__class__ is not list and not isinstance(values, list | tuple):
            if values is None:
                return None
            raise Unfit(type(values).__name__)
        try:
            return heads[len(values)] + b"".join(map(element, values))
        except TypeError as error:  # an element that cannot be a key: a list in a list
            raise Unfit(str(error)) from error

    return encoder


def encoders(types: Iterable[int], pool: dict[int, Elements]) -> list[Encoder] | None:
    """An encoder for each of these types; None when there is a type that we do not know.

    `pool` holds the elements that the statements of one connection share; it belongs to one thread.
    """
    found: list[Encoder] = []
    for number in types:
        if number in _SCALARS:
            _, encode, kinds = _SCALARS[number]
            found.append(_scalar(encode, kinds))
        elif number in _ARRAYS:
            of = _ARRAYS[number]
            _, encode, kinds = _SCALARS[of]
            found.append(_array(pool.setdefault(of, Elements(encode, kinds)), of))
        else:
            return None
    return found


def type_of(value: Any) -> int:
    """What a parameter is declared as when the statement itself does not say; 0 lets Postgres infer it."""
    if isinstance(value, list | tuple):
        of = type_of(next((one for one in value if one is not None), None))
        return _SCALARS[of][0] if of else 0
    for kind, number in ((bool, 16), (int, 20), (datetime, 1184), (date, 1082), (bytes, 17), (float, 701)):
        if isinstance(value, kind):
            return number
    return 0


_ARRAYS: Final = {array: number for number, (array, _, _) in _SCALARS.items()}
