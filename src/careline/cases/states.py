"""The states of a case and the only ways between them; what is not listed is refused."""

from collections.abc import Mapping
from enum import StrEnum


class Kind(StrEnum):
    COMPLAINT = "complaint"
    ENQUIRY = "enquiry"
    SUGGESTION = "suggestion"


class Severity(StrEnum):
    MINOR = "minor"
    NORMAL = "normal"
    MAJOR = "major"  # reported upward at once, while the handling goes on


class Blame(StrEnum):
    """Whose fault it was, once the facts are clear. An apology for the trouble is not an admission, and is kept apart."""

    COMPANY = "company"
    PARTNER = "partner"
    MISUNDERSTANDING = "misunderstanding"
    UNREASONABLE = "unreasonable"


class State(StrEnum):
    ACCEPTED = "accepted"
    ANALYSING = "analysing"
    ON_SITE = "on_site"  # it can be solved by whoever was asked
    RECORDED = "recorded"  # it cannot be solved at once: a time was promised
    SUPPORT = "support"  # a department owes a plan; the owner stays the owner
    PLAN = "plan"
    REPLIED = "replied"
    CONFIRMING = "confirming"  # the customer was asked: satisfied?
    ARCHIVED = "archived"  # read-only from here
    CLOSED = "closed"


WAYS: Mapping[State, frozenset[State]] = {
    State.ACCEPTED: frozenset({State.ANALYSING}),
    State.ANALYSING: frozenset({State.ON_SITE, State.RECORDED}),
    State.ON_SITE: frozenset({State.PLAN}),
    State.RECORDED: frozenset({State.SUPPORT, State.PLAN}),
    State.SUPPORT: frozenset({State.PLAN}),
    State.PLAN: frozenset({State.REPLIED, State.SUPPORT, State.ANALYSING}),
    State.REPLIED: frozenset({State.CONFIRMING}),
    State.CONFIRMING: frozenset({State.ARCHIVED, State.ANALYSING}),  # not satisfied: another round
    State.ARCHIVED: frozenset({State.CLOSED}),
    State.CLOSED: frozenset({State.ANALYSING}),  # reopened by a new contact of the customer
}
OPEN = frozenset(State) - {State.ARCHIVED, State.CLOSED}


class NotAllowed(Exception):
    """The deed is refused; the message is a code that pages and channels have words for.

    way (no such transition), closed, unanalysed, no_reason, no_time, past_time, too_long, not_owner, not_manager,
    same_person, no_such_person, no_department, no_plan, no_summary, unverified, moved (somebody else changed it),
    no_such_case, no_such_kind, no_such_category, no_such_severity, no_such_blame, no_such_task, no_such_offer, no_key,
    no_words, asked, answered, unanswered, above_limit, limits_untold, unsatisfied, top_level, bad_rating, rated,
    not_customer, open_elsewhere, below_level, unsorted, no_such_question, no_such_answer,
    bad_name, taken, no_name, no_calendar, bad_minutes, bad_email.
    """

    @property
    def code(self) -> str:
        return str(self.args[0])


def check(origin: State, target: State) -> None:
    """Raises NotAllowed("way") for a transition that is not listed."""
    if target not in WAYS[origin]:
        raise NotAllowed("way", origin.value, target.value)
