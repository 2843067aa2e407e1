"""Misbehaviour on request: kept in a table, so that every process's sandbox stumbles; looked up once a second at most.

    stumble("slow", seconds=2)                  answers two seconds late
    stumble("refusing", cause=Cause.EXCLUDED)   refuses, and does nothing
    stumble("down"), stumble("busy")            CarrierDown, CarrierBusy; does nothing
    stumble("silent"), stumble("silent_undone") never answers; the first has done it, the second has not
    stumble("lying")                            as silent, and the first two inquiries say absent although it is done
    stumble("duplicate")                        answers twice

Each may be narrowed: `kind` of requests, `msisdns`, `share` of the references (chosen by their digest), `times`.
"""

import hashlib
import threading
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from careline.carrier.adapters.sandbox.models import Stumble
from careline.carrier.port import Request
from careline.postgres.sql import execute, run
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn

Mode = Literal["slow", "refusing", "down", "busy", "silent", "silent_undone", "lying", "duplicate"]
KNOWN_FOR_SECONDS = 1.0
LIES = 2


@dataclass(frozen=True, slots=True)
class Fault:
    """One way of stumbling as the table has it."""

    id: int
    mode: str
    kind: str
    msisdns: frozenset[str]
    share: float
    seconds: float
    cause: Cause | None
    times: int | None

    def concerns(self, request: Request) -> bool:
        # An inquiry is only hit by what was meant for inquiries: a stumbling order can still be asked about.
        meant = self.kind == request.kind or (not self.kind and request.kind != "inquire")
        return (
            meant
            and (not self.msisdns or request.msisdn.digits in self.msisdns)
            and (self.share >= 1 or _fraction(request.reference) < self.share)
        )


_lock = threading.Lock()
_known: tuple[float, tuple[Fault, ...]] = (float("-inf"), ())


def stumble(
    mode: Mode,
    *,
    kind: str = "",
    msisdns: Collection[Msisdn] = (),
    share: float = 1.0,
    seconds: float = 0.0,
    cause: Cause | None = None,
    times: int | None = None,
) -> None:
    """Misbehave from now on (other processes: within a second). Raises ValueError for what is no way to stumble."""
    if mode not in get_args(Mode):
        raise ValueError(f"{mode} is no way to stumble; there are {', '.join(get_args(Mode))}")
    if mode == "refusing" and cause is None:
        raise ValueError("refusing needs a cause")
    Stumble.objects.create(
        mode=mode,
        kind=kind,
        msisdns=[number.digits for number in msisdns],
        share=share,
        seconds=seconds,
        cause=cause or "",
        times=times,
    )
    forget()


def recover() -> None:
    """Behave again."""
    Stumble.objects.all().delete()
    forget()


def forget() -> None:
    """Look the table up anew at the next request."""
    global _known
    _known = (float("-inf"), ())


def faults_of(requests: Sequence[Request]) -> dict[int, Fault]:
    """Which of these requests stumble, by index; counts the times down. No statement when nothing was asked for lately."""
    faults = _faults()
    if not faults:
        return {}
    hit: dict[int, Fault] = {}
    for fault in faults:
        meant = [index for index, request in enumerate(requests) if index not in hit and fault.concerns(request)]
        if fault.times is not None and meant:
            meant = meant[: _use(fault, len(meant))]
        hit.update(dict.fromkeys(meant, fault))
    return hit


def _faults() -> tuple[Fault, ...]:
    global _known
    checked_at, faults = _known
    # Only uprightness is believed for a while: a carrier that stumbles is looked at each time, so it recovers at once.
    if not faults and time.monotonic() - checked_at < KNOWN_FOR_SECONDS:
        return faults
    with _lock:
        # Which stumbles are asked for now?
        rows = run(
            "SELECT id, mode, kind, msisdns, share, seconds, cause, times FROM sandbox_stumble"
            " WHERE times IS NULL OR times > 0 ORDER BY id"
        )
        faults = tuple(
            Fault(id, mode, kind, frozenset(msisdns), share, seconds, Cause(cause) if cause else None, times)
            for id, mode, kind, msisdns, share, seconds, cause, times in rows
        )
        _known = (time.monotonic(), faults)
    return faults


def _use(fault: Fault, wanted: int) -> int:
    """Take up to so many of the times that are left; how many were got."""
    # Count the times down, never below nothing, and say what there was before.
    rows = run(
        "UPDATE sandbox_stumble s SET times = greatest(s.times - %s::int, 0)"
        " FROM (SELECT id, times FROM sandbox_stumble WHERE id = %s FOR UPDATE) old"
        " WHERE s.id = old.id RETURNING old.times",
        [wanted, fault.id],
    )
    return min(wanted, rows[0][0]) if rows else 0


def lie(keys: Sequence[tuple[str, str]]) -> None:
    """One denial less for each of these (msisdn, reference)."""
    msisdns, references = zip(*keys, strict=True)
    execute(
        "UPDATE sandbox_deed d SET lies = d.lies - 1 FROM unnest(%s::text[], %s::text[]) AS n (msisdn, reference)"
        " WHERE d.msisdn = n.msisdn AND d.reference = n.reference AND d.lies > 0",
        [list(msisdns), list(references)],
    )


def _fraction(reference: str) -> float:
    return int.from_bytes(hashlib.blake2b(reference.encode(), digest_size=4).digest()) / 2**32
