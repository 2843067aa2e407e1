"""What the carrier has to tell customers who asked nothing: worded from the catalogue and posted, once each.

A notice with the very words of one that the same customer got within a day is not sent again; what was sent stands in
the outbox, the customer's log of notices.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction

from careline.carrier.port import Carrier, LowBalance, OpenedByOthers, UsageReached
from careline.dialogue import engine, pointing
from careline.dialogue.book import Book, Verb
from careline.dialogue.saying import (
    both,
    how_to,
    how_to_end_paid,
    say_fee,
    say_money,
    say_per,
    say_quantity,
    say_time,
    say_who,
)
from careline.dialogue.talk import Subscriber
from careline.identity import preferences, recognising
from careline.outbox import posting
from careline.outbox.posting import Letter
from careline.postgres import sql
from careline.values.language import Text
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference

LOW_BALANCE = "notice.low_balance"
OPENED = "notice.opened_by_others"
USAGE = {80: "notice.usage_near", 100: "notice.usage_over"}
REPEATED_WITHIN = timedelta(hours=24)  # in which the same words are not sent twice
_TURN = 7420  # names the lock that lets one process at a time look for reminders

log = logging.getLogger(__name__)


def remind(carrier: Carrier, book: Book, now: datetime, *, link: str, limit: int = 500) -> int:
    """Post every low-balance reminder that is due, in one transaction with telling the carrier; returns how many.

    A reminder leaves by the link on which the customer wrote last, by `link` when the customer never wrote; after the
    customer's hours of quiet, and not at all to whoever wants none.
    """
    with transaction.atomic():
        if not sql.run("SELECT pg_try_advisory_xact_lock(%s)", [_TURN])[0][0]:
            return 0
        due = carrier.alerts_due(limit)
        if not due:
            return 0
        numbers = [one.msisdn for one in due]
        wanted, leaves = preferences.wants(numbers, "balance_alerts"), preferences.when(numbers, now)
        subscribers = recognising.recognise(numbers)
        links = last_links([one.digits for one in numbers])
        letters = [
            _letter(one, reference, subscribers.get(one.msisdn), book, links.get(one.msisdn.digits, link))
            for one, reference in zip(due, new_reference(len(due)), strict=True)
            if wanted[one.msisdn]
        ]
        said = unsaid(letters, now)
        for leave in sorted({leaves[letter.msisdn] for letter in said}):  # some, after their hours of quiet
            posting.post([letter for letter in said if leaves[letter.msisdn] == leave], now=now, due_at=leave)
        return carrier.alert_told(due, now)


def tell_owners(carrier: Carrier, book: Book, now: datetime, *, link: str, limit: int = 500) -> int:
    """Tell customers what somebody else opened on their lines: what, at which price, who, when, and how to end it.

    In one transaction with telling the carrier; returns how many. A catalogue without the words tells nobody.
    """
    if OPENED not in book.words:
        return 0
    with transaction.atomic():
        if not sql.run("SELECT pg_try_advisory_xact_lock(%s)", [_TURN])[0][0]:
            return 0
        due = carrier.openings_due(now, limit)
        if not due:
            return 0
        subscribers = recognising.recognise([one.msisdn for one in due])
        links = last_links([one.msisdn.digits for one in due])
        letters = [
            _opened(one, reference, subscribers.get(one.msisdn), book, links.get(one.msisdn.digits, link), now)
            for one, reference in zip(due, new_reference(len(due)), strict=True)
        ]
        posting.post(unsaid(letters, now), now=now, due_at=now)
        return carrier.opening_told(due, now)


def tell_usage(carrier: Carrier, book: Book, now: datetime, *, link: str, limit: int = 500) -> int:
    """Tell customers that an allowance of the month is nearly or wholly used, once each; returns how many.

    Seven statements, whatever their number; after the hours of quiet, and not at all to whoever wants none. A catalogue
    without the words tells nobody.
    """
    if not all(key in book.words for key in USAGE.values()):
        return 0
    with transaction.atomic():
        if not sql.run("SELECT pg_try_advisory_xact_lock(%s)", [_TURN])[0][0]:
            return 0
        due = carrier.usage_due(now, limit)
        if not due:
            return 0
        numbers = [one.msisdn for one in due]
        wanted, leaves = preferences.wants(numbers, "usage_alerts"), preferences.when(numbers, now)
        subscribers, links = recognising.recognise(numbers), last_links([one.digits for one in numbers])
        letters = [
            _used(one, reference, subscribers.get(one.msisdn), book, links.get(one.msisdn.digits, link))
            for one, reference in zip(due, new_reference(len(due)), strict=True)
            if wanted[one.msisdn]
        ]
        said = unsaid(letters, now)
        for leave in sorted({leaves[letter.msisdn] for letter in said}):
            posting.post([letter for letter in said if leaves[letter.msisdn] == leave], now=now, due_at=leave)
        return carrier.usage_told(due, now)


def _used(one: UsageReached, reference: str, subscriber: Subscriber | None, book: Book, link: str) -> Letter:
    values: dict[str, str | Text] = {
        "name": Text(one.name_zh, one.name_en),
        "used": both(say_quantity, one.used, one.unit),
        "total": both(say_quantity, one.total, one.unit),
        "left": both(say_quantity, max(0, one.total - one.used), one.unit),
    }
    key = USAGE[one.level]
    text = engine.render(book, key, values, subscriber.language if subscriber else "zh")
    return _notice(key, one.msisdn, reference, text, book, link)


def unsaid(letters: Sequence[Letter], now: datetime) -> list[Letter]:
    """These notices without those that the customer got in the same words lately, or gets here already; one statement."""
    # Which notices, in which words, did each of them get in the last day?
    rows = sql.run(
        "SELECT msisdn, key, text FROM outbox_message WHERE msisdn = ANY(%s::text[]) AND created_at > %s::timestamptz"
        " AND key = ANY(%s::text[])",
        [[one.msisdn.digits for one in letters], now - REPEATED_WITHIN, sorted({one.key for one in letters})],
    )
    said, kept = set(rows), []
    for letter in letters:
        words = (letter.msisdn.digits, letter.key, letter.text)
        if words not in said:
            said.add(words)
            kept.append(letter)
    if len(kept) < len(letters):
        log.info("%d notices in words that their customers had within a day were not sent", len(letters) - len(kept))
    return kept


def _opened(
    one: OpenedByOthers, reference: str, subscriber: Subscriber | None, book: Book, link: str, now: datetime
) -> Letter:
    ending: str | Text = pointing.PERSON  # to somebody whose code tables we do not know
    if subscriber is not None:
        of = how_to_end_paid if one.provider else partial(how_to, Verb.CANCEL)
        ending = of(one.product, one.tier)
    values: dict[str, str | Text] = {
        "service": Text(one.name_zh or one.product, one.name_en or one.product),
        "price": both(say_fee, one.fee, one.per),
        "per": both(say_per, one.per) if one.fee else "",
        "who": both(say_who, one.by, one.channel),
        "date": both(say_time, one.at),
        "cancel_code": ending,
    }
    language = subscriber.language if subscriber else "zh"
    text = engine.render(book, OPENED, values, language)
    if subscriber is not None:
        text = pointing.resolve(text, book, subscriber, now, language)
    return _notice(OPENED, one.msisdn, reference, text, book, link)


def _letter(due: LowBalance, reference: str, subscriber: Subscriber | None, book: Book, link: str) -> Letter:
    language = subscriber.language if subscriber else "zh"
    values = {"balance": both(say_money, due.balance), "below": both(say_money, due.below)}
    return _notice(LOW_BALANCE, due.msisdn, reference, engine.render(book, LOW_BALANCE, values, language), book, link)


def _notice(key: str, msisdn: Msisdn, reference: str, text: str, book: Book, link: str) -> Letter:
    address = book.addresses.get("hall", "10086")
    return Letter(id=reference, msisdn=msisdn, channel="sms", link=link, address=address, text=text, key=key)


def last_links(msisdns: Sequence[str]) -> dict[str, str]:
    """Number -> the link on which that customer wrote last, of those who ever did; one statement."""
    # By which link did each of them write last?
    rows = sql.run(
        "SELECT DISTINCT ON (msisdn) msisdn, link FROM ledger_inbox"
        " WHERE msisdn = ANY(%s::text[]) AND channel = 'sms' ORDER BY msisdn, received_at DESC",
        [list(msisdns)],
    )
    return {row[0]: row[1] for row in rows}
