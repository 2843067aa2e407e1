"""Probes of errors: each kind of wrong key, silence, refusal and fault is made to happen, and its own prompt must be heard."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from careline.catalogue import error_prompts
from careline.dialogue.book import Book, Verb
from careline.dialogue.keypad.wanting import KEYED
from careline.probes.deriving import mistakes, oddities, passwords, refusals, wrong_wishes
from careline.probes.deriving.calls import ANSWERS_MAX, Way, all_ways, answer, answer_of
from careline.probes.deriving.passwords import WRONG_PASSWORD
from careline.probes.deriving.rehearsal import Rehearsal
from careline.probes.probe import Probe, Step, Wanted
from careline.values.language import LANGUAGES

_CHECKED = MappingProxyType({"too_many_tries": "locked", "not_on": "no_password"})  # of the service password: line
_STATES = MappingProxyType({"suspended": "suspended", "inactive": "inactive"})
# What is keyed for a value of each kind and is none, or not now; each is tried until the dialogue tells another error.
UNFIT: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "month": ("1#", "9913#", "9999#", "9912#", "3012#"),
        "amount": ("1*2*3#",),
        "msisdn": ("12#", "12345678#"),
        "short_number": ("1*2#", "1#"),
        "count": ("1*#",),
        "docket": ("12345*7890#", "1#"),
        "password": ("12345*#", "1#", "123456*12*456#", "123456*12345*#"),
        "id_number": ("1#", "123456789012345#", "11010119900101123*#", "110101199001011230#"),
    }
)


def why(kind: str) -> str:
    """Why no probe makes this error happen."""
    return f"none of the mistakes and situations that were tried on this version of the catalogue is answered by {kind}"


@dataclass(slots=True)
class _Errors:
    book: Book
    now: datetime
    ways: dict[str, Way]

    def all(self) -> dict[str, Probe]:
        found: dict[str, Probe] = {}
        for make in (
            self._menu,
            self._silences,
            self._questions,
            self._values,
            self._password,
            self._states,
        ):
            for kind, probe in make().items():
                found.setdefault(kind, probe)
        for more in (
            mistakes.strangers(self.book, self.ways, self.now),
            mistakes.too_soon(self.book, self.ways, self.now),
            refusals.by_call(self.book, self.ways, self.now),
            oddities.by_call(self.book, self.ways, self.now),
        ):
            for kind, probe in more.items():
                found.setdefault(kind, probe)
        told = {one.kind for one in error_prompts.prompts(self.book)}
        return {kind: probe for kind, probe in found.items() if kind in told}

    def _menu(self) -> dict[str, Probe]:
        """Keys that a menu has not."""
        main = next(way for name, way in self.ways.items() if name.startswith("node:") and not way.keys)
        short = next(
            way
            for name, way in self.ways.items()
            if name.startswith("node:") and self._start(way, "8").key == "error.wrong_key"
        )
        found = {
            "wrong_key": self._probe(short, "wrong_key", [(short.keys + "8", None)]),
            "hash_here": self._probe(main, "hash_here", [("#", None)]),
            "at_top": self._probe(main, "at_top", [("*", None)]),
        }
        rehearsal = Rehearsal(self.book, short.subscriber, self.now).hello()
        keys: list[tuple[str, str | None]] = []
        for pressed in (short.keys + "8", "8", "8", "8"):
            rehearsal.press(pressed)
            keys.append((pressed, None))
            if rehearsal.asks_person:
                found["person"] = self._probe(short, "person", keys)
                break
        return found

    def _silences(self) -> dict[str, Probe]:
        """A caller who does nothing at the first menu."""
        main = next(way for name, way in self.ways.items() if name.startswith("node:") and not way.keys)
        found: dict[str, Probe] = {}
        rehearsal = Rehearsal(self.book, main.subscriber, self.now).hello()
        steps = [Step("dial", wanted=Wanted(text=rehearsal.said))]
        for kind in ("silence", "silence_again", "silence_goodbye"):
            rehearsal.silence()
            if rehearsal.key != f"error.{kind}":
                break
            steps = [*steps, Step("wait", wanted=Wanted(text=rehearsal.said), within_seconds=20.0)]
            found[kind] = self._of(main, kind, [*steps, Step("hang_up")])
        return found

    def _questions(self) -> dict[str, Probe]:
        """Wrong answers to a yes or no, a list, and after an answer."""
        found: dict[str, Probe] = {}
        for way in self._deeds():
            rehearsal = self._start(way, "")
            if rehearsal.asks == "confirm" and "wrong_reply" not in found:
                found["wrong_reply"] = self._probe(way, "wrong_reply", [(way.keys, None), ("5", None)])
            if rehearsal.asks == "choose" and "wrong_choice" not in found:
                wrong = self._start(way, "").press("7")
                if wrong.key == "error.wrong_choice":
                    found["wrong_choice"] = self._probe(way, "wrong_choice", [(way.keys, None), ("7", None)])
            if rehearsal.job is not None and rehearsal.job.verb is Verb.QUERY and "wrong_key_after" not in found:
                after = rehearsal.go_on().press("7")
                if after.key == "error.wrong_key_after":
                    keys = ("voice.error.wrong_key_after",)
                    found["wrong_key_after"] = self._probe(
                        way, "wrong_key_after", [(way.keys, "answer"), ("7", None)], keys
                    )
        return found

    def _values(self) -> dict[str, Probe]:
        """Values that are too short, too long or not in their form."""
        found: dict[str, Probe] = {}
        tried: set[tuple[str, ...]] = set()
        for way, before, kinds in self._fills():
            if kinds in tried:
                continue
            tried.add(kinds)
            too_many = "9" * (KEYED[kinds[0]].most + 1)  # the line takes no more of them
            for pressed in dict.fromkeys((too_many, *(keys for one in kinds for keys in UNFIT.get(one, ())))):
                rehearsal = self._start(way, "")
                for keys in before:
                    rehearsal.press(keys)
                key = rehearsal.press(pressed).key
                kind = key.removeprefix("error.")
                if key.startswith("error.") and kind not in found:
                    keyed = [(keys, None) for keys in (way.keys, *before, pressed)]
                    found[kind] = self._probe(way, kind, keyed)
        return found

    def _fills(self) -> Iterator[tuple[Way, tuple[str, ...], tuple[str, ...]]]:
        """Where values are keyed: the way there, the answers to what is asked before, and the kinds of the values."""
        for way in self._deeds():
            rehearsal, before = self._start(way, ""), list[str]()
            for _ in range(ANSWERS_MAX):
                if rehearsal.asks in ("fill", "check"):
                    yield way, tuple(before), tuple(rehearsal.kinds)
                pressed = answer(self.book, rehearsal)
                if not pressed or rehearsal.job is not None or rehearsal.asks == "check":
                    break
                before.append(pressed)
                rehearsal.press(pressed)

    def _password(self) -> dict[str, Probe]:
        """The service password before something goes on: wrong, locked, none."""
        found: dict[str, Probe] = {}
        way = next((way for way in self._deeds() if self._start(way, "").asks == "check"), None)
        if way is None or not self._start(way, "").press(f"{WRONG_PASSWORD}#").checks_password:
            return found
        for cause, status in {"wrong_password": "active", **_CHECKED}.items():
            keys = (f"voice.password.status.{cause}",)
            asked = [(way.keys, None), (f"{WRONG_PASSWORD}#", None)]
            kind = f"password_check.{cause}"
            if keys[0] in self.book.words:
                found[kind] = replace(self._probe(way, kind, asked, keys), status=status)
        return found

    def _states(self) -> dict[str, Probe]:
        """Lines that are suspended or not active: what the dialogue itself says to them."""
        found: dict[str, Probe] = {}
        for kind, status in _STATES.items():
            for way in self._deeds():
                person = replace(way.subscriber, status=status)
                rehearsal = Rehearsal(self.book, person, self.now).hello()
                hello = rehearsal.said
                if rehearsal.press(way.keys).key == f"error.{kind}":
                    steps = [
                        Step("dial", wanted=Wanted(text=hello), whole=False),
                        Step("press", way.keys, Wanted(text=rehearsal.said)),
                    ]
                    found[kind] = replace(self._of(way, kind, [*steps, Step("hang_up")]), status=status)
                    break
        return found

    # How they are made

    def _deeds(self) -> list[Way]:
        return [way for name, way in self.ways.items() if name.startswith("deed:") and not way.subscriber.senior]

    def _start(self, way: Way, more: str) -> Rehearsal:
        rehearsal = Rehearsal(self.book, way.subscriber, self.now).hello()
        return rehearsal.press(way.keys + more) if way.keys + more else rehearsal

    def _dial(self, way: Way) -> Step:
        return Step(
            "dial", wanted=Wanted(text=Rehearsal(self.book, way.subscriber, self.now).hello().said), whole=False
        )

    def _probe(
        self, way: Way, kind: str, pressed: Sequence[tuple[str, str | None]], keys: tuple[str, ...] = ()
    ) -> Probe:
        """Press these, one after the other; each must lead to what the dialogue says, the last to `keys` if given."""
        rehearsal = Rehearsal(self.book, way.subscriber, self.now).hello()
        steps = [self._dial(way)]
        for number, (what, how) in enumerate(pressed, 1):
            rehearsal.press(what)
            wanted = Wanted(text=rehearsal.said)
            if how == "answer" and rehearsal.job is not None:
                wanted = answer_of(self.book, rehearsal)
            if number == len(pressed) and keys:
                wanted = Wanted(keys=keys)
            steps.append(Step("press", what, wanted))
        return self._of(way, kind, [*steps, Step("hang_up")])

    def _of(self, way: Way, kind: str, steps: list[Step]) -> Probe:
        return replace(mistakes.error_probe(self.book, "voice", kind, way.subscriber, steps), node=way.node)


def derive(book: Book, now: datetime) -> list[Probe]:
    """All that can be made to happen on marked lines, in each language: by calls, by texts, and by what apps ask for."""
    return [*by_call(book, now), *by_text(book, now), *by_app(book, now)]


def by_call(book: Book, now: datetime, languages: Sequence[str] = LANGUAGES) -> list[Probe]:
    made = [_Errors(book, now, all_ways(book, now, [language])).all() for language in languages]
    return [probe for found in made for probe in found.values()]


def by_text(book: Book, now: datetime) -> list[Probe]:
    written = mistakes.by_text(book, now)
    told = set(error_prompts.by_text(book))
    found: list[Probe] = []
    for language in LANGUAGES:
        own: dict[str, Probe] = {}
        for more in (
            mistakes.in_language(book, written, language, now),
            mistakes.lines_by_text(book, language, now),
            refusals.by_text(book, language, now),
            oddities.by_text(book, language, now),
            passwords.by_text(book, language, now),
        ):
            for kind, probe in more.items():
                own.setdefault(kind, probe)
        found += [probe for kind, probe in own.items() if kind in told]
    return found


def by_app(book: Book, now: datetime) -> list[Probe]:
    told = set(error_prompts.on_pages(book))
    found = [wrong_wishes.by_app(book, language, now) for language in LANGUAGES]
    return [probe for own in found for kind, probe in own.items() if kind in told]
