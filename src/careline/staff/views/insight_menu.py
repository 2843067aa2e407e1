"""What menus are used for: leaves that nobody touches, order against demand, what the machine takes off people, ways and exits."""

from collections.abc import Sequence
from fractions import Fraction

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from careline import charts
from careline.dialogue.book import Menu
from careline.identity.gates import Gate
from careline.insight import clock, menus
from careline.insight.rates import percent
from careline.staff.access import now, through
from careline.staff.insight_labels import BY, ENDS
from careline.staff.views.insight_frame import Asked, Row, Section, asked, show


@through(Gate.SEE_STATISTICS)
def menu(request: HttpRequest) -> HttpResponse:
    """One menu; six questions to the database."""
    one = asked(request)
    choices = sorted((found.id, found.name.read(one.language)) for found in one.book.menus.values())
    wanted = request.GET.get("menu", "standard")
    chosen = one.book.menus.get(wanted) or next(iter(one.book.menus.values()), None)
    if chosen is None:
        return show(request, "insight-menu", one, [], menus=[], menu="")
    used = menus.usage(chosen.id, one.period, one.filters)
    rate = menus.rate_of(one.book, chosen, used)
    places = menus.nodes_of(one.book, chosen, used)
    taken = menus.diversion(one.period, one.filters, chosen.id)
    orders = menus.order(one.book, chosen, menus.demand(one.period, one.filters))
    of, ways = menus.paths(chosen.id, one.period)
    return show(
        request, "insight-menu", one,
        [
            _contact_rate(one, rate), _funnel(one, used), _diversion(one, taken), _order(one, orders),
            _places(one, places), _ways(one, chosen, of, ways),
        ],
        menus=choices, menu=chosen.id,
    )  # fmt: skip


def _contact_rate(one: Asked, rate: menus.ContactRate) -> Section:
    about = _("%(touched)s of %(leaves)s actions were chosen by somebody: %(share)s; the goal is 100 %%.") % {
        "touched": rate.touched, "leaves": len(rate.leaves), "share": percent(rate.share, 1),
    }  # fmt: skip
    about += one.unsplit("menu")
    note = "" if rate.met is None else _("Met.") if rate.met else _("Not met: nobody chose these.")
    rows = [(leaf.name.read(one.language), leaf.place) for leaf in rate.untouched]
    heads = (_("action"), _("id"))
    return Section(
        "contact-rate", _("Node contact rate"), about, None, heads, rows, open=True, note=note, good=rate.met
    )


def _funnel(one: Asked, used: menus.Usage) -> Section:
    title = _("From the greeting to something done")
    steps = menus.funnel(used, (_("entered the menu"), _("chose an action"), _("something was done")))
    chart = charts.funnel(title, steps, first=_("step"), language=one.language)
    return Section(
        "funnel", title, _("Sessions; who asked for a person left the funnel too.") + one.unsplit("menu"), chart
    )


def _diversion(one: Asked, taken: Sequence[menus.Accesses]) -> Section:
    title = _("What the machine took off people")
    at = {found.day: found for found in taken}
    days, today = one.period.all_days(), clock.running(now()).day
    shares = [float(found.diversion or 0) if (found := at.get(day)) else None for day in days]
    chart = charts.line(
        title, [f"{day}" for day in days], {_("done by the machine"): shares}, form=charts.percent,
        first=str(BY["day"]), running={_("done by the machine"): days.index(today)} if today in days else {},
        language=one.language,
    )  # fmt: skip
    done, sessions = sum(found.done for found in taken), sum(found.sessions for found in taken)
    about = _("%(done)s of %(sessions)s sessions ended with something done by the machine: %(share)s.") % {
        "done": f"{done:,}", "sessions": f"{sessions:,}", "share": percent(Fraction(done, sessions) if sessions else None),
    }  # fmt: skip
    about += one.unsplit("menu")
    rows = [
        (
            charts.unfinished(str(found.day), one.language) if found.day == today else str(found.day),
            f"{found.done:,}",
            f"{found.person:,}",
            f"{found.sessions:,}",
            percent(found.diversion),
        )
        for found in taken
    ]
    heads = (str(BY["day"]), _("done"), _("asked for a person"), _("sessions"), _("share"))
    return Section("diversion", title, about, chart, heads, rows)


def _order(one: Asked, orders: Sequence[menus.NodeOrder]) -> Section:
    rows: list[Row] = []
    wrong = sum(node.inversions for node in orders)
    for node in orders:
        for choice in node.choices if node.inversions else ():
            rows.append(
                (node.title.read(one.language), choice.name.read(one.language), f"{choice.demand:,}", str(choice.place),
                 str(choice.rank), str(choice.proposed))
            )  # fmt: skip
    about = _(
        "Choices against what is asked for on all channels. Pairs in the wrong order: %(n)s; in the proposed order none. Words such"
        " as “a person” keep their keys."
    ) % {"n": wrong}
    heads = (_("node"), _("choice"), _("asked for"), _("key now"), _("rank"), _("key proposed"))
    note = _("Hot topics stand in front.") if not wrong else _("Hot topics are not in front.")
    return Section(
        "order", _("Order of the menu against hot topics"), about, None, heads, rows, note=note, good=not wrong
    )


def _places(one: Asked, places: Sequence[menus.Touched]) -> Section:
    rows = [
        (place.name.read(one.language), f"{place.sessions:,}", f"{place.visits:,}", f"{place.done:,}", f"{place.person:,}",
         f"{place.left_here:,}", percent(place.diversion))
        for place in places
    ]  # fmt: skip
    heads = (_("node"), _("sessions"), _("visits"), _("done"), _("asked for a person"), _("left here"), _("share done"))
    about = _("Every node and action; what nobody used stands last with noughts.") + one.unsplit("menu")
    return Section("nodes", _("Nodes and actions"), about, None, heads, rows)


def _ways(one: Asked, menu: Menu, of: int, ways: Sequence[tuple[str, str, int]]) -> Section:
    titles = {node.id: node.title.read(one.language) for node in menu.nodes.values()}
    titles |= {place: name.read(one.language) for place, name in menus.leaves(one.book, menu).items()}
    rows = [
        (" › ".join(titles.get(place, place) for place in way.split(" > ")), str(ENDS.get(ended, ended)), f"{number:,}")
        for way, ended, number in ways
    ]
    about = _("The newest %(n)s sessions of the time, of our own records.") % {"n": f"{of:,}"}
    return Section("ways", _("Ways through the menu"), about, None, (_("way"), _("ended"), _("sessions")), rows)
