"""The rest of a turn whose job is done: the service password opens what waited for it, and what comes after an answer."""

from careline.dialogue.asking import check_and_proceed, missing_of
from careline.dialogue.book import Verb
from careline.dialogue.intent import take_up
from careline.dialogue.keypad.menu import menu_of
from careline.dialogue.keypad.saying import cue_of, keep_cue, say_tail
from careline.dialogue.keypad.session import Session
from careline.dialogue.keypad.walk import Walk
from careline.dialogue.keypad.wanting import CHECK, PASSWORD, ask_value
from careline.dialogue.keypad.wrong import offer_person
from careline.dialogue.talk import Ending, Job, Telling
from careline.dialogue.turning import Turning
from careline.values.assurance import Assurance
from careline.values.cause import Cause
from careline.values.outcome import Outcome

PASSWORD_TRIES = 3  # wrong service passwords in one session


def is_check(job: Job) -> bool:
    """Whether this job only asked if the service password is right."""
    return job.service.id == "password" and job.verb is Verb.STATUS and job.action is CHECK


def after(turning: Turning, job: Job, telling: Telling) -> tuple[Ending, ...]:
    """Say what comes after the answer and set the cue; returns the ends of attempts that ended with this job's.

    What needs no question goes on at once, now that the service password was right: it is in `turning.job` then, and its
    own answer is the next thing that is said.
    """
    session = Session.of(turning.state)
    ends: tuple[Ending, ...] = ()
    if is_check(job):
        ends = _checked(turning, session, telling)
    else:
        session.latest = {
            "service": job.service.id,
            "verb": job.verb.value,
            "reference": job.reference,
            "outcome": telling.outcome.value,
            "cause": telling.cause.value if telling.cause else "",
        }
        _follow_up_by_keys(turning)
    if turning.job is not None:
        return ends
    if session.mode != "offer":
        if turning.question is not None:
            session.mode = "question"
            session.too_soon = False
        else:
            say_tail(turning, session)
    turning.cue = cue_of(turning, session)
    keep_cue(session, turning.cue)
    session.keep(turning.state)
    return ends


def _follow_up_by_keys(turning: Turning) -> None:
    """A behaviour that asks for values asks for them one by one."""
    question = turning.question
    if question is None or question["kind"] != "fill" or "kinds" in question:
        return
    intent = take_up(question["intent"], turning.book)
    if intent is not None:
        turning.close_question()
        ask_value(turning, intent, missing_of(intent) or list(intent.action.parameters))


def _checked(turning: Turning, session: Session, telling: Telling) -> tuple[Ending, ...]:
    noted, session.pending = session.pending, None
    intent = take_up(noted, turning.book) if noted else None
    if telling.outcome is Outcome.DONE:
        session.assurance = max(session.assurance, int(Assurance.PASSWORD))
        session.tries = 0
        session.keep(turning.state)  # what was shown is looked up there
        if intent is not None:
            check_and_proceed(turning, intent)
        return tuple(turning.endings)
    if noted is None or intent is None:
        return ()
    if telling.cause is Cause.WRONG_PASSWORD:
        session.tries += 1
        left = turning.book.limits.get("password_tries", PASSWORD_TRIES) - session.tries
        if left > 0:
            before = len(turning.said)
            turning.say("talk.ask_password_again", {**turning.about(intent), "number": str(left)})
            turning.asked = "\n".join(turning.said[before:])
            turning.ask("check", intent, kinds=[PASSWORD.kind])
            return ()
    cause = Cause.TOO_MANY_TRIES if telling.cause is Cause.WRONG_PASSWORD else telling.cause
    if cause is Cause.TOO_MANY_TRIES:
        if telling.cause is Cause.WRONG_PASSWORD:
            turning.say("error.too_many_tries", turning.about(intent))
        offer_person(Walk(turning, session, menu_of(turning, senior=session.senior)))
    outcome = Outcome.REFUSED if telling.outcome is Outcome.REFUSED else Outcome.FAILED
    return (Ending(intent.reference, outcome, cause or Cause.HALL_FAULT),) if intent.begun else ()
