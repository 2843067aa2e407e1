"""What is owed for one charge: exact fen, the same answer whoever asks and wherever. Pure.

A verified error of the five kinds returns twice the positive difference between what was charged and what was due; any
other verified error returns it once (docs/decisions/0010-refund-rules.md). Nothing here knows a channel or a person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class ErrorKind(StrEnum):
    CDR = "cdr"  # a wrong, ultra-short or ultra-long call detail record
    ANNOUNCEMENT = "announcement"  # an announcement that should be free
    BORDER_ROAMING = "border_roaming"  # at home, but billed as roaming by a cell across the border
    NOT_AS_AGREED = "not_as_agreed"  # other than the item or standard on the customer's business form
    INFORMATION_FEE = "information_fee"  # the part of an information service that was collected too much
    OTHER = "other"  # an error all the same, outside the five


DOUBLED = frozenset(ErrorKind) - {ErrorKind.OTHER}


class Verdict(StrEnum):
    REFUND = "refund"
    FIRST = "refund_first"  # once at once; verified later
    EXPLAINED = "explained"  # no billing error: explained, nothing owed
    KEPT = "kept"  # refunded first, no error found: nothing is taken back
    UNVERIFIED = "unverified"
    ALREADY_REFUNDED = "already_refunded"
    ABOVE_RULE = "above_rule"  # more was asked for than the rule gives
    TOO_LARGE = "too_large"  # for being refunded before it is verified
    TOO_OFTEN = "too_often"
    NOT_THIRD_PARTY = "not_third_party"

    @property
    def pays(self) -> bool:
        return self in (Verdict.REFUND, Verdict.FIRST)


@dataclass(frozen=True, slots=True)
class Limits:
    """What the carrier sets (packs/common/refunds.toml); amounts in fen."""

    second_person_above_fen: int = 5_000
    asker_verifies_up_to_fen: int = 0  # of what whoever asked finds due by themselves
    refund_first_up_to_fen: int = 2_000
    refund_first_times: int = 3  # within the policy's window of days


@dataclass(frozen=True, slots=True)
class Facts:
    """One charge as it was found. Amounts in fen; `kind` none: verified, and no error."""

    charged: int
    due: int
    kind: ErrorKind | None
    verified: bool
    refunded: bool = False  # this charge has had its refund, or has one under way
    paid_first: int = 0  # what was returned before it was verified
    asked: int | None = None  # the amount that somebody wants to return; none: whatever the rule gives
    given_back: int = 0  # what came back of it by another way, as when an order was cancelled


@dataclass(frozen=True, slots=True)
class Decision:
    """`amount` is what is still to be paid, `owed` all that the rule gives for this charge; fen."""

    verdict: Verdict
    rule: str
    amount: int = 0
    owed: int = 0
    needs_second_person: bool = False

    @property
    def explanation(self) -> str:
        """The key of the words that explain it."""
        return f"refund.why.{self.rule}"


def decide(facts: Facts, limits: Limits | None = None) -> Decision:
    """What is owed for one charge (REF-01, REF-04, REF-05, REF-06)."""
    limits = limits or Limits()
    if facts.refunded:
        return Decision(Verdict.ALREADY_REFUNDED, "one_refund_for_a_charge")
    if not facts.verified:
        return Decision(Verdict.UNVERIFIED, "verify_first")
    if facts.given_back >= facts.charged > 0:
        return Decision(Verdict.ALREADY_REFUNDED, "given_back")
    owed = owed_for(facts.charged - facts.given_back, facts.due, facts.kind)
    if not owed and facts.kind is not None and owed_for(facts.charged, facts.due, facts.kind):
        return Decision(Verdict.ALREADY_REFUNDED, "given_back")
    if not owed:
        rule = "no_error" if facts.kind is None else "positive_difference_only"
        return Decision(Verdict.KEPT if facts.paid_first else Verdict.EXPLAINED, rule)
    if facts.asked is not None and facts.asked > owed:
        return Decision(Verdict.ABOVE_RULE, "no_more_than_the_rule", owed=owed)
    wanted = owed if facts.asked is None else max(0, facts.asked)
    amount = max(0, wanted - facts.paid_first)
    rule = "double_difference" if facts.kind in DOUBLED else "single_difference"
    return Decision(Verdict.REFUND, rule, amount, owed, amount > limits.second_person_above_fen)


def decide_all(items: Sequence[Facts], limits: Limits | None = None) -> tuple[list[Decision], int]:
    """Each charge by itself, and the sum: what was charged too little here is not set off against too much there."""
    decisions = [decide(item, limits) for item in items]
    return decisions, sum(decision.amount for decision in decisions)


def decide_first(charged: int, *, third_party: bool, times: int, refunded: bool, limits: Limits) -> Decision:
    """Whether a disputed charge of a third party is returned once, at once, before it is verified.

    `times`: how often that was done for this customer within the window.
    """
    if refunded:
        return Decision(Verdict.ALREADY_REFUNDED, "one_refund_for_a_charge")
    if not third_party:
        return Decision(Verdict.NOT_THIRD_PARTY, "verify_first")
    if charged <= 0:
        return Decision(Verdict.EXPLAINED, "positive_difference_only")
    if charged > limits.refund_first_up_to_fen:
        return Decision(Verdict.TOO_LARGE, "verify_first")
    if times >= limits.refund_first_times:
        return Decision(Verdict.TOO_OFTEN, "verify_first")
    return Decision(Verdict.FIRST, "refund_first", charged, charged, charged > limits.second_person_above_fen)


def owed_for(charged: int, due: int, kind: ErrorKind | None) -> int:
    """Twice the positive difference for the five kinds, once for any other error, nothing without one."""
    difference = max(0, charged - due)
    if kind is None:
        return 0
    return 2 * difference if kind in DOUBLED else difference
