"""Where the handset's telephone calls: moments of a call, its prompts, inputs of a USSD session, and stories of key presses."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import msgspec
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from careline.channels.phone import calling, handset
from careline.channels.phone.calling import Malformed, Told
from careline.channels.phone.phrases import page_language, phrases
from careline.channels.telephony.accounts import UssdAccount
from careline.channels.ussd.conversing import Conversing
from careline.channels.ussd.conversing import Told as Input
from careline.demo.town import people
from careline.dialogue.talk import Event
from careline.values.msisdn import Msisdn

USSD = UssdAccount(name=handset.LINK, dialect="handset", number=calling.NUMBER, sms_link=handset.LINK)
INPUT_MAX = 160  # characters of one USSD input (3GPP 23.038: 160 octets)
_ENDS = (Event.HUNG_UP, Event.LOST)


View = Callable[[HttpRequest, Told, Msisdn], HttpResponse]


def _from_the_page(view: View) -> Callable[[HttpRequest], HttpResponse]:
    """A view of what our own page sends; 400 for anything else."""

    @require_POST
    @never_cache
    @wraps(view)
    def seen(request: HttpRequest) -> HttpResponse:
        _in_demo()
        try:
            return view(request, _told(request), _caller(request))
        except Malformed as error:
            return HttpResponse(f"malformed: {error}", status=400, content_type="text/plain")

    return seen


@_from_the_page
def call(request: HttpRequest, told: Told, msisdn: Msisdn) -> HttpResponse:
    """Something happened in a call. JSON: what to say and do now; 503 where the hall could not take it in."""
    if told.event in _ENDS:
        calling.over(told)
        return HttpResponse(status=204)
    answer, taken = calling.answer(told, msisdn, page_language())
    return JsonResponse(msgspec.to_builtins(answer), status=200 if taken else 503)


@require_GET
@never_cache
def prompt(request: HttpRequest, call: str, number: int) -> HttpResponse:
    """What is said now, as WAV; 204 where it has no sound. Only who made the call knows this address."""
    _in_demo()
    said = calling.prompt(call, number)
    return HttpResponse(status=204) if said is None else HttpResponse(said, content_type="audio/wav")


@_from_the_page
def ussd(request: HttpRequest, told: Told, msisdn: Msisdn) -> HttpResponse:
    """An input of a USSD session. JSON: the screen that comes back."""
    conversing = Conversing(calling.reception())
    text = request.POST.get("text", "")[:INPUT_MAX]
    given = Input(told.event, told.call, f"+{msisdn.digits}", calling.NUMBER, text, number=told.number)
    if told.event in _ENDS:
        conversing.over(given, USSD)
        return HttpResponse(status=204)
    screen = conversing.screen(given, USSD)
    return JsonResponse({"text": screen.text, "language": screen.language, "ends": screen.ends})


@require_GET
@never_cache
def story(request: HttpRequest, call: str) -> HttpResponse:
    """How a key press of this call was understood, for the panel beside the telephone."""
    _in_demo()
    msisdn, language = calling.caller(call), page_language()
    told = handset.story(msisdn, request.GET.get("turn", ""), language) if msisdn else None
    if told is None:
        raise Http404
    context: dict[str, Any] = {"story": told, "words": phrases(language), "call": True}
    return render(request, "phone/story.html", context)


def _told(request: HttpRequest) -> Told:
    sent = request.POST
    event = sent.get("event", "")
    keys = sent.get("keys", "") if "text" not in sent else "#"  # what is written into a USSD dialog may be anything
    return Told.read(sent.get("call", ""), event, sent.get("number", ""), keys, sent.get("heard", "100"))


def _caller(request: HttpRequest) -> Msisdn:
    """Whose telephone this is: the page was made with it in hand, whatever another page took up meanwhile."""
    number = request.POST.get("caller", "")
    found = next((person.msisdn for person in people() if person.msisdn.digits == number), None)
    if found is None:
        raise Malformed("caller")
    return found


def _in_demo() -> None:
    if not settings.DEMO:
        raise Http404
