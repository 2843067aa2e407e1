"""What these pages ask of the carrier, in one batch; and what a browser is counted by."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from careline.carrier.port import Answer, CarrierError, Request
from careline.channels.web import pages
from careline.channels.web.visitor import Visitor
from careline.values.reference import new_reference

Wanted = Mapping[str, tuple[str, str, Mapping[str, Any]]]  # name -> kind, subject, values


def ask(visitor: Visitor, wanted: Wanted) -> dict[str, Mapping[str, Any] | None]:
    """The facts of each; None for what the carrier did not answer or does not have."""
    serving = pages.reception().serving
    requests = [
        Request(reference, visitor.msisdn, kind, subject, values, channel="web")
        for reference, (kind, subject, values) in zip(new_reference(len(wanted)), wanted.values(), strict=True)
    ]
    try:
        heard = dict(serving.carrier.ask(requests, now=visitor.now, time_limit_seconds=serving.time_limit_seconds))
    except CarrierError:
        heard = {}
    answers = [heard.get(place) for place in range(len(requests))]
    return {
        name: answer.facts if isinstance(answer, Answer) and answer.refused is None else None
        for name, answer in zip(wanted, answers, strict=True)
    }


def device(request: HttpRequest) -> str:
    """A digest that names this browser for the limits of a day, and nothing else."""
    return hashlib.blake2b((request.session.session_key or "").encode(), digest_size=16).hexdigest()
