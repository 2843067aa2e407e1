"""Probes by telephone, derived from the published menus: each node, each action a menu leads to, on a line that hears it."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from careline.dialogue.book import OPENS, Book, Choice, Parameter, Verb
from careline.dialogue.keypad.menu import choices_of, label, menu_of, verb_of
from careline.dialogue.keypad.wanting import PASSWORD
from careline.dialogue.keypad.ways import key_of
from careline.dialogue.talk import Event, Heard, Subscriber
from careline.dialogue.turning import Turning
from careline.probes.probe import Probe, Step, Wanted
from careline.probes.rehearsal import Rehearsal, ends, fixed
from careline.values.language import Text
from careline.values.msisdn import Msisdn

SOMEBODY = Msisdn("8610000000000")
STAFF = frozenset({"complaint", "suggestion"})  # behaviours that make work for people
ANSWERS_MAX = 6  # questions on the way to one answer


@dataclass(frozen=True, slots=True)
class Way:
    """A choice of a menu, for callers of one kind: the keys that lead to it from the first node."""

    subscriber: Subscriber
    menu: str
    node: str
    keys: str
    choice: Choice | None  # None: the node itself
    name: Text


def callers(book: Book, now: datetime) -> list[Subscriber]:
    """One of each kind that hears something of their own: region, brand, language, senior; the plainest first."""
    return [
        Subscriber(SOMEBODY, brand, region, language, senior=senior)
        for senior in (False, True)
        for language in ("zh", "en")
        for region in sorted(book.regions) or [""]
        for brand in sorted(book.brands) or [""]
    ]


def ways(book: Book, subscriber: Subscriber, now: datetime) -> Iterator[Way]:
    """Every node and every action of this caller's menu, the nearest first."""
    turning = Turning({}, Heard("", "", "voice", event=Event.HELLO), book, subscriber, now)
    menu = menu_of(turning, senior=subscriber.senior)
    waiting, seen = deque([(menu.first, "")]), {menu.first}
    while waiting:
        place, keys = waiting.popleft()
        node = menu.nodes[place]
        yield Way(subscriber, menu.id, place, keys, None, node.title)
        choices = choices_of(turning, menu, node)
        for index, choice in enumerate(choices):
            pressed = keys + key_of(index, len(choices))
            if choice.service or choice.word:
                yield Way(subscriber, menu.id, place, pressed, choice, label(turning, menu, choice))
            elif choice.node in menu.nodes and choice.node not in seen:
                seen.add(choice.node)
                waiting.append((choice.node, pressed))


def all_ways(book: Book, now: datetime) -> dict[str, Way]:
    """The first way to each thing: token of coverage -> way."""
    found: dict[str, Way] = {}
    for subscriber in callers(book, now):
        for way in ways(book, subscriber, now):
            found.setdefault(token(book, way), way)
    return found


def token(book: Book, way: Way) -> str:
    if way.choice is None:
        return f"node:{way.menu}/{way.node}"
    if way.choice.word:
        return f"word:{way.choice.word}"
    service = book.services[way.choice.service]
    given = "".join(f"+{name}={value}" for name, value in sorted(way.choice.parameters.items()) if value != "?")
    return f"deed:{service.id}:{verb_of(service, way.choice).value}{given}"


def derive(book: Book, now: datetime) -> list[Probe]:
    """All of them: nodes, actions and pairs of opening and closing, by telephone."""
    found = all_ways(book, now)
    probes: list[Probe] = []
    for name, way in found.items():
        if name.startswith("node:"):
            probes.append(_node(book, way, now))
        elif name.startswith("deed:"):
            probe = _deed(book, way, now, name)
            if probe is not None:
                probes.append(probe)
    return _paired(probes)


def _node(book: Book, way: Way, now: datetime) -> Probe:
    rehearsal = Rehearsal(book, way.subscriber, now).hello()
    steps = [Step("dial", wanted=Wanted(text=rehearsal.said), whole=not way.keys)]
    if way.keys:
        steps.append(Step("press", way.keys, Wanted(text=rehearsal.press(way.keys).said)))
    return _probe(
        way, f"voice/node/{way.menu}.{way.node}", [*steps, Step("hang_up")], f"node:{way.menu}/{way.node}", now, book
    )


def _deed(book: Book, way: Way, now: datetime, name: str) -> Probe | None:
    steps = deed_steps(book, way, now)
    if steps is None:
        return None
    assert way.choice is not None
    service = book.services[way.choice.service]
    verb = verb_of(service, way.choice)
    slug = name.removeprefix("deed:").replace(":", ".").replace("+", "-").replace("=", "-")
    probe = _probe(way, f"voice/deed/{slug}", [*steps, Step("hang_up")], f"deed:{service.id}:{verb.value}", now, book)
    return replace(probe, service=service.id, verb=verb.value, name=way.name)


def deed_steps(book: Book, way: Way, now: datetime) -> list[Step] | None:
    """Dial, press the way there, answer each question as a customer would, and hear the answer; None: a person is called."""
    rehearsal = Rehearsal(book, way.subscriber, now).hello()
    steps = [Step("dial", wanted=Wanted(text=rehearsal.said), whole=False)]
    pressed = way.keys
    for _ in range(ANSWERS_MAX):
        rehearsal.press(pressed)
        if rehearsal.then == "person":
            return None
        if rehearsal.checks_password:
            steps.append(Step("press", pressed, whole=False))  # the password is right; what waited goes on
            pressed = answer(book, rehearsal.go_on())
            if not pressed:
                return steps
            continue
        if rehearsal.job is not None:
            steps.append(Step("press", pressed, answer_of(book, rehearsal)))
            return steps
        steps.append(Step("press", pressed, Wanted(text=rehearsal.said)))
        pressed = "2" if rehearsal.asks == "confirm" and _reaches_staff(rehearsal) else answer(book, rehearsal)
        if not pressed:
            return steps
    return steps


def answer_of(book: Book, rehearsal: Rehearsal) -> Wanted:
    """What may be said when the carrier has answered, and what follows it. The rehearsal goes on."""
    keys = good_ends(book, rehearsal)
    return Wanted(keys=keys, after="\n".join(rehearsal.go_on().said.split("\n")[1:]))


def good_ends(book: Book, rehearsal: Rehearsal) -> tuple[str, ...]:
    """The texts with which what was begun may end well, those that an ear can tell."""
    assert rehearsal.job is not None
    return tuple(key for key in ends(book, rehearsal.job, rehearsal.channel) if fixed(book, key))


def _reaches_staff(rehearsal: Rehearsal) -> bool:
    """Complaints of pretend customers are nothing for people: they are read out, and declined."""
    service = str((rehearsal.state.get("question") or {}).get("intent", {}).get("service", ""))
    found = rehearsal.book.services.get(service)
    return found is not None and found.behaviour in STAFF


def answer(book: Book, rehearsal: Rehearsal) -> str:
    """The keys that answer the open question as a customer would; nothing where there is none."""
    if rehearsal.asks in ("confirm", "choose", "pick"):
        return "1"
    if rehearsal.asks == "check":
        return f"{PASSWORD.example}#"
    if rehearsal.asks == "fill":
        question = rehearsal.state["question"]
        service = book.services[question["intent"]["service"]]
        action = service.actions[Verb(question["intent"]["verb"])]
        known = {one.name: one for one in action.parameters}
        return "*".join(keyed(known[name], rehearsal.now) for name in rehearsal.names if name in known) + "#"
    return ""


def keyed(parameter: Parameter, now: datetime) -> str:
    """A value as it is keyed."""
    if parameter.kind == "month":
        return f"{(now.year * 12 + now.month - 2) // 12 % 100:02}{(now.month - 2) % 12 + 1:02}"
    if parameter.kind == "password" and parameter.name in ("password", "old"):
        return PASSWORD.example
    return "".join({"X": "*", ".": "*"}.get(sign, sign) for sign in parameter.example.upper() if sign in "0123456789X.")


def _probe(way: Way, identity: str, steps: list[Step], covered: str, now: datetime, book: Book) -> Probe:
    person = way.subscriber
    return Probe(
        identity, way.name, "voice", tuple(steps), region=person.region, brand=person.brand, language=person.language,
        senior=person.senior, node=way.node, covers=(covered, f"menu:{way.menu}", "channel:voice"), version=book.version,
    )  # fmt: skip


def _paired(probes: list[Probe]) -> list[Probe]:
    """Opening and closing of a service become one probe: it leaves the line as it found it."""
    closing = {one.service: one for one in probes if one.verb == Verb.CANCEL.value}
    done, used = [], set()
    for one in probes:
        other = closing.get(one.service)
        if one.verb in OPENS and other is not None and _same_line(one, other):
            used.add(other.id)
            pair = one.id.replace("/deed/", "/pair/")
            done.append(
                replace(
                    one, id=pair, steps=one.steps + other.steps, covers=tuple(dict.fromkeys(one.covers + other.covers))
                )
            )
        else:
            done.append(one)
    return [one for one in done if one.id not in used]


def _same_line(one: Probe, other: Probe) -> bool:
    return (one.region, one.brand, one.language, one.senior) == (
        other.region,
        other.brand,
        other.language,
        other.senior,
    )
