"""Walking: what each key means where the session is, one key after the other."""

from collections.abc import Callable, Mapping

from careline.dialogue.keypad import replying
from careline.dialogue.keypad.choosing import choose, take_up_left
from careline.dialogue.keypad.saying import show_node, to_person
from careline.dialogue.keypad.walk import Walk, give_up_question
from careline.dialogue.keypad.wrong import repeat, say_question, wrong_key
from careline.dialogue.rendering import KEYS_MAX, page_of, pages_of

KEYS_MOST = 40  # of one moment; what is pressed beyond them is nothing that a caller means
ALL_KEYS = frozenset("0123456789*#")
_ENTERED = ("fill", "check")  # questions whose answer is several keys, ended by #


def walk_keys(walk: Walk, keys: str) -> None:
    """Take these keys one after the other, and say where that led.

    Keys may be pressed ahead of words, but only through menus, choices and values: as soon as a yes, a secret or an answer
    is due, or something was wrong, the rest of this moment counts for nothing, for its words were not heard yet.
    """
    turning, session = walk.turning, walk.session
    if session.channel == "ussd" and _is_entering(walk):
        keys = keys.strip()[:KEYS_MOST]  # a screen takes letters and points as well
    else:
        keys = "".join(key for key in keys if key in ALL_KEYS)[:KEYS_MOST]
    if not keys:
        wrong_key(walk, "error.wrong_key" if session.mode == "menu" else "error.wrong_reply", given="")
    while keys:
        offered = session.mode == "offer"
        keys = _step(walk, keys) if not offered else _step(walk, keys[:1])
        if turning.job is not None or turning.cue is not None:
            break
        if turning.said:
            if not keys or not _may_go_on(walk):
                break
            turning.said.clear()  # it was answered before it was said
            turning.key = turning.asked = ""
    if session.mode == "menu" and turning.job is None and turning.cue is None:
        show_node(turning, session, walk.menu)


def _is_entering(walk: Walk) -> bool:
    question = walk.turning.question
    return walk.session.mode == "question" and question is not None and question["kind"] in _ENTERED


def _may_go_on(walk: Walk) -> bool:
    """Whether keys that are left may answer what was just asked; at most one attempt begins in a moment."""
    turning = walk.turning
    question = turning.question
    if walk.session.mode != "question" or question is None or turning.miss or not turning.key.startswith("talk."):
        return False
    if turning.secret_asked or question["kind"] not in ("choose", "fill"):
        return False
    noted = question.get("intent")
    if question["kind"] == "fill" and any(one in ("old", "new", "id_number", "password") for one in question["names"]):
        return False
    return turning.begun is None or (noted is not None and noted["reference"] == turning.heard.reference)


def _step(walk: Walk, keys: str) -> str:
    """Use up the first key or, where a value is entered, all up to #; what is left."""
    session, question = walk.session, walk.turning.question
    if session.mode == "question" and question is None:
        session.mode = "menu"  # it lapsed
    if session.mode != "question" or question is None:
        _MODES.get(session.mode, _in_menu)(walk, keys[0])
        return keys[1:]
    if question["kind"] in _ENTERED:
        value, _, rest = keys.partition("#")
        replying.enter(walk, question, value)
        return rest
    replying.press(walk, question, keys[0])
    return keys[1:]


def _in_menu(walk: Walk, key: str) -> None:
    session, choices = walk.session, walk.choices()
    if key == "0":
        _to_person(walk)
    elif key == "9":
        session.moves += 1
        session.pressed += 1
    elif key == "*":
        _back(walk)
    elif key == "#":
        wrong_key(walk, "error.hash_here")
    else:
        place, shown = int(key) - 1, page_of(len(choices), session.page)
        if pages_of(len(choices)) > 1 and int(key) == KEYS_MAX:
            session.page = (session.page + 1) % pages_of(len(choices))
            walk.meant()
        elif place < len(shown):
            choose(walk, choices[shown[place]])
        else:
            wrong_key(walk, "error.wrong_key", given=key)


def _back(walk: Walk) -> None:
    """Up one node; at the top the main menu once more, and said that it is that."""
    walk.session.moves += 1
    walk.session.pressed += 1
    if len(walk.session.trail) > 1:
        walk.up()
    else:
        walk.session.page = 0
        walk.turning.say("error.at_top")


def _after_answer(walk: Walk, key: str) -> None:
    """After an answer: 1 and * lead back to where it was chosen."""
    if key in "1*":
        walk.meant()
        walk.arrive()
    elif key == "9":
        repeat(walk)
    elif key == "0":
        _to_person(walk)
    else:
        wrong_key(walk, "error.hash_here" if key == "#" else "error.wrong_key_after", given=key)


def _offered_a_person(walk: Walk, key: str) -> None:
    turning, session = walk.turning, walk.session
    if key in "10":
        to_person(turning, session, walk.menu, "misses")
        give_up_question(turning, session)
    elif key in "2*":
        walk.meant()
        session.mode = "menu"
        if turning.question is not None:
            session.mode = "question"
            say_question(turning)
    elif key == "9":
        repeat(walk)
    else:
        wrong_key(walk, "error.wrong_reply")


def _broke_off(walk: Walk, key: str) -> None:
    """A USSD session that broke off: 1 goes on where it was, 2 begins anew."""
    turning, session = walk.turning, walk.session
    if key == "0":
        _to_person(walk)
    elif key == "9":
        repeat(walk)
    elif key not in "12*":
        wrong_key(walk, "error.wrong_reply")
    else:
        left = turning.state.pop("resume", None) or {}
        walk.meant()
        trail = [node for node in left.get("trail", ()) if node in walk.menu.nodes] if key == "1" else []
        session.trail = trail or [walk.menu.first]
        walk.arrive()
        if key == "1":
            take_up_left(walk, left.get("question"))


def _with_person(walk: Walk, key: str) -> None:
    """A key while a person is being called: the caller would rather press keys."""
    walk.arrive()
    _in_menu(walk, key)


def _over(walk: Walk, key: str) -> None:
    """We had said goodbye, and the caller is still there."""
    walk.session.closing = ""
    walk.home()


def _to_person(walk: Walk) -> None:
    walk.session.pressed += 1
    to_person(walk.turning, walk.session, walk.menu, "asked")


_MODES: Mapping[str, Callable[[Walk, str], None]] = {
    "menu": _in_menu,
    "tail": _after_answer,
    "offer": _offered_a_person,
    "resume": _broke_off,
    "person": _with_person,
    "over": _over,
}
