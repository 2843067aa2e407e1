"""The rules of menu advice: customers know the menu by heart, so little is moved, and only for much.

Each may be set in the catalogue's limits (settings, `advice_…`), so that it is reviewed like everything else.
"""

from dataclasses import dataclass, fields
from typing import Self

from careline.dialogue.book import Book


@dataclass(frozen=True, slots=True)
class Rules:
    """Whole numbers, as limits are."""

    # A tenth of a second for each call: less than the lengths of prompts are known by.
    least_seconds: int = 100  # saved per 1,000 calls
    # So many exchanges can be told to customers in one sentence, and judged apart by the next month's figures.
    moves_most: int = 3  # of one version
    # A caller who calls once a month has met the new key three times before it may move again.
    rest_days: int = 90
    # What errors of habit cost must be saved within the month after it.
    earned_back_days: int = 30
    # Whoever took the same way three times in the time looked at does not listen to it any more.
    by_heart_times: int = 3
    # So often the old key is pressed before the new one is learnt.
    relearn_times: int = 2
    # To notice that this is not what was wanted, and to press the star: about one title and a breath.
    wrong_turn_seconds: int = 8
    # So long a node says that its keys have changed: most who call at all in a month have heard it then.
    announce_days: int = 30

    @classmethod
    def of(cls, book: Book, **given: int | None) -> Self:
        """The catalogue's own, where its limits name some; what is given (and not None) comes first."""
        limits = {one.name: book.limits.get(f"advice_{one.name}") for one in fields(cls)}
        chosen = {**limits, **{name: value for name, value in given.items() if value is not None}}
        return cls(**{name: max(0, value) for name, value in chosen.items() if value is not None})
