"""The words for ids of refunds: kinds of error, states, rules, what records propose, refusals."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from careline.staff.case_labels import Label

KINDS: dict[str, Label] = {
    "": _("no error: an honest charge"),
    "cdr": _("wrong, ultra-short or ultra-long call record"),
    "announcement": _("an announcement that should be free"),
    "border_roaming": _("roaming fee near the border"),
    "not_as_agreed": _("not as agreed on the form"),
    "information_fee": _("information fee collected too much"),
    "other": _("another error"),
    "waiver": _("waived"),
    "unverified": _("not verified yet"),
}
STATES: dict[str, Label] = {
    "requested": pgettext_lazy("refund", "to be verified"),
    "decided": pgettext_lazy("refund", "waits for a second person"),
    "approved": pgettext_lazy("refund", "may be paid"),
    "crediting": pgettext_lazy("refund", "being paid"),
    "unknown": pgettext_lazy("refund", "unknown: the carrier has not answered"),
    "credited": pgettext_lazy("refund", "paid"),
    "explained": pgettext_lazy("refund", "no error: explained"),
    "kept": pgettext_lazy("refund", "paid first, no error found: kept"),
    "refused": pgettext_lazy("refund", "refused"),
}
TONES = {"requested": "warning", "decided": "warning", "approved": "note", "crediting": "note", "unknown": "error",
         "credited": "good", "refused": "plain", "explained": "plain", "kept": "plain"}  # fmt: skip
RULES: dict[str, Label] = {
    "double_difference": _("Twice the difference between what was charged and what was due: one of the five kinds."),
    "single_difference": _("The difference once: an error outside the five kinds."),
    "positive_difference_only": _("Nothing was charged too much; what was charged too little is not charged afterwards."),
    "no_error": _("The charge is right: it is explained, and nothing is returned."),
    "verify_first": _("Verify first, then refund."),
    "one_refund_for_a_charge": _("This charge has had its refund: one refund for a charge."),
    "given_back": _("Its money came back by another way, as when an order was cancelled."),
    "no_more_than_the_rule": _("More was asked for than the rule gives; nothing above it is paid."),
    "refund_first": _("A small charge of a third party: returned once at once, verified afterwards."),
    "waiver": _("Waived from a service point of view."),
    "": _("not decided yet"),
}  # fmt: skip
WHYS: dict[str, Label] = {
    "nothing_charged": _("nothing was charged"),
    "no_subscription": _("no subscription is on record"),
    "more_than_subscribed": _("more than the subscribed fee"),
    "more_than_agreed": _("more than the agreed fee"),
    "never_ordered": _("it was never ordered"),
    "ordered_by_another": _("another line ordered it for this one"),
    "as_agreed": _("as agreed"),
    "as_recorded": _("as recorded"),
    "announcement": _("an announcement, which is free"),
    "recorded_twice": _("the same call was recorded twice"),
    "border_cell": _("a cell beyond the border was used from home"),
    "ultra_short": _("an ultra-short call"),
    "ultra_long": _("an ultra-long call"),
}
CHARGES: dict[str, Label] = {
    "call": pgettext_lazy("charge", "call"),
    "usage": pgettext_lazy("charge", "usage"),
    "plan": pgettext_lazy("charge", "plan"),
    "subscription": pgettext_lazy("charge", "subscription"),
    "information": pgettext_lazy("charge", "information service"),
}
WAYS: dict[str, Label] = {
    "top_up": pgettext_lazy("refund", "top-up"),
    "cash": pgettext_lazy("refund", "cash"),
    "whole": pgettext_lazy("refund", "the whole"),
    "first": pgettext_lazy("refund", "first, at once"),
    "rest": pgettext_lazy("refund", "the rest"),
}
ORDERERS: dict[str, Label] = {  # who ordered a product, by the kind before the colon
    "subscriber": pgettext_lazy("order", "the customer"),
    "agent": pgettext_lazy("order", "staff"),
    "line": pgettext_lazy("order", "another line"),
    "system": pgettext_lazy("order", "the system"),
    "provider": pgettext_lazy("order", "the provider"),
}
WAIVERS: dict[str, Label] = {
    "granted": pgettext_lazy("waiver", "granted"),
    "waiting": pgettext_lazy("waiver", "waits for a second person"),
    "denied": pgettext_lazy("waiver", "denied"),
}
VERDICTS: dict[str, Label] = {
    "granted": _("within the limit of the role"),
    "needs_approval": _("above the limit, or against an earlier no"),
    "above_charge": _("more than was charged"),
    "window_full": _("as much as policy allows was waived for this customer already"),
}
REFUSALS: dict[str, Label] = {  # by the code of refunds.states.Refusal
    "no_such_refund": _("There is no such refund."),
    "already_refunded": _("This charge has had its refund already: never twice."),
    "given_back": _("The money of this charge came back with its order already: it is not refunded again."),
    "under_way": _("Somebody has begun a refund of this charge already."),
    "key_used": _("That form was used for something else. Open it anew."),
    "other_charge": _("The record at the carrier is another one now. Look again."),
    "not_requested": _("It has been verified already."),
    "not_decided": _("It does not wait for a second person."),
    "not_approved": _("It may not be paid yet: first verified, then approved."),
    "same_person": _("Somebody else must approve what you asked for or verified."),
    "own_request": _("You asked for it, so somebody else must verify it before money is paid."),
    "no_reason": _("Say why. Seeing it otherwise than the records, cash, a waiver and a no each need a reason."),
    "no_name": _("Say who handed the cash out."),
    "bad_amount": _("Write an amount above nothing."),
    "not_first": _("Policy does not have this refunded before it is verified."),
    "no_limit": _("That is more than you may waive."),
    "not_waiting": _("It does not wait for an answer any more."),
    "no_such_charge": _("The carrier knows no such charge."),
    "carrier": _("The carrier does not answer at the moment. Nothing was changed; try again."),
}
DEEDS: dict[str, Label] = {
    "pause": pgettext_lazy("deed", "paused"),
    "resume": pgettext_lazy("deed", "showed again"),
    "refund_asked": pgettext_lazy("deed", "asked for a refund"),
    "refund_asked_again": pgettext_lazy("deed", "asked for a refund again"),
    "refund_verified": pgettext_lazy("deed", "verified a charge"),
    "refund_approved": pgettext_lazy("deed", "approved a refund"),
    "refund_turned_down": pgettext_lazy("deed", "turned a refund down"),
    "refund_paying": pgettext_lazy("deed", "began to pay a refund"),
    "refund_credited": pgettext_lazy("deed", "paid a refund"),
    "refund_not_credited": pgettext_lazy("deed", "could not pay a refund"),
    "refund_waived": pgettext_lazy("deed", "waived a fee"),
    "waiver_asked": pgettext_lazy("deed", "asked for a waiver"),
    "waiver_approved": pgettext_lazy("deed", "approved a waiver"),
    "waiver_turned_down": pgettext_lazy("deed", "turned a waiver down"),
}
ALL: dict[str, dict[str, Label]] = {
    "error_kind": KINDS,
    "refund_state": STATES,
    "refund_rule": RULES,
    "refund_why": WHYS,
    "charge": CHARGES,
    "refund_way": WAYS,
    "waiver": WAIVERS,
    "waiver_verdict": VERDICTS,
}


def refusal(code: str) -> str:
    """The sentence for a refused deed, in the language of the page."""
    return str(REFUSALS.get(code, code))
