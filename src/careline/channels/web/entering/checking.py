"""Is this the service password? Asked through the hall, as calls ask it, so the carrier's own lock counts the wrong ones."""

from dataclasses import dataclass
from datetime import datetime

from careline.channels.portal import knocking
from careline.channels.web import pages
from careline.hall import window
from careline.hall.turn import Served
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn
from careline.values.outcome import Outcome
from careline.values.reference import new_reference

DEVICE_MAX, ADDRESS_MAX = 5, 30  # wrong ones within knocking.WITHIN: one person, and a household or an office


@dataclass(frozen=True, slots=True)
class Checked:
    """`said`: right, wrong, locked, none (there is no password), slow (tried too often from here), away (nobody knows)."""

    said: str
    tries_left: int | None = None
    locked_until: datetime | None = None


def check(msisdn: Msisdn, password: str, *, address: str, device: str, now: datetime) -> Checked:
    """Whether this is the number's password. The try is counted before it is looked at: many at once are no more tries."""
    doors = ((f"password of {device}"[:64], DEVICE_MAX), (f"password at {address}"[:64], ADDRESS_MAX))
    counts = [(knocking.wrong(door, now), most) for door, most in doors]
    if any(count > most for count, most in counts):
        return Checked("slow")
    served = window.pick(
        pages.reception(), msisdn, new_reference()[0], now, service="password", verb="status",
        values={"password": password},
    )  # fmt: skip
    checked = _checked(served)
    if checked.said in ("right", "away"):
        for door, _ in doors:
            knocking.forgive(door)
    return checked


def _checked(served: Served) -> Checked:
    if served.outcome is Outcome.DONE:
        return Checked("right")
    if served.recorded and served.outcome is None:  # the hall knows no such line
        return Checked("wrong")
    said = _SAID.get(served.cause, "away") if served.cause else "away"
    return Checked(said, served.facts.get("tries_left"), served.facts.get("locked_until"))


_SAID = {
    Cause.WRONG_PASSWORD: "wrong",
    Cause.TOO_MANY_TRIES: "locked",
    Cause.NOT_ON: "none",
    Cause.NOT_FOUND: "none",
    Cause.NOT_ELIGIBLE: "none",
}
