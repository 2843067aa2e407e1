"""How staff pages name what offers, leavings and kept numbers are made of."""

from django.utils.translation import gettext_lazy as _

KINDS = {"recommendation": _("Recommendation"), "promotion": _("Promotion"), "retention": _("For those who leave")}
ANSWERS = {
    "": _("no answer"),
    "accepted": _("taken"),
    "later": _("not now"),
    "never": _("never"),
    "talked": _("talked about"),
}
BARRED = {
    "complaint_page": _("This is about a complaint: nothing is recommended here."),
    "never": _("The customer does not want any suggestions."),
    "open_case": _("A complaint is open: settle it first, recommend nothing."),
    "open_refund": _("A refund is open: settle it first, recommend nothing."),
    "in_doubt": _("Something that the customer ordered is still in doubt."),
    "failed": _("Something failed for this customer today: mend it first."),
    "too_often": _("The customer was shown enough lately."),
}
STATES = {
    "asked": _("Wants to leave"),
    "closing": _("Being arranged"),
    "agreed": _("Leaving is agreed"),
    "reopening": _("Coming back"),
    "stayed": _("Stayed"),
    "undecided": _("Undecided"),
    "withdrawn": _("Taken back"),
    "left": _("Left"),
    "returned": _("Came back"),
    "refused": _("Refused by the carrier"),
}
REASONS = {
    "price": _("Costs too much"),
    "coverage": _("Poor network"),
    "service": _("Not satisfied with the service"),
    "unused": _("Hardly used"),
    "other_carrier": _("Another carrier"),
    "moving": _("Moving away"),
    "charges": _("Charges not understood"),
    "other": _("Something else"),
}
STEPS = {
    **STATES,
    "asked": _("Asked to leave"),
    "closing": _("The carrier was asked"),
    "reopening": _("Taken back; the carrier was asked"),
    "paid_out": _("Paid out"),
    "lapsed": _("Confirmed, but our system was interrupted: nothing was done"),
    "not_reopened": _("The carrier refused to take it back"),
    "too_late": _("The number is not kept any more"),
}
RESULTS = {"kept": _("Kept the service"), "bought": _("Took a fitting one"), "thanked": _("Said thank you")}
WAYS = {"call": _("Call"), "sms": _("SMS"), "counter": _("Counter"), "other": _("Otherwise")}
KEPT_FOR = {"debt": _("Debt"), "left": _("Gave it up")}
REFUSALS = {
    "no_such_offer": _("There is no such offer."),
    "no_reason": _("Say why."),
    "paused": _("It is paused already."),
    "not_paused": _("It is not paused."),
    "no_such_leaving": _("There is no such leaving."),
    "not_asked": _("This leaving has gone on meanwhile."),
    "not_agreed": _("Nothing is agreed that could be taken back."),
    "under_way": _("It is being arranged; look again in a moment."),
    "bad_day": _("That day cannot be chosen."),
    "too_late": _("The number is not kept any more."),
    "not_left": _("There is nothing to pay out."),
    "paid_out": _("It was paid out already."),
    "no_document": _("Look at the owner's ID first."),
    "debt": _("There is a debt: it has to be paid first."),
    "answered": _("That talk has ended already."),
    "no_such_showing": _("There is no such recommendation."),
}
CARD = (_("For whom"), _("Advantage"), _("Price"), _("How to start"), _("Leaflet"))
