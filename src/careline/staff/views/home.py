"""The first page: what is published, what waits for whom, what lint says."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from careline.catalogue import library
from careline.catalogue.version import State, Version
from careline.identity.gates import Gate
from careline.journal.models import Entry
from careline.staff.access import actor, may, page, through
from careline.staff.linted import report


def home(request: HttpRequest) -> HttpResponse:
    """Where work begins: with the catalogue, or for those who have no part in it with what they have to do."""
    if not may(request, Gate.READ_CATALOGUE):
        if may(request, Gate.VERIFY_REFUNDS) and not may(request, Gate.HANDLE_CASES):
            return redirect("staff:refunds")
        if may(request, Gate.TAKE_CASES):
            return redirect("staff:cases")
        if may(request, Gate.HANDLE_ORDERS):
            return redirect("staff:orders")
        if may(request, Gate.SUPPORT_CASES):
            return redirect("staff:case-tasks")
    return _overview(request)


@through(Gate.READ_CATALOGUE)
def _overview(request: HttpRequest) -> HttpResponse:
    published = Version.published()
    drafts = list(Version.objects.filter(state=State.DRAFT))
    waiting = list(Version.objects.filter(state=State.IN_REVIEW))
    me = actor(request)
    return page(
        request,
        "staff/home.html",
        here="home",
        published=published,
        report=report(published) if published else None,
        counts=_counts(published) if published else {},
        drafts=drafts,
        waiting=waiting,
        for_me=[one for one in waiting if not one.approved and me not in one.editors],
        alarm=library.alarm(),
        latest=Entry.objects.order_by("-at", "-id")[:8] if may(request, Gate.READ_JOURNAL) else None,
    )


def _counts(version: Version) -> dict[str, int]:
    kinds = list(version.items.values_list("kind", flat=True))
    return {kind: kinds.count(kind) for kind in ("service", "table", "code", "words")}
