"""A person, one tap away: the number to call, when people answer, and a promise to call back."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import localtime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from careline.channels.calls import settings as calls
from careline.channels.portal.phrases import page_language
from careline.channels.web import pages
from careline.channels.web.visitor import Visitor, now, signed_in, visitor
from careline.desk import callbacks, queue
from careline.values.reference import new_reference

WORDS_MAX = callbacks.SUMMARY_MAX


@never_cache
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest) -> HttpResponse:
    """Also for who has not signed in: the number is no secret. Only who has may be called back, at the own number."""
    if request.method == "POST":
        return _ask(request)
    return _show(request, visitor(request, now()))


@signed_in
def _ask(request: HttpRequest, known: Visitor) -> HttpResponse:
    words = pages.phrases("home", page_language())
    if not calls.from_environment().may_call_back(known.msisdn.digits):
        return _show(request, known, 409, wrong=words["back_none"])
    about = request.POST.get("words", "").replace("\0", "").strip()[:WORDS_MAX] or words["back_blank"]
    try:
        due_at = callbacks.ask(known.msisdn, key=_key(request), language=known.language, words=about, now=known.now)
    except callbacks.NotPromised as refused:
        return _show(request, known, 409, wrong=words[f"back_{refused}"])
    return _show(request, known, promised=words["back_promised"].format(at=f"{localtime(due_at):%H:%M}"))


def _show(request: HttpRequest, known: Visitor | None, status: int = 200, **said: str) -> HttpResponse:
    desk, moment = queue.named(queue.FIRST_QUEUE), now()
    words = pages.phrases("home", page_language())
    hours = words["always"]
    if desk.opens_at is not None and desk.closes_at is not None:
        hours = words["hours"].format(opens=f"{desk.opens_at:%H:%M}", closes=f"{desk.closes_at:%H:%M}")
    may = known is not None and calls.from_environment().may_call_back(known.msisdn.digits)
    about = words["back_about"].format(
        number=known.msisdn if known is not None else "", minutes=int(callbacks.DUE.total_seconds() // 60)
    )
    return pages.show(
        request,
        "home",
        "person.html",
        known,
        status=status,
        hours=hours,
        open_now=queue.is_open(desk, moment),
        may_ask=may,
        back_about=about,
        key=new_reference()[0],
        longest=WORDS_MAX,
        **said,
    )


def _key(request: HttpRequest) -> str:
    """The reference that was drawn with the form; a made-up one is a new one."""
    try:
        return str(UUID(request.POST.get("key", "")))
    except ValueError:
        return new_reference()[0]
