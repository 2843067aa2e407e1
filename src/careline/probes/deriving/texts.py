"""Probes by SMS, derived from the code tables and the names of services: each action as its customers would write it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from careline.catalogue.channel_abilities import abilities
from careline.dialogue.book import OPENS, Book, Code, Service, Table, Verb
from careline.dialogue.keypad.wanting import PASSWORD
from careline.dialogue.saying import local
from careline.dialogue.talk import Subscriber
from careline.probes.deriving.calls import (
    ANSWERS_MAX,
    SOMEBODY,
    alone,
    good_ends,
    good_words,
    makes_work,
    record_of,
    status_for,
)
from careline.probes.deriving.rehearsal import Rehearsal
from careline.probes.deriving.wishes import PLENTY_FEN, customers, typed
from careline.probes.probe import Probe, Step, Wanted
from careline.values.language import Text

NO = "否"
YES = {"zh": "是", "en": "yes"}
# What people write who know no code; tried in this order until the dialogue takes one for the action that is meant.
SENTENCES: Mapping[Verb, tuple[str, ...]] = MappingProxyType(
    {
        Verb.QUERY: ("查询{name}", "{name}"),
        Verb.STATUS: ("{name}开通了吗", "{name}状态"),
        Verb.DESCRIBE: ("介绍{name}", "什么是{name}"),
        Verb.SUBSCRIBE: ("开通{name}", "办理{name}"),
        Verb.ORDER: ("办理{name}", "开通{name}"),
        Verb.REGISTER: ("申请{name}", "开通{name}"),
        Verb.CANCEL: ("取消{name}",),
        Verb.CONFIGURE: ("修改{name}", "设置{name}"),
        Verb.REDEEM: ("兑换{name}",),
        Verb.OTHER: ("{name}", "使用{name}", "办理{name}"),
    }
)
Made = dict[tuple[str, Verb], Probe]


def derive(book: Book, now: datetime) -> list[Probe]:
    """One for each action of each service that a text can ask for; opening and closing together."""
    made: Made = {}
    for table, code, person in codes(book, now):
        service = book.services.get(code.service)
        if service is None or (code.service, code.verb) in made or not _meant(service, code.verb):
            continue
        if probe := _by_code(book, table, code, service, person, now):
            made[code.service, code.verb] = probe
    people = dict(customers(book, now))
    for row in abilities(book):
        service, verb = row.service, row.verb
        missing = row.by_channel["sms"].can and (service.id, verb) not in made and service.id in people
        if not missing or not _meant(service, verb):
            continue
        if probe := _by_name(book, service, verb, people[service.id], now):
            made[service.id, verb] = probe
    declined = [
        _declined(book, service, people[service.id], now) for service in book.services.values() if service.id in people
    ]
    return [*_paired(book, made), *(probe for probe in declined if probe is not None)]


def _declined(book: Book, service: Service, person: Subscriber, now: datetime) -> Probe | None:
    """What people would have to deal with: the question is read, and answered with no."""
    verb = next((verb for verb in service.actions if makes_work(service, verb)), None)
    codes = [
        one.spelling for table in book.tables.values() for one in table.codes.values() if one.service == service.id
    ]
    for text in (*codes, *(one.format(name=service.name.zh) for one in SENTENCES[Verb.OTHER])) if verb else ():
        rehearsal = Rehearsal(book, person, now, channel="sms").text(text)
        steps = [Step("send", text, Wanted(text=rehearsal.said))]
        if not rehearsal.asks or rehearsal.text(NO).key != "talk.declined":
            continue
        steps.append(Step("send", NO, Wanted(text=rehearsal.said)))
        return Probe(
            f"sms/declined/{service.id}", service.name, "sms", tuple(steps), region=person.region, brand=person.brand,
            service=service.id, covers=("channel:sms",), version=book.version,
        )  # fmt: skip
    return None


def _meant(service: Service, verb: Verb) -> bool:
    action = service.actions.get(verb)
    return (
        action is not None
        and verb is not Verb.HELP
        and not makes_work(service, verb)
        and not (action.closed and verb in OPENS)
    )


def codes(book: Book, now: datetime) -> Iterator[tuple[Table, Code, Subscriber]]:
    """The surest codes first, each with a customer of its table; a doubtful one where nothing else leads there."""
    today = local(now).date()
    for certainty in ("sure", "repaired", "doubtful"):
        for table in book.tables.values():
            if not table.reigns(today):
                continue
            region = table.region or next(iter(sorted(book.regions)), "")
            for code in table.codes.values():
                brand = table.brand or next(iter(sorted(code.brands)), "easyown")
                if code.certainty == certainty and not code.note.startswith("closed"):
                    yield table, code, Subscriber(SOMEBODY, brand, region)


def _by_code(book: Book, table: Table, code: Code, service: Service, person: Subscriber, now: datetime) -> Probe | None:
    known = {one.name: one for one in service.actions[code.verb].parameters}
    values = [typed(known[name], now) for name in code.takes if name in known and name not in code.optional]
    text = "#".join([code.spelling.rstrip("#*+"), *values])
    texts = [text]
    if code.verb is Verb.CONFIRM:  # the second of two texts: the first one asks for it
        texts = [*_openings(table, service), text]
    probe = _probe(book, service, code.verb, person, texts, now)
    name = Text(f"{service.name.zh} {code.spelling}", f"{service.name.en} {code.spelling}")
    return replace(probe, name=name, covers=(*probe.covers, f"table:{table.id}")) if probe else None


def _openings(table: Table, service: Service) -> list[str]:
    """The code that is confirmed by another, if the table has one; else the sentence."""
    found = [code.spelling for code in table.codes.values() if code.service == service.id and code.verb in OPENS]
    return [found[0].rstrip("#*+")] if found else [f"开通{service.name.zh}"]


def _by_name(book: Book, service: Service, verb: Verb, person: Subscriber, now: datetime) -> Probe | None:
    for sentence in SENTENCES.get(verb, ()):
        if probe := _probe(book, service, verb, person, [sentence.format(name=service.name.zh)], now):
            return probe
    return None


def _probe(
    book: Book, service: Service, verb: Verb, person: Subscriber, texts: list[str], now: datetime
) -> Probe | None:
    """Send these, then answer what is asked; None where that does not lead to the action."""
    rehearsal = Rehearsal(book, person, now, channel="sms")
    steps: list[Step] = []
    records: tuple[str, ...] = ()
    understood = False
    waiting = list(texts)
    for _ in range(ANSWERS_MAX):
        text = waiting.pop(0) if waiting else _answer(book, rehearsal, now)
        if not text:
            break
        rehearsal.text(text)
        understood = understood or rehearsal.understood == (service.id, verb.value)
        if rehearsal.checks_password:  # it is right, and what waited for it goes on
            rehearsal.go_on()
            if rehearsal.job is None:
                steps.append(Step("send", text, Wanted(text=rehearsal.said)))
                continue
        if rehearsal.job is not None:
            job = rehearsal.job
            if (job.service.id, job.verb) != (service.id, verb) and verb is not Verb.CONFIRM:
                return None
            understood, records = True, (record_of(job),)
            steps.append(Step("send", text, Wanted(keys=good_ends(book, rehearsal), words=good_words(rehearsal))))
            break
        if not rehearsal.said or rehearsal.key.startswith("error."):
            return None
        steps.append(Step("send", text, Wanted(text=rehearsal.said)))
    if not understood:
        return None
    token = f"{service.id}:{verb.value}"
    return Probe(
        f"sms/deed/{service.id}.{verb.value}", service.name, "sms", tuple(steps), region=person.region, brand=person.brand,
        service=service.id, verb=verb.value, basic_fen=PLENTY_FEN, covers=(f"deed:{token}", f"sms:{token}", "channel:sms"),
        records=records, status=status_for(service, verb), version=book.version,
    )  # fmt: skip


def _answer(book: Book, rehearsal: Rehearsal, now: datetime) -> str:
    """What a customer replies to the open question; nothing where there is none."""
    if not rehearsal.asks:
        return ""
    if rehearsal.asks == "confirm":
        return YES["zh"]
    if rehearsal.asks == "check":
        return PASSWORD.example
    if rehearsal.asks == "fill":
        question = rehearsal.state["question"]
        service = book.services[question["intent"]["service"]]
        known = {one.name: one for one in service.actions[Verb(question["intent"]["verb"])].parameters}
        return "#".join(typed(known[name], now) for name in rehearsal.names if name in known)
    return "1"


def _paired(book: Book, made: Made) -> list[Probe]:
    """Opening and closing of a service become one probe: it leaves the line as it found it, and closes what is there."""
    done, used = [], set()
    for (service, verb), probe in made.items():
        closing = made.get((service, Verb.CANCEL))
        if verb in OPENS and closing is not None and (probe.region, probe.brand) == (closing.region, closing.brand):
            used.add(closing.id)
            covers = tuple(dict.fromkeys(probe.covers + closing.covers))
            done.append(
                replace(
                    probe,
                    id=probe.id.replace("/deed/", "/pair/"),
                    steps=probe.steps + closing.steps,
                    covers=covers,
                    records=probe.records + closing.records,
                )
            )
        else:
            done.append(probe)
    return [alone(book, one) for one in done if one.id not in used]
