"""The life of versions: list, one version and its deeds, what differs, what lint finds."""

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from careline.catalogue import library, refusals
from careline.catalogue.comparing import diff as compare
from careline.catalogue.lint import errors_of
from careline.catalogue.linting.finding import Severity
from careline.catalogue.version import State, Version
from careline.identity.gates import Gate
from careline.journal.models import Entry
from careline.staff.access import actor, may, now, page, refuse, through
from careline.staff.linted import report
from careline.staff.refusing import explain_refusal
from careline.staff.views.browsing import version_or_404
from careline.wiring import behaviours

PAGE = 30  # versions on one page of the list
CHANGES_MAX = 300  # changed items shown in full on one page


@through(Gate.READ_CATALOGUE)
def versions(request: HttpRequest) -> HttpResponse:
    every = Paginator(Version.objects.select_related("based_on"), PAGE)
    return page(request, "staff/versions.html", here="versions", versions=every.get_page(request.GET.get("page")))


@through(Gate.READ_CATALOGUE)
def version(request: HttpRequest, number: int) -> HttpResponse:
    """One version: where it stands in its life, and what this person may do with it."""
    found = version_or_404(number)
    me, current = actor(request), Version.published()
    own = me == found.author or me in found.editors
    return page(
        request,
        "staff/version.html",
        here="versions",
        tab="life",
        version=found,
        own=own,
        report=report(found),
        current=current,
        outdated=bool(current and found.state in (State.DRAFT, State.IN_REVIEW) and found.based_on_id != current.pk),
        changes=len(compare(found.based_on.bodies() if found.based_on else {}, found.bodies())),
        entries=Entry.objects.filter(what="version", record=str(number)).order_by("-at", "-id")[:50],
    )


@through(Gate.READ_CATALOGUE)
def lint(request: HttpRequest, number: int) -> HttpResponse:
    found = version_or_404(number)
    chosen, rule = request.GET.get("severity", ""), request.GET.get("rule", "")
    whole = report(found)
    shown = [
        finding
        for finding in whole.findings
        if (not chosen or finding.severity == chosen) and (not rule or finding.rule == rule)
    ]
    return page(
        request,
        "staff/lint.html",
        here="catalogue",
        tab="lint",
        version=found,
        report=whole,
        findings=shown,
        chosen=chosen,
        rule=rule,
        rules=sorted({finding.rule for finding in whole.findings}),
        severities=list(Severity),
    )


@through(Gate.READ_CATALOGUE)
def diff(request: HttpRequest, number: int) -> HttpResponse:
    """What differs from the version it is based on, or from any other."""
    found = version_or_404(number)
    wanted = request.GET.get("against", "")
    against: Version | None = found.based_on
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 9:
        against = version_or_404(int(wanted))
    changes = compare(against.bodies() if against else {}, found.bodies())
    return page(
        request,
        "staff/diff.html",
        here="catalogue",
        tab="diff",
        version=found,
        against=against,
        others=Version.objects.exclude(pk=found.pk).values_list("number", flat=True)[:50],
        changes=changes[:CHANGES_MAX],
        total=len(changes),
        counts={what: sum(change.what == what for change in changes) for what in ("added", "changed", "removed")},
    )


@require_POST
@through(Gate.EDIT_CATALOGUE)
def draft(request: HttpRequest) -> HttpResponse:
    """Begin a draft from the published version."""
    note = request.POST.get("note", "").strip()[:500]
    made = Version.draft(by=actor(request), now=now(), note=note)
    messages.success(request, _("Draft %(number)s is begun; edit what you need.") % {"number": made.number})
    return redirect("staff:version", made.number)


@require_POST
@through(Gate.READ_CATALOGUE)
def do(request: HttpRequest, number: int, deed: str) -> HttpResponse:
    """One deed on a version; each has its own gate, checked before anything is done."""
    if deed not in _DEEDS:
        raise Http404
    gate, act = _DEEDS[deed]
    if not may(request, gate):
        return refuse(request, gate)
    found = version_or_404(number)
    try:
        said = act(request, found)
    except refusals.Refusal as refusal:
        messages.error(request, explain_refusal(refusal))
        if isinstance(refusal, refusals.Faulty):
            return redirect("staff:lint", number)
        return redirect("staff:version", number)
    messages.success(request, said)
    current = Version.published()
    if deed == "roll_back" and current:
        return redirect("staff:version", current.number)
    return redirect("staff:version", number)


def _submit(request: HttpRequest, version: Version) -> str:
    version.submit(by=actor(request), now=now(), note=_note(request) or None)
    return _("Submitted. Somebody who did not write in it can review it now.")


def _approve(request: HttpRequest, version: Version) -> str:
    version.review(by=actor(request), now=now(), note=_note(request))
    return _("Approved. It can be published now.")


def _send_back(request: HttpRequest, version: Version) -> str:
    version.review(by=actor(request), now=now(), approve=False, note=_note(request))
    return _("Sent back to its author.")


def _publish(request: HttpRequest, version: Version) -> str:
    version.publish(by=actor(request), now=now(), errors=errors_of(behaviours().values()))
    library.refresh()
    return _("Published. Every process serves it within a second.")


def _roll_back(request: HttpRequest, version: Version) -> str:
    made = Version.roll_back(
        to=version, by=actor(request), now=now(), errors=errors_of(behaviours().values()), note=_note(request)
    )
    library.refresh()
    return _("Rolled back: version %(made)s, equal to %(old)s, is published.") % {
        "made": made.number,
        "old": version.number,
    }


def _catch_up(request: HttpRequest, version: Version) -> str:
    both = version.catch_up(by=actor(request), now=now())
    if both:
        few = ", ".join(f"{kind} {key}" for kind, key in both[:10])
        messages.warning(request, _("Changed on both sides, the draft's form is kept: %(items)s") % {"items": few})
    return _("Brought up to date.")


def _discard(request: HttpRequest, version: Version) -> str:
    version.discard(by=actor(request), now=now())
    return _("The draft is discarded.")


def _note(request: HttpRequest) -> str:
    return request.POST.get("note", "").strip()[:500]


_DEEDS: dict[str, tuple[Gate, Callable[[HttpRequest, Version], str]]] = {
    "submit": (Gate.EDIT_CATALOGUE, _submit),
    "catch_up": (Gate.EDIT_CATALOGUE, _catch_up),
    "discard": (Gate.EDIT_CATALOGUE, _discard),
    "approve": (Gate.REVIEW_CATALOGUE, _approve),
    "send_back": (Gate.REVIEW_CATALOGUE, _send_back),
    "publish": (Gate.PUBLISH_CATALOGUE, _publish),
    "roll_back": (Gate.PUBLISH_CATALOGUE, _roll_back),
}
