"""The transactions that live: matched, driven by their tables, retransmitting by themselves (RFC 3261 §17)."""

from collections.abc import Callable
from typing import Any, Final

from careline.protocols.sip.alarms import Alarm, Alarms
from careline.protocols.sip.config import Timing
from careline.protocols.sip.message import Request, Response
from careline.protocols.sip.steps import RELIABLE, Hop, Send, Step
from careline.protocols.sip.transaction import (
    CLIENT,
    INVITE_CLIENT,
    INVITE_SERVER,
    SERVER,
    Action,
    Input,
    State,
    Table,
    spacing,
    timers,
)

COOKIE: Final = "z9hG4bK"
Key = tuple[object, ...]

# What became of a client transaction: its status (408 no answer, 503 unreachable), the response if one came.
Heard = Callable[["Transaction", int, Response | None, float], None]
Lost = Callable[["Transaction", float], None]


class Transaction:
    """One of either side; `data` is what it retransmits: a client's request, a server's latest response."""

    __slots__ = (
        "ack", "alarms", "armed", "branch", "data", "heard", "hop", "key", "lost", "merge_key", "method", "reliable",
        "request", "state", "table", "user",
    )  # fmt: skip

    def __init__(self, key: Key, table: Table, method: str, hop: Hop, request: Request | None) -> None:
        self.key = key
        self.table = table
        self.method = method
        self.hop = hop
        self.request = request
        self.reliable = hop.transport in RELIABLE
        self.state = State.START
        self.data = b""
        self.branch = ""
        self.ack: Callable[[Response], bytes] | None = None
        self.alarms: dict[Input, Alarm] = {}
        self.armed: dict[Action, int] = {}
        self.heard: Heard | None = None
        self.lost: Lost | None = None
        self.merge_key: Key | None = None
        self.user: Any = None  # the call that it belongs to

    @property
    def open(self) -> bool:
        """Whether a server still owes a final response."""
        return self.state in (State.TRYING, State.PROCEEDING)


class Layer:
    """All transactions of one agent; what must be sent goes to `out`."""

    def __init__(self, timing: Timing, alarms: Alarms, out: list[Step]) -> None:
        self._timers = timers(timing)
        self._alarms = alarms
        self.out = out
        self.servers: dict[Key, Transaction] = {}
        self.clients: dict[Key, Transaction] = {}
        self.merged: dict[Key, Transaction] = {}
        self.retransmitted = 0

    def __len__(self) -> int:
        return len(self.servers) + len(self.clients)

    # Servers

    def find(self, request: Request, method: str) -> Transaction | None:
        """The server transaction that a request belongs to; `method` INVITE for its ACK and its CANCEL."""
        return self.servers.get(server_key(request, method))

    def again(self, transaction: Transaction, now: float) -> None:
        """A request came again."""
        self.retransmitted += 1
        self._on(transaction, Input.REQUEST, None, now)

    def acknowledged(self, transaction: Transaction, now: float) -> bool:
        """An ACK came with the branch of this INVITE; False: it was one for a 2xx."""
        if transaction.state is State.ACCEPTED:
            return False
        self._on(transaction, Input.ACK, None, now)
        return True

    def serve(self, request: Request, hop: Hop, now: float) -> Transaction:
        """A new server transaction; its responses go to `hop`."""
        table = INVITE_SERVER if request.method == "INVITE" else SERVER
        transaction = Transaction(server_key(request, request.method), table, request.method, hop, request)
        self.servers[transaction.key] = transaction
        self._on(transaction, Input.BEGIN, None, now)
        return transaction

    def merge(self, transaction: Transaction, request: Request) -> bool:
        """Whether the same request came by another way already (RFC 3261 §8.2.2.2); if not, it is noted."""
        key = (request.call_id, request.from_.tag, request.cseq, request.method)
        if self.merged.setdefault(key, transaction) is not transaction:
            return True
        transaction.merge_key = key
        return False

    def respond(self, transaction: Transaction, status: int, data: bytes, now: float) -> None:
        """Send a response through its transaction."""
        transaction.data = data
        if status < 200:
            self._on(transaction, Input.SEND_PROVISIONAL, None, now)
            return
        self._on(transaction, Input.SEND_SUCCESS if status < 300 else Input.SEND_FAILURE, None, now)
        transaction.request = None  # it was the larger part of what half a minute of transactions hold

    # Clients

    def request(
        self, method: str, branch: str, data: bytes, hop: Hop, heard: Heard, now: float, user: Any = None
    ) -> Transaction:
        """Send a request and hear what becomes of it."""
        table = INVITE_CLIENT if method == "INVITE" else CLIENT
        transaction = Transaction((branch, method), table, method, hop, None)
        transaction.branch = branch
        transaction.data = data
        transaction.heard = heard
        transaction.user = user
        self.clients[transaction.key] = transaction
        self._on(transaction, Input.BEGIN, None, now)
        return transaction

    def hear(self, response: Response, now: float) -> bool:
        """A response came; False: nobody waits for it."""
        transaction = self.clients.get((response.via.branch, response.cseq_method))
        if transaction is None:
            return False
        status = response.status
        what = Input.PROVISIONAL if status < 200 else Input.SUCCESS if status < 300 else Input.FAILURE
        self._on(transaction, what, response, now)
        return True

    def unreachable(self, hop: Hop, now: float) -> None:
        """Sending to this hop failed."""
        for transaction in [*self.clients.values(), *self.servers.values()]:
            if transaction.hop == hop:
                self._on(transaction, Input.UNREACHABLE, None, now)

    def end(self, transaction: Transaction) -> None:
        """Forget a transaction at once."""
        self._terminate(transaction)

    # The machines

    def _on(self, transaction: Transaction, what: Input, response: Response | None, now: float) -> None:
        move = transaction.table.get((transaction.state, what))
        if move is None:
            return
        state, actions = move
        if state is not transaction.state:
            transaction.state = state
            if transaction.alarms:
                self._keep_valid_alarms(transaction)
        at_once = None
        for action in actions:
            if action is Action.SEND:
                if transaction.data:
                    self.out.append(Send(transaction.data, transaction.hop))
            elif action is Action.DELIVER:
                if transaction.heard and response is not None:
                    transaction.heard(transaction, response.status, response, now)
            elif action is Action.ACKNOWLEDGE:
                if transaction.ack and response is not None:
                    self.out.append(Send(transaction.ack(response), transaction.hop))
            elif action is Action.TIMED_OUT or action is Action.FAILED:
                self._fail(transaction, 408 if action is Action.TIMED_OUT else 503, now)
            else:
                at_once = self._arm(transaction, action, now) or at_once
        if transaction.state is State.TERMINATED:
            self._terminate(transaction)
        elif at_once is not None:
            self._on(transaction, at_once, None, now)

    def _arm(self, transaction: Transaction, action: Action, now: float) -> Input | None:
        timer = self._timers[action]
        times = transaction.armed.get(action, 0)
        seconds = spacing(timer, times, transaction.reliable)
        if seconds == 0:
            return timer.input
        if seconds is not None:
            if timer.doubles:
                transaction.armed[action] = times + 1
            alarm = self._alarms.arm(now + seconds, self._go_off, (transaction, timer.input))
            transaction.alarms[timer.input] = alarm
        return None

    def _go_off(self, subject: tuple[Transaction, Input], now: float) -> None:
        transaction, what = subject
        transaction.alarms.pop(what, None)
        self._on(transaction, what, None, now)

    def _keep_valid_alarms(self, transaction: Transaction) -> None:
        """A timer that the new state does not know has nothing to say any more."""
        alarms = transaction.alarms
        for what in [what for what in alarms if (transaction.state, what) not in transaction.table]:
            self._alarms.cancel(alarms.pop(what))

    def _fail(self, transaction: Transaction, status: int, now: float) -> None:
        if transaction.heard:
            transaction.heard(transaction, status, None, now)
        if transaction.lost:
            transaction.lost(transaction, now)

    def _terminate(self, transaction: Transaction) -> None:
        transaction.state = State.TERMINATED
        for alarm in transaction.alarms.values():
            self._alarms.cancel(alarm)
        transaction.alarms.clear()
        where = self.clients if transaction.heard else self.servers
        if where.get(transaction.key) is transaction:
            del where[transaction.key]
        if transaction.merge_key is not None:
            self.merged.pop(transaction.merge_key, None)
        transaction.user = transaction.heard = transaction.lost = transaction.ack = transaction.request = None


def server_key(request: Request, method: str) -> Key:
    """What makes a request the same request again (RFC 3261 §17.2.3)."""
    via = request.via
    branch = via.branch
    if branch.startswith(COOKIE) and len(branch) > len(COOKIE):
        return (branch, via.host, via.port, method)
    # RFC 2543: the whole top Via, and what identifies the request; the To tag is left out, because the ACK of a
    # failure has ours and the INVITE has none.
    return (request.uri, request.from_.tag, request.call_id, request.cseq, via.host, via.port, branch, method)
