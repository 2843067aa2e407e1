"""The notice that provoked a complaint (CH-11): which letters it may have been, the likeliest, and the one that it was."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from careline.cases.deeds import note
from careline.cases.free_text import kept
from careline.cases.records.case import Case, Event
from careline.outbox.models import Message
from careline.values.msisdn import Msisdn

WITHIN = timedelta(days=30)  # a complaint about an older notice names it in words
LIKELY = timedelta(days=7)  # most who complain of a deduction do so when they read of it
OFFERED_MAX = 5
_OURS = ("case.", "portal.")  # letters about cases and codes provoke none
_MONEY = ("notice.", "refund.", "payment.", "order.", "late.")  # what was deducted, opened, paid


class Notice(NamedTuple):
    """A letter that nobody had asked for."""

    id: str
    at: datetime
    text: str
    key: str  # of its template


def offered(msisdn: Msisdn, now: datetime) -> list[Notice]:
    """The latest notices to this number, the newest first; answers to what the customer said are none. One statement."""
    letters = Message.objects.filter(
        msisdn=msisdn.digits, channel="sms", in_reply_to="", created_at__gt=now - WITHIN, created_at__lte=now
    )
    for prefix in _OURS:
        letters = letters.exclude(key__startswith=prefix)
    return [_notice(one) for one in letters.exclude(key="").order_by("-created_at")[:OFFERED_MAX]]


def proposed(notices: Sequence[Notice], now: datetime) -> str:
    """The id of the notice that is likely meant: the newest about money of the last days; "" none."""
    likely = (one.id for one in notices if one.key.startswith(_MONEY) and one.at > now - LIKELY)
    return next(likely, "")


def find(msisdn: Msisdn, given: str) -> Notice | None:
    """The letter of this id, if it went to this number."""
    try:
        key = uuid.UUID(given)
    except ValueError:
        return None
    letter = Message.objects.filter(pk=key, msisdn=msisdn.digits).first()
    return _notice(letter) if letter is not None and not letter.key.startswith(_OURS) else None


def provoked(case: Case, notice: Notice, *, by: str, now: datetime, channel: str = "") -> bool:
    """Write down that this notice provoked the case, once for each; False when it stood there before."""
    if Event.objects.filter(case=case, did="provoked", detail__notice=notice.id).exists():
        return False
    detail = {"notice": notice.id, "key": notice.key}
    note(case, "provoked", by=by, now=now, words=kept(notice.text), detail=detail, public=True, channel=channel)
    return True


def _notice(letter: Message) -> Notice:
    return Notice(str(letter.pk), letter.created_at, letter.text, letter.key)
