"""How a customer likes the pages: their language, light or dark, senior mode; and the way out."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from careline.channels.web import pages, visitor
from careline.channels.web.entering.arriving import SPOKEN, WANTED, keep, keep_language
from careline.identity import recognising


@require_POST
def out(request: HttpRequest) -> HttpResponse:
    """Out: whoever comes next at this screen is nobody."""
    visitor.sign_out(request)
    return redirect(f"{reverse('web-sign-in')}?out=1")


@require_POST
def speak(request: HttpRequest) -> HttpResponse:
    """The other language: of the pages, and of what we write to the customer who has signed in."""
    language = "en" if request.POST.get("language") == "en" else "zh"
    known = visitor.visitor(request, visitor.now())
    if known is not None:
        recognising.keep_languages({known.msisdn: language})
    else:
        request.session[SPOKEN] = language
    answer = redirect(pages.onward(request, "web-sign-in" if known is None else "web-home"))
    keep_language(answer, language)
    return answer


@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """Light, dark or as the system has it, for this browser; senior mode on or off, for the customer."""
    known = visitor.visitor(request, visitor.now())
    answer = redirect(pages.onward(request, "web-sign-in" if known is None else "web-home"))
    chosen, senior = request.POST.get("look"), request.POST.get("senior")
    if chosen in pages.LOOKS:
        keep(answer, pages.LOOK, str(chosen))
    elif chosen == "auto":
        answer.delete_cookie(pages.LOOK)
    if senior in ("on", "off"):
        keep(answer, pages.SENIOR, str(senior))
        if known is not None:
            recognising.keep_seniors({known.msisdn: senior == "on"})
        else:
            request.session[WANTED] = senior == "on"
    return answer
