"""What a session says, and the cue that goes with it: nodes, the end of an answer, a person, goodbye."""

from dataclasses import asdict
from typing import Any

from careline.dialogue.book import OPENS, Menu
from careline.dialogue.intent import take_up
from careline.dialogue.keypad.menu import choices_of, label, titles
from careline.dialogue.keypad.session import Session
from careline.dialogue.keypad.wanting import KEYED
from careline.dialogue.rendering import options_of_page
from careline.dialogue.talk import Cue, Handover
from careline.dialogue.turning import Turning
from careline.values.language import Text

SILENCE_SECONDS, CONFIRM_SILENCE_SECONDS = 6, 8  # after the last word; limits of the same names
ANSWER_MAX = 1500  # characters of an answer that are kept to be said again
SLOWER_SECONDS = 4  # more, for customers with the slow menu


def show_node(turning: Turning, session: Session, menu: Menu) -> None:
    """The choices of the node that we are in."""
    node = menu.nodes[session.node]
    labels = [label(turning, menu, choice) for choice in choices_of(turning, menu, node)]
    title = node.title
    if node.intro is not None:
        title = Text(f"{title.zh}，{node.intro.zh}", f"{title.en}. {node.intro.en}")
    options = options_of_page(turning.book, labels, turning.medium, session.page)
    turning.say("talk.menu_senior" if session.senior else "talk.menu", {"label": title, "options": options})
    session.mode = "menu"


def say_tail(turning: Turning, session: Session) -> None:
    """What can be done after an answer."""
    turning.say("talk.anything_else")
    session.mode = "tail"
    session.answer = "\n".join(turning.said)[:ANSWER_MAX]


def to_person(turning: Turning, session: Session, menu: Menu | None, reason: str, key: str = "talk.person") -> None:
    """Hand over, with what is known."""
    turning.say(key)
    session.mode = "person"
    question = turning.question or {}
    intent = question.get("intent") or {}
    latest = session.latest
    handover = Handover(
        reason=reason,
        path=titles(turning, menu, session.trail) if menu is not None else (),
        node=session.node,
        service=str(intent.get("service") or latest.get("service", "")),
        verb=str(intent.get("verb") or latest.get("verb", "")),
        reference=str((intent.get("reference") if intent.get("begun") else "") or latest.get("reference", "")),
        outcome=latest.get("outcome", ""),
        cause=latest.get("cause", ""),
        misses=session.misses,
        assurance=session.assurance,
    )
    turning.cue = _with_place(Cue(then="person", handover=handover), session)


def say_goodbye(turning: Turning, session: Session, key: str, why: str) -> None:
    turning.say(key)
    session.mode, session.closing = "over", why
    turning.cue = _with_place(Cue(then="hang_up"), session)


def cue_of(turning: Turning, session: Session) -> Cue:
    """What the channel does after the words were said: how many keys it waits for, and how long."""
    if turning.cue is not None:
        return turning.cue
    limits = turning.book.limits
    silence = limits.get("silence_seconds", SILENCE_SECONDS)
    question = turning.question if session.mode == "question" else None
    if question is None:
        return _with_place(Cue(silence_seconds=_slower(session, silence)), session)
    if question["kind"] in ("fill", "check"):
        return _with_place(_entry_cue(turning, question, _slower(session, silence)), session)
    patience = limits.get("confirm_silence_seconds", CONFIRM_SILENCE_SECONDS)
    # Who pressed yes before the price was said hears the question without being able to cut it short.
    hears = not (question["kind"] == "confirm" and session.too_soon)
    binding = question["kind"] == "confirm"
    return _with_place(Cue(silence_seconds=_slower(session, patience), barge_in=hears, binding=binding), session)


def _entry_cue(turning: Turning, question: Any, silence: float) -> Cue:
    """One key more than the value has: the # that ends it, or the digit too many."""
    kinds = question.get("kinds") or ["password"]
    most = sum(KEYED[kind].most for kind in kinds) + len(kinds)
    secret = any(kind in ("password", "id_number") for kind in kinds)
    # A secret that something with a price waits for is the yes to it as well.
    intent = take_up(question["intent"], turning.book) if secret and question["kind"] == "fill" else None
    binding = intent is not None and bool(intent.price) and intent.verb in OPENS
    return Cue(keys_max=most, ends_with="#", silence_seconds=silence, secret=secret, binding=binding)


def _slower(session: Session, seconds: float) -> float:
    return float(seconds + (SLOWER_SECONDS if session.senior else 0))


def _with_place(cue: Cue, session: Session) -> Cue:
    between = cue.between_seconds + (SLOWER_SECONDS / 2 if session.senior else 0)
    return Cue(**{**_shallow(cue), "slow": session.senior, "node": session.node, "between_seconds": between})


def _shallow(cue: Cue) -> dict[str, Any]:
    return {name: getattr(cue, name) for name in Cue.__slots__}


def keep_cue(session: Session, cue: Cue) -> None:
    """Remember it for a moment that comes twice."""
    session.cue = asdict(cue)
    if cue.handover is not None:
        session.cue["handover"]["path"] = list(cue.handover.path)
