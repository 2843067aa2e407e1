"""What each channel can do, and what each person may decide: from the tables that enforce it, so that expectations are true.

The matrix is the catalogue's own; the amounts are those of the policy by which every waiver is refused or granted.
"""

from collections.abc import Mapping
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from careline.catalogue.channel_abilities import CHANNELS, Ability, Row, abilities
from careline.channels.portal.phrases import page_language
from careline.channels.web import pages
from careline.channels.web.visitor import Visitor, signed_in
from careline.dialogue.book import OPENS, Verb
from careline.refunds.policy import policy
from careline.selfcare import assortment

_LEFT_OUT = frozenset({Verb.HELP, Verb.CONFIRM})  # menus, and the second of two texts
_YES = Ability(True)


class Shown(NamedTuple):
    name: str
    verb: str
    cells: tuple[tuple[str, bool, str], ...]  # label of the channel, whether it can, why not


@require_GET
@signed_in
def channels(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Everything that this line can have, by kind and channel; and who may waive how much."""
    book, language = pages.reception().book(), page_language()
    words = pages.phrases("services", language)
    known = {one.id for one in assortment.services(book, visitor.subscriber, visitor.now)}
    groups: dict[str, list[Shown]] = {}
    for row in abilities(book):
        if row.service.id in known and row.verb not in _LEFT_OUT:
            verb = book.words[f"talk.verb.{row.verb.value}"].read(language)
            groups.setdefault(row.service.group, []).append(
                Shown(row.service.name.read(language), verb, _cells(row, words, language))
            )
    limits = sorted(policy().waiving.limits_fen.items(), key=lambda one: (one[1], one[0]))
    return pages.show(
        request, "services", "channels.html", visitor, groups=groups.items(),
        names=[words[f"by_{channel}"] for channel in ("web", *CHANNELS)],
        people=[(words.get(f"role_{role}", role), fen) for role, fen in limits if role != "admin"],
    )  # fmt: skip


def _cells(row: Row, words: Mapping[str, str], language: str) -> tuple[tuple[str, bool, str], ...]:
    closed = row.verb in OPENS and row.service.actions[row.verb].closed
    by_channel = {"web": row.by_channel["sms"] if closed else _YES, **row.by_channel}
    return tuple((words[f"by_{name}"], one.can, one.why.read(language)) for name, one in by_channel.items())
