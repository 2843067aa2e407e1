"""What customers do with their cases by themselves: complain, urge, say whether it is solved, rate it.

Each deed is one transaction and happens once for each attempt: the contact's key, unique in the table, is its guard.
Somebody else's docket is answered like one that does not exist.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction

from careline.carrier.port import Answer, Request
from careline.cases import docket, handling, opening, urging
from careline.cases.free_text import from_customer
from careline.cases.opening import NewCase
from careline.cases.records.case import Case, Contact
from careline.cases.showing import NOT_FOUND, told
from careline.cases.states import OPEN, Kind, NotAllowed, State
from careline.cases.subjects import matters
from careline.cases.subjects.categories import categories
from careline.dialogue.rendering import MEDIA
from careline.ledger.models import Attempt, OpenAttempt
from careline.values.cause import Cause

SUBSCRIBER = "subscriber"
RECENT_MAX = 20  # cases in which the one that is meant is looked for
_OPEN = sorted(state.value for state in OPEN)


class Came(NamedTuple):
    """How a request came, as the ledger knows of its attempt."""

    channel: str = "sms"
    contact: str | None = None
    link: str = ""
    brand: str = ""
    region: str = ""


class _Refused(Exception):
    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


def came(references: Sequence[str]) -> Mapping[str, Came]:
    """The channel, contact and link of these attempts; two statements at most."""
    wanted = ("id", "channel", "contact", "brand", "region")
    opened = OpenAttempt.objects.filter(id__in=references).values_list(*wanted, "link")
    found = {str(row[0]): _came(*row[1:]) for row in opened}
    if len(found) < len(set(references)):  # settled meanwhile by another who was asked the same
        for row in Attempt.objects.filter(id__in=references).values_list(*wanted):
            found.setdefault(str(row[0]), _came(*row[1:]))
    return found


def _came(channel: str, contact: UUID, brand: str, region: str, link: str = "") -> Came:
    """The link of a call carries no letters."""
    return Came(channel, str(contact), "" if channel in MEDIA else link, brand, region)


def key_of(reference: str) -> str:
    """What makes an attempt's deed happen once."""
    return f"attempt:{reference}"


def dockets_of(references: Sequence[str]) -> Mapping[str, str]:
    """Reference -> docket, of those attempts that did something to a case; one statement."""
    keys = {key_of(reference): reference for reference in references}
    found = Contact.objects.filter(key__in=list(keys)).values_list("key", "case__docket")
    return {keys[key]: number for key, number in found}


# -- opening


def _open(request: Request, came: Came, now: datetime) -> Answer:
    values = request.values
    words = str(values.get("words", "")).strip() or "…"  # to the number for suggestions even nothing may be sent
    complaint = request.subject == Kind.COMPLAINT
    likeliest = matters.likeliest(words) if complaint else []
    clear = str(values.get("category") or "") or (likeliest[0] if len(likeliest) == 1 else "")
    new = NewCase(
        key=key_of(request.reference),
        msisdn=request.msisdn,
        kind=request.subject,
        category=clear
        or (_standing_matter(request) if complaint and not likeliest else ""),  # two at once: it is asked
        words=words,
        channel=came.channel,
        language=str(values.get("language", "zh")),
        brand=came.brand or str(values.get("brand", "")),
        region=came.region or str(values.get("region", "")),
        contact=came.contact,
        link=came.link,
    )
    # Who wrote is answered in writing by the hall; who pressed keys needs the docket on paper, so to speak.
    accepted = opening.accept(new, by=SUBSCRIBER, now=now, tell=came.channel in MEDIA)
    facts = told(accepted.case, now) | {"joined": accepted.joined, "came": request.reference}
    if complaint and not clear:
        facts["matters"] = matters.offered(accepted.case.category if accepted.joined else "")
    return Answer(facts=facts)


def _standing_matter(request: Request) -> str:
    """Words that name no matter are about the complaint that is open already, until the customer says otherwise."""
    found = (
        Case.objects.filter(msisdn=request.msisdn.digits, kind=Kind.COMPLAINT.value, state__in=_OPEN)
        .exclude(category="")
        .order_by("-opened_at")
        .values_list("category", flat=True)
        .first()
    )
    return found or ""


def _sort(request: Request, came: Came, now: datetime) -> Answer:
    """The customer chose the matter: of the case just opened, or of one of its own where the words had joined another."""
    category = str(request.values.get("category", ""))
    contact = Contact.objects.filter(key=key_of(str(request.values.get("came", "")))).select_related("case").first()
    if category not in categories() or contact is None or contact.case.msisdn != request.msisdn.digits:
        return NOT_FOUND
    case = contact.case
    if case.key == contact.key and not case.category:
        settled = matters.settle(case.docket, category, by=SUBSCRIBER, now=now, channel=came.channel)
        return Answer(facts=told(settled, now) | {"joined": False})
    if case.category == category:
        return Answer(facts=told(case, now) | {"joined": case.key != contact.key})
    given = dict(request.values) | {"words": contact.words, "category": category}
    return _open(Request(request.reference, request.msisdn, "case_open", case.kind, given), came, now)


# -- what the customer says to it


def _urge(request: Request, came: Came, now: datetime) -> Answer:
    def deed(case: Case, key: str) -> None:
        urging.urge(
            case.docket, channel=came.channel, by=SUBSCRIBER, now=now, key=key, contact=came.contact, tell=False
        )

    return _once(request, came, now, lambda: _which(request, open_only=True), deed)


def _answer(request: Request, came: Came, now: datetime) -> Answer:
    """Satisfied or not. Who is not, and the case has ended already, begins it again."""
    satisfied = bool(request.values.get("satisfied"))
    words = str(request.values.get("words") or ("满意" if satisfied else "不满意"))

    def find() -> Case:
        case = _which(request, State.CONFIRMING)
        if case.state == State.CONFIRMING or (not case.is_open and not satisfied):
            return case
        raise _Refused(Answer(refused=Cause.NOTHING_TO_CONFIRM, facts=told(case, now)))

    def deed(case: Case, key: str) -> None:
        once: dict[str, Any] = {"channel": came.channel, "by": SUBSCRIBER, "now": now, "key": key}
        once |= {"contact": came.contact, "tell": False}
        if case.is_open:
            handling.customer_says(case.docket, satisfied, words=words, **once)
        else:
            handling.reopen(case.docket, words, **once)

    return _once(request, came, now, find, deed)


def _rate(request: Request, came: Came, now: datetime) -> Answer:
    rating = int(request.values.get("rating", 0))

    def find() -> Case:
        ended = [case for case in _recent(request) if not case.is_open or case.satisfied]
        unrated = [case for case in ended if case.rating is None]
        if not ended:
            raise _Refused(Answer(refused=Cause.NOTHING_TO_CONFIRM))
        return (unrated or ended)[0]

    def deed(case: Case, key: str) -> None:
        handling.rate(case.docket, rating, channel=came.channel, by=SUBSCRIBER, now=now)

    return _once(request, came, now, find, deed)


def _recent(request: Request) -> list[Case]:
    """The cases that may be meant: the docket's, else the customer's latest."""
    own = Case.objects.filter(msisdn=request.msisdn.digits).order_by("-opened_at")
    wanted = str(request.values.get("docket") or "")
    found = list(own.filter(docket=docket.read(wanted)) if wanted else own[:RECENT_MAX])
    if not found:
        raise _Refused(NOT_FOUND if wanted else Answer(refused=Cause.NOT_FOUND, facts={"none": True}))
    return found


def _which(request: Request, best: State | None = None, *, open_only: bool = False) -> Case:
    """The one that is meant: in the state that fits best, else a complaint before anything else, else the latest."""
    recent = _recent(request)
    if open_only:
        running = [case for case in recent if case.is_open]
        if not running:
            raise _Refused(Answer(refused=Cause.CLOSED, facts={"docket": recent[0].docket}))
        recent = running
    return min(recent, key=lambda case: (case.state != best, not case.is_open, case.kind != Kind.COMPLAINT))


def _once(
    request: Request,
    came: Came,
    now: datetime,
    find: Callable[[], Case],
    deed: Callable[[Case, str], object],
) -> Answer:
    """Do it once for this attempt: who asks again is answered from the record."""
    key = key_of(request.reference)
    done = Contact.objects.filter(key=key).select_related("case").first()
    if done is not None:
        return Answer(facts=told(done.case, now))
    try:
        case = find()
        with transaction.atomic():
            deed(case, key)
            Contact.objects.get_or_create(
                key=key,
                defaults={
                    "case": case,
                    "at": now,
                    "channel": came.channel,
                    "contact": came.contact,
                    "by": SUBSCRIBER,
                    "words": from_customer(str(request.values.get("words", ""))),
                },
            )
    except _Refused as refused:
        return refused.answer
    except NotAllowed as refused:
        return Answer(refused=_CAUSES.get(refused.code, Cause.NOTHING_TO_CONFIRM), facts={"code": refused.code})
    case.refresh_from_db()
    return Answer(facts=told(case, now))


_CAUSES: Mapping[str, Cause] = {
    "closed": Cause.CLOSED,
    "no_such_case": Cause.NOT_FOUND,
    "rated": Cause.ALREADY_ON,
    "bad_rating": Cause.WRONG_PARAMETER,
}
DEEDS: Mapping[str, Callable[[Request, Came, datetime], Answer]] = {
    "case_open": _open,
    "case_sort": _sort,
    "case_urge": _urge,
    "case_answer": _answer,
    "case_rate": _rate,
}
