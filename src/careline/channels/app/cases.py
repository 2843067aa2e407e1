"""The customer's cases: told, followed like a parcel, added to, urged, answered, rated, opened again."""

from typing import Any

from django.http import HttpRequest
from ninja import Path, Router, Status

from careline.cases import custody, ending, opening, replying, standing, urging
from careline.cases.deeds import count, deed, note, remember
from careline.cases.looking import timeline
from careline.cases.models import Case, Contact
from careline.cases.opening import NewCase
from careline.cases.states import State
from careline.cases.subjects.categories import categories
from careline.channels.app import paging
from careline.channels.app.bills import spare
from careline.channels.app.cases_shapes import (
    Accepted,
    CaseDetail,
    CaseGiven,
    Cases,
    CaseShown,
    Categories,
    CategoryShown,
    QuestionOf,
    RatingGiven,
    SatisfiedGiven,
    StepShown,
    Told,
    WordsGiven,
)
from careline.channels.app.operating import operation
from careline.channels.app.problems import Problem
from careline.channels.app.refusals import REFUSED, expected, told
from careline.channels.app.shapes import (
    NONE,
    TWENTY,
    Cursor,
    Docket,
    Limit,
    refuse_field,
)
from careline.channels.app.versions import tell
from careline.channels.app.visit import CHANNEL, SUBSCRIBER, Visit, visit_of
from careline.selfcare import dockets
from careline.selfcare.dockets import Parcel

router = Router(tags=["cases"])


@operation(
    router,
    "GET",
    "/cases/categories",
    scope="cases:write",
    answers={200: Categories},
    summary="What a complaint may be about",
)
def list_categories(request: HttpRequest) -> Categories:
    """Each with the questions that help to solve it."""
    language = visit_of(request).language
    items = [
        CategoryShown(
            id=one.id, name=one.name.read(language), about=one.about.read(language),
            questions=[
                QuestionOf(
                    id=asked.id, label=asked.label.read(language), kind=asked.kind, required=asked.required,
                    options=[option.zh for option in asked.options],
                )
                for asked in one.questions
            ],
        )
        for one in categories().values()
    ]  # fmt: skip
    return Categories(items=items)


@operation(
    router, "GET", "/cases", scope="cases:write", answers={200: Cases}, summary="My cases", headers={200: ("Link",)}
)
def list_cases(request: HttpRequest, cursor: Cursor = NONE, limit: Limit = TWENTY) -> Cases:
    """All cases of this line, by whatever channel they came; the newest first."""
    visit = visit_of(request)
    if cursor and dockets.find(visit.msisdn, cursor) is None:
        raise refuse_field("cursor", "not one of ours")
    page = dockets.of(visit.msisdn, visit.now, after=cursor, size=limit)
    paging.tell(request, page.after or None, limit)
    return Cases(items=[CaseShown(**_case(one, visit.language)) for one in page.parcels], next=page.after or None)


@operation(
    router, "POST", "/cases", scope="cases:write", body=True, answers={201: Accepted}, summary="Complain, ask or suggest",
    problems=("too_often",), headers={201: ("Location",)},
)  # fmt: skip
def open_case(request: HttpRequest, body: CaseGiven) -> Status[Accepted]:
    """Opens a case, or joins the one that is open about the same matter; the docket is also told by SMS."""
    visit = visit_of(request)
    category = categories().get(body.category) if body.category else None
    if body.category and (category is None or body.kind != "complaint"):
        raise refuse_field("category", "no_such_category")
    asked = {one.id: one.required for one in category.questions} if category else {}
    if missing := [one for one, required in asked.items() if required and not body.answers.get(one, "").strip()]:
        raise refuse_field(f"answers.{missing[0]}", "missing")
    if unknown := [one for one in body.answers if one not in asked]:
        raise refuse_field(f"answers.{unknown[0]}", "not asked")
    key = f"app:{visit.once}"
    spare(visit, key)
    new = NewCase(
        key=key, msisdn=visit.msisdn, kind=body.kind, category=body.category, words=body.words, channel=CHANNEL,
        answers=dict(body.answers),
    )  # fmt: skip
    with told():
        accepted = opening.accept(new, by=SUBSCRIBER, now=visit.now)
    visit.headers["Location"] = f"/api/v1/cases/{accepted.case.docket}"
    return Status(201, Accepted(docket=accepted.case.docket, joined=accepted.joined))


@operation(
    router, "GET", "/cases/{docket}", scope="cases:write", answers={200: CaseDetail}, summary="One case",
    problems=("not_found",), headers={200: ("ETag",)},
)  # fmt: skip
def read_case(request: HttpRequest, docket: Path[Docket]) -> CaseDetail:
    """Where it is on its way, who owes what by when, and all that was said."""
    visit = visit_of(request)
    return _detail(visit, _find(visit, docket))


@operation(
    router, "POST", "/cases/{docket}/add", scope="cases:write", body=True, answers={200: CaseDetail},
    summary="Add to a case", problems=(*REFUSED, "too_often"),
)  # fmt: skip
def add_to_case(request: HttpRequest, docket: Path[Docket], body: WordsGiven) -> CaseDetail:
    """Words that whoever has the case should know; it is not opened twice."""
    visit = visit_of(request)
    case, key = _find(visit, docket), f"app:{visit.once}"
    spare(visit, key)
    with told(), deed(case.docket, expected=expected(request)) as held:
        if remember(held, key, channel=CHANNEL, contact=None, by=SUBSCRIBER, now=visit.now, words=body.words):
            custody.asked(held, SUBSCRIBER, visit.now)
            held.repeats = count(held.repeats)
            note(
                held, "joined", by=SUBSCRIBER, now=visit.now, words=body.words, public=True, channel=CHANNEL,
                detail={"repeats": held.repeats},
            )  # fmt: skip
    return _detail(visit, _find(visit, docket))


@operation(
    router, "POST", "/cases/{docket}/urge", scope="cases:write", answers={200: CaseDetail}, summary="Urge",
    problems=(*REFUSED, "too_often"),
)  # fmt: skip
def urge_case(request: HttpRequest, docket: Path[Docket]) -> CaseDetail:
    """Tells whoever has the case that the customer waits; once an hour, since pressing twice is not twice as urgent."""
    visit = visit_of(request)
    case = _find(visit, docket)
    key = f"app:urge:{case.docket}:{int(visit.now.timestamp()) // 3600}"
    if Contact.objects.filter(key=key).exists():
        raise Problem("too_often", headers={"Retry-After": str(3600 - int(visit.now.timestamp()) % 3600)})
    with told():
        urging.urge(case.docket, channel=CHANNEL, by=SUBSCRIBER, now=visit.now, key=key, tell=False)
    return _detail(visit, _find(visit, docket))


@operation(
    router, "POST", "/cases/{docket}/satisfied", scope="cases:write", body=True, answers={200: CaseDetail},
    summary="Say whether the result satisfies", problems=REFUSED,
)  # fmt: skip
def answer_case(request: HttpRequest, docket: Path[Docket], body: SatisfiedGiven) -> CaseDetail:
    """Only where the case asks. No takes it up again in another round, with the same person."""
    visit = visit_of(request)
    case = _find(visit, docket)
    with told():
        replying.customer_says(
            case.docket, body.satisfied, channel=CHANNEL, by=SUBSCRIBER, now=visit.now,
            rating=body.rating if body.satisfied else None, words=body.words, key=f"app:{visit.once}", tell=False,
            expected=expected(request),
        )  # fmt: skip
    return _detail(visit, _find(visit, docket))


@operation(
    router, "POST", "/cases/{docket}/rating", scope="cases:write", body=True, answers={200: CaseDetail},
    summary="Rate how a case was handled", problems=REFUSED,
)  # fmt: skip
def rate_case(request: HttpRequest, docket: Path[Docket], body: RatingGiven) -> CaseDetail:
    """Once, when the case has ended or the customer is satisfied."""
    visit = visit_of(request)
    case = _find(visit, docket)
    with told():
        ending.rate(case.docket, body.rating, channel=CHANNEL, by=SUBSCRIBER, now=visit.now)
        if body.words.strip():
            with deed(case.docket, ended=True) as held:
                note(
                    held, "noted", by=SUBSCRIBER, now=visit.now, words=body.words, channel=CHANNEL,
                    detail={"rating": body.rating},
                )  # fmt: skip
    return _detail(visit, _find(visit, docket))


@operation(
    router, "POST", "/cases/{docket}/reopen", scope="cases:write", body=True, answers={200: CaseDetail},
    summary="Open a case again", problems=(*REFUSED, "too_often"),
)  # fmt: skip
def reopen_case(request: HttpRequest, docket: Path[Docket], body: WordsGiven) -> CaseDetail:
    """Of a case that has ended: the same case goes on in another round."""
    visit = visit_of(request)
    case, key = _find(visit, docket), f"app:{visit.once}"
    spare(visit, key)
    with told():
        ending.reopen(case.docket, body.words, channel=CHANNEL, by=SUBSCRIBER, now=visit.now, key=key, tell=False)
    return _detail(visit, _find(visit, docket))


def _find(visit: Visit, docket: str) -> Case:
    """This line's case; another's is not found, like one that there is not."""
    case = dockets.find(visit.msisdn, docket)
    if case is None:
        raise Problem("not_found")
    return case


def _detail(visit: Visit, case: Case) -> CaseDetail:
    how = standing.standing_of(case, visit.now)
    parcel = Parcel(case, how, dockets.steps(case, how))
    tell(visit, str(case.version))
    told_of = [
        Told(
            at=one.at,
            did=one.did,
            label=one.label.read(visit.language),
            by=one.by,
            words=one.words,
            channel=one.channel,
        )
        for one in timeline.for_customer(case.docket)
    ]
    return CaseDetail(**_case(parcel, visit.language), words=case.words, reply=case.reply, timeline=told_of)


def _case(parcel: Parcel, language: str) -> dict[str, Any]:
    case, how = parcel.case, parcel.how
    return {
        "docket": case.docket, "kind": case.kind, "label": how.label.read(language), "category": case.category,
        "state": case.state, "open": case.is_open, "step": how.step.read(language), "owes": how.owes.read(language),
        "until": how.until.read(language),
        "steps": [StepShown.model_validate({"name": one.name, "state": one.state}) for one in parcel.steps],
        "opened_at": case.opened_at, "round": case.round,
        "asks": case.state == State.CONFIRMING and case.satisfied is None, "satisfied": case.satisfied,
        "rating": case.rating, "version": case.version,
    }  # fmt: skip
