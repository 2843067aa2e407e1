"""What becomes of a question that was not answered: it lapses, is asked again, or is taken up after something else."""

from careline.dialogue.asking import ask_which, ask_yes, confirm_code, proceed
from careline.dialogue.book import Verb
from careline.dialogue.intent import take_up
from careline.dialogue.menus import show_node
from careline.dialogue.proving import needs_proof
from careline.dialogue.turning import Turning
from careline.values.cause import Cause
from careline.values.outcome import Outcome


def lapse(turning: Turning) -> None:
    """Questions and two-step orders whose time is over are dropped; their attempts ended without an answer."""
    waiting = turning.waiting
    alive = [one for one in waiting if one["until"] > turning.seconds]
    for one in waiting:
        if one not in alive:
            turning.end(one["intent"]["reference"], Outcome.ABANDONED, Cause.NO_ANSWER)
    if len(alive) < len(waiting):
        turning.state["waiting"] = alive
        if not alive:
            turning.state.pop("waiting")
    question = turning.question
    if question is not None and question["until"] <= turning.seconds:
        intent = question.get("intent")
        waits = {one["intent"]["reference"] for one in waiting}
        if intent and intent["begun"] and intent["reference"] not in waits:
            turning.end(intent["reference"], Outcome.ABANDONED, Cause.NO_ANSWER)
            turning.lapsed = take_up(intent, turning.book)
        turning.close_question()
        turning.trace("question_lapsed", kind=question["kind"])
    left = turning.state.get("left")
    if left is not None and left["until"] <= turning.seconds:
        turning.state.pop("left")


def turn_away(turning: Turning, verb: Verb = Verb.OTHER) -> None:
    """The customer wishes something else: the open question is left, and its attempt ends, unless it is one that waits."""
    question = turning.question
    if question is None:
        return
    turning.close_question()
    noted = question.get("intent")
    waits = {one["intent"]["reference"] for one in turning.waiting}
    if noted and noted["reference"] in waits:
        return
    if verb is not Verb.CONFIRM:
        turning.state["left"] = {"question": dict(question), "until": question["until"]}
    if noted and noted["begun"]:
        turning.end(noted["reference"], Outcome.ABANDONED, Cause.LEFT)


def repeat_question(turning: Turning) -> None:
    """Say the open question again, after a reply that did not fit it."""
    question = turning.question
    assert question is not None
    intent = take_up(question["intent"], turning.book) if question.get("intent") else None
    turning.say("error.wrong_reply")
    turning.said.append(str(question.get("said", "")))
    if intent is not None:
        turning.recognise(intent, "question")


def resume(turning: Turning) -> bool:
    """Go back to the question that was left, or to a two-step order that waits."""
    waiting = turning.waiting
    left = turning.state.pop("left", None)
    if left is None and waiting:
        intent = take_up(waiting[0]["intent"], turning.book)
        if intent is None:
            return False
        turning.recognise(intent, "word")
        turning.say("talk.confirm_waiting", {**turning.about(intent), "confirm_code": confirm_code(turning, intent)})
        turning.ask("confirm", intent, until=waiting[0]["until"])
        return True
    if left is None:
        return False
    question = left["question"]
    if not question.get("intent"):
        if question.get("node"):
            show_node(turning, question["table"], question["node"])
        else:
            ask_which(turning, "talk.choose", tuple(question["options"]))
        return True
    intent = take_up(question["intent"], turning.book)
    if intent is None:
        return False
    intent.begun = intent.proved = False  # what was left had ended; this is a new attempt, and proves itself
    turning.recognise(intent, "word")
    if question["kind"] == "confirm" and not needs_proof(intent):
        ask_yes(turning, intent)
    elif question["kind"] == "pick":
        return False
    else:
        proceed(turning, intent)
    return True
