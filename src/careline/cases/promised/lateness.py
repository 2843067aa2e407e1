"""What the sweep found late, as letters and alarms need to know it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """A promise that is late, with what letters and alarms need to know of its case."""

    case: int
    what: str
    calendar: str
    minutes: int
    docket: str  # "" when it is not owed any more
    owner: str
    state: str
    msisdn: str
    language: str
    link: str
    department: str  # that owes it; "" none does
