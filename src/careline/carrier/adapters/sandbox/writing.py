"""The writes of a batch, in rounds: read the lines, do the deeds, save; what others changed meanwhile begins again."""

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError

from careline.carrier.adapters.sandbox import store
from careline.carrier.adapters.sandbox.deeds import DEEDS
from careline.carrier.adapters.sandbox.given import Given, alike, said
from careline.carrier.adapters.sandbox.line import Line
from careline.carrier.adapters.sandbox.passwords import password
from careline.carrier.adapters.sandbox.rules import Day, Refused, Rules
from careline.carrier.port import Answer, CarrierBusy, CarrierDown, CarrierSilent, Request
from careline.values.cause import Cause

log = logging.getLogger(__name__)

ROUNDS_MAX = 8  # how often a batch begins again for lines that others changed meanwhile; then it is too busy

Key = tuple[str, str]  # msisdn, reference
Known = Mapping[Key, tuple[Answer, int]]


class _NotBegun(Exception):
    """The tables could not even be read: nothing happened."""


@dataclass(slots=True)
class _Round:
    """What the deeds of one round came to, before anything is saved."""

    answers: dict[Key, Answer]
    given: list[Given] = field(default_factory=list)
    fresh: list[tuple[int, str]] = field(default_factory=list)  # (index, msisdn) of what is given once it is saved
    deeds: list[store.Deed] = field(default_factory=list)
    spoilt: set[str] = field(default_factory=set)  # lines that a deed failed at


class Writing:
    """The writes among these requests; `deadline` in seconds of the monotonic clock, `lies`: index -> denials ordered."""

    def __init__(
        self, requests: Sequence[Request], lies: Mapping[int, int], day: Day, deadline: float, rules: Rules
    ) -> None:
        self._requests = requests
        self._lies = lies
        self._day = day
        self._deadline = deadline
        self._rules = rules

    def answers(self, indexes: Sequence[int]) -> Iterator[Given]:
        """Do these and say what became of each; nothing is begun after the deadline."""
        waiting = list(indexes)
        for _ in range(ROUNDS_MAX):
            if not waiting:
                return
            if time.monotonic() > self._deadline:
                yield from alike(waiting, CarrierBusy("the time limit passed before it was begun"))
                return
            try:
                given, waiting = self._round(waiting)
            except _NotBegun as error:
                yield from alike(waiting, CarrierDown(str(error)))
                return
            except (OperationalError, InterfaceError) as error:
                if _begin_again(error):
                    continue
                # Cut off: whether the commit arrived is not known.
                yield from alike(waiting, CarrierSilent(said(error)))
                return
            except DatabaseError as error:
                # Rolled back whole. Something in the batch cannot be stored: halve it until that one is alone.
                if len(waiting) == 1 and not isinstance(error, IntegrityError):
                    log.exception("the sandbox could not store a deed")
                    yield waiting[0], CarrierDown(said(error))
                    return
                if len(waiting) > 1:
                    half = len(waiting) // 2
                    yield from self.answers(waiting[:half])
                    yield from self.answers(waiting[half:])
                    return
                continue
            yield from given
        yield from alike(waiting, CarrierBusy("others keep changing this line"))

    def _round(self, waiting: Sequence[int]) -> tuple[list[Given], list[int]]:
        """Do what is waiting; (answers, what must begin again because its line was changed by others)."""
        lines, known = self._read(waiting)
        done = self._done(waiting, lines, known)
        # A line that a deed failed at may be half changed: nothing of it is kept, its other deeds begin again.
        deeds = [deed for deed in done.deeds if deed.msisdn not in done.spoilt]
        touched = {msisdn for _, msisdn in done.fresh} - done.spoilt
        written = store.save([lines[msisdn] for msisdn in touched], deeds, self._day) if touched else set()
        saved = [(index, done.answers[self._key(index)]) for index, msisdn in done.fresh if msisdn in written]
        return done.given + saved, [index for index, msisdn in done.fresh if msisdn not in written]

    def _read(self, waiting: Sequence[int]) -> tuple[Mapping[str, Line], Known]:
        requests = [self._requests[index] for index in waiting]
        try:
            # Accounts before deeds: a deed that is written between the two has changed its account's version.
            lines = store.load(
                sorted({request.msisdn.digits for request in requests}),
                self._day.now,
                documents=any(request.kind == "password" for request in requests),
            )
            return lines, store.deeds({self._key(index) for index in waiting})
        except (OperationalError, InterfaceError) as error:
            raise _NotBegun(said(error)) from error

    def _done(self, waiting: Sequence[int], lines: Mapping[str, Line], known: Known) -> _Round:
        """The deeds done to the lines in memory, each reference once."""
        done = _Round({key: answer for key, (answer, _) in known.items()})
        for index in waiting:
            request, key = self._requests[index], self._key(index)
            line = lines.get(request.msisdn.digits)
            if key in known:
                done.given.append((index, done.answers[key]))
            elif line is None:
                done.given.append((index, Answer(Cause.NOT_FOUND)))
            elif key in done.answers or self._do(done, index, line):
                done.fresh.append((index, line.msisdn))
        return done

    def _do(self, done: _Round, index: int, line: Line) -> bool:
        """Do one deed; whether it came to an answer."""
        request, key = self._requests[index], self._key(index)
        try:
            done.answers[key] = self._deed(line, request)
        except Exception:
            # An error of ours, or values that no rule foresaw: it costs this deed, not the batch.
            log.exception("the sandbox failed at a deed")
            done.given.append((index, CarrierDown("the sandbox failed at it")))
            done.spoilt.add(line.msisdn)
            return False
        done.deeds.append(store.Deed(*key, request.kind, done.answers[key], self._lies.get(index, 0)))
        return True

    def _deed(self, line: Line, request: Request) -> Answer:
        deed = password if request.kind == "password" else DEEDS[request.kind]
        try:
            return Answer(facts=deed(line, request, self._day, self._rules))
        except Refused as refused:
            return Answer(Cause(refused.cause), refused.facts)

    def _key(self, index: int) -> Key:
        request = self._requests[index]
        return request.msisdn.digits, request.reference


def _begin_again(error: Exception) -> bool:
    """Deadlock (40P01) and serialisation (40001): Postgres undid all of it and asks for another try."""
    return getattr(error.__cause__, "sqlstate", None) in ("40P01", "40001")
