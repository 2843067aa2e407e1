"""What leaving means for customers, for every door: from the carrier's answers and our own rooms, for many at once."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from careline.carrier.port import Answer, Carrier, CarrierDown, CarrierError, CarrierSilent
from careline.cases.models import Case
from careline.cases.states import OPEN as OPEN_CASES
from careline.catalogue import shipped
from careline.dialogue.rendering import fill
from careline.dialogue.saying import both, local, say_date, say_fee, say_per
from careline.offers import leaving
from careline.offers.consequences import Consequences, Obligation, choices, consequences
from careline.offers.models import Leaving
from careline.offers.policy import policy
from careline.orders.records.order import Order
from careline.orders.states import OPEN as OPEN_ORDERS
from careline.selfcare import reading
from careline.values.language import LANGUAGES, Text
from careline.values.msisdn import Msisdn

# What the carrier is asked for, by our names: kind, subject, values.
WANTED: Mapping[str, tuple[str, str, dict[str, Any]]] = {
    name: (name, "", {}) for name in ("account", "holdings", "points")
}
Trouble = Answer | CarrierError  # why there are no facts: the carrier's refusal, or that it was away
DOCKETS_MAX = 20  # open cases that are told of
TOLD_MAX = 2  # agreements that a text or a call names one by one


@dataclass(frozen=True, slots=True)
class Own:
    """What our own rooms hold of some customers, by the digits of their numbers."""

    cases: Mapping[str, Sequence[str]]  # dockets of open ones, the oldest first
    orders: Mapping[str, int]  # how many are open
    leavings: Mapping[str, Leaving]  # the latest one of each


def own(numbers: Sequence[Msisdn]) -> Own:
    """Three statements, whatever the number of customers."""
    digits = [number.digits for number in numbers]
    dockets: defaultdict[str, list[str]] = defaultdict(list)
    cases = Case.objects.filter(msisdn__in=digits, state__in=[state.value for state in OPEN_CASES])
    for number, docket in cases.order_by("opened_at").values_list("msisdn", "docket"):
        dockets[number].append(docket)
    orders = Order.objects.filter(msisdn__in=digits, state__in=[state.value for state in OPEN_ORDERS])
    return Own(dockets, Counter(orders.values_list("msisdn", flat=True)), leaving.latest_of_all(numbers))


def weighed(msisdn: Msisdn, read: Mapping[str, Any], held: Own, now: datetime, day: date | None = None) -> Consequences:
    """What it means to leave for that day (the first of next month); `read`: the carrier's facts by the names of WANTED."""
    rules, today = policy().leaving, local(now).date()
    return consequences(
        day or choices(today, rules)[1],
        today,
        rules,
        account=read["account"],
        holdings=read["holdings"]["holdings"],
        points=read["points"],
        open_cases=held.cases.get(msisdn.digits, ())[:DOCKETS_MAX],
        open_orders=held.orders.get(msisdn.digits, 0),
    )


def meaning(
    carrier: Carrier, msisdn: Msisdn, day: date | None, *, now: datetime, channel: str, time_limit_seconds: float
) -> Consequences | None:
    """The same for one customer of a page or an app; None while the carrier cannot say."""
    read = reading.read(carrier, msisdn, WANTED, now=now, channel=channel, time_limit_seconds=time_limit_seconds)
    if any(isinstance(found, Exception) for found in read.values()):
        return None  # half of the truth is none: nobody decides on it
    return weighed(msisdn, read, own([msisdn]), now, day)


def facts_or_trouble(read: Mapping[str, Answer | CarrierError], names: Mapping[str, Any]) -> dict[str, Any] | Trouble:
    """The facts of all of these, else the first error or refusal among them: half of the truth is none.

    They are only read, before anything is done, so a carrier that is silent has done nothing: it counts as down.
    """
    found: dict[str, Any] = {}
    for name in names:
        answer = read.get(name, CarrierSilent("no answer"))
        if isinstance(answer, CarrierSilent):
            return CarrierDown(str(answer))
        if isinstance(answer, CarrierError) or answer.refused is not None:
            return answer
        found[name] = answer.facts
    return found


def also(means: Consequences, today: date) -> Text:
    """What else has to be known before one decides, in sentences: agreements that run on, orders, cases, what ends."""
    said = [_agreed(one, today) for one in means.obligations[:TOLD_MAX]]
    for name, count in (
        ("agreements", len(means.obligations[TOLD_MAX:])),
        ("orders", means.open_orders),
        ("cases", len(means.open_cases)),
        ("ending", len(means.ending)),
    ):
        if count:
            said.append(_filled(f"leaving.also.{name}", {"count": str(count)}))
    return Text("".join(one.zh for one in said), "".join(f"{one.en} " for one in said))


def _agreed(one: Obligation, today: date) -> Text:
    values = {
        "service": one.name,
        "until": both(say_date, one.until, near=today),
        "price": both(say_fee, one.fee, one.per),
        "per": both(say_per, one.per) if one.fee else "",
    }
    return _filled("leaving.also.paid_ahead" if one.paid_ahead else "leaving.also.contract", values)


def _filled(key: str, values: Mapping[str, str | Text]) -> Text:
    text = shipped.text(key)
    return Text(*(fill(text, values, language) for language in LANGUAGES))
