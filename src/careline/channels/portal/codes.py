"""The code that is sent to a number, and what remains of it in the outbox afterwards: nothing."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from careline import wiring
from careline.carrier.port import CarrierError
from careline.catalogue import library
from careline.catalogue.refusals import NothingPublished
from careline.channels.portal.phrases import phrases
from careline.hall.reminding import last_links
from careline.identity import one_time, recognising
from careline.identity.records import OneTimeCode
from careline.outbox import posting
from careline.outbox.models import Message
from careline.outbox.posting import Letter
from careline.postgres import sql
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference

KEY = "portal.code"  # of the letters that carry codes
_HIDDEN = "******"
_HALL = "10086"  # where the catalogue names no address


class _Unsent(Exception):
    """There is nobody to send it to."""


def send(msisdn: Msisdn, *, address: str, device: str, now: datetime, trusted: bool = False) -> str:
    """Send a code to this number, if it is a subscriber's; the ticket for it in either case. Raises one_time.TooMany.

    The work is the same for a number that nobody has, up to the letter, which is not kept: neither the answer nor the
    time that it takes tells who is a customer. `trusted`: the device was signed in to this number before.
    """
    letter = new_reference()[0]
    code = one_time.ask(msisdn, address=address, device=device, now=now, letter=letter, trusted=trusted)
    asked = _met(msisdn, code, now)
    try:
        with transaction.atomic():
            link = last_links([msisdn.digits]).get(msisdn.digits) or wiring.NOTICE_LINK
            text = phrases(asked.language)["code_letter"].format(code=asked.code)
            posting.post([Letter(letter, msisdn, "sms", link, _ours(), text, KEY)], now=now, due_at=now)
            if not asked.known:
                raise _Unsent
    except _Unsent:
        pass
    return asked.ticket


def _met(msisdn: Msisdn, asked: one_time.Asked, now: datetime) -> one_time.Asked:
    """Who never wrote or called is in the carrier's books all the same. It is asked about every number, known or not."""
    try:
        line = wiring.office().lines([msisdn]).get(msisdn)
    except CarrierError:
        return asked  # whom we know is let in even so
    if line is None or asked.known:
        return asked
    recognising.remember([line], now)
    OneTimeCode.objects.filter(pk=asked.ticket).update(known=True)
    return replace(asked, known=True, language=line.language)


def prove(ticket: str, code: str, *, device: str, now: datetime) -> Msisdn | None:
    """The number that is proved by this code; the letter with the code is made unreadable then."""
    msisdn = one_time.prove(ticket, code, device=device, now=now)
    if msisdn is not None:
        _hide([str(one) for one in OneTimeCode.objects.filter(pk=ticket).values_list("letter", flat=True) if one])
    return msisdn


def forget(now: datetime) -> int:
    """Make the codes unreadable whose time is over, and forget those that count for no limit; how many."""
    # Which letters still carry a code that opens nothing any more? One that has not left by now need not leave.
    rows = sql.run(
        "SELECT m.id::text FROM outbox_message m JOIN identity_one_time_code c ON c.letter = m.id"
        " WHERE c.until < %s AND m.key = %s AND m.text !~ %s LIMIT 500",
        [now, KEY, r"\*{6}"],
    )
    _hide([row[0] for row in rows])
    return len(rows) + one_time.forget(now)


def _hide(letters: list[str]) -> None:
    if not letters:
        return
    unsent = Message.objects.filter(pk__in=letters, state=Message.State.QUEUED)
    unsent.update(state=Message.State.FAILED, error="over")
    # Of a code that opens nothing any more only the stars remain.
    sql.execute(
        "UPDATE outbox_message SET text = regexp_replace(text, '[0-9]{6}', %s) WHERE id = ANY(%s::uuid[])",
        [_HIDDEN, letters],
    )


def _ours() -> str:
    try:
        return library.current().addresses.get("hall", _HALL)
    except NothingPublished:
        return _HALL
