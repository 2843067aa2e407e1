"""One recommendation for any page: reads what it needs and is shown by the template `web/leaving/offer.html`."""

from typing import Any

from django.utils import timezone

from careline import wiring
from careline.channels.web import pages
from careline.channels.web.visitor import Visitor
from careline.offers import facts, recommending
from careline.offers.facts import Facts
from careline.offers.recommending import Suggestion
from careline.selfcare import reading


def tip(visitor: Visitor, moment: str, read: dict[str, Any] | None = None) -> Suggestion | None:
    """The one thing to recommend to this visitor at this moment, or None; `read`: what the page has read already by
    the names of `offers.facts.wanted`. Never in a dispute, after a failure, too often, or to those who said never.
    """
    return recommending.suggest(visitor.msisdn, moment, facts=known(visitor, read=read), now=visitor.now)


def known(visitor: Visitor, *, reason: str = "", read: dict[str, Any] | None = None) -> Facts:
    """What the carrier knows of this visitor, for choosing; one batch."""
    today = timezone.localdate(visitor.now)
    asked = {name: wanted for name, wanted in facts.wanted(today).items() if name not in (read or {})}
    answers: dict[str, Any] = dict(read or {})
    if asked:
        answers |= reading.read(
            pages.reception().serving.carrier,
            visitor.msisdn,
            asked,
            now=visitor.now,
            channel="web",
            time_limit_seconds=wiring.CARRIER_TIME_LIMIT_SECONDS,
        )
    return facts.facts_of(visitor.subscriber, answers, today, reason=reason)
