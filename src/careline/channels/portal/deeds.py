"""What customers may do with their case, on whichever page they meet it; each deed says which phrase is shown then."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.http import HttpRequest

from careline.cases import custody, ending, replying, urging
from careline.cases.deeds import count, deed, note, remember
from careline.cases.free_text import from_customer
from careline.cases.models import Case, Contact
from careline.cases.states import NotAllowed
from careline.channels.portal.telling import CHANNEL, OFTEN, OFTEN_MAX, WORDS_MAX

_CUSTOMER = "subscriber"
Deed = Callable[[HttpRequest, Case, datetime], str]


def perform(name: str, request: HttpRequest, case: Case, at: datetime) -> str:
    """Do what the button says; the phrase for what came of it. Raises KeyError for a button that there is not."""
    done = DEEDS[name]
    try:
        return done(request, case, at)
    except NotAllowed:
        return "refused"


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


def urge(request: HttpRequest, case: Case, at: datetime) -> str:
    """Once an hour: who presses twice is not twice as urgent."""
    key = f"web:urge:{case.docket}:{int(at.timestamp()) // 3600}"
    if Contact.objects.filter(key=key).exists():
        return "urged_already"
    urging.urge(case.docket, channel=CHANNEL, by=_CUSTOMER, now=at, key=key, tell=False)
    return "urged"


def satisfied(request: HttpRequest, case: Case, at: datetime) -> str:
    replying.customer_says(
        case.docket, True, channel=CHANNEL, by=_CUSTOMER, now=at, rating=_rating(request), words=_words(request),
        key=_key(request, case, "yes"), tell=False,
    )  # fmt: skip
    return "thanks"


def unsatisfied(request: HttpRequest, case: Case, at: datetime) -> str:
    replying.customer_says(
        case.docket, False, channel=CHANNEL, by=_CUSTOMER, now=at, words=_words(request),
        key=_key(request, case, "no"), tell=False,
    )  # fmt: skip
    return "again"


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


def reopen(request: HttpRequest, case: Case, at: datetime) -> str:
    if not (words := _words(request)):
        return "no_words"
    if _too_often(case, at):
        return "too_often"
    ending.reopen(
        case.docket, words, channel=CHANNEL, by=_CUSTOMER, now=at, key=_key(request, case, "reopen"), tell=False
    )
    return "again"


DEEDS: Mapping[str, Deed] = {
    "add": add, "urge": urge, "satisfied": satisfied, "unsatisfied": unsatisfied, "rate": rate, "reopen": reopen,
}  # fmt: skip


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
