"""The handset page of the demo: anyone may speak as anyone, so it exists in the demo only."""

import json
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from careline.channels.phone import calling, handset
from careline.channels.phone.phrases import EXAMPLES, KEYS, SAID_BY_SCRIPT, page_language, phrases
from careline.demo.people import Person
from careline.demo.town import people
from careline.prompts import voices

ADDRESSES = {"10086": "hall", "10086900": "suggestions"}  # what can be written to -> its phrase
_YEAR_SECONDS = 365 * 86400


@require_GET
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """The people, the phone in hand with its messages, and the story of one message."""
    person, language = _in_hand(request, _town()), page_language()
    turn = request.GET.get("turn", "")
    context = (
        _around(person, language, "sms")
        | _talk(person, language)
        | {
            "story": handset.story(person.msisdn, turn, language) if turn else None,
            "turn": turn,
            "examples": EXAMPLES[language],
            "addresses": [(address, phrases(language)[name]) for address, name in ADDRESSES.items()],
            "address": request.session.get("phone_address", ""),
            "notice": phrases(language).get(str(request.session.pop("phone_notice", "")), ""),
            "unsent": request.session.pop("phone_unsent", ""),
        }
    )
    return render(request, "phone/phone.html", context)


@require_GET
@never_cache
def dial(request: HttpRequest) -> HttpResponse:
    """The people, the phone in hand with its keypad, and the story of the last key; the script makes the calls."""
    person, language = _in_hand(request, _town()), page_language()
    words = phrases(language)
    context = _around(person, language, "call") | {
        "number": calling.NUMBER,
        "code": f"*{calling.NUMBER}#",
        "keys": KEYS,
        "said": json.dumps({name: words[name] for name in SAID_BY_SCRIPT}, ensure_ascii=False),
        "voiceless": voices.missing() or "",
    }
    return render(request, "phone/dial.html", context)


@require_GET
@never_cache
def messages(request: HttpRequest) -> HttpResponse:
    """The messages alone, for the page's own script while an answer is awaited."""
    return render(request, "phone/messages.html", _talk(_in_hand(request, _town()), page_language()))


@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Take another phone in hand."""
    number = request.POST.get("number", "")
    if any(person.msisdn.digits == number for person in _town()):
        request.session["phone"] = number
    return redirect(_door(request))


@require_POST
def say(request: HttpRequest) -> HttpResponse:
    """Send a text from the phone in hand; back to the page, which shows what was answered, or why nothing was sent."""
    person = _in_hand(request, _town())
    text = (request.POST.get("example") or request.POST.get("text", "")).strip()
    address = request.POST.get("address", "")
    address = address if address in ADDRESSES else next(iter(ADDRESSES))
    request.session["phone_address"] = address
    if wrong := _send(person, text, address):
        request.session["phone_notice"] = wrong
        request.session["phone_unsent"] = text[: 2 * handset.SAID_MAX]
    return redirect("phone")


def _send(person: Person, text: str, address: str) -> str:
    """Send it; "" or the phrase that says why it was not sent."""
    if not text:
        return "blank"
    if len(text) > handset.SAID_MAX:
        return "too_long"
    served = handset.say(person.msisdn, text, address)
    if served.recorded:
        return ""
    return "busy" if served.retry_at else "failed"


@require_POST
def speak(request: HttpRequest) -> HttpResponse:
    """The other language for this visitor's pages; back to the same story."""
    _town()
    chosen = "en" if request.POST.get("language") == "en" else "zh-hans"
    turn = request.POST.get("turn", "")
    response = redirect(reverse(_door(request)) + (f"?{urlencode({'turn': turn})}" if turn else ""))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=_YEAR_SECONDS,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def _talk(person: Person, language: str) -> dict[str, Any]:
    """What the list of messages shows. Whether an answer is awaited is asked first: one that comes in between is shown."""
    return {
        "words": phrases(language),
        "language": language,
        "awaited": handset.awaits(person.msisdn),
        "bubbles": handset.conversation(person.msisdn),
    }


def _around(person: Person, language: str, door: str) -> dict[str, Any]:
    """What every door of the handset shows around it."""
    return {
        "words": phrases(language),
        "language": language,
        "door": door,
        "people": [(one, one.story.read(language)) for one in _town()],
        "person": person,
        "about": person.story.read(language),
    }


def _door(request: HttpRequest) -> str:
    """The page to go back to."""
    return "phone-dial" if request.POST.get("door") == "call" else "phone"


def _town() -> list[Person]:
    if not settings.DEMO:
        raise Http404
    return list(people())


def _in_hand(request: HttpRequest, town: list[Person]) -> Person:
    number = request.session.get("phone", "")
    return next((person for person in town if person.msisdn.digits == number), town[0])
