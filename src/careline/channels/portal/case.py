"""One case, for who holds its link: what was done, who owes what until when, and what the customer may do about it."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from careline.cases.models import Case
from careline.channels.portal import deeds, knocking, picture, visiting
from careline.channels.portal.entering import now, show
from careline.channels.portal.phrases import page_language, phrases
from careline.identity import passes

_SAID = "portal_said"  # in the session: what was just done


def opened(view: Callable[[HttpRequest, Case, str], HttpResponse]) -> Callable[[HttpRequest, str], HttpResponse]:
    """A page of the one case that its pass names; anything else opens nothing, and too many tries wait."""

    @wraps(view)
    def guarded(request: HttpRequest, given: str) -> HttpResponse:
        at, address = now(), visiting.address(request)
        if knocking.too_many(address, at):
            return show(request, "closed.html", title="slow_title", text="slow", status=429)
        docket = passes.read(given, at)
        case = Case.objects.filter(docket=docket).first() if docket else None
        if case is None:
            knocking.wrong(address, at)
            return show(request, "closed.html", title="closed_title", text="closed", status=404)
        return view(request, case, given)

    return never_cache(guarded)


@require_GET
@opened
def page(request: HttpRequest, case: Case, given: str) -> HttpResponse:
    language = page_language()
    words, said = phrases(language), str(request.session.pop(_SAID, ""))
    told = words[said].format(docket=case.docket) if said in words else ""
    shown = picture.of(case, now(), language)
    return show(request, "case.html", given=given, said=told, received=said.startswith("received"), **shown)


def doing(name: str) -> Callable[..., HttpResponse]:
    """A deed of the customer's on the case of the pass, then back to it."""

    def view(request: HttpRequest, case: Case, given: str) -> HttpResponse:
        request.session[_SAID] = deeds.perform(name, request, case, now())
        return redirect("portal-case", given=given)

    return sensitive_post_parameters()(require_POST(opened(view)))


add = doing("add")
urge = doing("urge")
satisfied = doing("satisfied")
unsatisfied = doing("unsatisfied")
rate = doing("rate")
reopen = doing("reopen")
