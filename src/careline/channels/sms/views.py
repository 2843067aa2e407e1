"""Where gateways call: their messages go into the hall, their receipts into the outbox."""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from careline import wiring
from careline.catalogue import library
from careline.channels.requests import (
    Answer,
    BadForm,
    Busy,
    Call,
    Refusal,
    Unknown,
    call_of,
    check_address,
    refused,
    response_of,
)
from careline.channels.sms import accounts as accounts_
from careline.channels.sms.accounts import Accounts, GatewayAccount
from careline.channels.sms.gateways._dialect import Dialect, Message, Report
from careline.channels.sms.sending import fit
from careline.hall.reception import Reception
from careline.hall.turn import Arrival, Served
from careline.outbox import receipts
from careline.outbox.receipts import Told
from careline.protocols.receipts import receipt_keys
from careline.shelf import Shelf
from careline.values.msisdn import Msisdn, NotANumber

log = logging.getLogger(__name__)

PARTS_MAX = 10  # where the book says nothing
EARLY_RECEIPT_WAITS_SECONDS = (0.0, 0.05, 0.2, 0.5, 1.0)  # a receipt may be here before the answer to our request

dialects = Shelf("careline.channels.sms.gateways")


@cache
def accounts() -> Accounts:
    """The accounts of this installation; without a file there are none that speak HTTP."""
    try:
        return accounts_.configured()
    except accounts_.AccountError as error:
        log.error("no gateway can call: %s", error)
        return Accounts()


@cache
def reception() -> Reception:
    """This process's way into the hall; used by all its threads."""
    return wiring.reception()


@csrf_exempt
def receive(request: HttpRequest, dialect: str, name: str) -> HttpResponse:
    """A gateway hands in a message: recorded and, where it answers at once, answered when this returns 200."""

    def deal(spoken: Dialect, account: GatewayAccount, call: Call) -> Answer:
        message = spoken.read(call, account)
        at_once = account.at_once and spoken.answers_at_once
        [served] = reception().receive([_arrival(message, account, at_once, call.now)])
        if not served.recorded:
            raise Busy("the customer's last message is still being dealt with" if served.retry_at else "try again")
        return spoken.answer(_words(served, at_once), account, message_id=message.id, repeat=served.repeat)

    return _dealt(request, dialect, name, deal)


@csrf_exempt
def report(request: HttpRequest, dialect: str, name: str) -> HttpResponse:
    """A gateway tells what became of a message."""

    def deal(spoken: Dialect, account: GatewayAccount, call: Call) -> Answer:
        told = spoken.read_report(call, account)
        if told is not None and not _settle(told, account):
            log.warning("gateway %s: a receipt belongs to no letter that we know", account.name)
        return spoken.report_taken()

    return _dealt(request, dialect, name, deal)


def _dealt(
    request: HttpRequest, dialect: str, name: str, deal: Callable[[Dialect, GatewayAccount, Call], Answer]
) -> HttpResponse:
    try:
        spoken, account = _found(dialect, name)
        check_address(request, account.name, account.allowed)
        answer = deal(spoken, account, call_of(request))
    except Refusal as refusal:
        # %r: what callers send may hold line feeds, and a line of the log must be one of ours.
        log.warning("gateway %r/%r refused (%s): %r", dialect[:32], name[:64], refusal.kind, refusal.words)
        return refused(refusal)
    except (DatabaseError, InterfaceError) as error:
        log.error("gateway %s: the database does not answer: %s", name[:64], (str(error).splitlines() or [""])[0])
        return refused(Busy("our database does not answer; try again"))
    return response_of(answer)


def _found(dialect: str, name: str) -> tuple[Dialect, GatewayAccount]:
    if dialect not in dialects.names:
        raise Unknown(f"there is no dialect {dialect[:32]}; there are {', '.join(dialects.names)}")
    account = accounts().gateway(dialect, name)
    if account is None:
        raise Unknown(f"there is no account {name[:64]} that speaks {dialect}")
    return dialects.thing(dialect, "DIALECT", Dialect), account  # type: ignore[type-abstract]


def _arrival(message: Message, account: GatewayAccount, at_once: bool, now: datetime) -> Arrival:
    try:
        msisdn = Msisdn.parse(message.source, settings.COUNTRY_CODE)
    except NotANumber as error:
        raise BadForm("the sender is no telephone number") from error
    address = message.destination.lstrip("+")[:32]
    return Arrival(msisdn, message.text, account.name, message.id, now, "sms", address, at_once)


def _words(served: Served, at_once: bool) -> str:
    """What rides in the response: the answer, the same again for a repetition, nothing where it goes another way."""
    if not at_once or served.letter is None:
        return ""
    parts_max = int(library.current().limits.get("parts_max", PARTS_MAX))
    return fit(served.letter.text, parts_max, "auto")


def _settle(told: Report, account: GatewayAccount) -> bool:
    one = Told(account.name, receipt_keys(told.id), told.destination, told.state.value, told.state.final, told.error)
    for wait in EARLY_RECEIPT_WAITS_SECONDS:
        time.sleep(wait)
        if receipts.settle([one], datetime.now(UTC)):
            return True
    return False
