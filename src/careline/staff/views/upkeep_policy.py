"""The policy of the voice flow: the roster, the rules of assessment with their three criteria, and monthly assessments."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from careline.identity.gates import Gate
from careline.identity.models import Staff
from careline.staff import upkeep_labels
from careline.staff.access import actor, now, through
from careline.staff.views.upkeep import months, room
from careline.upkeep import assessing, quiz
from careline.upkeep import policy as keeping
from careline.upkeep.models import Assessment, Rules
from careline.upkeep.policy import Part
from careline.upkeep.refusing import Refused
from careline.values.period import Month, NotAMonth, parse_month

ASSESSMENTS_SHOWN = 24


@through(Gate.KEEP_HOUSE)
def policy(request: HttpRequest) -> HttpResponse:
    return _policy(request)


@require_POST
@through(Gate.KEEP_HOUSE)
def do(request: HttpRequest, deed: str) -> HttpResponse:
    """Name, release, lay down, acknowledge, review, assess; each in one's own name."""
    sent, by, at = request.POST, actor(request), now()
    try:
        match deed:
            case "name":
                keeping.name(sent.get("who", ""), sent.get("part", ""), _day(sent.get("since", "")), by=by, now=at)
                told = _("Named.")
            case "release":
                keeping.release(_number(sent.get("number", "")), by=by, now=at)
                told = _("Today is the last day.")
            case "rules":
                day = _day(sent.get("valid_from", ""))
                keeping.lay_down(sent.get("title", ""), sent.get("words", ""), day, by=by, now=at)
                told = _("Laid down. Everybody concerned must acknowledge them.")
            case "acknowledge":
                keeping.acknowledge(_number(sent.get("number", "")), by=by, now=at)
                told = _("Acknowledged.")
            case "review":
                adequate = sent.get("adequate") == "yes"
                keeping.review(_number(sent.get("number", "")), adequate, sent.get("words", ""), by=by, now=at)
                told = _("Reviewed.")
            case "assess":
                assessing.assess(
                    sent.get("who", ""), _month(sent.get("month", "")), sent.get("words", ""), by=by, now=at
                )
                told = _("Assessed, with the facts as they are now.")
            case _:
                raise Http404
    except Refused as refused:
        return _policy(request, wrong=upkeep_labels.explain(refused), about=deed, status=409)
    messages.success(request, told)
    return redirect("staff:upkeep-policy")


def _policy(request: HttpRequest, *, wrong: str = "", about: str = "", status: int = 200) -> HttpResponse:
    today, me = timezone.localdate(), actor(request)
    roster, standing = keeping.roster(today), keeping.standing(today)
    last = Month.of(today).plus(-1)
    sent = request.POST if about else {}
    on = {one.who for one in roster.people}
    might = [
        one.username
        for one in Staff.objects.filter(is_active=True).order_by("username")
        if one.username not in on and one.username != me and one.may(Gate.KEEP_HOUSE)
    ]
    return room(
        request,
        "staff/upkeep_policy.html",
        "upkeep-policy",
        status=status,
        today=today,
        roster=roster,
        known={one.maintainer.who: one for one in quiz.standing(today)},
        standing=standing,
        mine=standing.rules is not None and me in on and me in standing.lacking,
        may_review=standing.rules is not None and standing.rules.by != me,
        might=might,
        parts=upkeep_labels.PARTS,
        enough={part.value: roster.number(part) for part in Part},
        last=str(last),
        months=months()[1:],
        assessable=[one.who for one in keeping.roster(last.last).people if one.who != me],
        assessments=[(one, _shares(one)) for one in Assessment.objects.order_by("-at")[:ASSESSMENTS_SHOWN]],
        versions=Rules.objects.order_by("-number"),
        wrong=wrong,
        about=about,
        sent=sent,
        since=sent.get("since", str(today)),
    )


def _shares(one: Assessment) -> list[tuple[str, str, bool]]:
    """What an assessment was made of, as people read it."""
    names = {"days": _("days maintained"), "notices": _("voice texts in time"), "rounds": _("rounds made")}
    told = []
    for key, name in names.items():
        share = one.facts.get(key, {})
        done, of, least = (int(share.get(part, 0)) for part in ("done", "of", "least_percent"))
        told.append((name, f"{done}/{of}", not of or 100 * done >= least * of))
    return [
        *told,
        (
            _("knows the process"),
            pgettext("duty", "yes") if one.facts.get("knows") else pgettext("duty", "no"),
            bool(one.facts.get("knows")),
        ),
    ]


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise Refused("no_day") from None


def _number(written: str) -> int:
    return int(written) if written.isdecimal() and len(written) < 10 else 0


def _month(written: str) -> Month:
    try:
        return parse_month(written, timezone.localdate())
    except NotAMonth:
        raise Refused("month_runs") from None
