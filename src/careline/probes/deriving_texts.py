"""Probes by SMS, derived from the code tables: each action by one of its codes, as its customers would write it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from careline.dialogue.book import OPENS, Book, Code, Table, Verb
from careline.dialogue.talk import Subscriber
from careline.probes.deriving_calls import ANSWERS_MAX, SOMEBODY, STAFF, good_ends
from careline.probes.probe import Probe, Step, Wanted
from careline.probes.rehearsal import Rehearsal
from careline.values.language import Text

YES = {"zh": "是", "en": "yes"}


def derive(book: Book, now: datetime) -> list[Probe]:
    """One for each action of each service that a code leads to; opening and closing together."""
    made: dict[tuple[str, Verb], Probe] = {}
    for table, code, subscriber in _codes(book, now):
        service = book.services.get(code.service)
        if service is None or code.verb is Verb.HELP or (code.service, code.verb) in made or service.behaviour in STAFF:
            continue
        probe = _probe(book, table, code, subscriber, now)
        if probe is not None:
            made[code.service, code.verb] = probe
    return _paired(made)


def _codes(book: Book, now: datetime) -> Iterator[tuple[Table, Code, Subscriber]]:
    """The surest codes first, each with a customer of its table."""
    today = now.date()
    for certainty in ("sure", "repaired"):
        for table in book.tables.values():
            if not table.reigns(today):
                continue
            region = table.region or next(iter(sorted(book.regions)), "")
            for code in table.codes.values():
                brand = table.brand or next(iter(sorted(code.brands)), "easyown")
                if code.certainty == certainty and not code.note.startswith("closed"):
                    yield table, code, Subscriber(SOMEBODY, brand, region)


def _probe(book: Book, table: Table, code: Code, subscriber: Subscriber, now: datetime) -> Probe | None:
    service = book.services[code.service]
    action = service.actions.get(code.verb)
    if action is None or (action.closed and code.verb in OPENS):
        return None
    known = {one.name: one for one in action.parameters}
    values = [known[name].example for name in code.takes if name in known and name not in code.optional]
    text = "#".join([code.spelling.rstrip("#*+"), *values])
    rehearsal = Rehearsal(book, subscriber, now, channel="sms").text(text)
    steps: list[Step] = []
    for _ in range(ANSWERS_MAX):
        if rehearsal.job is not None:
            if (rehearsal.job.service.id, rehearsal.job.verb) != (
                code.service,
                code.verb,
            ) and code.verb is not Verb.CONFIRM:
                return None
            keys = good_ends(book, rehearsal)
            steps.append(Step("send", text, Wanted(keys=keys)))
            break
        if not rehearsal.said or rehearsal.key.startswith("error."):
            return None
        steps.append(Step("send", text, Wanted(text=rehearsal.said)))
        if not rehearsal.asks:
            break
        text = _answer(book, rehearsal)
        rehearsal.text(text)
    return Probe(
        f"sms/deed/{service.id}.{code.verb.value}", Text(f"{service.name.zh} {code.spelling}", f"{service.name.en} {code.spelling}"),
        "sms", tuple(steps), region=subscriber.region, brand=subscriber.brand, service=service.id, verb=code.verb.value,
        covers=(f"deed:{service.id}:{code.verb.value}", "channel:sms", f"table:{table.id}"), version=book.version,
    )  # fmt: skip


def _answer(book: Book, rehearsal: Rehearsal) -> str:
    if rehearsal.asks == "confirm":
        return YES["zh"]
    if rehearsal.asks == "fill":
        question = rehearsal.state["question"]
        service = book.services[question["intent"]["service"]]
        known = {one.name: one for one in service.actions[Verb(question["intent"]["verb"])].parameters}
        return "#".join(known[name].example for name in rehearsal.names if name in known)
    return "1"


def _paired(made: dict[tuple[str, Verb], Probe]) -> list[Probe]:
    done, used = [], set()
    for (service, verb), probe in made.items():
        closing = made.get((service, Verb.CANCEL))
        if verb in OPENS and closing is not None and (probe.region, probe.brand) == (closing.region, closing.brand):
            used.add(closing.id)
            covers = tuple(dict.fromkeys(probe.covers + closing.covers))
            done.append(
                replace(
                    probe, id=probe.id.replace("/deed/", "/pair/"), steps=probe.steps + closing.steps, covers=covers
                )
            )
        else:
            done.append(probe)
    return [one for one in done if one.id not in used]
