"""The reads of the port, by kind."""

from collections.abc import Callable, Mapping, Sequence

from careline.carrier.adapters.sandbox.asking import Answers
from careline.carrier.adapters.sandbox.belongings import holdings, usage
from careline.carrier.adapters.sandbox.charging import charges, history
from careline.carrier.adapters.sandbox.lookups import number, profile, short_number
from careline.carrier.adapters.sandbox.rules import Day, Rules
from careline.carrier.adapters.sandbox.statements import account, bill, payments, points
from careline.carrier.port import Request

READINGS: Mapping[str, Callable[[Sequence[Request], Day, Rules], Answers]] = {
    "account": account,
    "bill": bill,
    "charges": charges,
    "history": history,
    "payments": payments,
    "usage": usage,
    "points": points,
    "holdings": holdings,
    "profile": profile,
    "number": number,
    "short_number": short_number,
}
