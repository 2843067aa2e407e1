"""What every behaviour's telling has in common: the values that any text may name, refusals, descriptions."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from careline.carrier.port import Answer
from careline.dialogue.book import Service, Tier, Verb
from careline.dialogue.saying import (
    UNTOLD,
    both,
    how_to,
    local,
    named,
    rows,
    same,
    say_date,
    say_effect,
    say_fee,
    say_money,
    say_per,
    say_price,
    say_time,
)
from careline.dialogue.talk import Job, Telling
from careline.dialogue.words import UNSAID
from careline.values.cause import Cause, CauseClass
from careline.values.language import Text
from careline.values.outcome import Outcome

Values = Mapping[str, Text]
NONE: Values = MappingProxyType({})

# What a carrier may refuse of anything; each has words of its own in `error`.
ANY_REFUSAL = frozenset(
    {
        Cause.NOT_ELIGIBLE.value,
        Cause.SUSPENDED.value,
        Cause.NOT_FOUND.value,
        Cause.CLOSED.value,
        Cause.CARRIER_FAULT.value,
        Cause.CARRIER_BUSY.value,
        Cause.CARRIER_SILENT.value,
        Cause.HALL_FAULT.value,
        "inactive",
        "not_accepted",
    }
)
# What may be refused of an order besides, with the words that `refused` chooses for it.
ORDER_REFUSAL = frozenset(
    {
        Cause.ALREADY_ON.value,
        Cause.NOT_ENOUGH_MONEY.value,
        "short_of_money",
        "short_of_basic",
        Cause.EXCLUDED.value,
        "excluded_by",
    }
)


def tails(verbs: Iterable[Verb], *ends: str | Iterable[str]) -> frozenset[str]:
    """`<verb>.<end>` for each verb and end; an end may be a set of ends."""
    flat = [end for given in ends for end in ([given] if isinstance(given, str) else given)]
    return frozenset(f"{verb.value}.{end}" for verb in verbs for end in flat)


def name(job: Job) -> Text:
    """What the customer is told that this is about: the tier where one was chosen, else the service."""
    return job.tier.name if job.tier is not None else job.service.name


def price(job: Job) -> int:
    return int(job.tier.price if job.tier is not None else job.service.price)


def standing(job: Job, now: datetime) -> Values:
    """The values that every text may name, whatever the answer was; the same all day for a service, and kept."""
    today = local(now).date()
    key = (id(job.service), id(job.tier), job.verb, job.effect, today)
    if (kept := _standing.get(key)) is not None:
        return kept[2]
    if len(_standing) > STANDING_MAX:
        _standing.clear()
    values = _stands(job, today)
    # The service and the tier stay with their ids, so that no other version's may get them.
    _standing[key] = (job.service, job.tier, values)
    return values


STANDING_MAX = 4096
_standing: dict[tuple[int, int, Verb, str, date], tuple[Service, Tier | None, Values]] = {}


def _stands(job: Job, today: date) -> Values:
    cost = price(job)
    service = job.service
    tier = job.tier.id if job.tier is not None else ""
    return {
        "service": name(job),
        "price": both(say_fee, cost, service.per),
        "per": both(say_per, service.per) if cost else same(""),
        **_from(job),
        "effect": both(say_effect, job.effect, today=today),
        "code": same(how_to(job.verb, service.id, tier)),
        "cancel_code": same(how_to(Verb.CANCEL, service.id, tier)),
        "status_code": same(how_to(Verb.STATUS, service.id)),
        "order_code": same(how_to(opening(job), service.id, tier)),
    }


def _from(job: Job) -> Values:
    """The least price of a service that comes in tiers, while none is chosen: 5.00元/月起."""
    prices = [tier.price for tier in job.service.tiers.values() if tier.price]
    if job.tier is not None or not prices or job.service.price:
        return NONE
    least, per = both(say_money, min(prices)), both(say_per, job.service.per)
    return {"price": Text(least.zh, f"from {least.en}"), "per": Text(f"{per.zh}起", per.en)}


def opening(job: Job) -> Verb:
    """The verb by which this service is ordered."""
    for verb in (Verb.SUBSCRIBE, Verb.ORDER, Verb.REGISTER):
        if verb in job.service.actions:
            return verb
    return Verb.SUBSCRIBE


def done(job: Job, now: datetime, key: str = "done", told: Values = NONE) -> Telling:
    return Telling(outcome=Outcome.DONE, key=key, values={**standing(job, now), **told})


def refused(
    job: Job, cause: Cause, facts: Mapping[str, Any], now: datetime, key: str = "", told: Values = NONE
) -> Telling:
    """The end and the words of a refusal; its facts, where the carrier gives them, choose the more telling words."""
    told = {**standing(job, now), **_explained(cause, facts, now), **told}
    outcome = Outcome.REFUSED if cause.kind is CauseClass.BUSINESS else Outcome.FAILED
    return Telling(outcome=outcome, cause=cause, key=key or _words_for(cause, job, facts), values=told)


def refused_by(job: Job, answer: Answer, now: datetime, told: Values = NONE, key: str = "") -> Telling:
    """`refused` with what the carrier answered."""
    assert answer.refused is not None
    return refused(job, answer.refused, answer.facts, now, key, told)


def _words_for(cause: Cause, job: Job, facts: Mapping[str, Any]) -> str:
    if cause is Cause.NOT_ENOUGH_MONEY and "basic" in facts:
        # What a content provider is owed comes from the basic account alone, whatever the gift account holds.
        return "short_of_money" if job.service.paid_to == "carrier" else "short_of_basic"
    if cause is Cause.EXCLUDED and facts.get("product"):
        return "excluded_by"
    if cause is Cause.NOT_ELIGIBLE and facts.get("status") == "inactive":
        return "inactive"
    # The dialogue has checked what was given; if the carrier still finds fault with it, no example would help.
    # Nor can it know how the customer answered us, or what we said.
    if cause in (Cause.WRONG_PARAMETER, Cause.MISSING_PARAMETER, Cause.NO_ANSWER, *UNSAID):
        return "not_accepted"
    return cause.value


def _explained(cause: Cause, facts: Mapping[str, Any], now: datetime) -> Values:
    """The values that the facts of a refusal give, with plain fallbacks where the carrier kept silent."""
    if cause is Cause.NOT_ENOUGH_MONEY and "basic" in facts:
        basic, gift = int(facts["basic"]), int(facts.get("gift") or 0)
        return {"basic": both(say_money, basic), "balance": both(say_money, basic + gift)}
    if cause is Cause.EXCLUDED and facts.get("product"):
        product = str(facts["product"])
        return {"other": named(facts, product), "other_code": same(how_to(Verb.CANCEL, product))}
    if cause is Cause.WRONG_PASSWORD:
        left = facts.get("tries_left")
        return {"number": same(str(left))} if left is not None else UNTOLD[cause]
    if cause is Cause.TOO_MANY_TRIES:
        until = facts.get("locked_until")
        today = local(now).date()
        return {"date": both(say_time, until, near=today)} if until else UNTOLD[cause]
    if cause in (Cause.FROZEN, Cause.NOT_STARTED):
        day = facts.get("date")
        return {"date": dated(day, now)} if day else UNTOLD[cause]
    return {}


def described(job: Job, now: datetime, key: str = "done", told: Values = NONE) -> Telling:
    """The description that the book holds: the tier's where one was chosen and has one."""
    about = job.service.about
    if job.tier is not None and job.tier.about is not None:
        about = job.tier.about
    always = standing(job, now)
    money, per = always["price"], always["per"]
    filled = Text(about.zh.replace("{price}", money.zh + per.zh), about.en.replace("{price}", money.en + per.en))
    return Telling(outcome=Outcome.DONE, key=key, values={**always, "about": filled, **told})


def described_with_tiers(job: Job, now: datetime) -> Telling:
    """The chosen tier; or the service and all its tiers with their prices."""
    tiers = list(job.service.tiers.values())
    if job.tier is not None or not tiers:
        return described(job, now)
    per = job.service.per
    return described(job, now, "tiers", {"tiers": rows(lambda language: [_tier(one, per, language) for one in tiers])})


def _tier(tier: Tier, per: str, language: str) -> str:
    quota = tier.quota.read(language) if tier.quota is not None else ""
    return (", " if language == "en" else " ").join(
        part for part in (tier.name.read(language), say_price(tier.price, per, language), quota) if part
    )


def dated(value: object, now: datetime) -> Text:
    """A day as customers read it, with its year when that is another one."""
    return both(say_date, value, near=local(now).date())
