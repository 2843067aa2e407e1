"""How an attempt ends: five ends, never mixed."""

from enum import StrEnum


class Outcome(StrEnum):
    DONE = "done"
    REFUSED = "refused"  # the carrier or a rule rightly said no: the business working, not a failure
    FAILED = "failed"  # nothing happened, and it should have
    UNKNOWN = "unknown"  # asked, never heard: asked about again, never guessed
    ABANDONED = "abandoned"  # the customer left or said no
