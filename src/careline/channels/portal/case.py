"""One case, for who holds its link: what was done, who owes what until when, and what the customer may do about it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from careline.cases import clocks, custody, ending, replying, standing, timeline, urging
from careline.cases.deeds import count, deed, note, remember
from careline.cases.free_text import from_customer
from careline.cases.models import Case, Contact
from careline.cases.states import NotAllowed, State
from careline.channels.portal import knocking, visiting
from careline.channels.portal.entering import now, show
from careline.channels.portal.phrases import page_language, phrases
from careline.channels.portal.telling import CHANNEL, OFTEN, OFTEN_MAX, WORDS_MAX
from careline.identity import passes

_SAID = "portal_said"  # in the session: what was just done
_CUSTOMER = "subscriber"


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
    language, at = page_language(), now()
    words = phrases(language)
    how = standing.standing_of(case, at)
    said = str(request.session.pop(_SAID, ""))
    ended = not case.is_open
    asks = case.state == State.CONFIRMING and case.satisfied is None
    return show(
        request,
        "case.html",
        given=given,
        case=case,
        label=how.label.read(language),
        step=how.step.read(language),
        owes=how.owes.read(language),
        until=how.until.read(language),
        promise=_promise(case, at, words),
        moments=[
            (moment, moment.label.read(language), timezone.localtime(moment.at))
            for moment in reversed(timeline.for_customer(case.docket))
        ],
        said=words[said].format(docket=case.docket) if said in words else "",
        received=said.startswith("received"),
        asks=asks,
        ended=ended,
        may_rate=case.rating is None and (ended or (case.state == State.CONFIRMING and bool(case.satisfied))),
        rated=words["rated"].format(n=case.rating) if case.rating is not None else "",
        may_add=not ended and not asks and not case.satisfied,
        scale=range(1, 6),
        longest=WORDS_MAX,
    )


def doing(
    deed: Callable[[HttpRequest, Case, datetime], str],
) -> Callable[[HttpRequest, str], HttpResponse]:
    """A deed of the customer's on the case of the pass, then back to it; `deed` says which phrase is shown there."""

    @wraps(deed)
    def view(request: HttpRequest, case: Case, given: str) -> HttpResponse:
        try:
            request.session[_SAID] = deed(request, case, now())
        except NotAllowed:
            request.session[_SAID] = "refused"
        return redirect("portal-case", given=given)

    return sensitive_post_parameters()(require_POST(opened(view)))


@doing
def add(request: HttpRequest, case: Case, at: datetime) -> str:
    words = _words(request)
    if not words:
        return "no_words"
    if _too_often(case, at):
        return "too_often"
    with deed(case.docket) as held:
        if remember(held, _key(request, case, "add"), channel=CHANNEL, contact=None, by=_CUSTOMER, now=at, words=words):
            custody.asked(held, _CUSTOMER, at)
            held.repeats = count(held.repeats)
            detail = {"repeats": held.repeats}
            note(held, "joined", by=_CUSTOMER, now=at, words=words, public=True, channel=CHANNEL, detail=detail)
    return "added"


@doing
def urge(request: HttpRequest, case: Case, at: datetime) -> str:
    """Once an hour: who presses twice is not twice as urgent."""
    key = f"web:urge:{case.docket}:{int(at.timestamp()) // 3600}"
    if Contact.objects.filter(key=key).exists():
        return "urged_already"
    urging.urge(case.docket, channel=CHANNEL, by=_CUSTOMER, now=at, key=key, tell=False)
    return "urged"


@doing
def satisfied(request: HttpRequest, case: Case, at: datetime) -> str:
    replying.customer_says(
        case.docket, True, channel=CHANNEL, by=_CUSTOMER, now=at, rating=_rating(request), words=_words(request),
        key=_key(request, case, "yes"), tell=False,
    )  # fmt: skip
    return "thanks"


@doing
def unsatisfied(request: HttpRequest, case: Case, at: datetime) -> str:
    replying.customer_says(
        case.docket, False, channel=CHANNEL, by=_CUSTOMER, now=at, words=_words(request),
        key=_key(request, case, "no"), tell=False,
    )  # fmt: skip
    return "again"


@doing
def rate(request: HttpRequest, case: Case, at: datetime) -> str:
    """The rating, once; words beside it are for us to read."""
    rating, words = _rating(request), _words(request)
    if rating is None:
        return "refused"
    ending.rate(case.docket, rating, channel=CHANNEL, by=_CUSTOMER, now=at)
    if words:
        with deed(case.docket, ended=True) as held:
            note(held, "noted", by=_CUSTOMER, now=at, words=words, channel=CHANNEL, detail={"rating": rating})
    return "thanks"


@doing
def reopen(request: HttpRequest, case: Case, at: datetime) -> str:
    if not (words := _words(request)):
        return "no_words"
    if _too_often(case, at):
        return "too_often"
    ending.reopen(
        case.docket, words, channel=CHANNEL, by=_CUSTOMER, now=at, key=_key(request, case, "reopen"), tell=False
    )
    return "again"


def _promise(case: Case, at: datetime, words: dict[str, str]) -> str:
    """How the 48 hours stand, in words."""
    first = next((clock for clock in clocks.standing(case, at) if clock.what == "first_reply"), None)
    if first is None:
        return ""
    if first.kept_at is not None:
        return words["promise_kept_late" if first.state == "broken" else "promise_kept"]
    late = first.left < timedelta(0)
    return words["promise_late" if late else "promise_left"].format(span=_span(abs(first.left), words))


def _span(span: timedelta, words: dict[str, str]) -> str:
    """A length of time as people say it: the two largest units."""
    minutes = int(span.total_seconds()) // 60
    parts = [(minutes // 1440, "day"), (minutes // 60 % 24, "hour"), (minutes % 60, "minute")]
    first = next((place for place, (n, _) in enumerate(parts) if n), 2)
    said = [words[unit if n == 1 else f"{unit}s"].format(n=n) for n, unit in parts[first : first + 2] if n]
    return " ".join(said) or words["minutes"].format(n=0)


def _words(request: HttpRequest) -> str:
    return from_customer(request.POST.get("words", "").replace("\0", "")[:WORDS_MAX])


def _rating(request: HttpRequest) -> int | None:
    written = request.POST.get("rating", "")
    return int(written) if written in {"1", "2", "3", "4", "5"} else None


def _key(request: HttpRequest, case: Case, what: str) -> str:
    """What makes it happen once when the button is pressed twice: the version of the case that the page showed."""
    version = request.POST.get("version", "")
    return f"web:{what}:{case.docket}:{version if version.isdecimal() and len(version) < 9 else case.version}"


def _too_often(case: Case, at: datetime) -> bool:
    return Contact.objects.filter(case=case, channel=CHANNEL, at__gt=at - OFTEN).count() >= OFTEN_MAX
