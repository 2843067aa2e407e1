"""What the statistics advise for the confirmed causes, on the page of countermeasures; taking a piece of it as one."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from careline.advice import drafting, gathering
from careline.advice.items import Item as Advice
from careline.catalogue import library
from careline.catalogue.refusals import NothingPublished
from careline.circle import deeds_measures, rows
from careline.circle.changing import NotDone
from careline.circle.facts import Facts
from careline.circle.models import Circle
from careline.staff.views.advice import clips
from careline.staff.views.circle_frame import Form, Item, Panel, hidden

SHOWN = 12
# Which end cause a kind of advice works against.
CAUSES: Mapping[str, str] = {
    "swap": "menu_order", "lift": "menu_order", "untouched": "menu_order", "announced": "menu_order",
    "signal": "hard_texts", "understood": "hard_texts", "jargon": "hard_texts",
    "error": "error_prompts", "unheard": "error_prompts", "audio": "formats",
}  # fmt: skip


def link() -> Panel:
    """Advice is reckoned when somebody asks for it: it replays calls."""
    return Panel("advised", _("What is advised"), more=[("?step=measures&advised=1#advised", _("What is advised"))])


def panel(one: Circle, facts: Facts, language: str, now: datetime) -> Panel:
    """The worthiest that is open and not taken yet, what works against confirmed causes first."""
    confirmed = {leaf.id for leaf in facts.confirmed}
    taken = set(one.measures.values_list("advice", flat=True))
    found = [row for row in _gathered(one, now) if row.key[:200] not in taken and row.kind in CAUSES]
    found.sort(key=lambda row: CAUSES[row.kind] not in confirmed)
    names = {leaf.id: leaf.name.read(language) for leaf in facts.causes}
    items = [
        Item(row.title.read(language), f"{row.why.read(language)} {row.change.read(language)}",
             names.get(CAUSES[row.kind], CAUSES[row.kind]),
             forms=[Form("advice", _("Take as countermeasure"), [hidden("key", row.key)], _("Take as countermeasure"), key=f"advice-{at}")])
        for at, row in enumerate(found[:SHOWN])
    ]  # fmt: skip
    about = _("What the statistics advise for the confirmed causes; who takes one still says who and by when.")
    return Panel(
        "advised", _("What is advised"), items, about=about, more=[("/staff/insight/advice", _("More advice"))]
    )


def take(number: int, expected: int, sent: Mapping[str, str], language: str, *, by: str, now: datetime) -> None:
    """The words of a countermeasure are those of the advice as it is now; raises NotDone where it is not given any more."""
    one = Circle.objects.get(pk=number)
    advice = next((row for row in _gathered(one, now) if row.key == sent.get("key", "")), None)
    if advice is None or advice.kind not in CAUSES:
        raise NotDone("unknown")
    deeds_measures.take_advice(
        number, expected, key=advice.key, cause=CAUSES[advice.kind], what=(advice.title.zh, advice.title.en),
        how=(advice.change.zh, advice.change.en), catalogue=drafting.drafted(advice.key), by=by, now=now,
    )  # fmt: skip


def _gathered(one: Circle, now: datetime) -> list[Advice]:
    try:
        book = library.current()
    except NothingPublished:
        return []
    found = gathering.gather(book, one.period, rows.filters(one), now=now, clips=clips())
    return [row.item for row in found if not row.away]
