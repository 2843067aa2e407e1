"""The last step: the day, and the proof that it is the customer (service password, or a code sent now); and taking it back."""

import re
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from careline import wiring
from careline.channels.portal import codes, visiting
from careline.channels.portal.phrases import page_language
from careline.channels.web import pages
from careline.channels.web.leaving.meaning import meaning
from careline.channels.web.visitor import Visitor, signed_in
from careline.identity import one_time
from careline.offers import leaving
from careline.offers.consequences import choices
from careline.offers.policy import policy
from careline.values.assurance import Assurance

_TICKET = "web_leaving_ticket"  # in the session: what the code of this step is waited for with


@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
@signed_in
def confirm(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Choose one of two days and say yes; nothing leaves without the proof, and nothing with a debt."""
    row = leaving.open_of(visitor.msisdn)
    if row is None:
        return redirect("web-leaving-reason")
    if row.state != "asked":
        return redirect("web-leaving")
    words, days = pages.phrases("leaving", page_language()), choices(_today(visitor), policy().leaving)
    chosen = next((day for day in days if request.POST.get("day") == str(day)), days[1])
    found = meaning(visitor, chosen)
    if found is None:
        return pages.show(request, "leaving", "away.html", visitor, 503, tab="me")
    wrong = ""
    if request.method == "POST":
        if request.POST.get("day") not in {str(day) for day in days}:
            wrong = words["choose_day"]
        elif not found.may_leave:
            wrong = words["debt_first"]
        elif not _proved(request, visitor):
            wrong = words["code_wrong"] if request.session.get(_TICKET) else words["prove_first"]
        else:
            return _leave(request, visitor, str(row.pk), chosen)
    return pages.show(
        request, "leaving", "confirm.html", visitor, 400 if wrong else 200, tab="me", wrong=wrong, days=days,
        chosen=chosen, meaning=found, sure=visitor.assurance >= Assurance.PASSWORD,
        waiting=bool(request.session.get(_TICKET)), password=f"{reverse('web-password')}?next={request.path}",
    )  # fmt: skip


@require_POST
@signed_in
def code(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Send a code to the number, for this step alone."""
    words = pages.phrases("leaving", page_language())
    try:
        request.session[_TICKET] = codes.send(
            visitor.msisdn,
            address=visiting.address(request),
            device=visiting.device(request),
            now=visitor.now,
            trusted=visiting.trusted(request, visitor.msisdn),
        )
        messages.info(request, words["code_sent"], extra_tags="note")
    except one_time.TooMany:
        messages.error(request, words["code_later"], extra_tags="bad")
    return redirect("web-leaving-confirm")


@require_POST
@signed_in
def take_back(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Not leaving after all."""
    row, words = leaving.latest_of(visitor.msisdn), pages.phrases("leaving", page_language())
    try:
        if row is None:
            raise leaving.NotAllowed("not_agreed")
        back = wiring.doorman().take_back(str(row.pk), by="subscriber", now=visitor.now)
    except leaving.NotAllowed as no:
        messages.error(request, words.get(f"no_{no.code}", words["no_not_agreed"]), extra_tags="bad")
        return redirect("web-leaving")
    if back.state in ("withdrawn", "returned"):
        messages.success(request, words[back.state], extra_tags="good")
        return redirect("web-home")
    messages.info(request, words["being_done"], extra_tags="note")
    return redirect("web-leaving")


def _leave(request: HttpRequest, visitor: Visitor, row: str, day: date) -> HttpResponse:
    words = pages.phrases("leaving", page_language())
    try:
        done = wiring.doorman().leave(row, day, by="subscriber", now=visitor.now)
    except leaving.NotAllowed as no:
        messages.error(request, words.get(f"no_{no.code}", words["no_not_agreed"]), extra_tags="bad")
        return redirect("web-leaving")
    request.session.pop(_TICKET, None)
    if done.state == "refused":
        messages.error(request, words["refused"], extra_tags="bad")
    return redirect("web-leaving")


def _proved(request: HttpRequest, visitor: Visitor) -> bool:
    """The service password in this visit, or the code that was sent for this step: once, to this number, on this device."""
    if visitor.assurance >= Assurance.PASSWORD:
        return True
    ticket, given = str(request.session.get(_TICKET, "")), request.POST.get("code", "").strip()
    if not ticket or not re.fullmatch(r"[0-9]{6}", given):
        return False
    return codes.prove(ticket, given, device=visiting.device(request), now=visitor.now) == visitor.msisdn


def _today(visitor: Visitor) -> date:
    return timezone.localdate(visitor.now)
