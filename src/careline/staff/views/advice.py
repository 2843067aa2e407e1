"""All advice on one page, by what it is worth; deciding about it, and writing it into a draft."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from careline import charts
from careline.advice import announced, drafting, gathering, jargon, verdicts
from careline.advice.drafting import Applied, Change
from careline.advice.gathering import Listed
from careline.advice.items import Item
from careline.advice.lengths import Clips
from careline.catalogue.version import Version
from careline.identity.gates import Gate
from careline.prompts import house, voices
from careline.staff.access import actor, now, through
from careline.staff.advice_labels import KINDS, PARTS
from careline.staff.views.insight_frame import Asked, Section, asked, show

CHARTED = 8
SHOWN = 40
KEYS_MOST = 20  # of one draft


@dataclass(frozen=True, slots=True)
class Shown:
    """One piece of advice with the addresses that go with it."""

    listed: Listed
    kind: str
    href: str
    number: int

    @property
    def item(self) -> Item:
        return self.listed.item


@through(Gate.SEE_STATISTICS)
def everything(request: HttpRequest) -> HttpResponse:
    """What to change, the worthiest first; what was rejected stands folded below, with its reason."""
    one = asked(request)
    found = gathering.gather(one.book, one.period, one.filters, now=now(), clips=clips()) if one.book.version else []
    open_, away = [row for row in found if not row.away], [row for row in found if row.away]
    return frame(
        request, "advice", one, [_worth(one, open_), *_table(one, open_)], "staff/advice.html",
        items=[_shown(one, row, at) for at, row in enumerate(open_[:SHOWN], 1)], more=max(0, len(open_) - SHOWN),
        away=[_shown(one, row, 0) for row in away], total=len(open_),
        seconds=sum(row.item.seconds_a_day for row in open_), failures=sum(row.item.failures_a_day for row in open_),
    )  # fmt: skip


def frame(
    request: HttpRequest,
    part: str,
    one: Asked,
    sections: list[Section],
    template: str = "staff/advice_part.html",
    **context: Any,
) -> HttpResponse:
    """A page of advice, with the way to the others."""
    parts = [(reverse(f"staff:{name}") + one.query(), words, name == part) for name, words in PARTS.items()]
    return show(
        request, "insight-advice", one, sections, template, parts=parts, part=part, here_path=request.get_full_path(),
        seen=one.book.version, **context,
    )  # fmt: skip


def clips() -> Clips | None:
    """Who knows how long clips are; without a voice lengths are estimated."""
    try:
        return house.reader()
    except voices.NoSuchVoice:
        return None


@require_POST
@through(Gate.EDIT_CATALOGUE)
def decide(request: HttpRequest) -> HttpResponse:
    """Accept or reject one piece of advice; a no has a reason."""
    sent = request.POST
    accepted = sent.get("decision") == "accept"
    key = sent.get("key", "")[: verdicts.KEY_MAX]
    try:
        if not key:
            raise verdicts.NoReason
        verdicts.decide(
            key,
            accepted=accepted,
            reason=sent.get("reason", ""),
            worth=_number(sent.get("worth", "")),
            by=actor(request),
            now=now(),
        )
    except verdicts.NoReason:
        messages.error(request, _("Say why: the next one to look wants to know."))
    else:
        messages.success(
            request, _("Accepted.") if accepted else _("Rejected. It comes back only if its figures change much.")
        )
    return back(request)


@require_POST
@through(Gate.EDIT_CATALOGUE)
def apply(request: HttpRequest) -> HttpResponse:
    """Write advice into a draft, which is linted and reviewed like any other; then on to the draft."""
    sent = request.POST
    keys = sent.getlist("key")[:KEYS_MOST]
    seen = int(text) if (text := sent.get("seen", "")).isascii() and text.isdigit() and len(text) < 9 else 0
    if not keys:
        messages.error(request, _("Choose what is to be drafted."))
        return back(request)
    try:
        version, new = _applied(request, keys, seen, bool(sent.get("announce")))
    except drafting.Refused as refused:
        messages.error(request, explain(refused))
        return back(request)
    for key in keys:
        verdicts.decide(
            key, accepted=True, reason="", worth=_number(sent.get("worth", "")), by=actor(request), now=now()
        )
    said = _("Written into draft %(n)s. Look at it, let lint look at it, and hand it in for review.") if new else _(
        "This advice is in draft %(n)s already."
    )  # fmt: skip
    messages.success(request, said % {"n": version.number})
    return redirect("staff:version", version.number)


def _applied(request: HttpRequest, keys: list[str], seen: int, announce: bool) -> Applied:
    by, at = actor(request), now()
    kind, _colon, rest = keys[0].partition(":")
    if kind not in ("jargon", "announced"):
        return drafting.apply(rest.partition(":")[0], keys, seen=seen, by=by, now=at, announce=announce)
    version = Version.published()
    bodies = version.bodies() if version else {}
    changes: list[Change] = []
    for key in keys:
        kind, _colon, rest = key.partition(":")
        change = None
        if kind == "jargon":
            change = next((jargon.changed(one, bodies) for one in jargon.jargon(_book(seen)) if one.key == rest), None)
        elif kind == "announced":
            menu, _colon, node = rest.partition(":")
            change = announced.silenced(bodies, menu, node)
        if change is None:
            raise drafting.NoSuchAdvice(key)
        changes.append(change)
    note = keys[0] if len(keys) == 1 else f"{keys[0]} + {len(keys) - 1}"
    return drafting.apply_changes(changes, kind=kind, key=keys[0], seen=seen, by=by, now=at, note=note)


def _book(seen: int) -> Any:
    from careline.catalogue import library, refusals

    try:
        book = library.current()
    except refusals.NothingPublished as nothing:
        raise drafting.NothingPublished from nothing
    if seen and book.version != seen:
        raise drafting.Changed([_("the catalogue")], seen, book.version)
    return book


def explain(refused: drafting.Refused) -> str:
    """Why nothing was drafted, and what to do."""
    match refused:
        case drafting.Changed():
            return _(
                "%(what)s was changed in version %(published)s, after this advice was given on version %(seen)s. Nothing was drafted:"
                " look at the advice anew."
            ) % {"what": ", ".join(refused.what), "published": refused.published, "seen": refused.seen}
        case drafting.NoSuchAdvice():
            return _("%(key)s: there is no such menu, node or choice any more. Nothing was drafted.") % {
                "key": refused.key
            }
        case _:
            return _("No catalogue is published yet.")


def back(request: HttpRequest) -> HttpResponse:
    """To the page of advice that was looked at."""
    here = request.POST.get("back", "")
    own = here.startswith(reverse("staff:advice")) and url_has_allowed_host_and_scheme(here, allowed_hosts=None)
    return redirect(here if own else reverse("staff:advice"))


def _number(written: str) -> float:
    """What the page said that it is worth; nonsense is nothing."""
    try:
        worth = float(written)
    except ValueError:
        return 0.0
    return worth if 0 <= worth < 1e9 else 0.0


def _shown(one: Asked, row: Listed, number: int) -> Shown:
    return Shown(row, str(KINDS.get(row.item.kind, row.item.kind)), href(one, row.item), number)


def href(one: Asked, item: Item) -> str:
    """Where it is mended."""
    match item.where:
        case "node":
            return reverse("staff:node", args=[one.book.version, *item.at])
        case "prompt":
            return reverse("staff:prompt", args=[item.at[0]])
        case "audio":
            return reverse("staff:prompts-work")
        case "probe":
            return reverse("staff:advice-errors") + one.query()
        case _:
            return reverse("staff:advice-texts") + one.query()


def _worth(one: Asked, rows: list[Listed]) -> Section:
    title = _("What it is worth")
    worthy = [row.item for row in rows if row.item.seconds_a_day >= 1][:CHARTED]
    chart = None
    if worthy:
        names, seconds = [item.title.read(one.language) for item in worthy], [item.seconds_a_day for item in worthy]
        chart = charts.bars(
            title,
            names,
            {_("seconds a day"): seconds},
            form=_whole,
            lying=True,
            first=_("advice"),
            language=one.language,
        )
    about = _("Seconds of customers' time a day, reckoned from the ways that callers took and the lengths of prompts.")
    return Section("worth", title, about, chart, note="" if worthy else _("No advice saves a second a day."), good=True)


def _whole(value: float) -> str:
    return f"{value:,.0f}"


def _table(one: Asked, rows: list[Listed]) -> list[Section]:
    heads = (_("advice"), _("kind"), _("seconds a day"), _("failures a day"), _("why"), _("change"))
    lines = [
        (row.item.title.read(one.language), str(KINDS.get(row.item.kind, row.item.kind)), f"{row.item.seconds_a_day:,.0f}",
         f"{row.item.failures_a_day:,.1f}", row.item.why.read(one.language), row.item.change.read(one.language))
        for row in rows
    ]  # fmt: skip
    return [Section("advice", _("All of it as a table"), "", None, heads, lines)] if lines else []
