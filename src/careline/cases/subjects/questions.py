"""The questions of a case's category and what the customer answered, whoever asked: by web, at the counter, on the telephone."""

from collections.abc import Mapping
from datetime import datetime

from careline.cases.deeds import deed, note
from careline.cases.free_text import from_staff
from careline.cases.records.case import Case
from careline.cases.states import NotAllowed
from careline.cases.subjects.categories import Question, categories

ANSWER_MAX = 500  # characters


def asked_of(case: Case) -> list[tuple[Question, str]]:
    """Each question of the case's category with its answer, "" where there is none; nothing without a category."""
    category = categories().get(case.category)
    answers = case.answers or {}
    return [(one, str(answers.get(one.id, ""))) for one in category.questions] if category else []


def note_answers(
    docket: str, answers: Mapping[str, str], *, by: str, now: datetime, expected: int | None = None
) -> Case:
    """Write down what the customer answered, by the ids of the questions; an empty answer takes one back.

    What is not named stays as it is, also what was answered to questions of another category before. Kept masked;
    whoever talks with the customer may do it, owner or not.
    Raises NotAllowed: unsorted (no category yet), no_such_question, no_such_answer (of a choice), no_words (nothing
    new), too_long, closed, moved.
    """
    given = {name: from_staff(str(answer), ANSWER_MAX) for name, answer in answers.items()}
    with deed(docket, expected=expected) as case:
        known = {question.id: question for question, _ in asked_of(case)}
        if not known:
            raise NotAllowed("unsorted")
        for name, answer in given.items():
            _check(known.get(name), answer)
        before = case.answers or {}
        new = {name: answer for name, answer in given.items() if answer != before.get(name, "")}
        if not new:
            raise NotAllowed("no_words")
        case.answers = {name: answer for name, answer in {**before, **new}.items() if answer}
        note(case, "answers_noted", by=by, now=now, detail={"category": case.category, "answers": new})
    return case


def _check(question: Question | None, answer: str) -> None:
    if question is None:
        raise NotAllowed("no_such_question")
    if answer and question.options and all(answer not in (option.zh, option.en) for option in question.options):
        raise NotAllowed("no_such_answer")
