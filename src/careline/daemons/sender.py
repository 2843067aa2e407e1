"""The sender: letters leave through the binds of this process, and what became of them is written down in batches.

Answers that this process's own receptions posted are handed over right after their commit. Everything else is claimed
from the outbox. Letters that are with a link stay claimed; when this process dies, the claims run out and another
sender takes them. Nothing is claimed for an account that has no bind up, so nothing storms while a bind is away.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, InterfaceError, connection, transaction

from careline.channels.sms.sending import End, Route, Underway, Verdict, judge
from careline.daemons.dispatch import Dispatch
from careline.daemons.receipt_desk import ReceiptDesk
from careline.hall.turn import Served
from careline.links.link import Receipt, Result
from careline.outbox import claiming, receipts
from careline.outbox.receipts import SentPart
from careline.protocols.receipts import receipt_key

log = logging.getLogger(__name__)

CLAIM = timedelta(seconds=60)
EXTENSIONS_PER_CLAIM = 3  # so that one that fails does not cost the claim
POLL_SECONDS = 0.2
LINGER_SECONDS = 0.01  # results come in small handfuls; one UPDATE for several is cheaper
BATCH = 512
TROUBLE_PAUSE_SECONDS = 0.3


@dataclass(slots=True)
class Figures:
    """What left, for statistics."""

    handed_over: int = 0
    claimed: int = 0
    sent: int = 0
    retried: int = 0
    doubted: int = 0  # sent again although they may have left before
    given_up: int = 0


class Sender:
    """Sends for these accounts. `name` is unique among all senders there ever are: claims go by it."""

    def __init__(
        self,
        name: str,
        routes: Sequence[Route],
        *,
        clock: Callable[[], datetime],
        parts_max: Callable[[], int] = lambda: 10,
        claim: timedelta = CLAIM,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        self.name = name
        self.figures = Figures()
        self._clock = clock
        self._claim = claim
        self._poll_seconds = poll_seconds
        self._dispatch = Dispatch(routes, parts_max)
        self.receipts = ReceiptDesk(self._dispatch.account_of)
        self._thread = threading.Thread(target=self._work, name="sender", daemon=True)
        self._changed = threading.Condition()
        self._results: deque[Result] = deque()
        self._stopping = False
        self._more = False
        self._down = False

    def start(self) -> None:
        self._thread.start()

    def claim_no_more(self) -> None:
        """Before the links are closed: what is under way ends, nothing new begins."""
        self._dispatch.open = False

    def drain(self, timeout_seconds: float) -> None:
        """Wait, at most so long, until nothing is with a link."""
        until = time.monotonic() + timeout_seconds
        while self._dispatch.underway and time.monotonic() < until:
            time.sleep(0.02)

    def stop(self, timeout_seconds: float = 10.0) -> None:
        """After the links are closed: write down how everything ended, give back the rest."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(timeout_seconds)

    def statistics(self) -> dict[str, Any]:
        """Figures since the start."""
        with_links = len(self._dispatch.underway)
        return {"with_links": with_links, **asdict(self.figures), **asdict(self.receipts.figures)}

    # From batchers, right after the commit

    def hand_over(self, served: Sequence[Served]) -> None:
        """Send these answers, whose rows are claimed by our name."""
        self.figures.handed_over += len(served)
        if not self._dispatch.submit([one.letter for one in served if one.letter is not None]):
            self._wake()

    # From the links, on their loops and threads

    def on_results(self, results: list[Result]) -> None:
        with self._changed:
            self._results.extend(results)
            self._changed.notify()

    def on_receipts(self, told: list[Receipt]) -> None:
        with self._changed:
            self.receipts.take(told)
            self._changed.notify()

    def poke(self) -> None:
        """A bind came up: look for what waits."""
        self._more = True
        self._wake()

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify()

    # The sender's own thread

    def _work(self) -> None:
        try:
            while True:
                last = self._wait()
                try:
                    self._round(last)
                    if self._down:
                        self._down = False
                        log.warning("the outbox can be written again")
                except (DatabaseError, InterfaceError) as error:
                    connection.close()
                    if not self._down:
                        self._down = True
                        log.error("the outbox cannot be written: %s", (str(error).splitlines() or [""])[0])
                    time.sleep(0 if last else TROUBLE_PAUSE_SECONDS)
                except Exception:
                    log.exception("a round of the sender failed")
                    time.sleep(TROUBLE_PAUSE_SECONDS)
                if last:
                    return
        finally:
            connection.close()

    def _wait(self) -> bool:
        """Until there is something to do, or the time to look has come; True for the last round."""
        with self._changed:
            if not (self._results or self.receipts or self._dispatch.unplaced or self._more or self._stopping):
                self._changed.wait(self._poll_seconds)
            linger = bool(self._results) and not self._stopping and not self._more
        if linger:
            time.sleep(LINGER_SECONDS)
        return self._stopping

    def _round(self, last: bool) -> None:
        now = self._clock()
        self._record(now)
        self._place(now)
        self.receipts.enter(now)
        self._dispatch.send_rests()
        self._extend(now)
        if last:
            self._give_back(now)
        elif self._dispatch.open:
            self._take_up(now)

    def _record(self, now: datetime) -> None:
        """Write down the results that came; they stay in memory until that has worked."""
        results = [self._results[index] for index in range(len(self._results))]
        if not results:
            return
        underway = self._dispatch.underway
        verdicts = [
            (one, judge(one, result, now)) for result in results if (one := underway.get(str(result.outbound.id)))
        ]
        sent = [one for one, verdict in verdicts if verdict.end is End.SENT]
        again = [(one, verdict) for one, verdict in verdicts if verdict.end is End.AGAIN]
        hopeless = [(one, verdict) for one, verdict in verdicts if verdict.end is End.GIVEN_UP]
        with transaction.atomic():
            if sent:
                claiming.sent([one.letter.id for one in sent], [_remote_ids(one) for one in sent], now)
            receipts.expect([part for one in sent + [one for one, _ in hopeless] for part in _parts(one)], now)
            self._release(again, now)
            if hopeless:
                ids, reasons = [one.letter.id for one, _ in hopeless], [verdict.reason for _, verdict in hopeless]
                claiming.failed(ids, reasons, now)
        for _ in results:
            self._results.popleft()
        for one, verdict in verdicts:
            self._after(one, verdict)

    def _release(self, again: Sequence[tuple[Underway, Verdict]], now: datetime) -> None:
        for tried, doubtful in sorted({(verdict.tried, verdict.doubtful) for _, verdict in again}):
            lot = [(one, verdict) for one, verdict in again if (verdict.tried, verdict.doubtful) == (tried, doubtful)]
            claiming.release(
                [one.letter.id for one, _ in lot],
                self.name,
                [now + verdict.wait for _, verdict in lot],
                [verdict.reason for _, verdict in lot],
                tried=tried,
                doubtful=doubtful,
            )

    def _after(self, underway: Underway, verdict: Verdict) -> None:
        """What follows from a result that is written down."""
        figures, dispatch, letter = self.figures, self._dispatch, underway.letter
        if verdict.end in (End.REST, End.AGAIN):
            figures.retried += 1
            figures.doubted += verdict.doubtful
            if verdict.tried:
                dispatch.note_failure(letter.id, underway.bind)
        if verdict.end is End.REST:
            underway.tries += verdict.tried
            dispatch.send_rest_later(underway, verdict.wait.total_seconds())
            return
        dispatch.done(letter.id, for_good=verdict.end is not End.AGAIN)
        if verdict.end is End.SENT:
            figures.sent += 1
        elif verdict.end is End.GIVEN_UP:
            figures.given_up += 1
            log.error("letter %s to %s was given up: %s", letter.id, letter.msisdn, verdict.reason)

    def _place(self, now: datetime) -> None:
        """Give back what no bind could take: it is due, and goes as soon as one is up, here or elsewhere."""
        unplaced = list(self._dispatch.unplaced)
        if unplaced:
            claiming.release(
                [letter.id for letter in unplaced], self.name, [now] * len(unplaced), ["no bind is up"] * len(unplaced),
                tried=False, doubtful=False,
            )  # fmt: skip
            for _ in unplaced:
                self._dispatch.unplaced.popleft()

    def _extend(self, now: datetime) -> None:
        """Keep the claims on what waits in a link's queue."""
        if old := self._dispatch.old(self._claim.total_seconds() / EXTENSIONS_PER_CLAIM):
            claiming.extend([one.letter.id for one in old], self.name, now + self._claim)
            for one in old:
                one.extended_at = time.monotonic()

    def _take_up(self, now: datetime) -> None:
        """Claim letters for accounts that have a bind up and room at it."""
        self._more = False
        names = self._dispatch.ready()
        if not names:
            return
        limit = min(BATCH, self._dispatch.room(names))
        letters = claiming.claim(names, self.name, now, now + self._claim, limit)
        self.figures.claimed += len(letters)
        if doubtful := sum(1 for letter in letters if letter.doubts):
            self.figures.doubted += doubtful
            log.warning("%d letters are sent again although they may have left before", doubtful)
        self._dispatch.submit(letters)
        self._more = len(letters) >= limit

    def _give_back(self, now: datetime) -> None:
        """The last thing: what is still under way has no link any more."""
        left = list(self._dispatch.underway)
        if left:
            claiming.release(
                left, self.name, [now] * len(left), ["sender stopped"] * len(left), tried=True, doubtful=True
            )


def _remote_ids(underway: Underway) -> str:
    return " ".join(underway.accepted[number] for number in sorted(underway.accepted))


def _parts(underway: Underway) -> list[SentPart]:
    """The parts whose receipts will come, where receipts were asked for."""
    if not underway.route.registered:
        return []
    letter, total = underway.letter, len(underway.parts) or 1
    return [
        SentPart(underway.route.name, receipt_key(remote), letter.msisdn.digits, letter.id, number, total)
        for number, remote in underway.accepted.items()
        if remote
    ]
