"""Privacy: what we keep, a copy to take along, and deletion; the last two only for who has just shown who they are."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from careline.channels.portal import codes, visiting
from careline.channels.portal.phrases import page_language
from careline.channels.web import pages
from careline.channels.web.me.hub import PART
from careline.channels.web.templatetags.sums import moment
from careline.channels.web.visitor import Visitor, signed_in
from careline.identity import one_time
from careline.identity.records import Look
from careline.selfcare import privacy, privacy_deletion, privacy_export
from careline.selfcare.privacy import Kept, Standing
from careline.values.assurance import Assurance

FRESH = timedelta(minutes=10)  # after a code that was typed in here
LOOKS_MAX = 20
_UNTIL, _TICKET = "web_privacy_until", "web_privacy_ticket"


@require_GET
@signed_in
def page(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    language = page_language()
    words = pages.phrases(PART, language)
    number = visitor.msisdn.national()
    looks = Look.objects.filter(msisdn=visitor.msisdn.digits).order_by("-since")[:LOOKS_MAX]
    return pages.show(
        request, PART, "privacy.html", visitor,
        lead=words["privacy_lead"].format(number=number),
        parts=_rows(privacy.standing(visitor.msisdn, visitor.now), words, language),
        looks=[(moment(one.since, language), one.purpose) for one in looks],
        export_about=words["export_about"].format(n=privacy.exports_a_day()),
        deletion=_deletion(visitor, words, language),
        proved=proved(request, visitor),
    )  # fmt: skip


@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
@signed_in
def confirm(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """A fresh code to the very number of this session, or the service password."""
    words, wrong, status = pages.phrases(PART, page_language()), "", 200
    onward = pages.onward(request, "web-privacy")
    if request.method == "POST" and "code" in request.POST:
        ticket, code = str(request.session.get(_TICKET, "")), "".join(request.POST["code"].split())[:10]
        if codes.prove(ticket, code, device=visiting.device(request), now=visitor.now) == visitor.msisdn:
            request.session.pop(_TICKET, None)
            request.session[_UNTIL] = [visitor.msisdn.digits, (visitor.now + FRESH).isoformat()]
            messages.success(request, words["confirmed"], extra_tags="good")
            return redirect(onward)
        wrong, status = words["code_wrong"], 400
    elif request.method == "POST":
        device, address = visiting.device(request), visiting.address(request)
        try:
            request.session[_TICKET] = codes.send(
                visitor.msisdn,
                address=address,
                device=device,
                now=visitor.now,
                trusted=visiting.trusted(request, visitor.msisdn),
            )
        except one_time.TooMany:
            wrong, status = words["codes_too_many"], 429
    asked = bool(request.session.get(_TICKET))
    sent = words["code_sent"].format(number=visitor.msisdn.masked()) if asked else ""
    return pages.show(
        request, PART, "confirm.html", visitor, status, wrong=wrong, sent=sent, onward=onward,
        by_password=f"{reverse('web-password')}?{urlencode({'next': onward})}",
    )  # fmt: skip


@require_POST
@signed_in
def export(request: HttpRequest, visitor: Visitor) -> Any:
    """The archive, piece by piece; only of the number that is signed in, whatever the request names."""
    if not proved(request, visitor):
        return _ask(reverse("web-privacy"))
    language = page_language()
    try:
        privacy_export.request(visitor.msisdn, by="subscriber", now=visitor.now)
    except privacy_export.TooMany:
        told = pages.phrases(PART, language)["export_too_often"].format(n=privacy.exports_a_day())
        messages.warning(request, told, extra_tags="warn")
        return redirect("web-privacy")
    pieces = privacy_export.archive(visitor.msisdn, language, visitor.now)
    answer = StreamingHttpResponse(pieces, content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="careline-{visitor.now:%Y%m%d}.zip"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@require_http_methods(["GET", "POST"])
@signed_in
def delete(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """What would go and what stays; then, with the word typed in, it goes."""
    if not proved(request, visitor):
        return _ask(reverse("web-delete"))
    language = page_language()
    words = pages.phrases(PART, language)
    wrong = ""
    if request.method == "POST":
        if request.POST.get("word", "").strip().casefold() == words["word"].casefold():
            privacy_deletion.request(visitor.msisdn, by="subscriber", now=visitor.now)
            messages.success(request, words["delete_begun"], extra_tags="good")
            return redirect("web-privacy")
        wrong = words["type_wrong"].format(word=words["word"])
    found = privacy.standing(visitor.msisdn, visitor.now)
    goes = [(one.part.title.read(language), one.goes) for one in found if one.goes]
    stays = [(one.part.title.read(language), *_kept(kept, words, language)) for one in found for kept in one.kept]
    return pages.show(
        request, PART, "delete.html", visitor, 400 if wrong else 200, goes=goes, stays=stays, wrong=wrong,
        type_this=words["type_this"].format(word=words["word"]),
    )  # fmt: skip


def proved(request: HttpRequest, visitor: Visitor) -> bool:
    """Whether this customer has just shown who they are: by the service password, or by a code of the last minutes."""
    if visitor.assurance >= Assurance.PASSWORD:
        return True
    held = request.session.get(_UNTIL) or ("", "")
    return held[0] == visitor.msisdn.digits and datetime.fromisoformat(held[1]) > visitor.now


def _ask(onward: str) -> HttpResponse:
    return redirect(f"{reverse('web-privacy-confirm')}?{urlencode({'next': onward})}")


def _rows(found: list[Standing], words: dict[str, str], language: str) -> list[tuple[str, str, int, list[str]]]:
    return [
        (
            one.part.title.read(language),
            one.part.purpose.read(language),
            one.records,
            [f"{why}: {until}" for why, until, _ in (_kept(kept, words, language) for kept in one.kept)],
        )
        for one in found
    ]


def _kept(kept: Kept, words: dict[str, str], language: str) -> tuple[str, str, int]:
    until = words["until"].format(date=moment(kept.until, language)[:-6]) if kept.until else words["always_kept"]
    return kept.why.read(language), until, kept.count


def _deletion(visitor: Visitor, words: dict[str, str], language: str) -> str:
    """How the last deletion stands, as a sentence; "" where none was asked for."""
    asked = privacy_deletion.latest(visitor.msisdn)
    if asked is None:
        return ""
    done, parts, gone = privacy_deletion.progress(asked)
    if asked.done_at is None:
        return words["delete_running"].format(done=done, all=parts, n=gone)
    return words["delete_done"].format(date=moment(asked.done_at, language), n=gone)
