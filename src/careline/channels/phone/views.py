"""The handset page of the demo: anyone may speak as anyone, so it exists in the demo only."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_GET, require_POST

from careline import wiring
from careline.channels.phone import handset
from careline.channels.phone.phrases import EXAMPLES, phrases
from careline.demo.people import Person
from careline.demo.town import people

ADDRESSES = ("10086", "10086900")


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The people, the phone in hand with its messages, and the story of one message."""
    town = _town()
    person = _in_hand(request, town)
    turn = request.GET.get("turn", "")
    language = _language(request)
    words = phrases(language)
    context = {
        "words": words,
        "language": language,
        "people": [(one, one.story.read(language)) for one in town],
        "person": person,
        "bubbles": handset.conversation(person.msisdn),
        "story": handset.story(person.msisdn, turn) if turn else None,
        "turn": turn,
        "examples": EXAMPLES,
        "addresses": [(ADDRESSES[0], words["hall"]), (ADDRESSES[1], words["suggestions"])],
        "address": request.session.get("phone_address", ADDRESSES[0]),
        "notice": words.get(str(request.session.pop("phone_notice", "")), ""),
    }
    return render(request, "phone/phone.html", context)


@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Take another phone in hand."""
    number = request.POST.get("number", "")
    if any(person.msisdn.digits == number for person in _town()):
        request.session["phone"] = number
    return redirect("phone")


@require_POST
def say(request: HttpRequest) -> HttpResponse:
    """Send a text from the phone in hand; back to the page, which shows what was answered."""
    person = _in_hand(request, _town())
    text = request.POST.get("text", "").strip()
    address = request.POST.get("address", "")
    address = address if address in ADDRESSES else ADDRESSES[0]
    request.session["phone_address"] = address
    if not text:
        request.session["phone_notice"] = "blank"
        return redirect("phone")
    served = handset.say(wiring.reception(), person.msisdn, text, address)
    if not served.recorded:
        request.session["phone_notice"] = "busy" if served.retry_at else "failed"
    return redirect("phone")


@require_POST
def speak(request: HttpRequest) -> HttpResponse:
    """The other language for this visitor's pages."""
    chosen = "en" if request.POST.get("language") == "en" else "zh-hans"
    response = redirect("phone")
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, samesite="Lax")
    return response


def _town() -> list[Person]:
    if not settings.DEMO:
        raise Http404
    return list(people())


def _in_hand(request: HttpRequest, town: list[Person]) -> Person:
    number = request.session.get("phone", "")
    return next((person for person in town if person.msisdn.digits == number), town[0])


def _language(request: HttpRequest) -> str:
    return "en" if (translation.get_language() or "").startswith("en") else "zh"
