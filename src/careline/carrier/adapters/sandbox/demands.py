"""What every deed demands first of its line and its figures; each raises Refused."""

from careline.carrier.adapters.sandbox.line import Line
from careline.carrier.adapters.sandbox.rules import AMOUNT_MAX, Refused
from careline.values.cause import Cause


def must_exist(line: Line) -> None:
    if line.status == "released":
        raise Refused(Cause.NOT_FOUND)


def must_be_active(line: Line) -> None:
    must_exist(line)
    if line.status == "suspended":
        raise Refused(Cause.SUSPENDED, debt=max(0, -line.basic))
    if line.status == "inactive":
        raise Refused(Cause.NOT_ELIGIBLE, status="inactive")


def amount_of(value: object, least: int = 1) -> int:
    """A sane number of fen; text that is one is taken too (settings travel as text)."""
    try:
        amount = int(value) if isinstance(value, int | str) else -1
    except ValueError:
        amount = -1
    if not least <= amount <= AMOUNT_MAX:
        raise Refused(Cause.WRONG_PARAMETER)
    return amount
