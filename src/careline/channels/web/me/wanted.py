"""Which messages are wanted, and when not: switched here, asked wherever such a message is posted."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from careline.channels.portal.phrases import page_language
from careline.channels.web import pages
from careline.channels.web.me.hub import PART
from careline.channels.web.visitor import Visitor, signed_in
from careline.identity import preferences, recognising

_BY = "subscriber"


class _BadHours(ValueError):
    """One hour alone, or none of the day."""


@require_http_methods(["GET", "POST"])
@signed_in
def page(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    words = pages.phrases(PART, page_language())
    if request.method == "POST":
        try:
            quiet = _quiet(request)
        except _BadHours:
            return _show(request, visitor, words, wrong=words["quiet_wrong"])
        changed = [
            preferences.choose(visitor.msisdn, kind, kind in request.POST.getlist("want"), by=_BY, now=visitor.now)
            for kind in preferences.KINDS
        ]
        changed.append(preferences.rest(visitor.msisdn, quiet, by=_BY, now=visitor.now))
        language = request.POST.get("language", "")
        if language in ("zh", "en") and language != visitor.language:
            recognising.keep_languages({visitor.msisdn: language})
            changed.append(True)
        messages.success(request, words["saved" if any(changed) else "not_changed"], extra_tags="good")
        return redirect("web-wanted")
    return _show(request, visitor, words)


def _show(request: HttpRequest, visitor: Visitor, words: dict[str, str], wrong: str = "") -> HttpResponse:
    chosen = preferences.of(visitor.msisdn)
    posted = request.method == "POST"
    kinds = [
        (
            kind,
            words[f"kind_{kind}"],
            words[f"kind_{kind}_about"],
            kind in request.POST.getlist("want") if posted else chosen.wanted[kind],
        )
        for kind in preferences.KINDS
    ]
    quiet = tuple(map(str, chosen.quiet)) if chosen.quiet else ("", "")
    if posted:
        quiet = request.POST.get("from", ""), request.POST.get("until", "")
    return pages.show(
        request, PART, "wanted.html", visitor, 400 if wrong else 200, kinds=kinds, wrong=wrong,
        quiet=quiet, hours=[(str(hour), f"{hour:02d}:00") for hour in range(24)], spoken=visitor.language,
    )  # fmt: skip


def _quiet(request: HttpRequest) -> tuple[int, int] | None:
    """The hours of quiet as they were chosen; none where neither was, or both are the same."""
    given = [request.POST.get(name, "") for name in ("from", "until")]
    if not any(given):
        return None
    if not all(one.isdecimal() and one.isascii() and len(one) <= 2 and int(one) < 24 for one in given):
        raise _BadHours
    since, until = map(int, given)
    return None if since == until else (since, until)
