"""Long messages put together again from their parts, in whatever order these come.

Parts belong together when source, destination, reference and total agree: the reference alone is the sender's, and
two subscribers often use the same one. The joiner is pure: time is an argument, and its pieces can be kept elsewhere
(export, and add them again) so that a part is a row before it is acknowledged.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from careline.protocols.concatenation import Concatenation
from careline.protocols.smstext import DefaultAlphabet, decode_text

OPEN_MESSAGES_MAX: Final = 50_000
EXPIRY: Final = timedelta(minutes=10)
"""How long the missing parts of a message are waited for, counted from the last one that came."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of a long message as it came; tag is the caller's own."""

    source: str = field(repr=False)
    destination: str
    place: Concatenation
    data_coding: int
    body: bytes = field(repr=False)
    received_at: datetime
    tag: object = None


@dataclass(frozen=True, slots=True)
class Joined:
    """A long message: complete, or what came of it before time or room ran out."""

    source: str = field(repr=False)
    destination: str
    text: str = field(repr=False)
    pieces: tuple[Piece, ...]
    missing: tuple[int, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every part is there."""
        return not self.missing


_Key = tuple[str, str, int, int]


@dataclass(slots=True)
class _Open:
    pieces: dict[int, Piece]
    last_at: datetime


class Joiner:
    """The long messages of one link that are not complete yet."""

    def __init__(
        self,
        *,
        expiry: timedelta = EXPIRY,
        open_messages_max: int = OPEN_MESSAGES_MAX,
        default: DefaultAlphabet = "gsm7",
    ) -> None:
        self.repeats = 0
        self._expiry = expiry
        self._open_max = open_messages_max
        self._default = default
        self._open: dict[_Key, _Open] = {}  # the one that waits longest for its next part stands first
        self._finished: dict[_Key, tuple[datetime, dict[int, bytes]]] = {}

    def add(self, piece: Piece) -> Joined | None:
        """Take one part; gives the message it completes.

        A repeat of a part is counted and ignored, also just after its message was completed. A different part under
        a number already there means that the sender reuses the reference: what came of the older message is given
        back, incomplete. The same happens to the message that waits longest when there are too many.
        """
        reference, total, number = piece.place
        key = (piece.source, piece.destination, reference, total)
        if self._repeats_finished(key, piece):
            self.repeats += 1
            return None
        found = self._open.pop(key, None)
        if found and (there := found.pieces.get(number)):
            if there.body == piece.body:
                self.repeats += 1
                found.last_at = piece.received_at
                self._open[key] = found
                return None
            self._open[key] = _Open({number: piece}, piece.received_at)
            return self._join(found)
        message = found or _Open({}, piece.received_at)
        message.pieces[number] = piece
        message.last_at = piece.received_at
        if len(message.pieces) == total:
            self._finished[key] = (piece.received_at, {n: p.body for n, p in message.pieces.items()})
            return self._join(message)
        self._open[key] = message
        if len(self._open) > self._open_max:
            return self._join(self._open.pop(next(iter(self._open))))
        return None

    def expire(self, now: datetime) -> list[Joined]:
        """Give up waiting: what came of the messages whose last part is older than the expiry."""
        late = now - self._expiry
        given_up = []
        while self._open and (first := next(iter(self._open.values()))).last_at <= late:
            del self._open[next(iter(self._open))]
            given_up.append(self._join(first))
        while self._finished and next(iter(self._finished.values()))[0] <= late:
            del self._finished[next(iter(self._finished))]
        return given_up

    def export(self) -> Iterator[Piece]:
        """All pieces that wait for others."""
        for message in self._open.values():
            yield from message.pieces.values()

    def __len__(self) -> int:
        """How many messages are not complete."""
        return len(self._open)

    def _repeats_finished(self, key: _Key, piece: Piece) -> bool:
        finished = self._finished.get(key)
        if finished is None:
            return False
        if finished[1].get(piece.place.number) == piece.body and key not in self._open:
            return True
        del self._finished[key]  # the reference now belongs to a new message
        return False

    def _join(self, message: _Open) -> Joined:
        return join(list(message.pieces.values()), default=self._default)


def join(pieces: list[Piece], *, default: DefaultAlphabet = "gsm7") -> Joined:
    """Put these pieces of one message in order and decode them together; a gap shows as an ellipsis.

    The bodies are joined before decoding, where neighbours share a coding: senders do cut characters in two.
    """
    by_number = {piece.place.number: piece for piece in pieces}
    first = pieces[0]
    runs: list[tuple[int, bytes] | None] = []
    for number in range(1, first.place.total + 1):
        piece = by_number.get(number)
        last = runs[-1] if runs else None
        if piece is None:
            if last is not None or not runs:
                runs.append(None)
        elif last and last[0] == piece.data_coding:
            runs[-1] = (last[0], last[1] + piece.body)
        else:
            runs.append((piece.data_coding, piece.body))
    text = "".join("…" if run is None else decode_text(run[1], run[0], default=default) for run in runs)
    missing = tuple(n for n in range(1, first.place.total + 1) if n not in by_number)
    ordered = tuple(by_number[number] for number in sorted(by_number))
    return Joined(first.source, first.destination, text, ordered, missing)
