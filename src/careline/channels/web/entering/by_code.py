"""The way in by a code that is sent to the number; the same sign-in as on the pages of complaints."""

import math

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from careline.channels.portal import codes, visiting
from careline.channels.portal.phrases import page_language
from careline.channels.web import pages, visitor
from careline.channels.web.entering.arriving import arrive
from careline.identity import one_time
from careline.values.assurance import Assurance
from careline.values.msisdn import Msisdn, NotANumber


@sensitive_post_parameters("number")
@never_cache
@require_http_methods(["GET", "POST"])
def number(request: HttpRequest) -> HttpResponse:
    """Whose browser is it? The answer is the same whether the number is one of ours."""
    if request.method == "GET" and visitor.visitor(request, visitor.now()) is not None:
        return redirect(pages.onward(request))
    words, wrong, written = pages.phrases("entering", page_language()), "", request.POST.get("number", "")[:40]
    if request.method == "POST":
        try:
            msisdn = Msisdn.parse(written, settings.COUNTRY_CODE)
            ticket = codes.send(
                msisdn,
                address=visiting.address(request),
                device=visiting.device(request),
                now=visitor.now(),
                trusted=visiting.trusted(request, msisdn),
            )
        except NotANumber:
            wrong = words["no_number"]
        except one_time.TooMany as refused:
            minutes = math.ceil(refused.wait.total_seconds() / 60)
            wrong = words["too_many_codes"].format(minutes=minutes, hotline=pages.hotline())
        else:
            visiting.asked(request, ticket)
            request.session["portal_masked"] = msisdn.masked()
            return redirect(with_next(request, "web-code"))
    return pages.show(
        request,
        "entering",
        "sign_in.html",
        status=400 if wrong else 200,
        wrong=wrong,
        number=written,
        over="over" in request.GET,
        signed_out="out" in request.GET,
        other_ways=words["other_ways"].format(hotline=pages.hotline()),
        by_password=with_next(request, "web-password"),
    )


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The code that was sent."""
    ticket, again = visiting.ticket(request), with_next(request, "web-sign-in")
    if not ticket:
        return redirect(again)
    words, wrong = pages.phrases("entering", page_language()), ""
    if request.method == "POST":
        written = "".join(request.POST.get("code", "").split())[:10]
        msisdn = codes.prove(ticket, written, device=visiting.device(request), now=visitor.now())
        if msisdn is not None:
            return arrive(request, msisdn, Assurance.LINE)
        wrong = words["code_wrong"]
    over = one_time.tries_left(ticket, visitor.now()) == 0
    return pages.show(
        request,
        "entering",
        "code.html",
        status=400 if wrong else 200,
        wrong=words["code_over"] if over else wrong,
        over=over,
        lead=words["code_lead"].format(number=request.session.get("portal_masked", "")),
        again=again,
    )


def with_next(request: HttpRequest, name: str) -> str:
    """The address of this page of the way in, which still knows where the way leads."""
    wanted = pages.onward(request)
    return reverse(name) if wanted == reverse("web-home") else f"{reverse(name)}?{urlencode({'next': wanted})}"
