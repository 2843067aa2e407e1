"""Where USSD gateways call."""

import logging

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from careline.channels.requests import (
    Answer,
    Busy,
    Call,
    Refusal,
    Unknown,
    call_of,
    check_address,
    refused,
    response_of,
)
from careline.channels.telephony import views as telephony
from careline.channels.telephony.accounts import UssdAccount
from careline.channels.ussd.conversing import Conversing
from careline.channels.ussd.dialects._dialect import Dialect
from careline.dialogue.talk import Event
from careline.shelf import Shelf

log = logging.getLogger(__name__)

dialects = Shelf("careline.channels.ussd.dialects")


@csrf_exempt
def receive(request: HttpRequest, dialect: str, name: str) -> HttpResponse:
    """A gateway hands in what a customer pressed, or tells that a session is over."""
    try:
        spoken, account = _found(dialect, name)
        check_address(request, account.name, account.allowed)
        return response_of(_answered(spoken, account, call_of(request)))
    except Refusal as refusal:
        # %r: what callers send may hold line feeds, and a line of the log must be one of ours.
        log.warning("ussd %r/%r refused (%s): %r", dialect[:32], name[:64], refusal.kind, refusal.words)
        return refused(refusal)
    except (DatabaseError, InterfaceError) as error:
        log.error("ussd %s: the database does not answer: %s", name[:64], (str(error).splitlines() or [""])[0])
        return refused(Busy("our database does not answer; try again"))


def _answered(spoken: Dialect, account: UssdAccount, call: Call) -> Answer:
    told = spoken.read(call, account)
    conversing = Conversing(telephony.reception())
    if told.event in (Event.HUNG_UP, Event.LOST):
        conversing.over(told, account)
        return spoken.taken(told)
    return spoken.write(conversing.screen(told, account), told)


def _found(dialect: str, name: str) -> tuple[Dialect, UssdAccount]:
    if dialect not in dialects.names:
        raise Unknown(f"there is no dialect {dialect[:32]}; there are {', '.join(dialects.names)}")
    account = telephony.doors().gateway(dialect, name)
    if account is None:
        raise Unknown(f"there is no account {name[:64]} that speaks {dialect}")
    return dialects.thing(dialect, "DIALECT", Dialect), account  # type: ignore[type-abstract]
