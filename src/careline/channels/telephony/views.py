"""Where media servers ask what to do with a call, and fetch our prompts."""

import logging
from collections.abc import Callable
from functools import cache
from urllib.parse import urlsplit

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from careline import wiring
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
from careline.channels.telephony import accounts as accounts_
from careline.channels.telephony import audio, speech
from careline.channels.telephony.accounts import Doors, MediaAccount
from careline.channels.telephony.conversing import Conversing
from careline.channels.telephony.dialects._dialect import Dialect, Page
from careline.hall.reception import Reception
from careline.shelf import Shelf

log = logging.getLogger(__name__)

dialects = Shelf("careline.channels.telephony.dialects")


@cache
def doors() -> Doors:
    """The accounts of this installation."""
    try:
        return accounts_.configured()
    except accounts_.AccountError as error:
        log.error("no media server and no USSD gateway can call: %s", error)
        return Doors()


@cache
def reception() -> Reception:
    """This process's way into the hall; it waits for the carrier, as a caller does."""
    return wiring.reception()


@csrf_exempt
def turn(request: HttpRequest, dialect: str, name: str) -> HttpResponse:
    """Something happened in a call: what to do now."""

    def deal(spoken: Dialect, account: MediaAccount, call: Call, here: str) -> Answer:
        first = spoken.entrance(call, account, here)
        if first is not None:
            return first
        told = spoken.read(call, account)
        done = _conversing(account).turn(told, account)
        return spoken.write(Page(done.session, done.next, done.verbs, here, _clip_address(request, account)), account)

    return _dealt(request, dialect, name, "telephony", deal)


@csrf_exempt
def status(request: HttpRequest, dialect: str, name: str) -> HttpResponse:
    """What became of a call, told beside the conversation: only its end matters."""

    def deal(spoken: Dialect, account: MediaAccount, call: Call, here: str) -> Answer:
        told = spoken.read_status(call, account)
        if told is not None:
            _conversing(account).over(told, account)
        return Answer(b"")

    return _dealt(request, dialect, name, "telephony_status", deal)


@require_safe
def clip(request: HttpRequest, name: str) -> HttpResponse:
    """A prompt as WAV. Whoever knows the address may hear it."""
    known = audio.clip_of(name)
    sound = speech.wav_of(known) if known else None
    if sound is None:
        return refused(Unknown("there is no such prompt"))
    response = HttpResponse(sound, content_type="audio/wav")
    response["Cache-Control"] = f"public, max-age={audio.KEPT_SECONDS}, immutable"
    response["ETag"] = f'"{known}"'
    return response


def _conversing(account: MediaAccount) -> Conversing:
    return Conversing(reception(), speech.voice(account))


def _dealt(
    request: HttpRequest,
    dialect: str,
    name: str,
    view: str,
    deal: Callable[[Dialect, MediaAccount, Call, str], Answer],
) -> HttpResponse:
    try:
        if dialect not in dialects.names:
            raise Unknown(f"there is no dialect {dialect[:32]}; there are {', '.join(dialects.names)}")
        account = doors().server(dialect, name)
        if account is None:
            raise Unknown(f"there is no account {name[:64]} that speaks {dialect}")
        check_address(request, account.name, account.allowed)
        call = call_of(request)
        here = _base(request, account) + reverse(view, args=(dialect, name))
        call = Call(
            call.method, here + (f"?{call.query}" if call.query else ""), call.query, call.body, call.headers, call.now
        )
        spoken = dialects.thing(dialect, "DIALECT", Dialect)  # type: ignore[type-abstract]
        return response_of(deal(spoken, account, call, here))
    except Refusal as refusal:
        # %r: what callers send may hold line feeds, and a line of the log must be one of ours.
        log.warning("telephony %r/%r refused (%s): %r", dialect[:32], name[:64], refusal.kind, refusal.words)
        return refused(refusal)
    except (DatabaseError, InterfaceError) as error:
        log.error("telephony %s: the database does not answer: %s", name[:64], (str(error).splitlines() or [""])[0])
        return refused(Busy("our database does not answer; try again"))


def _base(request: HttpRequest, account: MediaAccount) -> str:
    """Our own address as the server sees it, without a path."""
    if account.base_url:
        parts = urlsplit(account.base_url)
        return f"{parts.scheme}://{parts.netloc}"
    return f"{request.scheme}://{request.get_host()}"


def _clip_address(request: HttpRequest, account: MediaAccount) -> Callable[[str], str]:
    base = _base(request, account)
    return lambda clip: base + reverse("telephony_audio", args=(audio.name_of(clip),))
