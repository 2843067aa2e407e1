"""What states and steps of payments are called on staff pages."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

STATES: Mapping[str, Promise] = {
    "begun": lazy("begun"),
    "redirected": lazy("waits for the customer"),
    "authorised": lazy("set aside"),
    "captured": lazy("taken"),
    "partly_given_back": lazy("partly given back"),
    "given_back": lazy("given back"),
    "failed": lazy("not paid"),
    "cancelled": lazy("cancelled"),
    "expired": lazy("nobody paid in time"),
}
TONES: Mapping[str, str] = {
    "begun": "note",
    "redirected": "note",
    "authorised": "note",
    "captured": "good",
    "partly_given_back": "warning",
    "given_back": "warning",
    "failed": "",
    "cancelled": "",
    "expired": "",
}
HOWS: Mapping[str, Promise] = {
    "provider": lazy("online"),
    "balance": lazy("from the account"),
    "credit": lazy("on credit"),
    "arrival": lazy("on arrival"),
}
PURPOSES: Mapping[str, Promise] = {"top_up": lazy("top-up"), "order": lazy("order of goods"), "bill": lazy("bill")}
WHATS: Mapping[str, Promise] = {
    "open": lazy("page at the provider"),
    "rate": lazy("credit asked for"),
    "capture": lazy("taken at the provider"),
    "charge": lazy("taken from the account"),
    "void": lazy("let go at the provider"),
    "credit": lazy("put into the account"),
    "collect": lazy("due with the bill"),
    "give_back": lazy("given back"),
}
STEP_STATES: Mapping[str, Promise] = {
    "waiting": lazy("waits for a second person"),
    "asking": lazy("being asked"),
    "unknown": lazy("asked, not heard"),
    "done": lazy("done"),
    "refused": lazy("refused"),
}


def refusal(code: str) -> str:
    """Why a deed on a payment was refused."""
    said = {
        "bad_amount": _("That is not an amount."),
        "no_reason": _("Say why."),
        "not_taken": _("Nothing was taken, so nothing can be given back."),
        "too_much": _("That is more than is left of it."),
        "credited": _("It is in the account already: that is a matter of refunds."),
        "same_person": _("Somebody else must approve it."),
        "not_waiting": _("It does not wait for anybody."),
    }
    return said.get(code, _("That was not possible."))
