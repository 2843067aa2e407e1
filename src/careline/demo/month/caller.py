"""A simulated caller: hears what the hall says, as far as patience goes, and presses what seems right."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from careline.catalogue.spoken_length import seconds
from careline.demo.month.people import Person
from careline.demo.month.signposts import Atlas, Sign, Signposts
from careline.dialogue.rendering import KEYS_MAX, page_of
from careline.dialogue.talk import Event
from careline.hall.telephone import Act
from careline.values.outcome import Outcome

MOVES_MAX = 40  # nobody presses more in one call


@dataclass(frozen=True, slots=True)
class Deed:
    """What a caller does next."""

    event: Event
    keys: str = ""
    heard_percent: int = 100


HANG_UP = Deed(Event.HUNG_UP)
_COMMON = frozenset({"1", "2"})


@dataclass(slots=True)
class Caller:
    """One call; `next` is asked with each answer of the hall until it says HUNG_UP."""

    person: Person
    atlas: Atlas
    posts: Signposts
    odd: float  # share of recordings in another format than their neighbours
    passed: float = 0.0  # seconds of listening
    moves: int = 0
    page: int = 0
    node: str = ""
    lost: int = 0  # nodes heard out without finding anything
    missed: set[str] = field(default_factory=set)  # what was heard once and not recognised
    by_heart: Mapping[str, str] = field(default_factory=dict)
    slipped: bool = False
    tail: bool = False
    asked: bool = False  # for a person, or was with one already
    reached: bool = False  # what was wanted has been chosen, and answered

    def __post_init__(self) -> None:
        self.by_heart = self.person.keys

    def next(self, act: Act | None) -> Deed:
        """What this caller does after these words."""
        self.moves += 1
        if act is None or act.served is None or act.cue.then == "hang_up" or self.moves > MOVES_MAX:
            return HANG_UP
        if act.cue.then == "person":  # who wants one is out of self-service; who pressed an old key comes back
            asked, self.asked = self.asked, True
            return HANG_UP if asked else Deed(Event.RETURNED, "left_queue")
        if self._chance(self.person.assumed.fumbles):
            return Deed(Event.SILENCE)
        if self._person_is_offered(act):
            return self._press("2") if self._goes_on(act) else HANG_UP
        if self._stumbled(act) and not self._goes_on(act):
            return HANG_UP
        question = act.served.question
        if question is not None:
            return self._answer(act, question)
        if act.served.outcome is not None or (self.tail and not self._shows_menu(act)):
            return self._after(act)
        return self._listen(act)

    # -- in the menu

    def _listen(self, act: Act) -> Deed:
        self.tail = False
        if act.cue.node != self.node:
            self.node, self.page = act.cue.node, 0
        goal, known = self.person.goal, self.by_heart.get(self.node)
        signs = [sign for sign in self.posts.nodes.get(self.node, ()) if sign.page == self.page]
        if known is not None:
            right = next((sign for sign in signs if sign.key == known), None)
            if right is None or goal not in right.leads:
                self.by_heart = {}  # found out one prompt later: the menu has changed
            return self._press(known, heard=15)
        if not self.posts.leads(self.node, goal):
            self.by_heart = {}
            return self._press("*") if self.node != self.posts.first else HANG_UP
        whole = self._seconds(act.text)
        for sign in signs:
            at = self._seconds(act.text[: max(0, act.text.find(sign.said)) + len(sign.said)])
            if self.passed + at > self.person.patience_seconds:
                return Deed(Event.HUNG_UP, heard_percent=int(100 * at / max(at, whole)) if at < whole else 90)
            if self._takes(sign):
                self.passed += at
                return self._press(sign.key, heard=int(100 * at / max(whole, 0.1)))
        self.passed += whole
        return self._found_nothing()

    def _takes(self, sign: Sign) -> bool:
        """Whether this option seems the right one."""
        assumed = self.person.assumed
        if self.person.goal not in sign.leads:
            return self._chance(assumed.mistaken)
        if sign.said in self.missed:
            if self._chance(assumed.second_hearing):
                return True
        elif not self._chance(self._miss(sign)):
            return True
        self.missed.add(sign.said)
        return False

    def _miss(self, sign: Sign) -> float:
        assumed = self.person.assumed
        words = assumed.miss_trade if sign.trade and not self.person.trade_words else assumed.miss_plain
        return words + (assumed.miss_sound if sign.chance < self.odd else 0.0)

    def _found_nothing(self) -> Deed:
        """This page was heard to its end: the next one, once more, back, a person, or the end of the call."""
        if any(sign.page > self.page for sign in self.posts.nodes[self.node]):
            self.page += 1
            return self._press(str(KEYS_MAX))
        self.lost += 1
        self.page = 0
        assumed, roll = self.person.assumed, self.person.dice.random() * (1 + 0.5 * (self.lost - 1))
        if roll < assumed.repeats:
            return self._press("9") if not self._paged() else self._press(str(KEYS_MAX))
        if roll < assumed.repeats + assumed.goes_back:
            return self._press("*" if self.node != self.posts.first else "9")
        if roll < assumed.repeats + assumed.goes_back + assumed.asks_person:
            self.asked = True
            return self._press("0")
        return HANG_UP

    def _paged(self) -> bool:
        return any(sign.page for sign in self.posts.nodes[self.node])

    # -- questions and answers

    def _answer(self, act: Act, question: Mapping[str, Any]) -> Deed:
        heard = self._seconds(act.text)
        if self.passed + heard > self.person.patience_seconds:
            return Deed(Event.HUNG_UP, heard_percent=60)
        self.passed += heard
        intent = question.get("intent") or {}
        wrong = (intent.get("service"), intent.get("verb")) != self.person.goal
        assumed = self.person.assumed
        if question["kind"] == "confirm":
            if wrong or self._chance(assumed.declines):
                return self._press("2")
            if not self.person.trade_words and self.atlas.trade(act.text) and self._chance(assumed.unsettled):
                return self._press("9") if self._chance(assumed.second_hearing) else HANG_UP
            self.reached = True
            return self._press("1")
        if question["kind"] == "choose" and not wrong:
            return self._choose(question)
        return self._press("*") if question["kind"] != "check" else HANG_UP

    def _choose(self, question: Mapping[str, Any]) -> Deed:
        options, page = question["options"], int(question.get("page") or 0)
        wanted = next(
            (at for at, one in enumerate(options) if self.person.tier in (one.get("tier"), one.get("value"))), 0
        )
        shown = page_of(len(options), page)
        return self._press(str(shown.index(wanted) + 1) if wanted in shown else str(KEYS_MAX))

    def _after(self, act: Act) -> Deed:
        """An answer was heard: it was what was wanted, or it was not and the menu is tried again."""
        served = act.served
        assert served is not None
        self.passed += self._seconds(act.text)
        again, told = self.person.assumed.tries_again, served.understood
        if told is not None and (told.service, told.verb) == self.person.goal:
            self.reached = True  # refused before anything was asked
        if self.reached and served.outcome is not None:
            if served.outcome is Outcome.FAILED and self._chance(again):
                self.reached, self.tail = False, True
                return self._press("1")
            return HANG_UP
        if not self.person.applies and served.outcome is Outcome.DONE:
            return HANG_UP
        self.tail = True
        return self._press("1") if self.passed < self.person.patience_seconds else HANG_UP

    # -- errors

    def _stumbled(self, act: Act) -> bool:
        """What was said is about a key that did not fit, or about silence."""
        slipped, self.slipped = self.slipped, False
        return act.key.startswith("error.") and (slipped or act.key.startswith("error.silence"))

    def _goes_on(self, act: Act) -> bool:
        """After an error: words of its own say what to do, the same words for everything do not."""
        assumed = self.person.assumed
        return self._chance(assumed.after_own_words if act.key in self.atlas.sound else assumed.after_shared_words)

    def _person_is_offered(self, act: Act) -> bool:
        return act.served is not None and act.served.question is None and act.key == "error.person"

    def _shows_menu(self, act: Act) -> bool:
        signs = self.posts.nodes.get(act.cue.node, ())
        return bool(signs) and signs[0].said in act.text

    # -- hands and ears

    def _press(self, key: str, heard: int = 100) -> Deed:
        if self._chance(self.person.assumed.slips):
            self.slipped = True
            key = self.person.dice.choice([other for other in "12345678#" if other != key and other not in _COMMON])
        return Deed(Event.KEYS, key, heard)

    def _chance(self, share: float) -> bool:
        return share > 0 and self.person.dice.random() < share

    def _seconds(self, text: str) -> float:
        return seconds(text, self.person.subscriber.language)
