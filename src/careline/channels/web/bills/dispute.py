"""Disputing a charge: what happens next and by when, then one case of it."""

import secrets

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from careline.carrier.port import CarrierError
from careline.cases.models import Contact
from careline.channels.portal.phrases import page_language
from careline.channels.portal.telling import OFTEN, OFTEN_MAX
from careline.channels.web import pages
from careline.channels.web.bills.saying import PART, carrier, failed, lost, standing
from careline.channels.web.templatetags.sums import moment
from careline.channels.web.visitor import Visitor, signed_in
from careline.dialogue.saying import say_money
from careline.refunds.verifying import Finding, NoSuchCharge
from careline.selfcare import disputing
from careline.selfcare.bills import month_of
from careline.selfcare.disputing import Settled


@sensitive_post_parameters("words")
@require_http_methods(["GET", "POST"])
@signed_in
def page(request: HttpRequest, visitor: Visitor, month: str, item: str) -> HttpResponse:
    try:
        finding = disputing.look(carrier(), visitor.msisdn, item, visitor.now)
        if finding.charge.month != month_of(month, visitor.now):
            raise NoSuchCharge(item)
    except NoSuchCharge:
        return lost(request, visitor, "no_such_charge")
    except CarrierError:
        return failed(request, visitor)
    return _send(request, visitor, finding) if request.method == "POST" else _ask(request, visitor, finding)


def _send(request: HttpRequest, visitor: Visitor, finding: Finding) -> HttpResponse:
    words = pages.phrases(PART, page_language())
    key = f"web:{visitor.msisdn.digits}:{request.POST.get('key', '')[:40]}"
    if _too_often(visitor, key):
        return _ask(request, visitor, finding, wrong=words["dispute_again"])
    said = request.POST.get("words", "").replace("\0", "")
    try:
        done = disputing.dispute(finding, said, key=key, now=visitor.now)
    except Settled as settled:
        messages.info(request, standing(settled.asked, words, page_language()), extra_tags="note")
        return redirect("web-charge", month=finding.charge.month, item=finding.charge.id)
    told = words["dispute_joined" if done.joined else "dispute_done"].format(docket=done.case.docket)
    messages.success(request, told, extra_tags="good")
    return redirect("web-case", docket=done.case.docket)


def _ask(request: HttpRequest, visitor: Visitor, finding: Finding, wrong: str = "") -> HttpResponse:
    language, charge = page_language(), finding.charge
    words = pages.phrases(PART, language)
    before = disputing.asked_for(visitor.msisdn, [charge]).get(charge.id)
    if before is not None and before.step in ("checking", "coming", "returned") and not wrong:
        return redirect("web-charge", month=charge.month, item=charge.id)
    title = words["dispute_title"].format(name=charge.name.read(language), amount=say_money(charge.fen, language))
    following = [words["dispute_next_1"], words["dispute_next_2"]]
    if charge.fen > 0:
        due = moment(disputing.due(visitor.now), language)
        following.append(words["dispute_next_3"].format(date=due))
    key = request.POST.get("key", "")[:40] or secrets.token_urlsafe(18)
    return pages.show(
        request, PART, "dispute.html", visitor, 429 if wrong else 200, title=title, charge=charge, key=key, wrong=wrong,
        following=following, said=request.POST.get("words", "")[: disputing.WORDS_MAX], longest=disputing.WORDS_MAX,
        asked=standing(before, words, language),
    )  # fmt: skip


def _too_often(visitor: Visitor, key: str) -> bool:
    """As many contacts an hour as on the pages of complaints: a script does not flood those who handle them."""
    lately = Contact.objects.filter(case__msisdn=visitor.msisdn.digits, channel="web", at__gt=visitor.now - OFTEN)
    return lately.exclude(key=key).count() >= OFTEN_MAX
