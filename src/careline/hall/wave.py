"""Waves: a batch in which every customer occurs once, so that each turn sees what the one before it left."""

from collections.abc import Iterator, Sequence

from careline.hall.turn import Arrival


def waves(arrivals: Sequence[Arrival]) -> Iterator[list[Arrival]]:
    """Split arrivals into waves: one of each customer and channel, in the order of arrival."""
    rest = list(arrivals)
    while rest:
        seen: set[tuple[str, str]] = set()
        wave: list[Arrival] = []
        later: list[Arrival] = []
        for arrival in rest:
            key = (arrival.who, arrival.channel)
            if key in seen:
                later.append(arrival)
            else:
                seen.add(key)
                wave.append(arrival)
        yield wave
        rest = later
