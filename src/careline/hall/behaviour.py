"""A behaviour: the code that performs one kind of service; the same for every channel."""

from datetime import datetime
from typing import Protocol, runtime_checkable

from careline.carrier.port import Answer, Request
from careline.dialogue.book import Verb
from careline.dialogue.talk import Job, Subscriber, Telling


@runtime_checkable
class Behaviour(Protocol):
    """`ask` and `tell` are pure: no clock, no database, no network."""

    name: str
    verbs: frozenset[Verb]
    words: frozenset[str]  # tails of the word keys it may use, as `<verb>.<end>`; lint looks for each

    def ask(self, job: Job, subscriber: Subscriber, now: datetime) -> Request | None:
        """What to ask of the carrier, or None when the book alone answers."""
        ...

    def tell(self, job: Job, subscriber: Subscriber, answer: Answer, now: datetime) -> Telling:
        """The end and the words of the attempt; `answer` is empty when `ask` gave None."""
        ...
