"""The gates: every right that a member of staff can have, each checked on the server where the deed is done."""

from enum import StrEnum


class Gate(StrEnum):
    READ_CATALOGUE = "read_catalogue"
    EDIT_CATALOGUE = "edit_catalogue"  # draft, edit, submit for review
    REVIEW_CATALOGUE = "review_catalogue"  # approve or send back what somebody else wrote
    PUBLISH_CATALOGUE = "publish_catalogue"  # publish what was approved, roll back
    EXPLAIN = "explain"  # see how a customer's message was understood
    READ_JOURNAL = "read_journal"
    WATCH_DESK = "watch_desk"  # see calls, queue and seats, set seats, look at a caller's number
    SCREEN_CALLERS = "screen_callers"  # keep a number from the desk for a time, together with a second person


class Shut(PermissionError):
    """The person has no right to do this; the message names the gate."""

    def __init__(self, gate: Gate) -> None:
        super().__init__(gate.value)
        self.gate = gate
