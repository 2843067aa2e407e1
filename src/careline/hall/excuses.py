"""Turns that the dialogue does not decide: for strangers, and when our own code fails."""

from careline.dialogue import engine
from careline.dialogue.book import Book
from careline.dialogue.masking import without_secrets
from careline.dialogue.talk import State, Step, Subscriber, Turn, Words


def turn_away(state: State, text: str, book: Book, stranger: Subscriber) -> Turn:
    """A number that is no line of this carrier: told so; nothing is looked up or done."""
    return _say("error.stranger", state, text, book, stranger)


def apologise(state: State, text: str, book: Book, subscriber: Subscriber) -> Turn:
    """Our own fault: said so, nothing done, nothing charged; the conversation stays where it was."""
    return _say("error.hall_fault", state, text, book, subscriber)


def _say(key: str, state: State, text: str, book: Book, subscriber: Subscriber) -> Turn:
    words = Words(key, engine.render(book, key, {}, subscriber.language))
    return Turn(state=state, masked=without_secrets(text[:500]), reply=words, steps=(Step(key),))
