"""A simulated customer who writes: a published code or a service in words, and answers to what is asked back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from careline.demo.month.people import Person
from careline.demo.month.signposts import Atlas
from careline.dialogue.book import Verb
from careline.dialogue.lexicon import Lexicon
from careline.hall.turn import Served

TEXTS_MAX = 6
_VERBS = {Verb.CANCEL: ("取消", "cancel "), Verb.SUBSCRIBE: ("开通", "subscribe "), Verb.ORDER: ("办理", "order "),
          Verb.REGISTER: ("申请", "register ")}  # fmt: skip


@dataclass(slots=True)
class Texter:
    """One conversation; `next` gives the next text, or None when there is nothing more to say."""

    person: Person
    atlas: Atlas
    sent: int = 0

    def first(self, now: datetime) -> str:
        """A code where there is one and it is known, else words."""
        code = self._code(now)
        return code if code and self.person.dice.random() < self.person.assumed.codes else self._words()

    def next(self, served: Served) -> str | None:
        self.sent += 1
        if served.outcome is not None or self.sent > TEXTS_MAX or not served.recorded:
            return None
        question = served.question
        if question is not None:
            return self._answer(served, question)
        assumed = self.person.assumed
        known = served.letter is not None and served.letter.key in self.atlas.sound
        goes_on = self.person.dice.random() < (assumed.after_own_words if known else assumed.after_shared_words)
        return self._words() if goes_on and self.sent < 3 else None

    def _answer(self, served: Served, question: Mapping[str, Any]) -> str | None:
        assumed, dice = self.person.assumed, self.person.dice
        text = served.letter.text if served.letter else ""
        if dice.random() < assumed.fumbles:
            return None  # put aside, and forgotten
        if not self.person.trade_words and self.atlas.trade(text) and dice.random() < assumed.unsettled:
            return None
        if question["kind"] == "confirm":
            intent = question.get("intent") or {}
            wrong = (intent.get("service"), intent.get("verb")) != self.person.goal
            return (
                ("否" if self._chinese else "NO")
                if wrong or dice.random() < assumed.declines
                else "是"
                if self._chinese
                else "YES"
            )
        if question["kind"] in ("choose", "pick"):
            options = question["options"]
            wanted = [at for at, one in enumerate(options, 1) if self._means(one)]
            return str(wanted[0]) if wanted else None
        return None

    def _means(self, option: Mapping[str, Any]) -> bool:
        if "service" in option and (option["service"], option.get("verb")) != self.person.goal:
            return False
        return (
            not self.person.tier or self.person.tier in (option.get("tier"), option.get("value")) or "service" in option
        )

    def _code(self, now: datetime) -> str:
        """The spelling that does just this in the customer's own table; "" where none does."""
        one = self.person.subscriber
        chain = Lexicon.of(self.atlas.book).chain(one.region, one.brand, now.date())
        for entry in chain.by_meaning.get(self.person.goal, ()):
            if not entry.code.takes and entry.code.fixed.get("tier", "") == self.person.tier:
                return entry.code.spelling
        return ""

    def _words(self) -> str:
        name = self.atlas.book.services[self.person.goal[0]].name.read(self.person.subscriber.language)
        verb = _VERBS.get(self.person.goal[1], ("查", ""))[not self._chinese]
        said, dice = f"{verb}{name}", self.person.dice
        if dice.random() < self.person.assumed.typos:
            at = dice.randrange(len(said))
            said = said[:at] + said[at + 1 :]
        return said

    @property
    def _chinese(self) -> bool:
        return self.person.subscriber.language == "zh"
