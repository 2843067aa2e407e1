"""Probes of mistakes by text, and of what the carrier refuses: whatever error prompt no key on a call brings about by itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from types import MappingProxyType

from careline.catalogue.samples import placeholders
from careline.dialogue.book import OPENS, Book, Code, Parameter, Table, Verb
from careline.dialogue.rendering import text_of
from careline.dialogue.talk import Job, Subscriber, Telling
from careline.probes.deriving.calls import SOMEBODY, Way
from careline.probes.deriving.rehearsal import Rehearsal, ends, fixed
from careline.probes.deriving.wishes import PLENTY_FEN, customers, typed
from careline.probes.probe import Probe, Step, Wanted
from careline.values.cause import Cause, CauseClass
from careline.values.language import Text
from careline.values.outcome import Outcome

# What fits no parameter of this kind, or not well: each is tried in place of the right value.
UNFIT: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "month": ("203101", "209913", "X"),
        "id_number": ("110101199001011230", "1234"),
        "msisdn": ("12",),
        "short_number": ("0", "X"),
        "password": ("12",),
        "count": ("X", "0"),
        "amount": ("1.234", "X"),
        "service": ("QQQQQ", "没有这项业务"),
        "words": ("！", "？？"),
        "tier": ("987", "X"),
        "docket": ("12",),
    }
)
GIBBERISH = "呜哩哇啦"
SENTENCES_MAX = 60  # services whose names are tried with every verb
# Causes that a carrier's system refuses with, and those of its passwords.
REFUSED = tuple(
    cause
    for cause in Cause
    if cause.kind is CauseClass.BUSINESS or cause in (Cause.WRONG_PASSWORD, Cause.TOO_MANY_TRIES)
)


@dataclass(frozen=True, slots=True)
class _Try:
    """Texts of one customer, one after the other."""

    person: Subscriber
    texts: tuple[str, ...]


def by_text(book: Book, now: datetime) -> dict[str, Probe]:
    """Kind of error -> a probe whose last text is answered by its prompt."""
    found: dict[str, Probe] = {}
    for one in _tries(book, now):
        rehearsal = Rehearsal(book, one.person, now, channel="sms")
        steps: list[Step] = []
        for text in one.texts:
            rehearsal.text(text)
            if rehearsal.job is not None or not rehearsal.said:
                break
            steps.append(Step("send", text, Wanted(text=rehearsal.said)))
            kind = rehearsal.key.removeprefix("error.")
            if rehearsal.key.startswith("error.") and kind not in found:
                found[kind] = _probe(book, "sms", kind, one.person, steps)
    return found


def _tries(book: Book, now: datetime) -> Iterator[_Try]:
    people = dict(customers(book, now))
    anybody = next(iter(people.values()), Subscriber(SOMEBODY, "", ""))
    yield _Try(anybody, (GIBBERISH,) * 4)
    today = now.date()
    tables = [table for table in book.tables.values() if table.reigns(today)]
    for table in tables:
        region = table.region or anybody.region
        for code in table.codes.values():
            person = Subscriber(SOMEBODY, table.brand or next(iter(sorted(code.brands)), anybody.brand), region)
            yield from _of_code(book, code, person, now)
            yield from _not_here(table, code, people)
    for service in islice(book.services.values(), SENTENCES_MAX):
        if service.id in people:
            for word in ("取消", "兑换", "开通"):
                yield _Try(people[service.id], (f"{word}{service.name.zh}", GIBBERISH, GIBBERISH, GIBBERISH))


def _of_code(book: Book, code: Code, person: Subscriber, now: datetime) -> Iterator[_Try]:
    """The code alone, with each value spoilt in turn, and with too many."""
    action = book.services[code.service].actions.get(code.verb) if code.service in book.services else None
    if action is None:
        return
    known = {one.name: one for one in action.parameters}
    takes = [known[name] for name in code.takes if name in known]
    bare = code.spelling.rstrip("#*+")
    yield _Try(person, (bare, GIBBERISH, GIBBERISH, GIBBERISH))
    for spoilt in takes:
        for value in UNFIT.get(spoilt.kind, ()):
            yield _Try(person, ("#".join([bare, *(_value(one, spoilt, value, now) for one in takes)]), "X", "X", "X"))
    if takes:
        yield _Try(person, ("#".join([bare, *(typed(one, now) for one in takes), "1", "2", "3"]),))


def _value(one: Parameter, spoilt: Parameter, value: str, now: datetime) -> str:
    return value if one is spoilt else typed(one, now)


def _not_here(table: Table, code: Code, people: Mapping[str, Subscriber]) -> Iterator[_Try]:
    """The same code, sent by somebody of another region."""
    others = {one.region: one for one in people.values() if one.region != table.region}
    if table.region and code.verb in OPENS:
        yield from (_Try(one, (code.spelling.rstrip("#*+"),)) for one in islice(others.values(), 1))


def refused(book: Book, ways: Mapping[str, Way], now: datetime) -> dict[str, Probe]:
    """Kind of error -> a probe by telephone for which the sandbox is made to refuse with that cause."""
    found: dict[str, Probe] = {}
    way, job = _first_query(book, ways, now)
    greeting = Rehearsal(book, way.subscriber, now).hello().said
    for cause in REFUSED:
        voice = text_of(book.words, f"error.{cause.value}", "voice")
        if voice is None:
            continue
        if set(placeholders(voice.zh)) <= {"service"}:
            asked = Rehearsal(book, way.subscriber, now).hello().press(way.keys)
            said = asked.go_on(Telling(Outcome.REFUSED, cause.value, cause=cause)).said
            channel, steps = (
                "voice",
                [
                    Step("dial", wanted=Wanted(text=greeting), whole=False),
                    Step(
                        "press",
                        way.keys,
                        Wanted(text=said, keys=_telling(book, job, "voice", cause)),
                        within_seconds=20.0,
                    ),
                    Step("hang_up"),
                ],
            )
        else:  # a value stands within a phrase, and is heard as one piece with it: it is read in a text instead
            keys = _telling(book, job, "sms", cause)
            channel, steps = "sms", [Step("send", f"查询{job.service.name.zh}", Wanted(keys=keys), within_seconds=20.0)]
        if steps[1 if channel == "voice" else 0].wanted:
            probe = _probe(book, channel, cause.value, way.subscriber, steps)
            found[cause.value] = replace(probe, stumbles=f"refusing:{cause.value}")
    return found


def _telling(book: Book, job: Job, channel: str, cause: Cause) -> tuple[str, ...]:
    return tuple(key for key in ends(book, job, channel, cause=cause) if fixed(book, key))


def _first_query(book: Book, ways: Mapping[str, Way], now: datetime) -> tuple[Way, Job]:
    """A question that is put to the carrier as soon as its keys are pressed."""
    for name, way in ways.items():
        if name.startswith("deed:") and not way.subscriber.senior:
            job = Rehearsal(book, way.subscriber, now).hello().press(way.keys).job
            if job is not None and job.verb is Verb.QUERY:
                return way, job
    raise LookupError("no menu leads to a question that the carrier answers")


def strangers(book: Book, ways: Mapping[str, Way], now: datetime) -> dict[str, Probe]:
    """A number that is nobody's, and a line that is abroad."""
    found: dict[str, Probe] = {}
    any_way = next(way for name, way in ways.items() if name.startswith("node:"))
    if "voice.error.stranger" in book.words:
        steps = [Step("dial", wanted=Wanted(keys=("voice.error.stranger",))), Step("hang_up")]
        found["stranger"] = replace(_probe(book, "voice", "stranger", any_way.subscriber, steps), status="stranger")
    for name, way in ways.items():
        if not name.startswith("deed:") or way.subscriber.senior:
            continue
        rehearsal = Rehearsal(book, replace(way.subscriber, abroad=True), now).hello()
        greeting = rehearsal.said
        if rehearsal.press(way.keys).key == "error.roaming":
            steps = [
                Step("dial", wanted=Wanted(text=greeting), whole=False),
                Step("press", way.keys, Wanted(text=rehearsal.said)),
                Step("hang_up"),
            ]
            found["roaming"] = replace(_probe(book, "voice", "roaming", way.subscriber, steps), status="abroad")
            break
    return found


def too_soon(book: Book, ways: Mapping[str, Way], now: datetime) -> dict[str, Probe]:
    """A yes before the price was heard."""
    for name, way in ways.items():
        if not name.startswith("deed:") or way.subscriber.senior:
            continue
        rehearsal = Rehearsal(book, way.subscriber, now).hello()
        greeting, question = rehearsal.said, rehearsal.press(way.keys).said
        if rehearsal.asks == "confirm" and rehearsal.press("1", heard_percent=5).key == "error.too_soon":
            steps = [
                Step("dial", wanted=Wanted(text=greeting), whole=False),
                Step("press", way.keys, Wanted(text=question), whole=False),
                Step("press", "1", Wanted(text=rehearsal.said)),
                Step("hang_up"),
            ]
            return {"too_soon": _probe(book, "voice", "too_soon", way.subscriber, steps)}
    return {}


def _probe(book: Book, channel: str, kind: str, person: Subscriber, steps: list[Step]) -> Probe:
    return Probe(
        f"{channel}/error/{kind}", Text(f"错误提示 {kind}", f"Error prompt {kind}"), channel, tuple(steps),
        region=person.region, brand=person.brand, language=person.language, basic_fen=PLENTY_FEN,
        covers=(f"error:{kind}", f"channel:{channel}"), version=book.version,
    )  # fmt: skip
