"""Switching a product on and off, and telling its state: what toggles, packages, plans and their kin share."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from careline.behaviours._telling import (
    ANY_REFUSAL,
    NONE,
    ORDER_REFUSAL,
    Values,
    dated,
    done,
    name,
    opening,
    price,
    refused_by,
    tails,
)
from careline.carrier.port import Answer, Request
from careline.dialogue.book import Verb
from careline.dialogue.saying import (
    as_day,
    both,
    local,
    name_of,
    named,
    say_effect,
    say_fee,
    say_list,
    say_money,
    say_per,
    say_who,
)
from careline.dialogue.talk import Job, Subscriber, Telling
from careline.values.cause import Cause
from careline.values.language import Text

OPENINGS = frozenset({Verb.SUBSCRIBE, Verb.ORDER, Verb.REGISTER, Verb.CONFIRM})
CLOSINGS = frozenset({Verb.CANCEL})
STATES = frozenset({Verb.STATUS})

OPENING_ENDS = frozenset({"done", "done_charged", "replaced", "replaced_charged"}) | ORDER_REFUSAL | ANY_REFUSAL
CLOSING_ENDS = frozenset({"done", Cause.NOT_ON.value}) | ANY_REFUSAL
STATE_ENDS = frozenset({"on", "off", "off_closed", "pending", "ending"}) | ANY_REFUSAL

SWITCHING_WORDS = tails(OPENINGS, OPENING_ENDS) | tails(CLOSINGS, CLOSING_ENDS) | tails(STATES, STATE_ENDS)

# Settings that only behaviours read; all others are the carrier's.
_OURS = (
    "view",
    "list",
    "month",
    "quota",
    "gets",
    "any_of",
    "replaces",
    "closed",
    "sp.",
    "paid_to.",
    "allowance.",
)


def on(job: Job, subscriber: Subscriber, **more: Any) -> Request:
    """Order the product of the job, at the price and with the allowances of its tier where it has one."""
    service, tier = job.service, job.tier
    # A package or plan may come in tiers: another tier of the same product is replaced, not refused.
    replaces = [service.product] if service.tiers else []
    replaces += [product for product in service.settings.get("replaces", "").split(",") if product]
    title = name(job)
    values: dict[str, Any] = {
        "fee": price(job),
        "per": service.per,
        "effect": job.effect,
        "excludes": sorted(set(service.excludes) - set(replaces)),
        "replaces": replaces,
        "paid_to": "" if service.paid_to == "carrier" else service.paid_to,
        "name_zh": title.zh,
        "name_en": title.en,
        "tier": tier.id if tier is not None else "",
        "allowances": _allowances(job),
    }
    values |= {key: value for key, value in service.settings.items() if not key.startswith(_OURS)}
    values |= {key: value for key, value in job.parameters.items() if key not in ("tier", "effect")}
    return Request(job.reference, subscriber.msisdn, "switch_on", service.product, values | more)


def _allowances(job: Job) -> dict[str, int]:
    if job.tier is not None:
        return dict(job.tier.allowances)
    prefix = "allowance."
    settings = job.service.settings.items()
    return {key.removeprefix(prefix): int(value) for key, value in settings if key.startswith(prefix)}


def off(job: Job, subscriber: Subscriber) -> Request:
    """End the product, whichever tier runs; only the tier of the code where the code names one."""
    values = {"effect": job.effect} | ({"tier": job.tier.id} if job.tier is not None else {})
    return Request(job.reference, subscriber.msisdn, "switch_off", job.service.product, values)


def state(job: Job, subscriber: Subscriber) -> Request:
    """What is held of the product; the carrier is asked for all when several products are meant."""
    several = job.service.settings.get("any_of", "")
    return Request(job.reference, subscriber.msisdn, "holdings", "" if several else job.service.product)


def told_on(job: Job, answer: Answer, now: datetime, more: Values = NONE) -> Telling:
    """An order's end: done, done and charged at once, or done in place of something else."""
    if answer.refused is not None:
        return refused_by(job, answer, now, more)
    facts = answer.facts
    told = {"effect": effect(job, facts, now), **more}
    replaced = [str(product) for product in facts.get("replaced") or ()]
    if replaced:
        told["old"] = both(
            _names, [job.service.name if product == job.service.product else product for product in replaced]
        )
    # What begins later is charged later: then the price alone is said.
    taken, starts = int(facts.get("fee") or 0), as_day(facts.get("effective_on"))
    end = "replaced" if replaced else "done"
    if taken and "basic" in facts and (starts is None or starts <= local(now).date()):
        told["taken"] = both(say_money, taken)
        told["balance"] = both(say_money, int(facts["basic"]) + int(facts.get("gift") or 0))
        return done(job, now, f"{end}_charged", told)
    return done(job, now, end, told)


def _names(things: list[Text | str], language: str) -> str:
    return say_list((thing.read(language) if isinstance(thing, Text) else name_of(thing) for thing in things), language)


def told_off(job: Job, answer: Answer, now: datetime, more: Values = NONE) -> Telling:
    if answer.refused is not None:
        return refused_by(job, answer, now, more)
    return done(job, now, told={"effect": effect(job, answer.facts, now), **more})


def effect(job: Job, facts: Mapping[str, Any], now: datetime) -> Text:
    return both(say_effect, job.effect, facts.get("effective_on"), today=local(now).date())


def held(answer: Answer, *products: str) -> list[Mapping[str, Any]]:
    """The holdings of these products among what the carrier listed (it may list more than was asked)."""
    return [one for one in answer.facts.get("holdings") or () if one["product"] in products]


def told_state(job: Job, answer: Answer, now: datetime, more: Values = NONE) -> Telling:
    """Whether the product is on: since when and by whom; agreed for later; or about to end."""
    if answer.refused is not None and answer.refused is not Cause.NOT_ON:
        return refused_by(job, answer, now, more)
    products = job.service.settings.get("any_of", "").split(",") if job.service.settings.get("any_of") else []
    found = held(answer, *(products or [job.service.product]))
    if not found:
        return done(job, now, "off" if _open(job) else "off_closed", more)
    one = found[0]
    today = local(now).date()
    since, until = as_day(one.get("since")), as_day(one.get("until"))
    starts = as_day(one.get("starts_on")) or since
    told = {
        "service": both(say_held, found),
        "since": dated(since, now),
        "starts": dated(starts, now),
        "until": dated(until, now),
        "who": both(say_who, str(one.get("by") or ""), str(one.get("channel") or "")),
        "price": both(say_fee, int(one.get("fee") or 0), str(one.get("per") or job.service.per)),
        "per": both(say_per, str(one.get("per") or job.service.per)) if one.get("fee") else Text("", ""),
    }
    key = "pending" if starts is not None and starts > today else "ending" if until is not None else "on"
    return done(job, now, key, {**told, **more})


def _open(job: Job) -> bool:
    """Whether the service can still be ordered."""
    action = job.service.actions.get(opening(job))
    return action is not None and not action.closed


def say_held(holdings: list[Mapping[str, Any]], language: str) -> str:
    """The names of holdings."""
    return say_list((named(one, str(one["product"])).read(language) for one in holdings), language)
