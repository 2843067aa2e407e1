"""Sessions: what each event of a call or a USSD session leads to; the way in from the engine."""

from dataclasses import replace
from datetime import datetime

from careline.dialogue import resuming
from careline.dialogue.book import Book
from careline.dialogue.keypad import ending, strangers
from careline.dialogue.keypad.menu import menu_of
from careline.dialogue.keypad.saying import cue_of, keep_cue, say_goodbye, say_tail, show_node
from careline.dialogue.keypad.session import Session
from careline.dialogue.keypad.walk import Walk, give_up_question
from careline.dialogue.keypad.walking import walk_keys
from careline.dialogue.keypad.wrong import say_again, say_question, say_resume
from careline.dialogue.masking import HIDDEN
from careline.dialogue.talk import Cue, Event, Heard, State, Subscriber, Turn
from careline.dialogue.turning import Turning
from careline.values.cause import Cause
from careline.values.outcome import Outcome

SILENCES_MAX = 3  # in a row; with the last one we say goodbye
_SHOWN_MAX = 5  # keys of one moment that may be shown: six are a password
_SAYABLE = frozenset({"month", "amount", "count", "short_number"})  # values that are no secret


def happen(state: State, heard: Heard, book: Book, subscriber: Subscriber, now: datetime) -> Turn:
    """What follows from one moment of a session; never raises, and always leaves a cue while the session lasts."""
    turning = Turning(state, heard, book, subscriber, now)
    turning.steps.append(turning.chain.step)
    if subscriber.status == "stranger":
        return strangers.serve(turning)
    masked = _masked(turning)
    session = Session.of(turning.state)
    _interrupted(turning, session)
    if heard.event in (Event.HUNG_UP, Event.LOST):
        if session.id == heard.session:
            ending.end(turning, session, heard.event)
        return _silent(turning, masked)
    if turning.state.get("gone") == heard.session and heard.event is not Event.HELLO:
        turning.say("talk.goodbye")  # late: this session is over, and recorded
        turning.cue = Cue(then="hang_up")
        return turning.turn(masked)
    walk = _begin(turning, session) if heard.event is Event.HELLO else _go_on(turning, session)
    turning.trace("moment", event=heard.event.value, node=walk.session.node, mode=walk.session.mode)
    if heard.event is Event.HELLO:
        _greet(walk)
    elif heard.event is Event.SILENCE:
        _silence(walk)
    elif heard.event is Event.RETURNED:
        _returned(walk)
    else:
        walk.session.silences = 0
        walk_keys(walk, heard.text)
    return finish(turning, walk.session, masked)


def _interrupted(turning: Turning, session: Session) -> None:
    """The carrier's word on a service password never came, for this would have waited for it: what waited ends here."""
    held, session.pending = session.pending, None
    if held is not None and held["begun"]:
        turning.end(held["reference"], Outcome.FAILED, Cause.HALL_FAULT)


def finish(turning: Turning, session: Session, masked: str) -> Turn:
    """The turn with its cue; of a job the cue follows when it is concluded."""
    if turning.job is None:
        turning.cue = cue_of(turning, session)
        keep_cue(session, turning.cue)
    session.keep(turning.state)
    turning.node = turning.node or session.node
    return turning.turn(masked)


def _silent(turning: Turning, masked: str) -> Turn:
    """Nobody hears us any more."""
    turn = turning.turn(masked)
    state = {name: value for name, value in turn.state.items() if name != "last"}
    return replace(turn, reply=None, state=state)


def _begin(turning: Turning, old: Session) -> Walk:
    """A new session; one that never ended, because its channel died, ends now."""
    if old.id and old.id != turning.heard.session:
        ending.end(turning, old, Event.HUNG_UP if old.channel == "ussd" else Event.LOST)
    heard = turning.heard
    resume = turning.state.get("resume")
    for name in ("session", "question", "left", "waiting", "path", "last", "misses", "after", "gone"):
        turning.state.pop(name, None)
    if resume is not None and int(resume.get("until", 0)) <= turning.seconds:
        turning.state.pop("resume")
    session = Session(id=heard.session, channel=heard.channel, began=turning.seconds, senior=turning.subscriber.senior)
    return _walk(turning, session)


def _go_on(turning: Turning, session: Session) -> Walk:
    """The session as it was left; one that we do not know (any more) begins without a greeting."""
    if session.id != turning.heard.session:
        return _begin(turning, session)
    if turning.question is not None:
        resuming.lapse(turning)
    return _walk(turning, session)


def _walk(turning: Turning, session: Session) -> Walk:
    menu = menu_of(turning, senior=session.senior)
    walk = Walk(turning, session, menu)
    session.trail = [node for node in session.trail if node in menu.nodes]
    if session.menu != menu.id or not session.trail:
        session.menu = menu.id
        mode = session.mode
        walk.home()
        session.mode = mode
    return walk


def _greet(walk: Walk) -> None:
    turning, session, menu = walk.turning, walk.session, walk.menu
    resume = turning.state.get("resume")
    if resume is not None:
        say_resume(walk)
        session.mode = "resume"
        return
    if menu.greeting is not None and session.channel != "ussd":  # a screen says it shorter
        turning.key = "talk.greeting"
        turning.said.append(turning.resolved(menu.greeting.read(turning.language)))
    else:
        turning.say("talk.greeting")
    show_node(turning, session, menu)
    turning.say("talk.keys")


def _silence(walk: Walk) -> None:
    """Said once more, then shorter and with help, then goodbye."""
    turning, session = walk.turning, walk.session
    session.silences += 1
    after_answer = session.mode in ("tail", "over")
    if session.silences >= (2 if after_answer else walk.limit("silences_max", SILENCES_MAX)):
        session.silences = 0
        key, why = ("talk.goodbye", "done") if after_answer else ("error.silence_goodbye", "silence")
        say_goodbye(turning, session, key, why)
    elif after_answer:
        turning.say("talk.anything_else_again")
    else:
        turning.say("error.silence" if session.silences == 1 else "error.silence_again")
        if session.mode in ("menu", "person"):
            show_node(turning, session, walk.menu)
        elif session.mode == "question":
            say_question(turning)
        else:
            say_again(walk)


def _returned(walk: Walk) -> None:
    """Back from the queue: what came of it, and the menu again; after a talk, goodbye."""
    turning, session, why = walk.turning, walk.session, walk.turning.heard.text
    give_up_question(turning, session)
    session.silences = session.missed = 0
    if why == "talked":
        say_goodbye(turning, session, "talk.returned.talked", "person")
        return
    known = why if why in ("left_queue", "callback", "closed", "screened") else "nobody"
    turning.say(f"talk.returned.{known}")
    if known == "callback":
        say_tail(turning, session)
    else:
        walk.arrive()
        show_node(turning, session, walk.menu)


def _masked(turning: Turning) -> str:
    """What may be kept of what happened: keys, unless they are or may be a secret or somebody's number."""
    heard = turning.heard
    if heard.event is not Event.KEYS:
        return f"[{heard.event.value}]"
    keys, question = heard.text, turning.question
    if question is not None and question["kind"] in ("fill", "check"):
        kinds = set(question.get("kinds") or ())
        if not kinds or not kinds <= _SAYABLE:
            return HIDDEN
    # Whatever was asked for: whoever keys six digits may have taken the question for that of the password.
    return keys if len(keys.rstrip("#")) <= _SHOWN_MAX else HIDDEN
