"""What a choice of a menu leads to: another node, an action, or a word."""

from collections.abc import Callable, Mapping
from typing import Any

from careline.dialogue.acting import act_on
from careline.dialogue.asking import check_and_proceed
from careline.dialogue.book import Choice
from careline.dialogue.intent import take_up
from careline.dialogue.keypad.menu import menu_of, option_for
from careline.dialogue.keypad.saying import say_tail, to_person
from careline.dialogue.keypad.walk import Walk
from careline.dialogue.menus import own_menu


def choose(walk: Walk, choice: Choice) -> None:
    """Follow a choice of the node that we are in."""
    walk.meant()
    if choice.word:
        _WORDS[choice.word](walk)
    elif choice.service:
        option = option_for(walk.turning, choice)
        act(walk, option)
    else:
        walk.go(choice.node)


def act(walk: Walk, option: Mapping[str, Any]) -> None:
    """Go on with an action: the same rules, questions and refusals as by SMS, and a change is always asked back."""
    walk.act(str(option["service"]), str(option["verb"]))
    walk.turning.node = walk.session.node
    act_on(walk.turning, option)
    settle(walk)


def settle(walk: Walk) -> None:
    """Where the session stands after something was decided: a question, an answer to come, or one that was given."""
    turning, session = walk.turning, walk.session
    if turning.job is not None:
        session.mode = "tail"  # until it is concluded
    elif turning.question is not None:
        session.mode = "question"
        session.too_soon = False
    elif turning.cue is None:
        say_tail(turning, session)


def take_up_left(walk: Walk, question: Mapping[str, Any] | None) -> None:
    """Ask again what a session that broke off had asked; it is a new attempt."""
    noted = (question or {}).get("intent")
    intent = take_up(noted, walk.turning.book) if noted else None
    if intent is None:
        return
    intent.begun = False
    walk.act(intent.service.id, intent.verb.value)
    walk.turning.node = walk.session.node
    check_and_proceed(walk.turning, intent)
    settle(walk)


def _person(walk: Walk) -> None:
    to_person(walk.turning, walk.session, walk.menu, "asked")


def _language(language: str) -> Callable[[Walk], None]:
    def switch(walk: Walk) -> None:
        """For good: the next call and the next answer are in it too."""
        turning = walk.turning
        turning.state["language"] = turning.chosen_language = language
        turning.say("talk.language")
        _anew(walk)

    return switch


def _senior(walk: Walk) -> None:
    turning, session = walk.turning, walk.session
    session.senior = not session.senior
    turning.senior = session.senior
    turning.say("talk.senior_on" if session.senior else "talk.senior_off")
    _anew(walk)


def _anew(walk: Walk) -> None:
    """From the first node of the menu that applies now."""
    walk.menu = menu_of(walk.turning, senior=walk.session.senior)
    walk.session.menu = walk.menu.id
    walk.home()


def _mine(walk: Walk) -> None:
    own_menu(walk.turning, "show", "")
    settle(walk)


_WORDS: Mapping[str, Callable[[Walk], None]] = {
    "person": _person,
    "english": _language("en"),
    "chinese": _language("zh"),
    "mine": _mine,
    "senior": _senior,
}
