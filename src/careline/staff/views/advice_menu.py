"""Which keys of a menu should move: the moves, what they save, the menu before and after, what waits, what nobody touches."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from careline import charts
from careline.advice import orders, telling, verdicts
from careline.advice.orders import Advice
from careline.advice.sides import sides
from careline.identity.gates import Gate
from careline.insight import menus
from careline.insight.rates import percent
from careline.staff.access import now, through
from careline.staff.views.advice import clips, frame
from careline.staff.views.insight_frame import Asked, Cell, Section, asked


@through(Gate.SEE_STATISTICS)
def menu(request: HttpRequest) -> HttpResponse:
    """One menu; eight questions to the database."""
    one = asked(request)
    choices = sorted((found.id, found.name.read(one.language)) for found in one.book.menus.values())
    chosen = one.book.menus.get(request.GET.get("menu", "standard")) or next(iter(one.book.menus.values()), None)
    if chosen is None:
        return frame(request, "advice-menu", one, [], menus=[], menu="")
    heard = clips()
    away = verdicts.rejected(verdicts.verdicts())
    advice = orders.advise(one.book, chosen, one.period, now=now(), filters=one.filters, clips=heard, without=away)
    asked_for = menus.demand(one.period, one.filters)
    return frame(
        request, "advice-menu", one,
        [_replayed(one, advice), _waiting(one, advice), _untouched(one, advice), _hot(one, advice, asked_for)],
        "staff/advice_menu.html", menus=choices, menu=chosen.id, advice=advice, sides=sides(one.book, advice, heard),
        moves=[
            (move, telling.title_of_move(advice, move), telling.why_of_move(advice, move), telling.change_of_move(move),
             advice.a_day(move.seconds))
            for move in advice.moves
        ],
        caveats=telling.caveats(advice), rules=advice.rules,
    )  # fmt: skip


def _replayed(one: Asked, advice: Advice) -> Section:
    found = advice.replayed
    title = _("The time's calls, replayed over both menus")
    sessions = found.sessions or 1
    names = (_("menu as it is"), _("with these changes"))
    seconds = (found.before.seconds / sessions, found.after.seconds / sessions)
    chart = None
    if found.sessions and advice.moves:
        chart = charts.bars(
            title, names, {_("seconds heard in a call"): seconds}, form=lambda value: f"{value:.1f}", lying=True,
            language=one.language,
        )  # fmt: skip
    rows = [
        (_("seconds of menus heard in a call"), f"{seconds[0]:.2f}", f"{seconds[1]:.2f}"),
        (_("keys in a call"), f"{found.before.keys / sessions:.2f}", f"{found.after.keys / sessions:.2f}"),
        (_("calls that find what they chose"), f"{found.before.found:,} / {found.leaves:,}", f"{found.after.found:,} / {found.leaves:,}"),
        (_("keys that are pressed by heart"), percent(found.steps_by_heart / found.steps if found.steps else None), "–"),
        (_("wrong keys by habit, once"), "–", f"{found.wrong_turns:,}" if found.at_risk is not None else "n/a"),
        (_("seconds that these cost, once"), "–", f"{found.seconds_lost:,.0f}" if found.at_risk is not None else "n/a"),
    ]  # fmt: skip
    about = _("%(n)s calls of the time; those of dial tests are left out.") % {"n": f"{found.sessions:,}"}
    heads = ("", *names)
    return Section("replay", title, about, chart, heads, rows if found.sessions else [], open=True)


def _waiting(one: Asked, advice: Advice) -> Section:
    rows = [
        (telling.title_of_move(advice, held.move).read(one.language), f"{held.move.seconds:,.0f}",
         telling.WHY_HELD[held.why].read(one.language))
        for held in advice.held
    ]  # fmt: skip
    about = _(
        "Customers know the menu by heart: only what saves %(least)s seconds in 1,000 calls moves, at most %(most)s changes a version;"
        " a moved key rests for %(rest)s days, and errors of habit must be earned back in %(back)s days. The limits of the"
        " catalogue set these rules."
    ) % {
        "least": advice.rules.least_seconds, "most": advice.rules.moves_most, "rest": advice.rules.rest_days,
        "back": advice.rules.earned_back_days,
    }  # fmt: skip
    heads = (_("change"), _("seconds saved in 1,000 calls"), _("why it waits"))
    return Section("waiting", _("What has to wait"), about, None, heads, rows, note="" if rows else _("Nothing waits."))


def _untouched(one: Asked, advice: Advice) -> Section:
    rows = []
    for found in advice.untouched:
        days = found.days(advice.period.until)
        node = advice.menu.nodes[found.node].title.read(one.language)
        link = reverse("staff:node", args=[one.book.version, advice.menu.id, found.node])
        last = found.last.isoformat() if found.last else _("never")
        rows.append(
            (Cell(f"{node} › {found.name.read(one.language)}", link), found.key, f"{found.offered:,}", last,
             f"{days:,}" if days is not None else "–", f"{found.elsewhere:,}", f"{found.seconds_a_day:,.1f}")
        )  # fmt: skip
    heads = (
        _("choice"), _("key"), _("times offered"), _("last chosen"), _("days without"), _("asked for on all channels"),
        _("seconds a day"),
    )  # fmt: skip
    about = _(
        "Choices that nobody took in the time. Seconds are those of callers who heard it on the way to another one."
    )
    note = _("Everything was chosen by somebody.") if not rows else ""
    return Section(
        "untouched", _("What nobody touches"), about, None, heads, rows, note=note, good=True if note else None
    )


def _hot(one: Asked, advice: Advice, asked_for: dict[str, int]) -> Section:
    rows = []
    ordered = menus.order(one.book, advice.menu, asked_for)
    for node in ordered:
        for choice in node.choices if node.inversions else ():
            rows.append(
                (node.title.read(one.language), choice.name.read(one.language), f"{choice.demand:,}", str(choice.place),
                 str(choice.rank), str(choice.proposed))
            )  # fmt: skip
    heads = (_("node"), _("choice"), _("asked for"), _("key now"), _("rank"), _("key by demand alone"))
    about = _("By demand on all channels alone, without regard to habits: to compare, not to apply at once.")
    wrong = sum(node.inversions for node in ordered)
    note = _("Hot topics stand in front.") if not wrong else ""
    return Section(
        "hot", _("Order against hot topics"), about, None, heads, rows, note=note, good=True if note else None
    )
