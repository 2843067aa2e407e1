"""Once-only on links whose messages have no id: which message is only the repetition of one that we have?

SMPP's deliver_sm names nothing. An SMSC sends a message again when our answer did not reach it, so only a message whose
answer may have been lost can come again: everything that was answered and not yet proved when the connection broke,
and everything that we refused (our database may have kept it all the same when it broke down at the commit). These
are in doubt. A message of another session with the number, destination and text of a doubt takes the doubt's id, once,
and the inbox then finds that it was there before. Messages of one session are never held against each other, so that
a deliberate second CXYE is served again. docs/decisions/0006-once-only-sms.md says what remains.
"""

import itertools
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from careline.values.reference import new_reference

LAPSE = timedelta(minutes=10)  # SMSCs send again within seconds to minutes; later it is the customer who says it again
DOUBTS_MAX = 200_000


@dataclass(frozen=True, slots=True)
class Doubt:
    """A message that may come again. `connection` is that on which it cannot: it is still being answered there."""

    message_id: str
    fingerprint: bytes
    received_at: datetime
    connection: object = None


@dataclass(slots=True, eq=False)
class _Open:
    fingerprint: bytes
    received_at: datetime
    bind: str
    connection: object


class Doubting:
    """Gives ids to the messages of one account, whatever number of binds it has; used on one thread."""

    def __init__(self, *, lapse: timedelta = LAPSE) -> None:
        self.recognised = 0  # messages that took the id of a doubt
        self._lapse = lapse
        self._open: OrderedDict[str, _Open] = OrderedDict()  # by message id, the oldest first
        self._doubts: dict[bytes, deque[Doubt]] = {}
        self._doubted: OrderedDict[str, Doubt] = OrderedDict()
        self._connections: dict[str, object] = {}  # bind -> its connection
        self._proved_until: datetime | None = None

    def __len__(self) -> int:
        """How many messages are in doubt."""
        return len(self._doubted)

    def remember(self, doubts: Iterable[Doubt]) -> None:
        """Take in what was in doubt when this process's predecessor ended."""
        for doubt in sorted(doubts, key=lambda one: one.received_at):
            self._doubt(doubt)

    def name(self, fingerprints: Sequence[bytes], *, bind: str, connection: object, received_at: datetime) -> list[str]:
        """The ids of these messages, which came in one read of this connection."""
        self.heard_from(bind, connection)
        self._forget_old(received_at)
        fresh = new_reference(len(fingerprints))
        ids = []
        for fingerprint, reference in zip(fingerprints, fresh, strict=True):
            message_id = self._recognise(fingerprint, connection) or reference
            self._open[message_id] = _Open(fingerprint, received_at, bind, connection)
            ids.append(message_id)
        return ids

    def heard_from(self, bind: str, connection: object) -> None:
        """Something came on this connection: if the bind had another before, that one is gone."""
        if self._connections.get(bind) is not connection:
            self._connections[bind] = connection
            self._doubt_open(lambda one: one.bind == bind and one.connection is not connection)

    def lost(self, bind: str) -> None:
        """The bind is down. What came on it may come again, on it or on another; not on the very same connection."""
        self._doubt_open(lambda one: one.bind == bind)

    def refused(self, ids: Iterable[str]) -> None:
        """These were refused, so the SMSC sends them again, perhaps in this very session."""
        for message_id in ids:
            if (one := self._open.pop(message_id, None)) is not None:
                self._doubt(Doubt(message_id, one.fingerprint, one.received_at))

    def proved(self, bind: str, up_to: datetime) -> None:
        """The answers to what came on this bind's present connection until then have arrived."""
        connection = self._connections.get(bind)
        for message_id, one in list(self._open.items()):
            if one.received_at > up_to:
                break
            if one.bind == bind and one.connection is connection:
                del self._open[message_id]
        for message_id, doubt in list(self._doubted.items()):
            # A connection that was only thought lost (one of two was) has proved its answers after all.
            if doubt.connection is connection and connection is not None and doubt.received_at <= up_to:
                self._settle(message_id)
        self._proved_until = max(self._proved_until or up_to, up_to)

    @property
    def proved_until(self) -> datetime | None:
        """Everything received until then is either proved or lapsed; for the row that a crash leaves behind."""
        if self._proved_until is None:
            return None
        oldest = [one.received_at for one in itertools.islice(self._open.values(), 1)]
        oldest += [one.received_at for one in itertools.islice(self._doubted.values(), 1)]
        return min([self._proved_until, *(received_at - timedelta(microseconds=1) for received_at in oldest)])

    def _recognise(self, fingerprint: bytes, connection: object) -> str | None:
        for doubt in self._doubts.get(fingerprint, ()):
            if doubt.connection is None or doubt.connection is not connection:
                self._settle(doubt.message_id)
                self.recognised += 1
                return doubt.message_id
        return None

    def _doubt_open(self, which: Callable[[_Open], bool]) -> None:
        for message_id, one in [(key, one) for key, one in self._open.items() if which(one)]:
            del self._open[message_id]
            self._doubt(Doubt(message_id, one.fingerprint, one.received_at, one.connection))

    def _doubt(self, doubt: Doubt) -> None:
        self._doubted[doubt.message_id] = doubt
        self._doubts.setdefault(doubt.fingerprint, deque()).append(doubt)
        if len(self._doubted) > DOUBTS_MAX:
            self._settle(next(iter(self._doubted)))

    def _settle(self, message_id: str) -> None:
        doubt = self._doubted.pop(message_id)
        alike = self._doubts[doubt.fingerprint]
        alike.remove(doubt)
        if not alike:
            del self._doubts[doubt.fingerprint]

    def _forget_old(self, now: datetime) -> None:
        while self._doubted and next(iter(self._doubted.values())).received_at < now - self._lapse:
            self._settle(next(iter(self._doubted)))
