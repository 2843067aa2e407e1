"""Probes by telephone and by dial menu, derived from the published menus: each node, and each action a menu leads to.

Both channels walk the same menus; a dial menu is probed action by action, since its nodes are those of the calls.
"""

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from careline.dialogue.book import OPENS, READS, Book, Choice, Parameter, Service, Verb
from careline.dialogue.keypad.menu import ASK, choices_of, label, menu_of, verb_of
from careline.dialogue.keypad.wanting import PASSWORD
from careline.dialogue.keypad.ways import key_of
from careline.dialogue.talk import Event, Heard, Job, Subscriber
from careline.dialogue.turning import Turning
from careline.probes.deriving.rehearsal import Rehearsal, ends, fixed
from careline.probes.probe import Probe, Step, Wanted
from careline.values.cause import Cause
from careline.values.language import LANGUAGES, Text
from careline.values.msisdn import Msisdn

SOMEBODY = Msisdn("8610000000000")
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


def callers(book: Book, now: datetime, languages: Sequence[str] = LANGUAGES) -> list[Subscriber]:
    """One of each kind that hears something of their own: region, brand, language, senior; the plainest first."""
    return [
        Subscriber(SOMEBODY, brand, region, language, senior=senior)
        for senior in (False, True)
        for language in languages
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


def all_ways(book: Book, now: datetime, languages: Sequence[str] = LANGUAGES) -> dict[str, Way]:
    """The first way to each thing, for a caller who may have it if there is one: token of coverage -> way."""
    found: dict[str, Way] = {}
    otherwise: dict[str, Way] = {}
    for subscriber in callers(book, now, languages):
        for way in ways(book, subscriber, now):
            service = book.services.get(way.choice.service) if way.choice is not None else None
            fits = service is None or not service.brands or subscriber.brand in service.brands
            (found if fits else otherwise).setdefault(token(book, way), way)
    return {**otherwise, **found}


def token(book: Book, way: Way) -> str:
    if way.choice is None:
        return f"node:{way.menu}/{way.node}"
    if way.choice.word:
        return f"word:{way.choice.word}"
    service = book.services[way.choice.service]
    verb = verb_of(service, way.choice)
    action = service.actions.get(verb)
    needed = {one.name for one in action.parameters if one.required} if action is not None else set()
    parameters = sorted(way.choice.parameters.items())
    given = "".join(f"+{name}={value}" for name, value in parameters if value != ASK)
    # What the action could do without, and this menu asks for all the same, is another way of doing it.
    asked = "" if given else "".join(f"+{name}" for name, value in parameters if value == ASK and name not in needed)
    return f"deed:{service.id}:{verb.value}{given}{asked}"


def derive(book: Book, now: datetime, channel: str = "voice") -> list[Probe]:
    """All of them: nodes (by telephone), actions, and pairs of opening and closing."""
    found = all_ways(book, now)
    probes: list[Probe] = []
    for name, way in found.items():
        if name.startswith("node:") and channel == "voice":
            probes.append(_node(book, way, now))
        elif name.startswith("deed:"):
            probe = _deed(book, way, now, name, channel)
            if probe is not None:
                probes.append(probe)
    return _paired(book, probes)


def _node(book: Book, way: Way, now: datetime) -> Probe:
    rehearsal = Rehearsal(book, way.subscriber, now).hello()
    steps = [Step("dial", wanted=Wanted(text=rehearsal.said), whole=not way.keys)]
    if way.keys:
        steps.append(Step("press", way.keys, Wanted(text=rehearsal.press(way.keys).said)))
    return _probe(
        way, f"voice/node/{way.menu}.{way.node}", [*steps, Step("hang_up")], f"node:{way.menu}/{way.node}", now, book
    )


def _deed(book: Book, way: Way, now: datetime, name: str, channel: str) -> Probe | None:
    script = deed_script(book, way, now, channel)
    if script is None:
        return None
    steps, records = script
    assert way.choice is not None
    service = book.services[way.choice.service]
    verb = verb_of(service, way.choice)
    slug = name.removeprefix("deed:").replace(":", ".").replace("+", "-").replace("=", "-")
    covered = f"deed:{service.id}:{verb.value}"
    probe = _probe(way, f"{channel}/deed/{slug}", [*steps, Step("hang_up")], covered, now, book)
    covers = (covered, f"{channel}:{service.id}:{verb.value}", f"menu:{way.menu}", f"channel:{channel}")
    return replace(
        probe,
        channel=channel,
        service=service.id,
        verb=verb.value,
        name=way.name,
        covers=covers,
        records=records,
        status=status_for(service, verb),
    )


def deed_script(book: Book, way: Way, now: datetime, channel: str) -> tuple[list[Step], tuple[str, ...]] | None:
    """Dial, press the way there, answer each question as a customer would, and hear the answer; and what the ledger holds then.

    None: a person is called.
    """
    rehearsal = Rehearsal(book, way.subscriber, now, channel=channel).hello()
    steps = [Step("dial", wanted=Wanted(text=rehearsal.said), whole=False)]
    pressed = way.keys
    for _ in range(ANSWERS_MAX):
        rehearsal.press(pressed)
        if rehearsal.then == "person":
            return None
        if rehearsal.checks_password and rehearsal.go_on().job is None:  # it is right, and a question follows
            keyed_in, pressed = pressed, answer(book, rehearsal)
            # A question is heard out before it is answered: nobody buys by dialling ahead.
            asked = Wanted(text=rehearsal.said) if pressed else Wanted()
            steps.append(Step("press", keyed_in, asked, whole=bool(pressed)))
            if not pressed:
                return steps, ()
            continue
        if rehearsal.job is not None:
            records = (record_of(rehearsal.job),)
            return [*steps, Step("press", pressed, answer_of(book, rehearsal))], records
        steps.append(Step("press", pressed, Wanted(text=rehearsal.said)))
        pressed = "2" if rehearsal.asks == "confirm" and _reaches_staff(rehearsal) else answer(book, rehearsal)
        if not pressed:
            return steps, ()
    return steps, ()


def record_of(job: Job) -> str:
    """What the ledger holds when this went well: a rule may say no to what changes nothing of a line's services."""
    changes = job.verb in OPENS or job.verb is Verb.CANCEL
    return f"{job.service.id}:{job.verb.value}:{'done' if changes else 'done/refused'}"


def answer_of(book: Book, rehearsal: Rehearsal) -> Wanted:
    """What may be said when the carrier has answered, and what follows it. The rehearsal goes on."""
    keys = good_ends(book, rehearsal)
    return Wanted(keys=keys, after="\n".join(rehearsal.go_on().said.split("\n")[1:]))


def good_ends(book: Book, rehearsal: Rehearsal) -> tuple[str, ...]:
    """The texts with which what was begun may end well, those that an ear can tell."""
    assert rehearsal.job is not None
    return tuple(key for key in ends(book, rehearsal.job, rehearsal.channel) if fixed(book, key))


def good_words(rehearsal: Rehearsal) -> tuple[str, ...]:
    """What tells a description where its template has no words of its own: the name that it begins with."""
    job, language = rehearsal.job, rehearsal.subscriber.language
    assert job is not None
    if job.service.behaviour == "info":  # says nothing but what the service is
        paged = rehearsal.channel in ("web", "app")
        about = job.service.words.get("page.describe.done") if paged else None
        return (re.split(r"[。.{]", (about or job.service.about).read(language))[0],)
    name = (job.tier or job.service).name.read(language)
    return (f"{name}：",) if job.verb is Verb.DESCRIBE and language == "zh" else ()


def status_for(service: Service, verb: Verb) -> str:
    """The status of the line that this can be tried on: who applies for a service password has none yet."""
    return "no_password" if service.behaviour == "password" and verb is Verb.REGISTER else "active"


def alone(book: Book, probe: Probe) -> Probe:
    """A closing that no opening goes before, since nothing opens it any more: that it is not on is the right answer too."""
    service = book.services.get(probe.service)
    if service is None or probe.verb != Verb.CANCEL.value or Verb.CANCEL not in service.actions or not probe.records:
        return probe
    job = Job("", "", service, service.actions[Verb.CANCEL], Verb.CANCEL)
    keys = tuple(key for key in ends(book, job, probe.channel, cause=Cause.NOT_ON) if fixed(book, key))
    last = max(place for place, step in enumerate(probe.steps) if step.wanted)
    step = probe.steps[last]
    wanted = replace(step.wanted, keys=step.wanted.keys + keys)
    steps = (*probe.steps[:last], replace(step, wanted=wanted), *probe.steps[last + 1 :])
    return replace(probe, steps=steps, records=(f"{service.id}:cancel:done/refused",))


def makes_work(service: Service, verb: Verb) -> bool:
    """Whether people have to deal with it: what is noted for them. Urging or judging an answer is refused to who asked nothing."""
    notes = service.behaviour == "suggestion" or service.settings.get("deed") == "open"
    return notes and verb not in READS and verb is not Verb.CONFIGURE


def _reaches_staff(rehearsal: Rehearsal) -> bool:
    """Complaints of pretend customers are nothing for people: they are read out, and declined."""
    noted = (rehearsal.state.get("question") or {}).get("intent") or {}
    found = rehearsal.book.services.get(str(noted.get("service", "")))
    return found is not None and makes_work(found, Verb(str(noted["verb"])))


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


def _paired(book: Book, probes: list[Probe]) -> list[Probe]:
    """Opening and closing of a service become one probe: it leaves the line as it found it."""
    closing = {one.service: one for one in probes if one.verb == Verb.CANCEL.value}
    done, used = [], set()
    for one in probes:
        other = closing.get(one.service)
        own_menu = one.service in book.services and book.services[one.service].behaviour == "my_menu"
        if one.verb in OPENS and other is not None and _same_line(one, other) and not own_menu:
            # Whoever has a menu of their own hears another first node from then on.
            used.add(other.id)
            pair = one.id.replace("/deed/", "/pair/")
            done.append(
                replace(
                    one,
                    id=pair,
                    steps=one.steps + other.steps,
                    covers=tuple(dict.fromkeys(one.covers + other.covers)),
                    records=one.records + other.records,
                )
            )
        else:
            done.append(one)
    return [alone(book, one) for one in done if one.id not in used]


def _same_line(one: Probe, other: Probe) -> bool:
    def line(probe: Probe) -> tuple[str, str, str, bool]:
        return probe.region, probe.brand, probe.language, probe.senior

    return line(one) == line(other)
