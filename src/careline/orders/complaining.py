"""A complaint about an order becomes a case that names it (ORD-07)."""

from datetime import datetime

from careline.cases.opening import Accepted, NewCase, accept
from careline.cases.records.case import Case
from careline.orders.deeds import deed, note
from careline.orders.reading import order_of
from careline.orders.states import NotAllowed
from careline.values.msisdn import Msisdn

CATEGORY = "order"


def complain(number: str, words: str, *, msisdn: Msisdn, key: str, channel: str, by: str, now: datetime) -> Accepted:
    """Open a case about this order, or join the one that is open; the order's history names it.

    Raises NotAllowed("no_such_order"), and those of cases for what they refuse.
    """
    order = order_of(number, msisdn)
    if not words.strip():
        raise NotAllowed("no_reason")
    accepted = accept(
        NewCase(
            key=key,
            msisdn=msisdn,
            kind="complaint",
            category=CATEGORY,
            words=words,
            channel=channel,
            language=order.language,
            brand=order.brand,
            matter=order.number,
        ),
        by=by,
        now=now,
    )
    with deed(number, msisdn=msisdn) as order:
        if not order.events.filter(did="complained", detail__key=key).exists():
            detail = {"docket": accepted.case.docket, "key": key}
            note(order, "complained", by=by, now=now, channel=channel, detail=detail)
    return accepted


def cases_of(number: str) -> list[Case]:
    """The cases about this order, the newest first."""
    return list(Case.objects.filter(category=CATEGORY, matter=number).order_by("-opened_at"))
