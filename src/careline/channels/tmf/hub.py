"""The hub: who wants to be told of what, and where."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from careline.channels.tmf.callbacks import Forbidden, target_of
from careline.channels.tmf.entering import Visit
from careline.channels.tmf.models import Subscription
from careline.channels.tmf.querying import Query, read
from careline.channels.tmf.refusing import bad_field, conflict, missing, not_found
from careline.channels.tmf.sources import SOURCES
from careline.channels.tmf.specification import attributes
from careline.journal import writing

QUERY_MAX, SECRET_MAX, SECRET_MIN = 2_000, 200, 16
SUBSCRIPTIONS_MAX = 100  # of one client
EVENTS: Mapping[str, tuple[str, ...]] = {
    "troubleTicket": (
        "TroubleTicketCreateEvent",
        "TroubleTicketAttributeValueChangeEvent",
        "TroubleTicketStatusChangeEvent",
        "TroubleTicketResolvedEvent",
        "TroubleTicketInformationRequiredEvent",
    ),
    "partyInteraction": (
        "PartyInteractionCreateEvent",
        "PartyInteractionAttributeValueChangeEvent",
        "PartyInteractionStatusChangeEvent",
        "PartyInteractionDeleteEvent",
    ),
}


def subscribe(visit: Visit, api: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Tell this client from now on; raises Refused (400, 409).

    `secret`, our extension, is never shown again: with it bodies are signed as by channels.signing.
    """
    if unknown := body.keys() - {"callback", "query", "secret", "@type", "@baseType", "@schemaLocation", "id"}:
        raise bad_field(f"{', '.join(sorted(unknown))}: no attribute of EventSubscriptionInput")
    callback, query, secret = (body.get(name) or "" for name in ("callback", "query", "secret"))
    if not all(isinstance(one, str) for one in (callback, query, secret)):
        raise bad_field("callback, query and secret are texts")
    if not callback:
        raise missing("callback: mandatory, and missing or empty")
    if len(query) > QUERY_MAX or "\x00" in query:
        raise bad_field(f"query: at most {QUERY_MAX} characters")
    if secret and not SECRET_MIN <= len(secret) <= SECRET_MAX:
        raise bad_field(f"secret: {SECRET_MIN} to {SECRET_MAX} characters")
    wanted_of(api, query)
    try:
        target_of(callback)
    except Forbidden as error:
        raise bad_field(f"callback: {error}") from error
    with transaction.atomic():
        mine = Subscription.objects.select_for_update().filter(api=api, client=visit.client, ended_at=None)
        live = list(mine)
        for one in live:
            if (one.callback, one.query) == (callback, query):
                raise conflict(f"this callback is subscribed already: {one.id}")
        if len(live) >= SUBSCRIPTIONS_MAX:
            raise conflict(f"at most {SUBSCRIPTIONS_MAX} subscriptions; delete one first")
        made = Subscription.objects.create(
            id=uuid4(),
            api=api,
            client=visit.client,
            callback=callback,
            query=query,
            secret=secret,
            sees_numbers=visit.view.sees_numbers,
            base=visit.view.host,
            created_at=visit.now,
            due_at=visit.now,
        )
        writing.write(who=visit.by, did="subscribe", what="subscription", record=str(made.id), now=visit.now)
    return {"id": str(made.id), "callback": callback} | ({"query": query} if query else {})


def unsubscribe(visit: Visit, api: str, id_: str) -> None:
    """End it, with what was not delivered yet; raises Refused (404), also for another client's."""
    try:
        key = UUID(id_)
    except ValueError as error:
        raise not_found(f"subscription {id_[:40]}") from error
    with transaction.atomic():
        gone, _ = Subscription.objects.filter(id=key, api=api, client=visit.client, ended_at=None).delete()
        if not gone:
            raise not_found(f"subscription {id_[:40]}")
        writing.write(who=visit.by, did="unsubscribe", what="subscription", record=str(key), now=visit.now)


def wanted_of(api: str, query: str) -> Query:
    """The subscription's query as conditions on events; raises Refused (400).

    `eventType=TroubleTicketResolvedEvent,…`, `event.troubleTicket.severity=High`, or the resource's own attributes.
    """
    source = SOURCES[api]
    own = attributes(api, source.type)
    known: dict[str, Any] = {name: {} for name in ("eventType", "event", "eventId", "domain", "priority", "title")}
    asked = read(query.removeprefix("?"), known | {name: own[name] for name in own if name not in known})
    for condition in asked.conditions:
        if condition.path == ("eventType",) and (odd := set(condition.values) - set(EVENTS[api])):
            raise bad_field(f"query: there is no event {', '.join(sorted(odd))[:200]}")
    return asked


def fits(api: str, query: str, event: Mapping[str, Any]) -> bool:
    """Whether a subscription with this query is told of this event; each condition fits the event or its resource."""
    resource = event["event"][SOURCES[api].resource]
    return all(one.fits(event) or one.fits(resource) for one in wanted_of(api, query).conditions)
