"""Reminders that the carrier has for customers: worded from the catalogue and posted, once each."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from careline.carrier.port import Carrier, LowBalance
from careline.dialogue import engine
from careline.dialogue.book import Book
from careline.dialogue.saying import both, say_money
from careline.dialogue.talk import Subscriber
from careline.identity import recognising
from careline.outbox import posting
from careline.outbox.posting import Letter
from careline.postgres import sql
from careline.values.reference import new_reference

LOW_BALANCE = "notice.low_balance"
_TURN = 7420  # names the lock that lets one process at a time look for reminders


def remind(carrier: Carrier, book: Book, now: datetime, *, link: str, limit: int = 500) -> int:
    """Post every low-balance reminder that is due, in one transaction with telling the carrier; returns how many.

    A reminder leaves by the link on which the customer wrote last, by `link` when the customer never wrote.
    """
    with transaction.atomic():
        if not sql.run("SELECT pg_try_advisory_xact_lock(%s)", [_TURN])[0][0]:
            return 0
        due = carrier.alerts_due(limit)
        if not due:
            return 0
        subscribers = recognising.recognise([one.msisdn for one in due])
        links = last_links([one.msisdn.digits for one in due])
        letters = [
            _letter(one, reference, subscribers.get(one.msisdn), book, links.get(one.msisdn.digits, link))
            for one, reference in zip(due, new_reference(len(due)), strict=True)
        ]
        posting.post(letters, now=now, due_at=now)
        return carrier.alert_told(due, now)


def _letter(due: LowBalance, reference: str, subscriber: Subscriber | None, book: Book, link: str) -> Letter:
    language = subscriber.language if subscriber else "zh"
    values = {"balance": both(say_money, due.balance), "below": both(say_money, due.below)}
    return Letter(
        id=reference,
        msisdn=due.msisdn,
        channel="sms",
        link=link,
        address=book.addresses.get("hall", "10086"),
        text=engine.render(book, LOW_BALANCE, values, language),
        key=LOW_BALANCE,
    )


def last_links(msisdns: Sequence[str]) -> dict[str, str]:
    """Number -> the link on which that customer wrote last, of those who ever did; one statement."""
    # By which link did each of them write last?
    rows = sql.run(
        "SELECT DISTINCT ON (msisdn) msisdn, link FROM ledger_inbox"
        " WHERE msisdn = ANY(%s::text[]) AND channel = 'sms' ORDER BY msisdn, received_at DESC",
        [list(msisdns)],
    )
    return {row[0]: row[1] for row in rows}
