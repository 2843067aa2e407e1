"""Turns that the dialogue does not decide: for strangers, and when our own code fails."""

from dataclasses import replace

from careline.dialogue import engine
from careline.dialogue.book import Book
from careline.dialogue.keypad.session import kept_cue
from careline.dialogue.masking import without_secrets
from careline.dialogue.talk import Cue, Event, State, Step, Subscriber, Turn, Words
from careline.dialogue.wishing import PAGE
from careline.hall.turn import Arrival


def turn_away(state: State, text: str, book: Book, stranger: Subscriber) -> Turn:
    """A number that is no line of this carrier: told so; nothing is looked up or done."""
    return _say("error.stranger", state, text, book, stranger)


def apologise(state: State, arrival: Arrival, book: Book, subscriber: Subscriber) -> Turn:
    """Our own fault: said so, nothing done, nothing charged; the conversation stays where it was."""
    keyed = arrival.event is not Event.SAID
    text = arrival.text if not keyed else ""
    turn = _say("error.hall_fault", state, text, book, subscriber, manner_of(arrival))
    return replace(turn, cue=kept_cue(state) or Cue()) if keyed else turn


def manner_of(arrival: Arrival) -> str:
    """How this arrival's answer is worded where the dialogue cannot say it: for its medium, for pages, or as an SMS is."""
    if arrival.event is not Event.SAID:
        return arrival.channel
    return PAGE if arrival.wish is not None else ""


def _say(key: str, state: State, text: str, book: Book, subscriber: Subscriber, manner: str = "") -> Turn:
    words = Words(key, engine.render(book, key, {}, subscriber.language, manner))
    return Turn(state=state, masked=without_secrets(text[:500]), reply=words, steps=(Step(key),))
