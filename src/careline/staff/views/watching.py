"""The journal, and the story of a message."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse

from careline.hall import explaining
from careline.identity.gates import Gate
from careline.journal.models import Entry
from careline.journal.writing import write
from careline.staff.access import actor, now, page, through
from careline.staff.labels import DEEDS
from careline.values.msisdn import Msisdn, NotANumber

PAGE = 50  # entries of the journal on one page
LATEST = 20  # messages of one customer


@through(Gate.READ_JOURNAL)
def journal(request: HttpRequest) -> HttpResponse:
    entries = Entry.objects.order_by("-at", "-id")
    who, did = request.GET.get("who", "").strip(), request.GET.get("did", "")
    if who:
        entries = entries.filter(who=who)
    if did:
        entries = entries.filter(did=did)
    return page(
        request,
        "staff/journal.html",
        here="journal",
        entries=Paginator(entries, PAGE).get_page(request.GET.get("page")),
        who=who,
        did=did,
        deeds=DEEDS,
    )


@through(Gate.EXPLAIN)
def messages_of(request: HttpRequest) -> HttpResponse:
    """The last messages of one customer. The number is sent by POST, so that no log of addresses holds it."""
    written, wrong, found = request.POST.get("number", "").strip(), False, None
    if written:
        try:
            msisdn = Msisdn.parse(written)
        except NotANumber:
            wrong = True
        else:
            write(who=actor(request), did="look", what="subscriber", record=msisdn.masked(), now=now())
            found = explaining.latest(msisdn, LATEST)
    return page(
        request, "staff/messages.html", here="explain", found=found, wrong=wrong, number=written if wrong else ""
    )


@through(Gate.EXPLAIN)
def explain(request: HttpRequest, turn: str) -> HttpResponse:
    """How one message was understood and what became of it; looking is journaled."""
    story = explaining.explain(turn)
    if story is None:
        raise Http404
    write(who=actor(request), did="look", what="message", record=turn, now=now())
    return page(request, "staff/explain.html", here="explain", story=story)
