"""What a carrier said of a batch: an answer or an error for each request, in their order, whatever it did."""

from collections.abc import Sequence
from datetime import datetime

from careline.carrier.port import Answer, Carrier, CarrierError, CarrierSilent, Request


def heard(
    carrier: Carrier, requests: Sequence[Request], *, now: datetime, time_limit_seconds: float
) -> list[Answer | CarrierError]:
    """Ask these and wait for all; who was not answered within the limit is CarrierSilent. Raises nothing."""
    if not requests:
        return []
    try:
        answers = dict(carrier.ask(requests, now=now, time_limit_seconds=time_limit_seconds))
    except CarrierError as error:
        return [error] * len(requests)
    return [answers.get(place, CarrierSilent("no answer")) for place in range(len(requests))]
