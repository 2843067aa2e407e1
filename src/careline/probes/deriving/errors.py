"""Probes of errors: each kind of wrong key, silence and refusal is made to happen, and its own prompt must be heard."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from careline.catalogue import error_prompts
from careline.dialogue.book import OPENS, Book, Verb
from careline.dialogue.talk import Job
from careline.probes.deriving import mistakes
from careline.probes.deriving.calls import Way, all_ways, answer_of, deed_steps
from careline.probes.deriving.rehearsal import Rehearsal, ends, fixed
from careline.probes.probe import Probe, Step, Wanted
from careline.values.cause import Cause
from careline.values.language import Text

WRONG_PASSWORD = "864209"
_STUMBLES = MappingProxyType({"carrier_fault": "down", "carrier_busy": "busy", "carrier_silent": "silent"})
_STATES = MappingProxyType({"suspended": "suspended", "inactive": "inactive"})
_WHY: Mapping[str, str] = MappingProxyType(
    {
        "call.fault": "the hall process would have to be stopped under a call: tests/calls and tests/killing do that",
        "call.fault_goodbye": "the hall process would have to stay away: tests/calls and tests/killing do that",
        "call.fault_person": "the hall process would have to come back late: tests/calls and tests/killing do that",
        "channel_fault": "an answer that could not be delivered is not heard by whom it was for",
        "guidance": "is judged afterwards, from records and callbacks: no caller is told it while it happens",
        "hall_fault": "an error of our own is made on purpose by no probe",
        "wrong_prompt": "is judged afterwards, by probes and callbacks: no caller is told it while it happens",
        "left": "who has left hears nothing",
        "no_answer": "is said when a question has been open for as long as it may be, which is longer than a probe waits",
        "unknown_words": "is the cause that is noted when a person is offered; what is said then is the prompt `person`",
        "password_check.wrong_password": "no action of the published menus asks for the service password first",
        "password_check.too_many_tries": "no action of the published menus asks for the service password first",
        "password_check.not_on": "no action of the published menus asks for the service password first",
    }
)


def why(kind: str) -> str:
    """Why no probe makes this error happen."""
    return _WHY.get(
        kind, "none of the wrong texts and keys that were tried on this version of the catalogue is answered by it"
    )


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
            self._carrier,
            self._rules,
            self._states,
        ):
            for kind, probe in make().items():
                found.setdefault(kind, probe)
        for more in (
            mistakes.strangers(self.book, self.ways, self.now),
            mistakes.too_soon(self.book, self.ways, self.now),
            mistakes.by_text(self.book, self.now),
            mistakes.refused(self.book, self.ways, self.now),
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
            if rehearsal.key == "talk.person_offer":
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
                found["declined"] = self._probe(way, "declined", [(way.keys, None), ("2", None)])
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
        """Values that are too short, too long or not in their form; a wrong service password."""
        found: dict[str, Probe] = {}
        for way in self._deeds():
            rehearsal = self._start(way, "")
            if rehearsal.asks == "fill":
                for pressed in ("1#", "9" * 19 + "#", "9999#", "000#", "12345678#"):
                    key = self._start(way, "").press(pressed).key
                    kind = key.removeprefix("error.")
                    if key.startswith("error.") and kind not in found:
                        found[kind] = self._probe(way, kind, [(way.keys, None), (pressed, None)])
            if rehearsal.asks == "check" and "password_check.wrong_password" not in found:
                tried = self._start(way, "").press(f"{WRONG_PASSWORD}#")
                if tried.checks_password:
                    keys = ("voice.password.status.wrong_password",)
                    found["password_check.wrong_password"] = self._probe(
                        way, "password_check.wrong_password", [(way.keys, None), (f"{WRONG_PASSWORD}#", None)], keys
                    )
        return found

    def _carrier(self) -> dict[str, Probe]:
        """A carrier that is down, busy or silent; only where the carrier is the sandbox."""
        way = next(way for way in self._deeds() if self._start(way, "").job is not None)
        made = {}
        for kind, mode in _STUMBLES.items():
            keys = ends(self.book, _job(self._start(way, "")), "voice", cause=Cause(kind))
            step = Step("press", way.keys, Wanted(keys=keys), within_seconds=25.0)
            made[kind] = replace(self._of(way, kind, [self._dial(way), step, Step("hang_up")]), stumbles=mode)
        return made

    def _rules(self) -> dict[str, Probe]:
        """Already on, not on, too little money."""
        found: dict[str, Probe] = {}
        for name, way in self.ways.items():
            service = self.book.services.get(name.split(":")[1]) if name.startswith("deed:") else None
            if service is None or service.behaviour != "toggle" or not service.price or service.tiers:
                continue
            steps = deed_steps(self.book, way, self.now)
            if steps is None or len(steps) < 2 or not steps[-1].wanted.keys:
                continue
            verb = Verb(name.split(":")[2].split("+")[0])
            if verb in OPENS:
                again = [*steps, Step("hang_up"), *steps]
                self._refused(found, way, "already_on", again)
                self._refused(found, way, "not_enough_money", steps, basic_fen=0)
            elif verb is Verb.CANCEL:
                self._refused(found, way, "not_on", steps)
            if {"already_on", "not_enough_money", "not_on"} <= found.keys():
                break
        return found

    def _refused(self, found: dict[str, Probe], way: Way, kind: str, steps: list[Step], **changes: object) -> None:
        """The last answer must be this refusal; what is asked before may be left out by a rule."""
        if kind in found:
            return
        rehearsal = Rehearsal(self.book, way.subscriber, self.now).hello()
        for step in [one for one in steps if one.do == "press"][: sum(one.do == "press" for one in steps)]:
            rehearsal.press(step.what)
            if rehearsal.job is not None:
                break
        if rehearsal.job is None:
            return
        keys = ends(self.book, rehearsal.job, "voice", cause=Cause(kind))
        own = tuple(key for key in keys if fixed(self.book, key))
        if own:
            last = replace(steps[-1], wanted=Wanted(keys=own))
            probe = self._of(way, kind, [*steps[:-1], last, Step("hang_up")])
            found[kind] = replace(probe, **changes)  # type: ignore[arg-type]

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

    def _probe(self, way: Way, kind: str, pressed: list[tuple[str, str | None]], keys: tuple[str, ...] = ()) -> Probe:
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
        person = way.subscriber
        return Probe(
            f"voice/error/{kind}", Text(f"错误提示 {kind}", f"Error prompt {kind}"), "voice", tuple(steps), region=person.region,
            brand=person.brand, language=person.language, node=way.node, covers=(f"error:{kind}", "channel:voice"),
            version=self.book.version,
        )  # fmt: skip


def _job(rehearsal: Rehearsal) -> Job:
    assert rehearsal.job is not None
    return rehearsal.job


def derive(book: Book, now: datetime) -> list[Probe]:
    """All that can be made to happen on marked lines."""
    return list(_Errors(book, now, all_ways(book, now)).all().values())
