"""The states of a payment and of its steps, the ways between them, and the refusals of what is asked."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class State(StrEnum):
    BEGUN = "begun"  # written down; nobody outside has answered yet
    REDIRECTED = "redirected"  # the provider waits for the customer
    AUTHORISED = "authorised"  # promised or held, to be taken later
    CAPTURED = "captured"  # taken
    PARTLY_GIVEN_BACK = "partly_given_back"
    GIVEN_BACK = "given_back"
    FAILED = "failed"  # whoever was to pay said no
    CANCELLED = "cancelled"  # before it was taken
    EXPIRED = "expired"  # nobody paid in time


WAYS: Mapping[State, frozenset[State]] = MappingProxyType(
    {
        State.BEGUN: frozenset(
            {
                *(State.REDIRECTED, State.AUTHORISED, State.CAPTURED),
                *(State.FAILED, State.CANCELLED, State.EXPIRED),
            }
        ),
        State.REDIRECTED: frozenset({State.AUTHORISED, State.CAPTURED, State.FAILED, State.CANCELLED, State.EXPIRED}),
        State.AUTHORISED: frozenset({State.CAPTURED, State.FAILED, State.CANCELLED}),
        State.CAPTURED: frozenset({State.PARTLY_GIVEN_BACK, State.GIVEN_BACK}),
        State.PARTLY_GIVEN_BACK: frozenset({State.PARTLY_GIVEN_BACK, State.GIVEN_BACK}),
        State.GIVEN_BACK: frozenset(),
        # Money that arrives after one of these is given back, and the state stays.
        State.FAILED: frozenset(),
        State.CANCELLED: frozenset(),
        State.EXPIRED: frozenset(),
    }
)
WAITING = frozenset({State.BEGUN, State.REDIRECTED})  # for the customer or the provider
TAKEN = frozenset({State.CAPTURED, State.PARTLY_GIVEN_BACK})  # money may be given back
OVER = frozenset({State.FAILED, State.CANCELLED, State.EXPIRED})  # nothing is to be taken any more


class Purpose(StrEnum):
    TOP_UP = "top_up"  # after it is taken the carrier credits it
    ORDER = "order"  # of goods; orders hear of it
    BILL = "bill"  # what is owed: credited as a top-up, which clears a debt first


class How(StrEnum):
    PROVIDER = "provider"  # online, at a payment provider
    BALANCE = "balance"  # from the basic account
    CREDIT = "credit"  # later, with the next bill
    ARRIVAL = "arrival"  # to the courier


class What(StrEnum):
    """What a step asks of somebody outside."""

    OPEN = "open"  # the provider's page
    RATE = "rate"  # the carrier: how much credit there is
    CAPTURE = "capture"  # the provider: take what is held
    CHARGE = "charge"  # the carrier: take it from the basic account
    VOID = "void"  # the provider: let go of what is held, take nothing any more
    CREDIT = "credit"  # the carrier: put it into the account
    COLLECT = "collect"  # the carrier: what was bought on credit, when it is due
    GIVE_BACK = "give_back"  # the provider, or the carrier where it came from the account


class StepState(StrEnum):
    WAITING = "waiting"  # for a second person
    ASKING = "asking"
    UNKNOWN = "unknown"  # asked and never heard
    DONE = "done"
    REFUSED = "refused"


class Refusal(Exception):
    """What was asked is refused; the message is a code that pages and interfaces have words for.

    bad_amount, no_such_payment, key_used, not_authorised, under_way, already_taken, not_taken, too_much, credited, refunded, not_on_credit,
    no_reason, same_person, not_waiting, too_many_today, too_much_today, no_provider, price_changed.
    """

    @property
    def code(self) -> str:
        return str(self.args[0])


def allowed(old: State, new: State) -> bool:
    """Whether a payment may go from one state to the other."""
    return new in WAYS[old]
