"""The states of a refund, and the refusals of what is asked of it."""

from enum import StrEnum


class State(StrEnum):
    REQUESTED = "requested"  # not verified yet, whether or not it was refunded first
    DECIDED = "decided"  # verified, the rule gives money, a second person is still to look
    APPROVED = "approved"  # may be paid
    CREDITING = "crediting"  # written down; the carrier is being asked
    UNKNOWN = "unknown"  # asked, never heard: inquired until it is known
    CREDITED = "credited"
    EXPLAINED = "explained"  # no billing error
    KEPT = "kept"  # refunded first, and no error was found
    REFUSED = "refused"  # by a rule, or by the second person


DEAD = frozenset({State.EXPLAINED, State.REFUSED})  # nothing was paid: the charge may be asked about again
LIVE = frozenset(State) - DEAD


class How(StrEnum):
    TOP_UP = "top_up"
    CASH = "cash"


class Refusal(Exception):
    """What was asked is refused; the message is a code that pages and channels have words for.

    no_such_refund, already_refunded, under_way (somebody else has begun it), key_used, other_charge, not_requested,
    not_decided, not_approved, same_person, no_reason, no_name, bad_amount, not_first (with the verdict), no_limit,
    own_request, not_waiting, window_full, given_back (by another way, as when an order was cancelled).
    """

    @property
    def code(self) -> str:
        return str(self.args[0])
