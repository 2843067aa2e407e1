"""Telling us something from within the web hall, without another sign-in; the same two steps as on the pages of complaints."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from careline.cases.models import Case
from careline.channels.portal import telling
from careline.channels.portal.phrases import page_language, phrases
from careline.channels.portal.telling import Door
from careline.channels.web import pages
from careline.channels.web.me.hub import PART
from careline.channels.web.visitor import Visitor, signed_in


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@signed_in
def page(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    words = phrases(page_language())

    def shown(template: str, status: int = 200, **context: Any) -> HttpResponse:
        wanted = request.GET.get("notice", "")[:40]
        return pages.show(request, PART, template, visitor, status, w=words, wanted=wanted, **context)

    def accepted(case: Case, joined: bool) -> HttpResponse:
        told = words["received_joined" if joined else "received"].format(docket=case.docket)
        messages.success(request, told, extra_tags="good")
        return redirect("web-case", docket=case.docket)

    return telling.page(request, visitor.msisdn, Door(shown, accepted))
