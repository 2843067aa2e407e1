"""Dispatch: letters are given to binds, and remembered until it is known how that ended."""

import heapq
import itertools
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Sequence

from careline.channels.sms.sending import Route, Underway
from careline.outbox.posting import Letter

FAILED_BINDS_MAX = 10_000
REST_RETRY_SECONDS = 1.0  # while no bind is up


class Dispatch:
    """Letters that are with a link. Any thread may submit; the rest is the sender's own thread's."""

    def __init__(self, routes: Sequence[Route], parts_max: Callable[[], int]) -> None:
        self.routes = {route.name: route for route in routes}
        if routes:  # letters that are to leave by no link in particular
            self.routes[""] = routes[0]
        self.open = True
        self.underway: dict[str, Underway] = {}
        self.unplaced: deque[Letter] = deque()  # no bind could take them
        self._account_of = {bind.name: route.name for route in routes for bind in route.binds}
        self._parts_max = parts_max
        self._rests: list[tuple[float, int, Underway]] = []
        self._order = itertools.count()
        self._failed_binds: OrderedDict[str, str] = OrderedDict()

    def account_of(self, bind: str) -> str:
        return self._account_of.get(bind, bind)

    def submit(self, letters: Iterable[Letter]) -> bool:
        """Give letters to links, in their order; False when some found no bind that is up, and are `unplaced`."""
        lots: dict[str, tuple[Route, list[Letter]]] = {}
        placed = True
        now = time.monotonic()
        for letter in letters:
            route = self.routes.get(letter.link)
            bind = route.bind_for(letter, self._failed_binds.get(letter.id, "")) if route else None
            if route is None or bind is None or not self.open:
                self.unplaced.append(letter)
                placed = False
            elif letter.id not in self.underway:
                self.underway[letter.id] = Underway(letter, route, bind.name, extended_at=now)
                lots.setdefault(bind.name, (route, []))[1].append(letter)
        parts_max = self._parts_max() if lots else 0
        for name, (route, lot) in lots.items():
            bind = next(bind for bind in route.binds if bind.name == name)
            bind.submit([route.outbound(letter, parts_max) for letter in lot])
        return placed

    def send_rest_later(self, underway: Underway, wait_seconds: float) -> None:
        """The parts that are missing of a letter that is partly sent leave after this wait."""
        heapq.heappush(self._rests, (time.monotonic() + wait_seconds, next(self._order), underway))

    def send_rests(self) -> None:
        """What was to be sent later and is due, by another bind where there is one."""
        now = time.monotonic()
        while self.open and self._rests and self._rests[0][0] <= now:
            _, _, underway = heapq.heappop(self._rests)
            letter, route = underway.letter, underway.route
            bind = route.bind_for(letter, self._failed_binds.get(letter.id, ""))
            if bind is None:
                self.send_rest_later(underway, REST_RETRY_SECONDS)
                return
            underway.bind = bind.name
            outbound = route.outbound(letter, self._parts_max())
            outbound.parts = underway.missing()
            bind.submit([outbound])

    def ready(self) -> list[str]:
        """The accounts that have a bind up and room at it."""
        return [name for name, route in self.routes.items() if route.room > 0]

    def room(self, names: Iterable[str]) -> int:
        """Parts for which these accounts have room."""
        return sum(self.routes[name].room for name in names)

    def old(self, seconds: float) -> list[Underway]:
        """Letters whose claims were not extended for so long."""
        now = time.monotonic()
        return [one for one in list(self.underway.values()) if now - one.extended_at > seconds]

    def note_failure(self, letter: str, bind: str) -> None:
        """This bind has failed with this letter: take another next time."""
        self._failed_binds[letter] = bind
        if len(self._failed_binds) > FAILED_BINDS_MAX:
            self._failed_binds.popitem(last=False)

    def done(self, letter: str, *, for_good: bool) -> None:
        """The letter is with no link any more."""
        self.underway.pop(letter, None)
        if for_good:
            self._failed_binds.pop(letter, None)
