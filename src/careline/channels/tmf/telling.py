"""Telling subscribers: what happened becomes events, events become deliveries, deliveries are tried until they are taken.

At least once, and in order for each resource: of one resource the next event waits for the one before it.
"""

import json
import logging
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import F

from careline.channels.signing import SIGNATURE, TIMESTAMP, signature
from careline.channels.tmf import callbacks, hub, reading
from careline.channels.tmf.models import Delivery, Happening, Subscription
from careline.channels.tmf.sources import SOURCES
from careline.channels.tmf.specification import instant
from careline.identity import tokens
from careline.postgres import sql

HAPPENINGS_MAX = 200  # of one sweep
SWEEP_SECONDS = 1.0  # then the other sweeps have their turn
AT_ONCE = 8  # deliveries that are under way together
TRIES_MAX = 15  # then the receiver is given up: after about six hours of the pauses below
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 2.0, 3600.0
CLAIM = timedelta(seconds=60)  # after which another sweep may try what a dead one had in hand
KEPT = timedelta(days=7)  # what was delivered

log = logging.getLogger(__name__)


def sweep(now: datetime) -> int:
    """Make events of what happened and deliver what is due; returns how much was dealt with."""
    _end_those_without_token(now)
    dealt, until = spread(now), time.monotonic() + SWEEP_SECONDS
    while (taken := deliver(now)) and time.monotonic() < until:
        dealt += taken
    return dealt + taken


def _end_those_without_token(now: datetime) -> None:
    """Whose token was revoked or is over reads nothing any more, and is told nothing either; nor numbers without the scope."""
    listening = Subscription.objects.filter(ended_at=None)
    if not listening.exists():
        return
    scopes = tokens.scopes_of(now)
    readers = [name for name, may in scopes.items() if "tmf:read" in may]
    for one in listening.exclude(client__in=readers):
        with transaction.atomic():
            Subscription.objects.filter(pk=one.pk).update(ended_at=now, why_ended="the client has no token any more")
            Delivery.objects.filter(subscription=one.pk, done_at=None).update(done_at=now, error="given up")
        log.warning("subscription %s of %s has ended: the client has no token any more", one.pk, one.client)
    trusted = [name for name in readers if "tmf:subscriber" in scopes[name]]
    listening.filter(sees_numbers=True).exclude(client__in=trusted).update(sees_numbers=False)


def spread(now: datetime) -> int:
    """What happened, in the order in which it did, becomes a delivery for each subscription that wants it."""
    with transaction.atomic():
        # One sweep at a time: two would hand out the events of one resource in any order.
        if not sql.run("SELECT pg_try_advisory_xact_lock(hashtext('careline tmf events'))")[0][0]:
            return 0
        happened = list(Happening.objects.order_by("id")[:HAPPENINGS_MAX])
        if not happened:
            return 0
        listening = list(Subscription.objects.filter(ended_at=None))
        made = [
            Delivery(
                subscription=one,
                resource=what.resource,
                event=event["eventId"],
                body=event,
                created_at=now,
                due_at=now,
            )
            for what in _told_apart(happened)
            for one in listening
            if one.api == what.api
            for event in _events(what, one)
            if hub.fits(one.api, one.query, event)
        ]
        Delivery.objects.bulk_create(made)
        Happening.objects.filter(id__in=[one.id for one in happened]).delete()
    return len(happened)


def _told_apart(happened: list[Happening]) -> list[Happening]:
    """Several changes of one resource in a row are told once: a document is told as it is now."""
    kept: list[Happening] = []
    last: dict[tuple[str, str], str] = {}
    for one in happened:
        before = last.get((one.api, one.resource))
        last[one.api, one.resource] = one.what
        if one.what != "changed" or before not in ("changed", "created"):
            kept.append(one)
    return kept


def _events(what: Happening, listener: Subscription) -> Iterator[dict[str, Any]]:
    source = SOURCES[what.api]
    view = reading.View(listener.base, listener.sees_numbers)
    document = what.document or reading.one(source, what.resource, view)
    if document is None:
        return
    if what.status:  # as it was then, whatever came after
        document = document | {"status": what.status}
    for name in _names(what, source.type):
        if name not in hub.EVENTS[what.api]:
            continue
        yield {
            "eventId": str(uuid4()),
            "eventTime": instant(what.at.isoformat()),
            "eventType": name,
            "correlationId": f"{what.api}:{what.resource}:{what.id}",
            "domain": "careline",
            "title": name,
            "event": {source.resource: document},
        }


def _names(what: Happening, kind: str) -> list[str]:
    if what.what != "status":
        named = {"created": "Create", "changed": "AttributeValueChange", "deleted": "Delete"}[what.what]
        return [f"{kind}{named}Event"]
    more = {"resolved": "Resolved", "pending": "InformationRequired"}.get(what.status)
    return [f"{kind}StatusChangeEvent", *([f"{kind}{more}Event"] if more else [])]


def deliver(now: datetime) -> int:
    """Try what is due, several at once; a receiver that never takes anything is given up."""
    due = _claim(now)
    if not due:
        return 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        errors = list(pool.map(lambda one: _tried(one, now), due))
    for one, error in zip(due, errors, strict=True):
        if error is None:
            Delivery.objects.filter(pk=one.pk).update(done_at=now, error="")
            Subscription.objects.filter(pk=one.subscription_id).exclude(tries=0).update(tries=0)
        else:
            _failed(one, error, now)
    return len(due)


def forget(now: datetime) -> int:
    """What was delivered is kept a week; the rows of keys stay, they are what makes things happen once."""
    gone, _ = Delivery.objects.filter(done_at__lt=now - KEPT).delete()
    return gone


def _claim(now: datetime) -> list[Delivery]:
    # What is due and the oldest of its resource that this subscription has not taken? Of a receiver that took nothing
    # the last time only one, to see whether it is back.
    rows = sql.run(
        "UPDATE tmf_delivery SET due_at = %s, tries = tries + 1 WHERE id IN (SELECT id FROM ("
        "  SELECT f.*, row_number() OVER (PARTITION BY subscription_id ORDER BY id) AS place FROM ("
        "    SELECT DISTINCT ON (d.subscription_id, d.resource) d.id, d.due_at, d.subscription_id, s.tries"
        "    FROM tmf_delivery d JOIN tmf_subscription s ON s.id = d.subscription_id"
        "    WHERE d.done_at IS NULL AND s.ended_at IS NULL AND s.due_at <= %s"
        "    ORDER BY d.subscription_id, d.resource, d.id) f WHERE due_at <= %s) g"
        "  WHERE tries = 0 OR place = 1 ORDER BY id LIMIT %s)"
        " AND due_at <= %s AND done_at IS NULL RETURNING id",
        [now + CLAIM, now, now, AT_ONCE, now],
    )
    ids = [row[0] for row in rows]
    return list(Delivery.objects.filter(pk__in=ids).select_related("subscription").order_by("id"))


def _tried(one: Delivery, now: datetime) -> str | None:
    """None when the receiver took it, else why not. Runs in a thread of its own, and touches no database."""
    body = json.dumps(one.body, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "careline"}
    if secret := one.subscription.secret:
        stamp = str(int(now.timestamp()))
        headers |= {TIMESTAMP: stamp, SIGNATURE: signature(stamp, body, secret)}
    try:
        status = callbacks.post(callbacks.target_of(one.subscription.callback), body, headers)
    except callbacks.Forbidden as error:
        return str(error)
    except (OSError, HTTPException) as error:
        return f"{type(error).__name__}: {error}"
    return None if 200 <= status < 300 else f"it answered {status}"


def _failed(one: Delivery, error: str, now: datetime) -> None:
    listener = Subscription.objects.filter(pk=one.subscription_id)
    listener.update(tries=F("tries") + 1)
    in_vain = listener.values_list("tries", flat=True).first() or 0
    if in_vain >= TRIES_MAX:
        why = f"nothing was taken in {in_vain} tries: {error}"[:200]
        with transaction.atomic():
            listener.update(ended_at=now, why_ended=why)
            Delivery.objects.filter(subscription=one.subscription_id, done_at=None).update(
                done_at=now, error="given up"
            )
        log.error("subscription %s of %s is given up: %r", one.subscription_id, one.subscription.client, why)
        return
    if one.tries >= TRIES_MAX:  # it takes others, but not this one: what comes after it is not held up for ever
        Delivery.objects.filter(pk=one.pk).update(done_at=now, error=f"given up: {error}"[:200])
        log.error("event %s for subscription %s is given up: %r", one.event, one.subscription_id, error[:200])
        return
    listener.update(due_at=now + _pause(in_vain))
    Delivery.objects.filter(pk=one.pk).update(due_at=now + _pause(one.tries), error=error[:200])
    log.warning("event %s was not taken (try %d): %r", one.event, one.tries, error[:200])


def _pause(tries: int) -> timedelta:
    return timedelta(seconds=min(FIRST_PAUSE_SECONDS * 2.0 ** (tries - 1), LONGEST_PAUSE_SECONDS))
