"""Probes that are to come out in one way: run again where a machine that stalled made something else of them."""

from collections.abc import Callable, Mapping, Sequence

from careline.probes.models import Run
from careline.probes.probe import Probe
from careline.probes.running import Bench

TRIES = 4
Meant = Callable[[Run], bool]


async def settled(bench: Bench, probes: Sequence[Probe], meant: Mapping[str, Meant]) -> list[Run]:
    """The runs of these probes, by id as they are meant to end; what does so at no try stays as the last try ended.

    Whoever hears or reads too late meets silence where there was something else; what is wrong with the hall is wrong
    each time.
    """
    left, ended = list(probes), dict[str, Run]()
    for _ in range(TRIES):
        ended |= {run.probe: run for run in await bench.run(left)}
        left = [one for one in left if not meant[one.id](ended[one.id])]
        if not left:
            break
    return [ended[one.id] for one in probes]


def ends(cause: str, why: str = "") -> Meant:
    """Fails with this cause, and for a reason that begins so."""
    return lambda run: (run.passed, run.cause) == (False, cause) and run.why.startswith(why)


def passes(run: Run) -> bool:
    return run.passed
