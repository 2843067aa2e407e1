"""One document: reading it, editing it in a draft, adding, removing, and hearing how it will sound."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from careline.catalogue import refusals
from careline.catalogue.documents import KINDS
from careline.catalogue.item import Item
from careline.catalogue.linting.texts import PARTS_MAX
from careline.catalogue.version import State, Version
from careline.identity.gates import Gate
from careline.staff import previewing
from careline.staff.access import actor, may, now, page, refuse, through
from careline.staff.form_fields import empty
from careline.staff.forms import Form, form_of, read
from careline.staff.linted import report
from careline.staff.refusing import explain_refusal
from careline.staff.views.browsing import version_or_404
from careline.wiring import behaviours


@through(Gate.READ_CATALOGUE)
def item(request: HttpRequest, number: int, kind: str, key: str) -> HttpResponse:
    """Show a document; in a draft, save it. Who saves over somebody else's change is shown that change first."""
    version = version_or_404(number)
    held = version.items.filter(kind=kind, key=key).first()
    if held is None:
        raise Http404
    bodies = version.bodies()
    form = form_of(kind, held.body, bodies, behaviours())
    overtaken = None
    if request.method == "POST":
        if not may(request, Gate.EDIT_CATALOGUE):
            return refuse(request, Gate.EDIT_CATALOGUE)
        body = read(form, request.POST, held.body)
        form.wrong = _misfit(kind, key, body)
        if form.valid:
            try:
                version.edit(kind, key, body, by=actor(request), now=now(), stamp=stamp_of(request))
            except refusals.Overtaken as refusal:
                overtaken = refusal
            except refusals.Refusal as refusal:
                messages.error(request, explain_refusal(refusal))
            else:
                messages.success(request, _("Saved."))
                return redirect("staff:item", number, kind, key)
    return _show(request, version, held, form, bodies, overtaken)


def _show(
    request: HttpRequest,
    version: Version,
    held: Item,
    form: Form,
    bodies: dict[tuple[str, str], Any],
    overtaken: refusals.Overtaken | None,
) -> HttpResponse:
    findings = [
        finding
        for finding in report(version).findings
        if (finding.where.kind, finding.where.key) == (held.kind, held.key)
    ]
    spoken = held.kind == "words" and held.key.startswith("voice.")
    return page(
        request,
        "staff/item.html",
        status=409 if overtaken else 200 if form.valid else 400,
        here="catalogue",
        tab=_tab(held.kind),
        version=version,
        item=held,
        table=held.key.partition("/")[0],
        form=form,
        editing=version.state == State.DRAFT and may(request, Gate.EDIT_CATALOGUE),
        stamp=overtaken.stamp if overtaken else held.stamp,
        overtaken=overtaken,
        said=explain_refusal(overtaken) if overtaken else "",
        findings=findings,
        most=_parts_max(bodies),
        shown=previewing.shown_words(held.key, held.body) if held.kind == "words" and not spoken else None,
        heard=previewing.heard(held.body) if spoken else None,
    )


@through(Gate.EDIT_CATALOGUE)
def add(request: HttpRequest, number: int, kind: str) -> HttpResponse:
    """A new document of a draft; its key follows from what it is."""
    version = version_or_404(number)
    if kind not in KINDS or kind == "settings":
        raise Http404
    bodies = version.bodies()
    body = empty(kind)
    form = form_of(kind, body, bodies, behaviours())
    key = request.POST.get("key", "").strip()
    table = request.POST.get("table") or request.GET.get("table", "")
    if request.method == "POST":
        made = read(form, request.POST, body)
        if kind == "code":
            key = f"{table}/{made.get('spelling', '').partition('|')[0]}"
        elif kind in ("service", "table", "menu"):
            made["id"] = key
        form.wrong = _misfit(kind, key, made)
        if form.valid:
            try:
                version.edit(kind, key, made, by=actor(request), now=now(), stamp=0)
            except refusals.Overtaken:
                form.wrong = [_("%(key)s exists already.") % {"key": key}]
            except refusals.Refusal as refusal:
                form.wrong = [explain_refusal(refusal)]
            else:
                messages.success(request, _("Added."))
                return redirect("staff:item", number, kind, key)
    return page(
        request,
        "staff/add.html",
        status=200 if form.valid else 400,
        here="catalogue",
        tab=_tab(kind),
        version=version,
        kind=kind,
        form=form,
        editing=True,
        key=key,
        table=table,
        tables=sorted(name for of, name in bodies if of == "table"),
        most=_parts_max(bodies),
    )


@require_POST
@through(Gate.EDIT_CATALOGUE)
def remove(request: HttpRequest, number: int, kind: str, key: str) -> HttpResponse:
    version = version_or_404(number)
    try:
        version.remove(kind, key, by=actor(request), now=now(), stamp=stamp_of(request))
    except refusals.Refusal as refusal:
        messages.error(request, explain_refusal(refusal))
        return redirect("staff:item", number, kind, key)
    messages.success(request, _("%(key)s is removed from this draft.") % {"key": key})
    if kind == "code":
        return redirect("staff:table", number, key.partition("/")[0])
    return redirect(f"staff:{_tab(kind)}", number)


@through(Gate.READ_CATALOGUE)
def preview(request: HttpRequest, number: int, service: str) -> HttpResponse:
    """Everything that customers can hear of a service, part by part, in both languages."""
    version = version_or_404(number)
    bodies = version.bodies()
    body = bodies.get(("service", service))
    if body is None:
        raise Http404
    words = {key: text for (kind, key), text in bodies.items() if kind == "words"}
    every = previewing.answers(body, words)
    return page(
        request,
        "staff/preview.html",
        here="catalogue",
        tab="services",
        version=version,
        service=service,
        body=body,
        about=previewing.about(body),
        answers=[answer for answer in every if not answer.shared],
        shared=list({answer.key: answer for answer in every if answer.shared}.values()),
        most=_parts_max(bodies),
    )


def _misfit(kind: str, key: str, body: dict[str, Any]) -> list[str]:
    """What would make the document unfindable under its key."""
    if not key.strip("/ "):
        return [_("Give it an id.")]
    if kind == "code":
        first = str(body.get("spelling", "")).partition("|")[0]
        if not first:
            return [_("Write at least one spelling.")]
        if key.partition("/")[2] != first:
            return [
                _(
                    "This row is known by its first spelling, %(first)s: keep it first, or remove the row and add another."
                )
                % {"first": key.partition("/")[2]}
            ]
    return []


def stamp_of(request: HttpRequest) -> int:
    """The stamp of the document as it was read, from the form; -1, which none has, where it says no number."""
    written = request.POST.get("stamp", "")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 10 else -1


def _tab(kind: str) -> str:
    return {"service": "services", "table": "tables", "code": "tables", "words": "words", "menu": "menus"}.get(
        kind, "settings"
    )


def _parts_max(bodies: dict[tuple[str, str], Any]) -> int:
    most = bodies.get(("settings", "limits"), {}).get("parts_max", PARTS_MAX)
    return most if isinstance(most, int) else PARTS_MAX
