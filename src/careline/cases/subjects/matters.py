"""Which category a complaint belongs to: told from its words, or chosen by the customer from a list."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError

from careline.cases import escalating
from careline.cases.deeds import deed, note
from careline.cases.promised import pledging
from careline.cases.records.case import Case
from careline.cases.states import OPEN, Severity
from careline.cases.subjects.categories import categories
from careline.dialogue.utterance import loose, normalise, spaced

OTHER = "other"
OFFERED_MAX = 9  # a list that is answered with one digit
_LEAST = 2  # characters of a name that say anything


def likeliest(words: str) -> list[str]:
    """The categories whose names the words hold, those of most characters; several of the same weight may be meant at once."""
    said, spoken = loose(words), f" {spaced(normalise(words))} "
    weights: dict[str, int] = {}
    for category in categories().values():
        if category.id == OTHER:
            continue
        weight = 0
        for name in {normalise(name) for name in (*category.name, *category.spoken, *category.aliases)}:
            # English words count whole only: there is no card in a discard.
            held = f" {spaced(name)} " in spoken if name.isascii() else loose(name) in said
            weight += len(name) if held and len(name) >= _LEAST else 0
        if weight:
            weights[category.id] = weight
    best = max(weights.values(), default=0)
    return [category for category, weight in weights.items() if weight == best]


def offered(without: str = "") -> Sequence[tuple[str, str, str]]:
    """(id, Chinese name, English name) of the categories to choose from, in their order; the last is something else."""
    known = [one for one in categories().values() if one.id not in (without, OTHER)]
    rest = [one for one in categories().values() if one.id == OTHER != without]
    return [(one.id, one.name.zh, one.name.en) for one in (*known[: OFFERED_MAX - len(rest)], *rest)]


def settle(docket: str, category: str, *, by: str, now: datetime, channel: str) -> Case:
    """The customer says what an unsorted case is about; who analyses it may say otherwise. One that is sorted stays so.

    Raises NotAllowed: no_such_case.
    """
    try:
        with deed(docket, ended=True) as case:
            if case.is_open and not case.category:
                _sort(case, category, by, now, channel)
    except IntegrityError:  # another complaint of this category was opened at the same moment: this one stays unsorted
        return Case.objects.get(docket=docket)
    return case


def _sort(case: Case, category: str, by: str, now: datetime, channel: str) -> None:
    twin = Case.objects.filter(
        msisdn=case.msisdn, kind=case.kind, category=category, matter="", state__in=[one.value for one in OPEN]
    ).exclude(pk=case.pk)
    if twin.exists():
        case.matter = case.docket  # two matters of one category are told apart by the docket
    case.category = category
    severity = categories()[category].severity
    if Severity(severity) is Severity.MAJOR and case.severity != severity:
        case.severity = severity
        escalating.report(case, by=by, now=now)
    note(case, "sorted", by=by, now=now, channel=channel, public=True, detail={"category": category})
    pledging.sorted_in(case, by=case.owner or by, now=now)
