"""What a request does to a line, by kind. Pure: a deed checks everything first, then changes the line, then answers.

Each takes (line, request, day, rules) and returns the answer's facts; Refused is the carrier's rightful no.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from careline.carrier.adapters.sandbox import hows
from careline.carrier.adapters.sandbox.line import Holding, Line
from careline.carrier.adapters.sandbox.quotas import quota_of
from careline.carrier.adapters.sandbox.rules import AMOUNT_MAX, Day, Refused, Rules, local_date
from careline.carrier.port import Request
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn

Facts = dict[str, Any]
Deed = Callable[[Line, Request, Day, Rules], Facts]

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
    _must_be_active(line)
    terms, settings = _terms(request.values), _settings(request)
    product, tier, effect = request.subject, str(terms["tier"]), str(terms["effect"])
    if not product or effect not in ("now", "next_month"):
        raise Refused(Cause.WRONG_PARAMETER)
    held = line.on(product, day.now)
    for holding in held:
        if holding.tier == tier:
            return _again(line, holding, held, request, settings, effect, day)
    strangers = _strings(terms["excludes"])
    for holding in line.holdings:
        if holding.product in strangers and (holding.ends_at is None or holding.ends_at > day.now):
            raise Refused(Cause.EXCLUDED, product=holding.product, name_zh=holding.name_zh, name_en=holding.name_en)
    fee, provider = _amount(terms["fee"], least=0), str(terms["paid_to"])
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
        _pay(line, holding, request.reference, request.by, day)
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
    effect: str,
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


def _pay(line: Line, holding: Holding, reference: str, by: str, day: Day) -> None:
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
    _must_exist(line)
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
    _must_be_active(line)
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


def redeem(line: Line, request: Request, day: Day, rules: Rules) -> Facts:
    """CRP-02: points down and basic account up in one entry, at the carrier's rate; part points round up."""
    _must_exist(line)
    amount = _amount(request.values.get("amount"))
    points = -(-amount * rules.points_per_yuan // 100)
    if points > line.points:
        raise Refused(Cause.NOT_ENOUGH_POINTS, points=line.points, needed=points)
    line.put(
        "redeem",
        day,
        basic=amount,
        points=-points,
        how="points",
        reference=request.reference,
        by=request.by,
    )
    return {
        "points": line.points,
        "redeemed_points": points,
        "basic": line.basic,
        "gift": line.gift,
        "status": line.status,
    }


def activate(line: Line, request: Request, day: Day, rules: Rules) -> Facts:
    """SMS-26: an inactive line becomes active, once only."""
    _must_exist(line)
    if line.status == "suspended":
        raise Refused(Cause.SUSPENDED)
    if line.status == "active":
        raise Refused(Cause.ALREADY_ON, activated_on=line.activated_on)
    line.status, line.activated_on = "active", day.today
    line.valid_until = day.today + timedelta(days=rules.validity_days)
    return {"status": line.status, "valid_until": line.valid_until}


def top_up(line: Line, request: Request, day: Day, rules: Rules) -> Facts:
    """Money in. It clears a debt first (the basic account is below zero), and then the line is active again (ACC-01)."""
    _must_exist(line)
    kept = line.retained_until(rules)
    if kept is not None and day.today > kept:
        raise Refused(Cause.NOT_FOUND, retained_until=kept)  # its days are over: not yet swept, but gone
    amount = _amount(request.values.get("amount"))
    account = str(request.values.get("account") or "basic")
    how = str(request.values.get("how") or "card")
    if account not in ("basic", "gift"):
        raise Refused(Cause.WRONG_PARAMETER)
    line.put(hows.kind_of(how), day, **{account: amount}, how=how[:16], reference=request.reference, by=request.by)
    if line.valid_until is not None:
        line.valid_until = max(line.valid_until, day.today + timedelta(days=rules.validity_days))
    return {
        "basic": line.basic,
        "gift": line.gift,
        "status": line.status,
        "valid_until": line.valid_until,
    }


def charge(line: Line, request: Request, day: Day, rules: Rules) -> Facts:
    """A fee that is due, paid or not: what the line cannot pay it owes, and is suspended for (ACC-01, ACC-02)."""
    _must_be_active(line)
    values = request.values
    provider = str(values.get("paid_to") or "")
    line.take(
        _amount(values.get("amount")),
        day,
        product=str(values.get("product") or request.subject),
        zh=str(values.get("name_zh") or ""),
        en=str(values.get("name_en") or ""),
        paid_to="" if provider == "carrier" else provider,
        reference=request.reference,
        by=request.by,
    )
    return {"basic": line.basic, "gift": line.gift, "status": line.status, "debt": max(0, -line.basic)}


def roll(line: Line, request: Request, day: Day, rules: Rules) -> Facts:
    """The carrier's own: a new month's fees and allowances; in January the points that expired go."""
    if line.status == "released":
        return {}
    charged: list[str] = []
    for holding in line.holdings:
        runs = holding.ends_at is None or holding.ends_at > day.now
        if holding.rolled >= day.month or holding.starts_on > day.today or not runs:
            continue
        first = holding.rolled == 0
        months = (day.today.year - holding.starts_on.year) * 12 + day.today.month - holding.starts_on.month
        due = first or holding.per == "month" or (holding.per == "year" and months % 12 == 0)
        holding.rolled, holding.changed = day.month, True
        # A suspended line is not served, so nothing is charged for that month.
        if due and line.status == "active":
            _pay(line, holding, request.reference, request.by, day)
            charged.append(holding.product)
    if day.today.month == 1 and line.points_expiring:
        gone = line.points_expiring
        line.put("expired", day, points=-gone, reference=request.reference, by=request.by)
        line.points_expiring = 0
    return {"charged": charged, "status": line.status}


DEEDS: Mapping[str, Deed] = {
    "switch_on": switch_on,
    "switch_off": switch_off,
    "configure": configure,
    "redeem": redeem,
    "activate": activate,
    "top_up": top_up,
    "charge": charge,
    "roll": roll,
}


def _must_exist(line: Line) -> None:
    if line.status == "released":
        raise Refused(Cause.NOT_FOUND)


def _must_be_active(line: Line) -> None:
    _must_exist(line)
    if line.status == "suspended":
        raise Refused(Cause.SUSPENDED, debt=max(0, -line.basic))
    if line.status == "inactive":
        raise Refused(Cause.NOT_ELIGIBLE, status="inactive")


def _amount(value: object, least: int = 1) -> int:
    """A sane number of fen; text that is one is taken too (settings travel as text)."""
    try:
        amount = int(value) if isinstance(value, int | str) else -1
    except ValueError:
        amount = -1
    if not least <= amount <= AMOUNT_MAX:
        raise Refused(Cause.WRONG_PARAMETER)
    return amount


def _terms(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value if (value := values.get(name)) is not None else usual for name, usual in _TERMS.items()}


def _settings(request: Request) -> dict[str, Any]:
    settings = {
        name: value.digits if isinstance(value, Msisdn) else value
        for name, value in request.values.items()
        if name not in _TERMS
    }
    if request.subject == ALERT and "amount" in settings:
        settings["amount"] = _amount(settings["amount"])
    for value in settings.values():
        if not isinstance(value, str | int | None) or len(str(value)) > SETTING_LENGTH_MAX:
            raise Refused(Cause.WRONG_PARAMETER)
    return settings


def _strings(value: object) -> frozenset[str]:
    return frozenset(map(str, value)) if isinstance(value, list | tuple | set | frozenset) else frozenset()


def _allowances(value: object) -> dict[str, int]:
    given = value if isinstance(value, Mapping) else {}
    return {quota_of(str(name)): _amount(units, least=0) for name, units in given.items()}


def _numbers(values: Mapping[str, Any]) -> frozenset[int]:
    """Numbers of holdings, as `numbers: [3, 5]` or `number: 3`."""
    given = values.get("numbers", values.get("number"))
    if given is None:
        return frozenset()
    try:
        return frozenset(int(number) for number in (given if isinstance(given, list | tuple) else [given]))
    except (TypeError, ValueError):
        raise Refused(Cause.WRONG_PARAMETER) from None
