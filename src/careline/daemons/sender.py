"""The sender: letters leave through the binds of this process, and what became of them is written down in batches.

Answers that this process's own receptions posted are handed over right after their commit. Everything else is claimed
from the outbox. Letters that are with a link stay claimed; when this process dies, the claims run out and another
sender takes them. Nothing is claimed for an account that has no bind up, so nothing storms while a bind is away.
"""

import heapq
import itertools
import logging
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, InterfaceError, connection, transaction

from careline.channels.sms.sending import End, Route, Underway, Verdict, judge
from careline.hall.turn import Served
from careline.links.link import Receipt, Refusal, Result, acknowledge_many, refuse_many
from careline.outbox import claiming, receipts
from careline.outbox.posting import Letter
from careline.outbox.receipts import SentPart, Told
from careline.protocols.receipts import receipt_key

log = logging.getLogger(__name__)

CLAIM = timedelta(seconds=60)
POLL_SECONDS = 0.2
LINGER_SECONDS = 0.01  # results come in small handfuls; one UPDATE for several is cheaper
BATCH = 512
EARLY_SECONDS = 5.0  # a receipt may overtake the answer to its submission; then it is acknowledged and kept in memory
PARKED_SECONDS = 600.0
PARKED_MAX = 100_000
FAILED_BINDS_MAX = 10_000


@dataclass(slots=True)
class Figures:
    """What left, for statistics."""

    handed_over: int = 0
    claimed: int = 0
    sent: int = 0
    retried: int = 0
    doubted: int = 0  # sent again although they may have left before
    given_up: int = 0
    receipts: int = 0
    early_receipts: int = 0
    unmatched_receipts: int = 0


@dataclass(slots=True)
class _Parked:
    receipt: Receipt
    told: Told
    since: float
    acknowledged: bool = False


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
        self._routes = {route.name: route for route in routes}
        if routes:  # letters that are to leave by no link in particular
            self._routes[""] = routes[0]
        self._routes_of_binds = {bind.name: route for route in routes for bind in route.binds}
        self._clock = clock
        self._parts_max = parts_max
        self._claim = claim
        self._extend_seconds = claim.total_seconds() / 3  # between two extensions of what is with a link
        self._poll_seconds = poll_seconds
        self._thread = threading.Thread(target=self._work, name="sender", daemon=True)
        self._changed = threading.Condition()
        self._stopping = False
        self._claiming = True
        self._underway: dict[str, Underway] = {}
        self._results: deque[Result] = deque()
        self._unplaced: deque[Letter] = deque()  # handed over, and no bind to take them
        self._receipts: deque[Receipt] = deque()
        self._parked: list[_Parked] = []
        self._parked_again_at = 0.0
        self._rests: list[tuple[float, int, Underway]] = []
        self._order = itertools.count()
        self._failed_binds: OrderedDict[str, str] = OrderedDict()
        self._more = False
        self._down = False

    def start(self) -> None:
        self._thread.start()

    def claim_no_more(self) -> None:
        """Before the links are closed: what is under way ends, nothing new begins."""
        self._claiming = False

    def drain(self, timeout_seconds: float) -> None:
        """Wait, at most so long, until nothing is with a link."""
        until = time.monotonic() + timeout_seconds
        while self._underway and time.monotonic() < until:
            time.sleep(0.02)

    def stop(self, timeout_seconds: float = 10.0) -> None:
        """After the links are closed: write down how everything ended, give back the rest."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(timeout_seconds)

    @property
    def waiting(self) -> int:
        """Letters that are with a link."""
        return len(self._underway)

    # From batchers, right after the commit

    def hand_over(self, served: Sequence[Served]) -> None:
        """Send these answers, whose rows are claimed by our name."""
        self.figures.handed_over += len(served)
        self._submit([one.letter for one in served if one.letter is not None])

    # From the links, on their loop

    def on_results(self, results: list[Result]) -> None:
        with self._changed:
            self._results.extend(results)
            self._changed.notify()

    def on_receipts(self, told: list[Receipt]) -> None:
        with self._changed:
            self._receipts.extend(told)
            self._changed.notify()

    def poke(self) -> None:
        """A bind came up: look for what waits."""
        with self._changed:
            self._more = True
            self._changed.notify()

    def _submit(self, letters: Iterable[Letter]) -> None:
        """Give letters to links, in their order."""
        lots: dict[str, tuple[Route, list[Letter]]] = {}
        parts_max = self._parts_max()
        unplaced: list[Letter] = []
        now = time.monotonic()
        for letter in letters:
            route = self._routes.get(letter.link)
            bind = route.bind_for(letter, self._failed_binds.get(letter.id, "")) if route else None
            if route is None or bind is None or not self._claiming:
                unplaced.append(letter)
            elif letter.id not in self._underway:
                self._underway[letter.id] = Underway(letter, route, bind.name, extended_at=now)
                lots.setdefault(bind.name, (route, []))[1].append(letter)
        for name, (route, lot) in lots.items():
            bind = next(bind for bind in route.binds if bind.name == name)
            bind.submit([route.outbound(letter, parts_max) for letter in lot])
        if unplaced:
            with self._changed:
                self._unplaced.extend(unplaced)
                self._changed.notify()

    # The sender's own thread

    def _work(self) -> None:
        try:
            while True:
                last = self._wait()
                try:
                    self._round()
                    if self._down:
                        self._down = False
                        log.warning("the outbox can be written again")
                except (DatabaseError, InterfaceError) as error:
                    connection.close()
                    if not self._down:
                        self._down = True
                        log.error("the outbox cannot be written: %s", (str(error).splitlines() or [""])[0])
                    if not last:
                        time.sleep(0.3)
                except Exception:
                    log.exception("a round of the sender failed")
                    time.sleep(0.3)
                if last:
                    return
        finally:
            connection.close()

    def _wait(self) -> bool:
        """Until there is something to do, or the time to look has come; True for the last round."""
        with self._changed:
            if not (self._results or self._receipts or self._unplaced or self._more or self._stopping):
                self._changed.wait(self._poll_seconds)
            some = bool(self._results) and not self._stopping
        if some and not self._more:
            time.sleep(LINGER_SECONDS)
        return self._stopping

    def _round(self) -> None:
        now = self._clock()
        self._record(now)
        self._place(now)
        self._enter_receipts(now)
        self._send_rests()
        self._extend(now)
        if self._stopping:
            self._give_back(now)
        elif self._claiming:
            self._take_up(now)

    def _record(self, now: datetime) -> None:
        """Write down the results that came; they stay in memory until that has worked."""
        results = [self._results[index] for index in range(len(self._results))]
        if not results:
            return
        verdicts: list[tuple[Underway, Verdict]] = []
        for result in results:
            if (underway := self._underway.get(str(result.outbound.id))) is not None:
                verdicts.append((underway, judge(underway, result, now)))
        sent = [underway for underway, verdict in verdicts if verdict.end is End.SENT]
        again = [(underway, verdict) for underway, verdict in verdicts if verdict.end is End.AGAIN]
        hopeless = [(underway, verdict) for underway, verdict in verdicts if verdict.end is End.GIVEN_UP]
        with transaction.atomic():
            if sent:
                claiming.sent([one.letter.id for one in sent], [_remote_ids(one) for one in sent], now)
            receipts.expect([part for one in sent + [one for one, _ in hopeless] for part in _parts(one)], now)
            self._release(again, now)
            if hopeless:
                claiming.failed(
                    [one.letter.id for one, _ in hopeless], [verdict.reason for _, verdict in hopeless], now
                )
        for _ in results:
            self._results.popleft()
        self._after(verdicts)

    def _after(self, verdicts: Sequence[tuple[Underway, Verdict]]) -> None:
        """What follows from results that are written down."""
        figures = self.figures
        for underway, verdict in verdicts:
            letter = underway.letter
            if verdict.end is End.REST:
                underway.tries += verdict.tried
                self._note_failure(letter.id, underway.bind)
                due = time.monotonic() + verdict.wait.total_seconds()
                heapq.heappush(self._rests, (due, next(self._order), underway))
                figures.retried += 1
                continue
            self._underway.pop(letter.id, None)
            if verdict.end is End.SENT:
                figures.sent += 1
                self._failed_binds.pop(letter.id, None)
            elif verdict.end is End.AGAIN:
                figures.retried += 1
                figures.doubted += verdict.doubtful
                if verdict.tried:
                    self._note_failure(letter.id, underway.bind)
            else:
                figures.given_up += 1
                log.error("letter %s to %s was given up: %s", letter.id, letter.msisdn, verdict.reason)

    def _release(self, again: Sequence[tuple[Underway, Verdict]], now: datetime) -> None:
        kinds = {(verdict.tried, verdict.doubtful) for _, verdict in again}
        for tried, doubtful in sorted(kinds):
            lot = [(one, verdict) for one, verdict in again if (verdict.tried, verdict.doubtful) == (tried, doubtful)]
            claiming.release(
                [one.letter.id for one, _ in lot],
                self.name,
                [now + verdict.wait for _, verdict in lot],
                [verdict.reason for _, verdict in lot],
                tried=tried,
                doubtful=doubtful,
            )

    def _note_failure(self, letter: str, bind: str) -> None:
        self._failed_binds[letter] = bind
        if len(self._failed_binds) > FAILED_BINDS_MAX:
            self._failed_binds.popitem(last=False)

    def _place(self, now: datetime) -> None:
        """Give back what no bind could take: it is due, and goes as soon as one is up, here or elsewhere."""
        unplaced = list(self._unplaced)
        if unplaced:
            claiming.release(
                [letter.id for letter in unplaced], self.name, [now] * len(unplaced), ["no bind is up"] * len(unplaced),
                tried=False, doubtful=False,
            )  # fmt: skip
            for _ in unplaced:
                self._unplaced.popleft()

    def _send_rests(self) -> None:
        """Parts that are missing of letters that are partly sent, by another bind where there is one."""
        now = time.monotonic()
        while self._rests and self._rests[0][0] <= now:
            _, _, underway = heapq.heappop(self._rests)
            letter, route = underway.letter, underway.route
            bind = route.bind_for(letter, self._failed_binds.get(letter.id, ""))
            if bind is None or not self._claiming:
                if not self._stopping:
                    heapq.heappush(self._rests, (now + 1.0, next(self._order), underway))
                    return
                continue
            underway.bind = bind.name
            outbound = route.outbound(letter, self._parts_max())
            outbound.parts = underway.missing()
            bind.submit([outbound])

    def _extend(self, now: datetime) -> None:
        """Keep the claims on what waits in a link's queue."""
        clock = time.monotonic()
        old = [one for one in list(self._underway.values()) if clock - one.extended_at > self._extend_seconds]
        if old:
            claiming.extend([one.letter.id for one in old], self.name, now + self._claim)
            for one in old:
                one.extended_at = clock

    def _take_up(self, now: datetime) -> None:
        """Claim letters for accounts that have a bind up and room at it."""
        self._more = False
        names = [name for name, route in self._routes.items() if route.room > 0]
        if not names:
            return
        limit = min(BATCH, sum(self._routes[name].room for name in names))
        letters = claiming.claim(names, self.name, now, now + self._claim, limit)
        self.figures.claimed += len(letters)
        if doubtful := sum(1 for letter in letters if letter.doubts):
            self.figures.doubted += doubtful
            log.warning("%d letters are sent again although they may have left before", doubtful)
        self._submit(letters)
        self._more = len(letters) >= limit

    def _give_back(self, now: datetime) -> None:
        """The last thing: what is still under way has no link any more."""
        left = list(self._underway.values())
        if left:
            claiming.release(
                [one.letter.id for one in left], self.name, [now] * len(left), ["sender stopped"] * len(left),
                tried=True, doubtful=True,
            )  # fmt: skip
            self._underway.clear()

    # Receipts

    def _enter_receipts(self, now: datetime) -> None:
        clock = time.monotonic()
        fresh = [self._receipts[index] for index in range(len(self._receipts))]
        # Those that came early are looked up again in every round, old ones now and then.
        if all_again := clock >= self._parked_again_at:
            self._parked_again_at = clock + EARLY_SECONDS
        rest = [] if all_again else [one for one in self._parked if one.acknowledged]
        parked = [one for one in self._parked if all_again or not one.acknowledged]
        tried_before = len(parked)
        parked += [_Parked(one, self._told(one), clock) for one in fresh]
        if not parked:
            return
        try:
            places = receipts.settle([one.told for one in parked], now)
        except (DatabaseError, InterfaceError):
            refuse_many(fresh, Refusal.AGAIN)
            for _ in fresh:
                self._receipts.popleft()
            raise
        for _ in fresh:
            self._receipts.popleft()
        self.figures.receipts += len(places)
        self.figures.early_receipts += sum(1 for place in places if place < tried_before)
        owed = [one for place, one in enumerate(parked) if place in places and not one.acknowledged]
        left = [one for place, one in enumerate(parked) if place not in places]
        for one in left:
            # Not longer: receipts that nobody answers would fill the SMSC's window and keep customers' texts out.
            if not one.acknowledged and clock - one.since > EARLY_SECONDS:
                one.acknowledged = True
                owed.append(one)
        acknowledge_many([one.receipt for one in owed])
        left = rest + left
        keep = [one for one in left if clock - one.since < PARKED_SECONDS][-PARKED_MAX:]
        if lost := len(left) - len(keep):
            self.figures.unmatched_receipts += lost
            log.warning("%d receipts belong to no letter that we know", lost)
        self._parked = keep

    def _told(self, receipt: Receipt) -> Told:
        route = self._routes_of_binds.get(receipt.link)
        source = receipt.source.lstrip("+")
        return Told(
            route.name if route else receipt.link,
            receipt.keys,
            source,
            receipt.state.value,
            receipt.state.final,
            receipt.error,
        )


def _remote_ids(underway: Underway) -> str:
    return " ".join(underway.accepted[number] for number in sorted(underway.accepted))


def _parts(underway: Underway) -> list[SentPart]:
    """The parts whose receipts will come, where receipts were asked for."""
    if not underway.route.registered:
        return []
    letter = underway.letter
    return [
        SentPart(
            underway.route.name, receipt_key(remote), letter.msisdn.digits, letter.id, number, len(underway.parts) or 1
        )
        for number, remote in underway.accepted.items()
        if remote
    ]
