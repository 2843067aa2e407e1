"""Telling: what it is about, what happened, which notice provoked it; and what was told before."""

import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from careline.cases import opening, provoking, standing
from careline.cases.models import Case, Contact
from careline.cases.opening import NewCase
from careline.cases.states import Kind
from careline.cases.subjects.categories import Category, Question, categories
from careline.channels.portal import visiting
from careline.channels.portal.entering import now, show
from careline.channels.portal.phrases import page_language, phrases
from careline.identity import passes
from careline.values.msisdn import Msisdn

CHANNEL = "web"
WORDS_MAX, ANSWER_MAX = 2000, 200  # characters
OFTEN_MAX, OFTEN = 6, timedelta(hours=1)  # contacts by the web of one number
_OTHER = {"else": Kind.COMPLAINT, "suggestion": Kind.SUGGESTION, "enquiry": Kind.ENQUIRY}


class Asked(NamedTuple):
    """One question of the form, with what was answered and what is wrong with it."""

    id: str
    label: str
    kind: str
    required: bool
    options: tuple[tuple[str, str], ...]
    value: str
    wrong: str


class Door(NamedTuple):
    """Whose pages these are: how they show a template, and where they go when a case was accepted."""

    show: Callable[..., HttpResponse]  # template, status=, and what stands in it
    accepted: Callable[[Case, bool], HttpResponse]  # the case, and whether it was there before


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def tell(request: HttpRequest) -> HttpResponse:
    """First what it is about, then the form for it."""
    msisdn = visiting.number(request, now())
    if msisdn is None:
        return redirect("portal-number")

    def shown(template: str, **context: Any) -> HttpResponse:
        return show(request, template, **context)

    def accepted(case: Case, joined: bool) -> HttpResponse:
        request.session["portal_said"] = "received_joined" if joined else "received"
        return redirect("portal-case", given=passes.give(case.docket, now()))

    return page(request, msisdn, Door(shown, accepted))


def page(request: HttpRequest, msisdn: Msisdn, door: Door) -> HttpResponse:
    """The two steps of telling, for whichever pages they stand on."""
    about = request.GET.get("about", "")
    category = categories().get(about)
    if category is None and about not in _OTHER:
        return door.show("which.html", categories=_listed(), mine=mine(msisdn), number=msisdn.national())
    if request.method == "POST":
        return _accept(request, msisdn, about, category, door)
    return _form(request, msisdn, about, category, door, key=secrets.token_urlsafe(18))


def _accept(request: HttpRequest, msisdn: Msisdn, about: str, category: Category | None, door: Door) -> HttpResponse:
    words = phrases(page_language())
    said = request.POST.get("words", "").replace("\0", "").strip()[:WORDS_MAX]
    given = {
        one.id: request.POST.get(f"q-{one.id}", "").replace("\0", "").strip()[:ANSWER_MAX]
        for one in (category.questions if category else ())
    }
    missing = {one.id for one in (category.questions if category else ()) if one.required and not given[one.id]}
    key = f"web:{msisdn.digits}:{request.POST.get('key', '')[:40]}"
    wrong = words["no_words"] if not said else words["needed"] if missing else ""
    if not wrong and _too_often(msisdn, key):
        wrong = words["too_often"]
    if wrong:
        return _form(
            request, msisdn, about, category, door, request.POST.get("key", "")[:40], said, given, missing, wrong
        )
    kind = Kind.COMPLAINT if category else _OTHER[about]
    new = NewCase(
        key=key,
        msisdn=msisdn,
        kind=kind.value,
        category=category.id if category else "",
        words=said,
        channel=CHANNEL,
        answers={name: answer for name, answer in given.items() if answer},
    )
    accepted = opening.accept(new, by="subscriber", now=now())
    notice = provoking.find(msisdn, request.POST.get("notice", "")[:40])
    if notice is not None:
        provoking.provoked(accepted.case, notice, by="subscriber", now=now(), channel=CHANNEL)
    return door.accepted(accepted.case, accepted.joined)


def _form(
    request: HttpRequest,
    msisdn: Msisdn,
    about: str,
    category: Category | None,
    door: Door,
    key: str,
    said: str = "",
    given: Mapping[str, str] | None = None,
    missing: set[str] | None = None,
    wrong: str = "",
) -> HttpResponse:
    language = page_language()
    words = phrases(language)
    title = category.name.read(language) if category else words["something_else" if about == "else" else about]
    questions = [
        _asked(one, language, (given or {}).get(one.id, ""), words["needed"] if one.id in (missing or ()) else "")
        for one in (category.questions if category else ())
    ]
    context: dict[str, Any] = {"title": title, "calm": category.calm.read(language) if category else ""}
    chosen = request.POST.get("notice", request.GET.get("notice", ""))[:40]
    notices = provoking.offered(msisdn, now())
    named = provoking.find(msisdn, chosen)
    if named is not None and named.id not in {one.id for one in notices}:
        notices = [named, *notices]
    if "notice" not in request.POST and named is None and category is not None and category.refund == "dispute":
        chosen = provoking.proposed(notices, now())
    context |= {"notices": notices, "notice": named.id if named else chosen, "about": about}
    return door.show(
        "tell.html", status=400 if wrong else 200, key=key, said=said, questions=questions,
        wrong=wrong, no_words=bool(wrong) and not said, longest=WORDS_MAX, answer_longest=ANSWER_MAX, **context,
    )  # fmt: skip


def _asked(one: Question, language: str, value: str, wrong: str) -> Asked:
    options = tuple((option.zh, option.read(language)) for option in one.options)
    return Asked(one.id, one.label.read(language), one.kind, one.required, options, value, wrong)


def _listed() -> list[tuple[str, str, str]]:
    """Everything that one may tell of: its name in the address, what it is called, what it is."""
    language = page_language()
    words = phrases(language)
    listed = [(one.id, one.name.read(language), one.about.read(language)) for one in categories().values()]
    listed += [(one, words[one], words[f"{one}_about"]) for one in ("enquiry", "suggestion")]
    return [*listed, ("else", words["something_else"], words["something_about"])]


def mine(msisdn: Msisdn) -> list[tuple[str, str, str, str]]:
    """What this number told before, newest first: the pass, docket, what it is, where it stands."""
    language, at = page_language(), now()
    rows = []
    for case in opening.history(msisdn)[:10]:
        how = standing.standing_of(case, at)
        rows.append((passes.give(case.docket, at), case.docket, how.label.read(language), how.step.read(language)))
    return rows


def _too_often(msisdn: Msisdn, key: str) -> bool:
    lately = Contact.objects.filter(case__msisdn=msisdn.digits, channel=CHANNEL, at__gt=now() - OFTEN)
    return lately.exclude(key=key).count() >= OFTEN_MAX
