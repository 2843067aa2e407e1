"""Probes of pages and of the app interface, derived from the book: each action as a button of a page, or as an app asks for it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from careline.dialogue.book import OPENS, Action, Book, Parameter, Service, Verb
from careline.dialogue.keypad.wanting import PASSWORD
from careline.dialogue.lexicon import Lexicon
from careline.dialogue.saying import local
from careline.dialogue.talk import Subscriber, Wish
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
from careline.probes.probe import Probe, Step, Wanted
from careline.values.assurance import Assurance
from careline.values.language import Text

NOT_LISTED = frozenset({"13_security", "17_navigation", "18_suggestions", "19_cases"})  # groups with pages of their own
OPENINGS = (Verb.SUBSCRIBE, Verb.ORDER, Verb.REGISTER)  # the first that takes new customers has the button
BUTTONS = (Verb.QUERY, Verb.REDEEM, Verb.OTHER)
NOT_ASKED = frozenset({Verb.HELP, Verb.CONFIRM})  # menus, and the second of two texts: nothing that an app asks for
PLENTY_FEN = 1_000_00  # so that no price stands in the way
WITHIN_SECONDS = 25.0  # signing in is slow on purpose, and a busy machine makes it slower


def derive(book: Book, now: datetime) -> list[Probe]:
    """For pages and for apps; what is opened is closed again by the same probe."""
    people = dict(customers(book, now))
    found: list[Probe] = [*_ways_in(book, people)]
    for service in book.services.values():
        if service.id in people:
            found += _of_service(book, service, people[service.id], now)
    return found


def wanted(book: Book, now: datetime) -> Iterator[str]:
    """The tokens of coverage: web:SERVICE:VERB for each button of a page, app:SERVICE:VERB for each wish that an app may have."""
    people = dict(customers(book, now))
    for service in book.services.values():
        if service.id in people:
            yield from (f"web:{service.id}:{verb.value}" for verb in _buttons(service))
            yield from (f"app:{service.id}:{verb.value}" for verb in _asked(service))


def customers(book: Book, now: datetime) -> Iterator[tuple[str, Subscriber]]:
    """For each service a customer who can have it."""
    seen: set[str] = set()
    for region in sorted(book.regions) or [""]:
        for brand in sorted(book.brands) or [""]:
            chain = Lexicon.of(book).chain(region, brand, local(now).date())
            for name, service in chain.services.items():
                if name not in seen and (not service.brands or brand in service.brands):
                    seen.add(name)
                    yield name, Subscriber(SOMEBODY, brand, region)


def _buttons(service: Service) -> list[Verb]:
    if service.group in NOT_LISTED:
        return []
    opening = next((verb for verb in OPENINGS if verb in service.actions and not service.actions[verb].closed), None)
    found = [opening] if opening is not None else []
    if opening is not None and Verb.CANCEL in service.actions:
        found.append(Verb.CANCEL)
    own_pages = {"my_menu": Verb.QUERY, "sp_list": Verb.OTHER}
    return found + [
        verb for verb in BUTTONS if verb in service.actions and own_pages.get(service.behaviour) is not verb
    ]


def _asked(service: Service) -> list[Verb]:
    return [
        verb
        for verb, action in service.actions.items()
        if verb not in NOT_ASKED and not (action.closed and verb in OPENS)
    ]


def _of_service(book: Book, service: Service, person: Subscriber, now: datetime) -> Iterator[Probe]:
    for channel, verbs in (("web", _buttons(service)), ("app", _asked(service))):
        quiet = [verb for verb in verbs if not makes_work(service, verb)]
        if channel == "app":
            for verb in verbs:
                if verb not in quiet and (declined := _declined(book, service, verb, person, now)):
                    yield declined
        made = {verb: _probe(book, service, verb, person, channel, now) for verb in quiet}
        opened = next((made[verb] for verb in OPENINGS if made.get(verb) is not None), None)
        closing = made.get(Verb.CANCEL)
        for verb, probe in made.items():
            if probe is None:
                continue
            if probe is opened and closing is not None:
                covers = tuple(dict.fromkeys(probe.covers + closing.covers))
                yield replace(
                    probe, id=probe.id.replace("/deed/", "/pair/"), steps=probe.steps + closing.steps[1:], covers=covers,
                    records=probe.records + closing.records,
                )  # fmt: skip
            elif verb is not Verb.CANCEL or opened is None:
                yield alone(book, probe)


def _declined(book: Book, service: Service, verb: Verb, person: Subscriber, now: datetime) -> Probe | None:
    """What people would have to deal with: the question is read, and answered with no."""
    rehearsal = Rehearsal(book, person, now, channel="app")
    asked = rehearsal.wish(Wish(service.id, verb.value, assurance=int(Assurance.PASSWORD))).said
    if not rehearsal.asks:
        return None
    reference = str(rehearsal.state["question"]["intent"]["reference"])
    no = rehearsal.wish(Wish(answers=reference, yes=False, assurance=int(Assurance.PASSWORD))).said
    steps = (
        Step("sign_in", within_seconds=WITHIN_SECONDS),
        Step("pick", f"{service.id}:{verb.value}", Wanted(text=asked), WITHIN_SECONDS),
        Step("answer", "no", Wanted(text=no), WITHIN_SECONDS),
        Step("hang_up"),
    )
    return Probe(
        f"app/declined/{service.id}.{verb.value}", service.name, "app", steps, region=person.region, brand=person.brand,
        service=service.id, covers=("channel:app",), version=book.version,
    )  # fmt: skip


def _probe(book: Book, service: Service, verb: Verb, person: Subscriber, channel: str, now: datetime) -> Probe | None:
    """Sign in, find the button, press it, answer each question, and read what came of it."""
    action = service.actions[verb]
    tier = tier_of(service, action)
    values = {one.name: typed(one, now) for one in action.parameters if one.required and one.kind != "tier"}
    price = agreed(service, tier)
    rehearsal = Rehearsal(book, person, now, channel=channel)
    rehearsal.wish(Wish(service.id, verb.value, tier, values=values, agreed=price, assurance=int(Assurance.PASSWORD)))
    by = "code" if status_for(service, verb) == "no_password" else ""
    steps = [Step("sign_in", by, within_seconds=WITHIN_SECONDS)]
    if channel == "web":
        page = Wanted(words=(service.name.zh,))
        steps.append(Step("open", f"/my/services/{service.id}", page, within_seconds=WITHIN_SECONDS))
    given = values | ({"agreed": price} if channel == "app" else {})
    what = ":".join((service.id, verb.value, *([tier] if tier else []))) + (f"?{urlencode(given)}" if given else "")
    do, records = "pick", tuple[str, ...]()
    for _ in range(ANSWERS_MAX):
        if rehearsal.job is not None:
            records = (record_of(rehearsal.job),)
            wanted = Wanted(keys=good_ends(book, rehearsal), words=good_words(rehearsal))
            steps.append(Step(do, what, wanted, within_seconds=WITHIN_SECONDS))
            break
        if not rehearsal.said or rehearsal.key.startswith("error."):
            return None
        steps.append(Step(do, what, Wanted(text=rehearsal.said), within_seconds=WITHIN_SECONDS))
        if not rehearsal.asks:
            break
        do, what = "answer", _answer(rehearsal, action, now)
        rehearsal.wish(_answering(rehearsal, what))
    return Probe(
        f"{channel}/deed/{service.id}.{verb.value}", service.name, channel, (*steps, Step("hang_up")), region=person.region,
        brand=person.brand, service=service.id, verb=verb.value, basic_fen=PLENTY_FEN,
        covers=(f"deed:{service.id}:{verb.value}", f"{channel}:{service.id}:{verb.value}", f"channel:{channel}"),
        records=records, status=status_for(service, verb), version=book.version,
    )  # fmt: skip


def _answer(rehearsal: Rehearsal, action: Action, now: datetime) -> str:
    if rehearsal.asks == "confirm":
        return "yes"
    if rehearsal.asks == "fill":
        known = {one.name: one for one in action.parameters}
        return urlencode({name: typed(known[name], now) for name in rehearsal.names if name in known})
    return "1"


def _answering(rehearsal: Rehearsal, what: str) -> Wish:
    reference = str(rehearsal.state["question"]["intent"]["reference"])
    if what == "yes":
        return Wish(answers=reference, yes=True, assurance=int(Assurance.PASSWORD))
    if what.isdecimal():
        return Wish(answers=reference, numbers=(int(what),), assurance=int(Assurance.PASSWORD))
    return Wish(answers=reference, values=dict(parse_qsl(what)), assurance=int(Assurance.PASSWORD))


def typed(parameter: Parameter, now: datetime) -> str:
    """A value as it is typed into a field."""
    if parameter.kind == "month":
        month = now.year * 12 + now.month - 2
        return f"{month // 12}-{month % 12 + 1:02}"
    if parameter.kind == "password" and parameter.name in ("password", "old"):
        return PASSWORD.example
    return parameter.example


def tier_of(service: Service, action: Action) -> str:
    wants = any(one.kind == "tier" and one.required for one in action.parameters) or action.verb in OPENS
    return next(iter(service.tiers), "") if service.tiers and wants else ""


def agreed(service: Service, tier: str) -> str:
    chosen = service.tiers.get(tier)
    return f"{int(chosen.price if chosen is not None else service.price)}/{service.per}"


def _ways_in(book: Book, people: dict[str, Subscriber]) -> Iterator[Probe]:
    """The two ways to sign in at the pages and in the app, and in."""
    person = next(iter(people.values()), None)
    if person is None:
        return
    for channel, (place, seen) in _INSIDE.items():
        for how, name in _WAYS_IN.items():
            steps = (
                Step("sign_in", how, within_seconds=WITHIN_SECONDS),
                Step("open", place, Wanted(words=(seen,)), within_seconds=WITHIN_SECONDS),
            )
            yield Probe(
                f"{channel}/sign_in/{how}", name, channel, steps, region=person.region, brand=person.brand,
                covers=(f"channel:{channel}",), version=book.version,
            )  # fmt: skip


_WAYS_IN = {
    "code": Text("短信验证码登录", "Sign in by a code"),
    "password": Text("服务密码登录", "Sign in by password"),
}
# A place that nobody sees without having signed in, and what stands there: words of a page, a field of the app's answer.
_INSIDE = {"web": ("/my/running", "已开通"), "app": ("/me", "assurance")}
