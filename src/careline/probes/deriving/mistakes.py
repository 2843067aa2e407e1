"""Probes of mistakes by text, of lines in another state, and of a yes that comes too soon."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from types import MappingProxyType

from careline.dialogue.book import OPENS, Book, Code, Parameter, Table
from careline.dialogue.rendering import render
from careline.dialogue.saying import local
from careline.dialogue.talk import Subscriber
from careline.hall.error_names import error_name
from careline.probes.deriving.calls import SOMEBODY, Way
from careline.probes.deriving.rehearsal import Rehearsal
from careline.probes.deriving.wishes import PLENTY_FEN, customers, typed
from careline.probes.probe import Probe, Step, Wanted
from careline.values.language import LANGUAGES, Text

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
        "words": ("★★", "！", "？？"),
        "tier": ("987", "X"),
        "docket": ("12",),
    }
)
GIBBERISH = "呜哩哇啦"
SENTENCES_MAX = 60  # services whose names are tried with every verb
# Of coverage, by channel: pages and apps have the same words.
TOKENS: Mapping[str, str] = MappingProxyType({"voice": "error", "sms": "error_sms", "app": "error_page"})
LINES: Mapping[str, str] = MappingProxyType({"suspended": "suspended", "inactive": "inactive", "roaming": "abroad"})


@dataclass(frozen=True, slots=True)
class _Try:
    """Texts of one customer, one after the other."""

    person: Subscriber
    texts: tuple[str, ...]


def by_text(book: Book, now: datetime) -> dict[str, Probe]:
    """Kind of error -> a probe whose last text is answered by its prompt."""
    found: dict[str, Probe] = {}
    replied = set[tuple[object, ...]]()
    for one in _tries(book, now):
        rehearsal = Rehearsal(book, one.person, now, channel="sms")
        steps: list[Step] = []
        for text in one.texts:
            # The same reply to the same question is answered by the same error, whatever business it was about.
            reply = (text, len(steps), rehearsal.key, rehearsal.asks, *rehearsal.kinds, *rehearsal.names)
            if steps and reply in replied:
                break
            replied.add(reply)
            rehearsal.text(text)
            if rehearsal.job is not None or not rehearsal.said:
                break
            steps.append(Step("send", text, Wanted(text=rehearsal.said)))
            kind = rehearsal.key.removeprefix("error.")
            if rehearsal.key.startswith("error.") and kind not in found:
                found[kind] = error_probe(book, "sms", kind, one.person, steps)
            if rehearsal.asks_person and "person" not in found:
                found["person"] = error_probe(book, "sms", "person", one.person, steps)
    return found


def _tries(book: Book, now: datetime) -> Iterator[_Try]:
    people = dict(customers(book, now))
    anybody = next(iter(people.values()), Subscriber(SOMEBODY, "", ""))
    yield _Try(anybody, (GIBBERISH,) * 4)
    today = local(now).date()
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
    yield _Try(person, (bare[:-1] + "EE",))  # a slip of the thumb
    yield _Try(person, (re.split(r"[#*+]", code.spelling)[0] + "#987",))  # a tier that there is not
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


def in_language(book: Book, written: Mapping[str, Probe], language: str, now: datetime) -> Mapping[str, Probe]:
    """The same texts by customers of another language, as they are answered then."""
    found: dict[str, Probe] = {}
    for kind, probe in written.items():
        person = Subscriber(SOMEBODY, probe.brand, probe.region, language)
        rehearsal = Rehearsal(book, person, now, channel="sms")
        steps = [replace(step, wanted=Wanted(text=rehearsal.text(step.what).said)) for step in probe.steps]
        if rehearsal.key == f"error.{kind}" or (kind == "person" and rehearsal.asks_person):
            found[kind] = error_probe(book, "sms", kind, person, steps)
    return found


def lines_by_text(book: Book, language: str, now: datetime) -> dict[str, Probe]:
    """Texts of lines that are suspended, not active, abroad, or nobody's; what is too long, and what is empty."""
    found: dict[str, Probe] = {}
    people = {service: replace(person, language=language) for service, person in customers(book, now)}
    for service, person in people.items():
        opening = f"开通{book.services[service].name.zh}"
        for kind, status in LINES.items():
            known = replace(person, abroad=True) if status == "abroad" else replace(person, status=status)
            if kind not in found:
                rehearsal = Rehearsal(book, known, now, channel="sms").text(opening)
                if rehearsal.key == f"error.{kind}":
                    probe = error_probe(book, "sms", kind, person, [Step("send", opening, Wanted(text=rehearsal.said))])
                    found[kind] = replace(probe, status=status)
        if found.keys() >= LINES.keys():
            break
    anybody = next(iter(people.values()), Subscriber(SOMEBODY, "", "", language))
    for kind, text in (("too_long", "好" * (book.limits.get("text_max", 500) + 1)), ("empty", " ")):
        rehearsal = Rehearsal(book, anybody, now, channel="sms").text(text)
        if rehearsal.key == f"error.{kind}":
            found[kind] = error_probe(book, "sms", kind, anybody, [Step("send", text, Wanted(text=rehearsal.said))])
    if language != LANGUAGES[0]:
        return found  # nobody knows what a number that is nobody's would rather read
    stranger = error_probe(
        book, "sms", "stranger", anybody, [Step("send", "余额", Wanted(text=render(book, "error.stranger", {}, "zh")))]
    )
    return {**found, "stranger": replace(stranger, status="stranger")}


def strangers(book: Book, ways: Mapping[str, Way], now: datetime) -> dict[str, Probe]:
    """A number that is nobody's, and a line that is abroad."""
    found: dict[str, Probe] = {}
    any_way = next(way for name, way in ways.items() if name.startswith("node:"))
    if "voice.error.stranger" in book.words and any_way.subscriber.language == LANGUAGES[0]:
        steps = [Step("dial", wanted=Wanted(keys=("voice.error.stranger",))), Step("hang_up")]
        found["stranger"] = replace(
            error_probe(book, "voice", "stranger", any_way.subscriber, steps), status="stranger"
        )
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
            found["roaming"] = replace(error_probe(book, "voice", "roaming", way.subscriber, steps), status="abroad")
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
            return {"too_soon": error_probe(book, "voice", "too_soon", way.subscriber, steps)}
    return {}


def error_probe(book: Book, channel: str, kind: str, person: Subscriber, steps: list[Step]) -> Probe:
    """The probe of one error on one channel, in the language of this person."""
    own = person.language != LANGUAGES[0]
    token = f"{TOKENS[channel]}:{kind}" + (f"@{person.language}" if own else "")
    place = f"{person.language}/{kind}" if own else kind
    told = error_name(kind)
    name = Text(f"错误提示：{told.zh}", f"Error prompt: {told.en}")
    if own:
        name = Text(f"{name.zh}（英语）", f"{name.en} (English)")
    return Probe(
        f"{channel}/error/{place}", name, channel, tuple(steps),
        region=person.region, brand=person.brand, language=person.language, basic_fen=PLENTY_FEN,
        covers=(token, f"channel:{channel}"), version=book.version,
    )  # fmt: skip
