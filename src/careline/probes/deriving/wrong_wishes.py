"""Probes of errors by the app interface: whatever pages and apps can tell, in the words that both have."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from careline.dialogue.book import OPENS, Book, Parameter, Service, Verb
from careline.dialogue.rendering import render
from careline.dialogue.talk import Subscriber, Wish
from careline.probes.deriving import refusals
from careline.probes.deriving.calls import makes_work
from careline.probes.deriving.mistakes import LINES, UNFIT, error_probe
from careline.probes.deriving.refusals import ASKED, Asked
from careline.probes.deriving.rehearsal import Rehearsal
from careline.probes.deriving.wishes import NOT_ASKED, WITHIN_SECONDS, agreed, customers, tier_of, typed
from careline.probes.meanwhile import DAMAGE, STUMBLE
from careline.probes.probe import Probe, Step, Wanted
from careline.values.assurance import Assurance

CHANNEL = "app"
MISSES_MAX = 4  # of one value, until a person is named
_NOWHERE = "99"  # no list has so many options


@dataclass(frozen=True, slots=True)
class _Try:
    """One wish of one customer."""

    person: Subscriber
    service: Service
    verb: Verb
    values: Mapping[str, str]
    agreed: str = ""
    assurance: Assurance = Assurance.PASSWORD

    def wish(self) -> Wish:
        return Wish(
            self.service.id, self.verb.value, self._tier, values=dict(self.values), agreed=self.agreed,
            assurance=int(self.assurance),
        )  # fmt: skip

    def step(self, said: str = "") -> Step:
        given = dict(self.values) | ({"agreed": self.agreed} if self.agreed else {})
        place = ":".join((self.service.id, self.verb.value, *([self._tier] if self._tier else [])))
        what = place + (f"?{urlencode(given)}" if given else "")
        return Step("pick", what, Wanted(text=said) if said else Wanted(), within_seconds=WITHIN_SECONDS)

    @property
    def _tier(self) -> str:
        action = self.service.actions.get(self.verb)
        return tier_of(self.service, action) if action is not None else ""

    def sign_in(self) -> Step:
        how = "code" if self.assurance is Assurance.LINE else ""
        return Step("sign_in", how, within_seconds=WITHIN_SECONDS)


def by_app(book: Book, language: str, now: datetime) -> dict[str, Probe]:
    """Kind of error -> a probe whose last answer tells it."""
    people = {name: replace(person, language=language) for name, person in customers(book, now)}
    found: dict[str, Probe] = {}
    for one in _tries(book, people, now):
        rehearsal = Rehearsal(book, one.person, now, channel=CHANNEL)
        rehearsal.wish(one.wish())
        kind = rehearsal.key.removeprefix("error.")
        if rehearsal.key.startswith("error.") and kind not in found:
            found[kind] = _probe(book, kind, one, [one.step(rehearsal.said)])
        if kind.startswith("bad.") and "person" not in found:
            found |= _person(book, one, now)
    for more in (
        _lines(book, people, now),
        _replies(book, people, now),
        refusals.refused(book, _asked(book, people, now)),
    ):
        for kind, probe in more.items():
            found.setdefault(kind, probe)
    return found


def _tries(book: Book, people: Mapping[str, Subscriber], now: datetime) -> Iterator[_Try]:
    """Values that do not fit, one after the other; none at all; what is not there, and what must be proved first."""
    for name, person in people.items():
        service = book.services[name]
        for verb, action in service.actions.items():
            if verb in NOT_ASKED or makes_work(service, verb) or (action.closed and verb in OPENS):
                continue
            right = {one.name: typed(one, now) for one in action.parameters if one.kind != "tier"}
            price = agreed(service, tier_of(service, action))
            if action.assurance > Assurance.LINE:
                yield _Try(person, service, verb, {}, assurance=Assurance.LINE)
            for one in action.parameters:
                yield from (_Try(person, service, verb, right | {one.name: value}, price) for value in _unfit(one))
            yield _Try(person, service, verb, {}, price)
        if Verb.REDEEM not in service.actions:
            yield _Try(person, service, Verb.REDEEM, {})


def _unfit(one: Parameter) -> tuple[str, ...]:
    return UNFIT.get(one.kind, ())


def _person(book: Book, one: _Try, now: datetime) -> dict[str, Probe]:
    """The same wrong value again and again, until a person is named."""
    rehearsal = Rehearsal(book, one.person, now, channel=CHANNEL)
    steps: list[Step] = []
    for _ in range(MISSES_MAX):
        rehearsal.wish(one.wish())
        steps.append(one.step(rehearsal.said))
        if rehearsal.asks_person:
            return {"person": _probe(book, "person", one, steps)}
    return {}


def _lines(book: Book, people: Mapping[str, Subscriber], now: datetime) -> dict[str, Probe]:
    """Lines that are suspended, not active or abroad, and want something new."""
    found: dict[str, Probe] = {}
    for one in _orders(book, people):
        for kind, status in LINES.items():
            known = replace(one.person, abroad=True) if status == "abroad" else replace(one.person, status=status)
            if kind not in found:
                rehearsal = Rehearsal(book, known, now, channel=CHANNEL).wish(one.wish())
                if rehearsal.key == f"error.{kind}":
                    found[kind] = replace(_probe(book, kind, one, [one.step(rehearsal.said)]), status=status)
        if found.keys() >= LINES.keys():
            break
    return found


def _replies(book: Book, people: Mapping[str, Subscriber], now: datetime) -> dict[str, Probe]:
    """An answer that is none of the choices, and an error of our own."""
    for one in _orders(book, people):
        asking = replace(one, agreed="")  # no price was shown: it is asked back
        rehearsal = Rehearsal(book, one.person, now, channel=CHANNEL).wish(asking.wish())
        if rehearsal.asks != "confirm":
            continue
        ask = asking.step(rehearsal.said)
        fault = render(book, "error.hall_fault", {}, one.person.language, "page")
        broken = [ask, Step("meanwhile", DAMAGE), Step("answer", "yes", Wanted(text=fault), WITHIN_SECONDS)]
        found = {"hall_fault": _probe(book, "hall_fault", asking, broken)}
        reference = str(rehearsal.state["question"]["intent"]["reference"])
        wrong = Wish(answers=reference, numbers=(int(_NOWHERE),), assurance=int(Assurance.PASSWORD))
        if rehearsal.wish(wrong).key == "error.wrong_reply":
            step = Step("answer", _NOWHERE, Wanted(text=rehearsal.said), WITHIN_SECONDS)
            return found | {"wrong_reply": _probe(book, "wrong_reply", asking, [ask, step])}
    return {}


def _asked(book: Book, people: Mapping[str, Subscriber], now: datetime) -> Iterator[Asked]:
    """What apps can have the carrier do at once: questions, then orders at the price that was shown."""
    questions = (
        _Try(person, book.services[name], Verb.QUERY, {})
        for name, person in people.items()
        if Verb.QUERY in book.services[name].actions
    )
    for one in (*questions, *_orders(book, people)):
        if one.service.behaviour not in ASKED:
            continue
        rehearsal = Rehearsal(book, one.person, now, channel=CHANNEL).wish(one.wish())
        if rehearsal.job is not None:
            # Only then: of the password the carrier is asked as well.
            yield Asked(rehearsal, (one.sign_in(), Step("meanwhile", STUMBLE), one.step()))


def _orders(book: Book, people: Mapping[str, Subscriber]) -> Iterator[_Try]:
    for name, person in people.items():
        service = book.services[name]
        for verb, action in service.actions.items():
            if verb in OPENS and not action.closed and not makes_work(service, verb) and not action.parameters:
                yield _Try(person, service, verb, {}, agreed(service, tier_of(service, action)))


def _probe(book: Book, kind: str, one: _Try, steps: list[Step]) -> Probe:
    return error_probe(book, CHANNEL, kind, one.person, [one.sign_in(), *steps, Step("hang_up")])
