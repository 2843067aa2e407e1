"""How a session ends: what becomes of an open attempt, and what is recorded of one in which nothing was chosen.

The rules and their reasons stand in docs/decisions/0007-how-calls-end.md.
"""

from careline.dialogue.keypad.hotline import note
from careline.dialogue.keypad.session import Session
from careline.dialogue.keypad.walk import give_up_question, leave_question
from careline.dialogue.talk import Event, Journey
from careline.dialogue.turning import Turning
from careline.values.cause import Cause
from careline.values.outcome import Outcome

WANDER_MOVES = 3  # ways back and repeats without choosing anything
WANDER_NODES = 6  # nodes visited without choosing anything
HEARD_OUT_PERCENT = 95  # a prompt that was played so far was heard to its end
RESUME_MINUTES = 5  # a USSD session that broke off can be taken up again

End = tuple[Outcome, Cause]


def end_of(turning: Turning, session: Session, event: Event) -> End:
    """Why nothing was reached, the first rule that fits."""
    limits = turning.book.limits
    nodes = [place for place in session.visits if ":" not in place or place.startswith(("group:", "service:"))]
    if event is Event.LOST:
        return Outcome.FAILED, Cause.CHANNEL_FAULT
    if session.missed:
        return Outcome.FAILED, Cause.UNKNOWN_WORDS  # wrong keys until patience was at its end
    if session.closing == "silence" and not session.pressed:
        return Outcome.ABANDONED, Cause.NO_ANSWER  # nobody may have been there at all
    wandered = session.moves >= limits.get("wander_moves", WANDER_MOVES)
    wandered = wandered or len(nodes) >= limits.get("wander_nodes", WANDER_NODES)
    heard_out = session.mode == "menu" and turning.heard.heard_percent >= HEARD_OUT_PERCENT
    if wandered or session.closing == "silence" or (heard_out and event is Event.HUNG_UP):
        return Outcome.FAILED, Cause.GUIDANCE
    return Outcome.ABANDONED, Cause.LEFT


def end(turning: Turning, session: Session, event: Event) -> None:
    """Close whatever is open, record the session's end, and leave the state as it is between sessions."""
    asked = turning.question is not None
    keep = _broken_off(turning, session)
    if event is Event.LOST:
        leave_question(turning, Outcome.FAILED, Cause.CHANNEL_FAULT)
    else:
        give_up_question(turning, session)
    if not session.acts:
        note(turning, session, *end_of(turning, session, event))
    turning.journey = journey(turning, session, event, asked=asked)
    for name in ("session", "question", "left", "waiting", "path", "last", "misses", "after", "resume"):
        turning.state.pop(name, None)
    turning.state["gone"] = session.id  # what comes late of it changes nothing
    if keep is not None:
        turning.state["resume"] = keep


def _broken_off(turning: Turning, session: Session) -> dict[str, object] | None:
    """What a USSD session can go on with: where it was, and what had been asked."""
    question = turning.question
    if session.channel != "ussd" or session.closing or session.mode not in ("menu", "question", "offer"):
        return None
    if question is None and len(session.trail) < 2:
        return None
    until = turning.until("ussd_resume_minutes", RESUME_MINUTES)
    return {"until": until, "trail": list(session.trail), "question": dict(question) if question else None}


def journey(turning: Turning, session: Session, event: Event, *, asked: bool) -> Journey:
    if event is Event.LOST:
        ended = "lost"
    elif session.closing:
        ended = session.closing
    elif session.mode == "person":
        ended = "person"
    else:
        ended = "done" if session.acts and not asked and not session.missed else "hung_up"
    return Journey(
        session=session.id,
        menu=session.menu,
        visits=tuple(session.visits),
        node=session.node,
        ended=ended,
        misses=session.misses,
        began=session.began,
    )
