"""What fits nothing: words of its own for each situation, counted, and a person offered before patience ends."""

from careline.dialogue.keypad.hotline import note
from careline.dialogue.keypad.saying import to_person
from careline.dialogue.keypad.walk import Walk, give_up_question
from careline.dialogue.turning import MISSES_BEFORE_PERSON, Turning
from careline.values.cause import Cause
from careline.values.language import Text
from careline.values.outcome import Outcome

MISSES_HANDOVER = 6  # misses of one session after which a person is called without being asked for


def wrong_key(walk: Walk, key: str, **values: str) -> None:
    """Say what is wrong and, where something had been asked, ask it again; a menu is said anyway."""
    walk.turning.say(key, values)
    mode = walk.session.mode
    missed(walk)
    if walk.session.mode == mode and mode in ("question", "offer", "resume", "tail"):
        say_again(walk)  # unless a person is offered or called instead: two questions at once nobody can answer


def missed(walk: Walk) -> None:
    """Count what fitted nothing; a person is offered after a few in a row, and called after many in all (IVR-20)."""
    turning, session = walk.turning, walk.session
    turning.miss = True
    session.missed += 1
    session.misses += 1
    turning.trace("missed_key", in_a_row=str(session.missed), in_all=str(session.misses))
    if session.misses >= walk.limit("misses_handover", MISSES_HANDOVER):
        note(turning, session, Outcome.FAILED, Cause.UNKNOWN_WORDS)
        to_person(turning, session, walk.menu, "misses", "talk.handed_over")
        give_up_question(turning, session)
    elif session.missed >= walk.limit("misses_before_person", MISSES_BEFORE_PERSON) and session.mode != "offer":
        if turning.asked and turning.said and turning.said[-1] == turning.asked:
            turning.said.pop()  # the question stays open and is asked again when the caller goes on
        note(turning, session, Outcome.FAILED, Cause.UNKNOWN_WORDS)
        offer_person(walk)


def offer_person(walk: Walk) -> None:
    walk.turning.say("error.person")
    walk.turning.say("talk.person_offer")
    walk.session.mode = "offer"


def repeat(walk: Walk) -> None:
    """Once more what was said; in a menu the node is said anyway."""
    if walk.session.mode == "tail" and walk.session.answer:
        walk.turning.key = "talk.again"
        walk.turning.said.append(walk.session.answer)
    elif walk.session.mode != "menu":
        say_again(walk)


def say_again(walk: Walk) -> None:
    turning, session = walk.turning, walk.session
    question = turning.question
    if session.mode == "question" and question is not None:
        say_question(turning)
    elif session.mode == "offer":
        turning.say("talk.person_offer")
    elif session.mode == "resume":
        say_resume(walk)
    else:
        turning.say("talk.anything_else")


def say_resume(walk: Walk) -> None:
    """What a session that broke off can go on with."""
    trail = (walk.turning.state.get("resume") or {}).get("trail") or [""]
    node = walk.menu.nodes.get(str(trail[-1]))
    walk.turning.say("talk.resume", {"label": node.title if node else Text("", "")})


def say_question(turning: Turning) -> None:
    """The open question in its own words."""
    question = turning.question
    if question is not None and question.get("said"):
        turning.key = turning.key or "talk.again"
        turning.said.append(str(question["said"]))
