"""How the states of a case and of a letter read in TM Forum's words: one table each."""

from collections.abc import Mapping

from careline.cases.states import Severity, State

# TMF621: acknowledged, rejected, pending, held, inProgress, cancelled, closed, resolved.
TICKET: Mapping[State, str] = {
    State.ACCEPTED: "acknowledged",
    State.ANALYSING: "inProgress",
    State.ON_SITE: "inProgress",
    State.RECORDED: "inProgress",
    State.SUPPORT: "held",  # a department owes us a plan
    State.PLAN: "inProgress",
    State.REPLIED: "resolved",
    State.CONFIRMING: "resolved",  # the customer was asked: satisfied?
    State.ARCHIVED: "closed",
    State.CLOSED: "closed",
}
ACCEPTED = "closed"  # the customer said that the reply satisfies, and only filing it is left
PENDING = "pending"  # an open case whose promises stand still: something is awaited from the customer
# Never shown: cancelled and rejected. Nobody's complaint is refused, and a case is ended by satisfaction.

# What other systems call grave; anything else is normal.
SEVERITIES: Mapping[str, Severity] = {
    "critical": Severity.MAJOR,
    "major": Severity.MAJOR,
    "high": Severity.MAJOR,
    "1": Severity.MAJOR,
    "low": Severity.MINOR,
    "minor": Severity.MINOR,
    "4": Severity.MINOR,
}

# TMF681: initial, inProgress, completed, cancelled, failed.
MESSAGE: Mapping[str, str] = {
    "queued": "inProgress",
    "sent": "inProgress",  # the gateway has it, the customer not yet
    "delivered": "completed",
    "answered": "completed",
    "failed": "failed",
}


def severity(written: str) -> Severity:
    return SEVERITIES.get(written.strip().lower(), Severity.NORMAL)


def ticket_case(state: str) -> str:
    """The SQL expression that says the ticket's status from the expression of a case's state."""
    branches = " ".join(f"WHEN '{origin.value}' THEN '{status}'" for origin, status in TICKET.items())
    return f"CASE {state} {branches} END"


def message_case(state: str) -> str:
    branches = " ".join(f"WHEN '{origin}' THEN '{status}'" for origin, status in MESSAGE.items())
    return f"CASE {state} {branches} END"
