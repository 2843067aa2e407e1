"""The way in: a number, the code that was sent to it, and out again; and the language of the pages."""

import math
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from careline.channels.portal import codes, visiting
from careline.channels.portal.phrases import page_language, phrases
from careline.identity import one_time
from careline.values.msisdn import Msisdn, NotANumber

_YEAR_SECONDS = 365 * 86400


def now() -> datetime:
    return datetime.now(UTC)


def show(request: HttpRequest, template: str, status: int = 200, **context: Any) -> HttpResponse:
    """The template with what every page shows; nothing of it is kept by browsers or proxies, and no link leaks."""
    language = page_language()
    context = {"words": phrases(language), "language": language, **context}
    answer = render(request, f"portal/{template}", context, status=status)
    answer.headers["Referrer-Policy"] = "same-origin"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@sensitive_post_parameters("number")
@never_cache
@require_http_methods(["GET", "POST"])
def number(request: HttpRequest) -> HttpResponse:
    """Whose browser is it? The answer is the same whether the number is one of ours."""
    if request.method == "GET" and visiting.number(request, now()) is not None:
        return redirect("portal-tell")
    words, wrong, written = phrases(page_language()), "", request.POST.get("number", "")[:40]
    if request.method == "POST":
        try:
            msisdn = Msisdn.parse(written, settings.COUNTRY_CODE)
            ticket = codes.send(
                msisdn,
                address=visiting.address(request),
                device=visiting.device(request),
                now=now(),
                trusted=visiting.trusted(request, msisdn),
            )
        except NotANumber:
            wrong = words["no_number"]
        except one_time.TooMany as refused:
            minutes = math.ceil(refused.wait.total_seconds() / 60)
            wrong = words["too_many_codes"].format(minutes=minutes)
        else:
            visiting.asked(request, ticket)
            request.session["portal_masked"] = msisdn.masked()
            return redirect("portal-code")
    return show(request, "number.html", wrong=wrong, number=written, status=400 if wrong else 200)


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The code that was sent."""
    ticket = visiting.ticket(request)
    if not ticket:
        return redirect("portal-number")
    words, wrong = phrases(page_language()), ""
    if request.method == "POST":
        written = "".join(request.POST.get("code", "").split())[:10]
        msisdn = codes.prove(ticket, written, device=visiting.device(request), now=now())
        if msisdn is not None:
            visiting.proved(request, msisdn, now())
            answer = redirect("portal-tell")
            visiting.remember(request, answer, msisdn)
            return answer
        wrong = words["code_wrong"]
    over = one_time.tries_left(ticket, now()) == 0
    return show(
        request,
        "code.html",
        wrong=words["code_over"] if over else wrong,
        over=over,
        lead=words["code_lead"].format(number=request.session.get("portal_masked", "")),
        status=400 if wrong else 200,
    )


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Out: whoever comes next at this screen is nobody."""
    visiting.leave(request)
    return redirect("portal-number")


@require_POST
def speak(request: HttpRequest) -> HttpResponse:
    """The other language for this visitor's pages; back to the same page, if it is one of ours."""
    onward = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure()):
        onward = "/complain"
    answer = redirect(onward)
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        "en" if request.POST.get("language") == "en" else "zh-hans",
        max_age=_YEAR_SECONDS,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return answer
