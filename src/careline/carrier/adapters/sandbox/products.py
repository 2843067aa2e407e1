"""Products on a line: begun, changed, ended. Pure; the same promises as `deeds`."""

from collections.abc import Mapping, Sequence
from typing import Any

from careline.carrier.adapters.sandbox.demands import amount_of, must_be_active, must_exist
from careline.carrier.adapters.sandbox.line import Holding, Line
from careline.carrier.adapters.sandbox.quotas import quota_of
from careline.carrier.adapters.sandbox.rules import Day, Facts, Refused, Rules, local_date
from careline.carrier.port import Request
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn

# What switch_on understands itself, and what is meant where it is not said; every other value is a setting.
_TERMS: Mapping[str, Any] = {
    "tier": "",
    "fee": 0,
    "per": "month",
    "effect": "now",
    "excludes": (),
    "replaces": (),
    "paid_to": "",
    "name_zh": "",
    "name_en": "",
    "allowances": {},
}
ALERT = "balance_alert"  # the product whose setting `amount` is the threshold of reminders
SETTING_LENGTH_MAX = 200


def switch_on(line: Line, request: Request, day: Day, rules: Rules) -> Facts:
    """Begin a product: at once and paid at once, or on the 1st and paid then. Another tier takes the place of the first."""
    must_be_active(line)
    terms, settings = _terms(request.values), _settings(request)
    product, tier, effect = request.subject, str(terms["tier"]), str(terms["effect"])
    if not product or effect not in ("now", "next_month"):
        raise Refused(Cause.WRONG_PARAMETER)
    held = line.on(product, day.now)
    for holding in held:
        if holding.tier == tier:
            return _again(line, holding, held, request, settings, day)
    strangers = _strings(terms["excludes"])
    for holding in line.holdings:
        if holding.product in strangers and (holding.ends_at is None or holding.ends_at > day.now):
            raise Refused(Cause.EXCLUDED, product=holding.product, name_zh=holding.name_zh, name_en=holding.name_en)
    fee, provider = amount_of(terms["fee"], least=0), str(terms["paid_to"])
    provider = "" if provider == "carrier" else provider
    if effect == "now" and fee > line.spendable(bool(provider)):
        raise Refused(Cause.NOT_ENOUGH_MONEY, fee=fee, basic=line.basic, gift=line.gift, provider=provider or None)
    allowances = _allowances(terms["allowances"])
    if product == ALERT and "amount" not in settings:
        raise Refused(Cause.WRONG_PARAMETER)

    given_up = held + [
        other for name in sorted(_strings(terms["replaces"]) - {product}) for other in line.on(name, day.now)
    ]
    replaced = list(dict.fromkeys(other.product for other in given_up))
    for other in given_up:
        at = day.next_month_begins if effect == "next_month" and other.starts_on <= day.today else day.now
        line.end(other, at, request.by, request.channel, day=day)
    starts = day.today if effect == "now" else day.next_month
    holding = Holding(
        line.next_row(), product, tier, str(terms["name_zh"]), str(terms["name_en"]), fee, str(terms["per"]), provider,
        starts, None, "", "", allowances, settings, day.month if effect == "now" else 0,
        request.by, request.channel, request.reference,
    )  # fmt: skip
    line.begin(holding)
    if effect == "now":
        pay(line, holding, request.reference, request.by, day)
    if product == ALERT:
        line.alert_below = settings["amount"]
    return {
        "effective_on": starts,
        "fee": fee,
        "basic": line.basic,
        "gift": line.gift,
        "status": line.status,
        "tier": tier,
        "replaced": replaced,
    }


def _again(
    line: Line,
    holding: Holding,
    held: Sequence[Holding],
    request: Request,
    settings: Mapping[str, Any],
    day: Day,
) -> Facts:
    """The same product once more: new settings are taken, an agreed end is taken back, else it is already on."""
    changed = {name for name, value in settings.items() if holding.settings.get(name) != value}
    if not changed and holding.ends_at is None:
        raise Refused(
            Cause.ALREADY_ON,
            product=holding.product,
            tier=holding.tier,
            name_zh=holding.name_zh,
            name_en=holding.name_en,
            effective_on=holding.starts_on,
        )
    replaced = [other.product for other in held if other is not holding]
    for other in held:
        if other is not holding:  # what was to follow it on the 1st
            line.end(other, day.now, request.by, request.channel, day=day)
    if changed:
        _set(line, holding, settings)
    holding.ends_at, holding.ended_by, holding.ended_channel, holding.changed = None, "", "", True
    return {
        "effective_on": max(holding.starts_on, day.today),
        "fee": 0,
        "basic": line.basic,
        "gift": line.gift,
        "status": line.status,
        "tier": holding.tier,
        "replaced": replaced,
    }


def pay(line: Line, holding: Holding, reference: str, by: str, day: Day) -> None:
    line.take(
        holding.fee,
        day,
        product=holding.product,
        zh=holding.name_zh,
        en=holding.name_en,
        paid_to=holding.paid_to,
        reference=reference,
        by=by,
    )
    for quota, units in holding.allowances.items():
        line.allow(quota, units)


def switch_off(line: Line, request: Request, day: Day, rules: Rules) -> Facts:
    """End a product (only the tier named, if any) or, subject sp, the holdings of these numbers; at once or on the 1st."""
    must_exist(line)
    effect = str(request.values.get("effect") or "now")
    wanted = _numbers(request.values)
    if wanted:
        held = [h for h in line.holdings if h.number in wanted and (h.ends_at is None or h.ends_at > day.now)]
        if request.subject not in ("", "sp"):
            held = [holding for holding in held if holding.product == request.subject]
        elif request.subject == "sp":
            held = [holding for holding in held if holding.paid_to]
    else:
        tier = str(request.values.get("tier") or "")
        held = [one for one in line.on(request.subject, day.now) if not tier or one.tier == tier]
    if effect == "next_month":
        held = [holding for holding in held if holding.ends_at is None]  # an agreed end stays as it is
    if not held:
        raise Refused(Cause.NOT_ON, product=request.subject)
    ends = day.now if effect == "now" else day.next_month_begins
    for holding in held:
        running = holding.starts_on <= day.today
        line.end(holding, ends if running else day.now, request.by, request.channel, day=day)
        if holding.product == ALERT:
            line.alert_below = None
    return {
        "effective_on": local_date(ends),
        "ended": list(dict.fromkeys(holding.product for holding in held)),
        "names": [[holding.name_zh, holding.name_en] for holding in held],
        "tiers": [holding.tier for holding in held],
    }


def configure(line: Line, request: Request, day: Day, rules: Rules) -> Facts:
    """Change the settings of a product that is on."""
    must_be_active(line)
    settings = _settings(request)
    held = line.on(request.subject, day.now)
    if not held:
        raise Refused(Cause.NOT_ON, product=request.subject)
    for holding in held:
        _set(line, holding, settings)
    return {"settings": held[-1].settings}


def _set(line: Line, holding: Holding, settings: Mapping[str, Any]) -> None:
    if holding.product == ALERT and "amount" in settings:
        line.alert_below = settings["amount"]
    holding.settings = {**holding.settings, **settings}
    holding.changed = True


def _terms(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value if (value := values.get(name)) is not None else usual for name, usual in _TERMS.items()}


def _settings(request: Request) -> dict[str, Any]:
    settings = {
        name: value.digits if isinstance(value, Msisdn) else value
        for name, value in request.values.items()
        if name not in _TERMS
    }
    if request.subject == ALERT and "amount" in settings:
        settings["amount"] = amount_of(settings["amount"])
    for value in settings.values():
        if not isinstance(value, str | int | None) or len(str(value)) > SETTING_LENGTH_MAX:
            raise Refused(Cause.WRONG_PARAMETER)
    return settings


def _strings(value: object) -> frozenset[str]:
    return frozenset(map(str, value)) if isinstance(value, list | tuple | set | frozenset) else frozenset()


def _allowances(value: object) -> dict[str, int]:
    given = value if isinstance(value, Mapping) else {}
    return {quota_of(str(name)): amount_of(units, least=0) for name, units in given.items()}


def _numbers(values: Mapping[str, Any]) -> frozenset[int]:
    """Numbers of holdings, as `numbers: [3, 5]` or `number: 3`."""
    given = values.get("numbers", values.get("number"))
    if given is None:
        return frozenset()
    try:
        return frozenset(int(number) for number in (given if isinstance(given, list | tuple) else [given]))
    except (TypeError, ValueError):
        raise Refused(Cause.WRONG_PARAMETER) from None
