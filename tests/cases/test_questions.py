"""What the customer answered to the questions of the category: kept once, masked, for the department and the evidence."""

import pytest

from careline.cases import evidence, handling
from careline.cases.states import NotAllowed, State
from careline.cases.subjects.questions import ANSWER_MAX, asked_of
from careline.journal.models import Entry
from careline.values.msisdn import Msisdn
from tests.cases import desk
from tests.cases.desk import NOON

pytestmark = pytest.mark.django_db
DO = {"by": "wang", "now": NOON}


@pytest.fixture(autouse=True)
def people(db: None) -> None:
    desk.settled()


def test_answers_are_kept_masked_with_an_event_and_stand_in_the_evidence() -> None:
    docket = desk.analysed()
    handling.note_answers(docket, {"month": "2026-10", "item": "13900000009 打来的长途"}, **DO)  # type: ignore[arg-type]
    case = desk.read(docket)
    assert case.answers == {"month": "2026-10", "item": "139****0009 打来的长途"}
    event = case.events.get(did="answers_noted")
    assert event.detail == {"category": "billing", "answers": case.answers}
    assert not event.public
    entry = Entry.objects.get(did="case_answers_noted")
    assert "answers" not in entry.detail, "texts stay with the case alone"
    pack = evidence.pack(docket, **DO)  # type: ignore[arg-type]
    assert pack["customer"]["answers"] == case.answers
    assert pack["customer"]["questions"]["month"]["en"] == "The month of the bill"
    assert evidence.to_pdf(pack, "zh").startswith(b"%PDF")


def test_an_answer_is_corrected_alone_and_an_empty_one_takes_it_back() -> None:
    docket = desk.analysed(answers={"month": "2026-09", "amount": "20"})
    handling.note_answers(docket, {"month": "2026-10", "amount": "20"}, by="liu", now=NOON)
    case = desk.read(docket)
    assert case.answers == {"month": "2026-10", "amount": "20"}
    assert case.events.get(did="answers_noted").detail["answers"] == {"month": "2026-10"}, "what is new"
    handling.note_answers(docket, {"amount": ""}, by="liu", now=NOON)
    case.refresh_from_db()
    assert case.answers == {"month": "2026-10"}
    assert case.owner == "wang", "who writes down an answer does not take the case"
    assert [answer for question, answer in asked_of(case) if question.id == "month"] == ["2026-10"]


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"month": ""}, "no_words"),
        ({}, "no_words"),
        ({"shoe": "42"}, "no_such_question"),
        ({"item": "长" * (ANSWER_MAX + 1)}, "too_long"),
    ],
)
def test_what_cannot_be_an_answer_is_refused_and_nothing_is_kept(answers: dict[str, str], code: str) -> None:
    docket = desk.analysed()
    with pytest.raises(NotAllowed, match=code):
        handling.note_answers(docket, answers, **DO)  # type: ignore[arg-type]
    assert desk.read(docket).answers == {}


def test_a_choice_is_one_of_its_answers_in_either_language() -> None:
    docket = desk.opened().docket
    handling.analyse(docket, "third_party", "没订过", "normal", **DO)  # type: ignore[arg-type]
    choice = next(question for question, _ in asked_of(desk.read(docket)) if question.options)
    with pytest.raises(NotAllowed, match="no_such_answer"):
        handling.note_answers(docket, {choice.id: "也许"}, **DO)  # type: ignore[arg-type]
    handling.note_answers(docket, {choice.id: choice.options[1].en}, **DO)  # type: ignore[arg-type]
    assert desk.read(docket).answers == {choice.id: choice.options[1].en}


def test_nothing_is_asked_before_the_category_is_known_or_after_the_end() -> None:
    with pytest.raises(NotAllowed, match="unsorted"):
        handling.note_answers(desk.opened().docket, {"month": "2026-10"}, **DO)  # type: ignore[arg-type]
    ended = desk.led(State.ARCHIVED, msisdn=Msisdn("8613900000002"))
    with pytest.raises(NotAllowed, match="closed"):
        handling.note_answers(ended, {"month": "2026-10"}, **DO)  # type: ignore[arg-type]
