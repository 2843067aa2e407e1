"""A customer's cases as parcels: where each is on its way, and the letters that came with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from careline.cases import docket, standing
from careline.cases.models import Case
from careline.cases.standing import Standing
from careline.cases.states import State
from careline.outbox.models import Message
from careline.values.msisdn import Msisdn

SIZE = 10  # cases a page
LETTERS_MAX = 20
STEPS = ("received", "with_whom", "progress", "result", "satisfied")
# The step at which a case of each state is now.
_AT = {
    State.ACCEPTED: 1,
    State.ANALYSING: 2,
    State.ON_SITE: 2,
    State.RECORDED: 2,
    State.SUPPORT: 2,
    State.PLAN: 2,
    State.REPLIED: 3,
    State.CONFIRMING: 4,
    State.ARCHIVED: 5,
    State.CLOSED: 5,
}


@dataclass(frozen=True, slots=True)
class Step:
    """One station: done, now, late (now, and past what was promised) or ahead."""

    name: str
    state: str


@dataclass(frozen=True, slots=True)
class Parcel:
    """One case on its way."""

    case: Case
    how: Standing
    steps: Sequence[Step]


@dataclass(frozen=True, slots=True)
class Page:
    parcels: Sequence[Parcel]
    after: str  # the docket to go on from; "" at the end


def of(msisdn: Msisdn, now: datetime, *, after: str = "", size: int = SIZE) -> Page:
    """This number's cases, the newest first, from behind the docket `after` (of this number, else from the beginning)."""
    own = Case.objects.filter(msisdn=msisdn.digits).order_by("-opened_at", "-id")
    last = find(msisdn, after)
    if last is not None:
        own = own.filter(opened_at__lte=last.opened_at).exclude(opened_at=last.opened_at, id__gte=last.pk)
    cases = list(own[: size + 1])
    shown = cases[:size]
    stands = standing.standings_of(shown, now)
    parcels = [Parcel(case, how, steps(case, how)) for case, how in zip(shown, stands, strict=True)]
    return Page(parcels, cases[size - 1].docket if len(cases) > size else "")


def find(msisdn: Msisdn, written: str) -> Case | None:
    """This number's case of that docket; None for another's, as for one that there is not."""
    number = docket.read(written[:40])
    return Case.objects.filter(msisdn=msisdn.digits, docket=number).first() if number else None


def steps(case: Case, how: Standing) -> list[Step]:
    """Received, with whom, progress, result, satisfied: which are done, and at which it is."""
    at = _AT[State(case.state)]
    if at == 4 and case.satisfied is not None:
        at = 5
    here = "late" if how.overdue else "now"
    return [Step(name, "done" if place < at else here if place == at else "ahead") for place, name in enumerate(STEPS)]


def letters(case: Case) -> list[Message]:
    """The letters that named this case, the newest first."""
    own = Message.objects.filter(msisdn=case.msisdn, created_at__gte=case.opened_at, text__contains=case.docket)
    return list(own.order_by("-created_at")[:LETTERS_MAX]) if case.msisdn else []
