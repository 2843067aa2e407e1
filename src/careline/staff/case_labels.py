"""The words for ids of cases and refunds: states, promises, deeds, refusals."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Label = str | Promise

STATES: dict[str, Label] = {
    "accepted": pgettext_lazy("case", "accepted"),
    "analysing": pgettext_lazy("case", "being analysed"),
    "on_site": pgettext_lazy("case", "being solved on the spot"),
    "recorded": pgettext_lazy("case", "recorded, a time is promised"),
    "support": pgettext_lazy("case", "with a department"),
    "plan": pgettext_lazy("case", "a plan is there"),
    "replied": pgettext_lazy("case", "replied"),
    "confirming": pgettext_lazy("case", "waits for the customer's word"),
    "archived": pgettext_lazy("case", "archived"),
    "closed": pgettext_lazy("case", "closed"),
}
NEXT: dict[str, Label] = {  # what comes next, for whoever is asked “and now?”
    "accepted": _("Listen, find out what it is, and classify it."),
    "analysing": _("Solve it now if that is possible; else record it with a time at which the customer hears from us."),
    "on_site": _("Write down how it was solved."),
    "recorded": _("Ask a department for help, or decide on a plan."),
    "support": _("A department owes a plan. Urge it when time runs out; the customer stays yours."),
    "plan": _("Tell the customer the result. If the plan does not serve, ask again or look again."),
    "replied": _("The customer is asked whether this is settled."),
    "confirming": _("Write down what the customer says. Satisfied: archive. Not satisfied: another round."),
    "archived": _("Close it; the customer may rate it."),
    "closed": _("Nothing is owed. A new contact of the customer opens it again."),
}
KINDS: dict[str, Label] = {
    "complaint": pgettext_lazy("case", "complaint"),
    "enquiry": pgettext_lazy("case", "enquiry"),
    "suggestion": pgettext_lazy("case", "suggestion"),
}
SEVERITIES: dict[str, Label] = {
    "minor": pgettext_lazy("case", "minor"),
    "normal": pgettext_lazy("case", "normal"),
    "major": pgettext_lazy("case", "major"),
}
BLAMES: dict[str, Label] = {
    "company": _("our own fault: apologise and correct it at once"),
    "partner": _("a partner's fault"),
    "misunderstanding": _("a misunderstanding: explain it patiently"),
    "unreasonable": _("cannot be met: ask the manager, offer something else"),
}
LEVELS: dict[str, Label] = {
    "1": pgettext_lazy("level", "clerk"),
    "2": pgettext_lazy("level", "duty manager"),
    "3": pgettext_lazy("level", "hall manager"),
    "4": pgettext_lazy("level", "company"),
}
CHANNELS: dict[str, Label] = {
    "sms": pgettext_lazy("channel", "SMS"),
    "voice": pgettext_lazy("channel", "call"),
    "calls": pgettext_lazy("channel", "call"),
    "ussd": pgettext_lazy("channel", "dial menu"),
    "web": pgettext_lazy("channel", "web"),
    "hall": pgettext_lazy("channel", "service hall"),
    "hotline": pgettext_lazy("channel", "hotline"),
    "staff": pgettext_lazy("channel", "staff"),
    "api": pgettext_lazy("channel", "other system"),
    "tmf": pgettext_lazy("channel", "other system"),
    "phone": pgettext_lazy("channel", "handset"),
    "": pgettext_lazy("channel", "not known"),
}
PROMISES: dict[str, Label] = {
    "first_reply": pgettext_lazy("promise", "first reply (48 hours)"),
    "progress": pgettext_lazy("promise", "news of the progress"),
    "department": pgettext_lazy("promise", "plan of the department"),
    "solution": pgettext_lazy("promise", "solution"),
    "contact": pgettext_lazy("promise", "contact at the agreed time"),
    "refund": pgettext_lazy("promise", "refund"),
    "regulator": pgettext_lazy("promise", "regulator (15 days)"),
}
CLOCKS: dict[str, Label] = {
    "open": pgettext_lazy("promise", "open"),
    "paused": pgettext_lazy("promise", "paused"),
    "warned": pgettext_lazy("promise", "soon due"),
    "broken": pgettext_lazy("promise", "late"),
    "kept": pgettext_lazy("promise", "kept"),
    "cancelled": pgettext_lazy("promise", "cancelled"),
}
CALENDARS: dict[str, Label] = {
    "always": _("day and night"),
    "office": _("office hours"),
    "hotline": _("hotline hours"),
}
REFUSALS: dict[str, Label] = {  # by the code of cases.states.NotAllowed
    "way": _("That is not possible in the present state of the case. The steps that are possible stand below."),
    "closed": _("The case is archived or closed, and read-only."),
    "unanalysed": _("First say what it is: category, cause and severity."),
    "no_reason": _("Say why."),
    "no_time": _("Say when the customer will hear from us."),
    "past_time": _("That time has passed already."),
    "too_long": _("That is later than the promise to the customer allows, or the text is too long."),
    "not_owner": _("The case belongs to somebody else. Only its owner, or a manager, does this."),
    "not_manager": _("Only a manager does this."),
    "same_person": _("It must be somebody else than the one who has it, or asked for it."),
    "no_such_person": _("Nobody of that name works here."),
    "no_department": _("Choose the department."),
    "no_plan": _("Write the plan."),
    "no_summary": _("Write a summary, so that the next one who meets this knows what helped."),
    "unverified": _("The charge has not been verified yet: verify first, then refund."),
    "moved": _("Somebody else changed the case while you were writing. What you wrote is kept below: read what is new, "
               "and send it again if it still holds."),
    "no_words": _("Write what is to be said."),
    "answered": _("That has been answered already."),
    "no_such_case": _("There is no such case."),
    "no_such_category": _("Choose the category."),
    "no_such_severity": _("Choose how grave it is."),
    "no_such_blame": _("Choose whose fault it was from the list."),
    "no_such_kind": _("Choose the kind."),
    "no_such_offer": _("There is no such offer."),
    "no_such_task": _("There is no such task."),
    "no_key": _("The form was sent without its key. Open it anew."),
    "above_limit": _("That is more than you may offer. A manager may offer more."),
    "asked": _("That department has been asked already and has not answered yet."),
    "bad_rating": _("A rating is 1 to 5."),
    "rated": _("That has been rated already."),
    "not_customer": _("Only the customer rates."),
    "limits_untold": _("Tell the customer openly what the company cannot do, and say here that you did."),
    "open_elsewhere": _("The customer has a newer open case of the same matter: go on there."),
    "page": _("That page of the list does not exist."),
    "purpose": _("That cannot be kept as a draft."),
    "too_short": _("Search for words of at least two characters."),
    "top_level": _("The case is on the highest level already."),
    "unanswered": _("That has not been answered yet."),
    "unsatisfied": _("The customer has not said that it is settled: ask first."),
    "not_running": _("That promise is late already, or not open."),
    "not_paused": _("That promise is not paused."),
}  # fmt: skip
MISSING: dict[str, Label] = {
    "category": _("the category"),
    "cause": _("the cause"),
    "severity": _("the severity"),
    "answers": _("answers to the category's questions"),
}
DID: dict[str, Label] = {  # by Event.did
    "accepted": pgettext_lazy("event", "Accepted"),
    "joined": pgettext_lazy("event", "The customer contacted us again"),
    "analysed": pgettext_lazy("event", "Analysed"),
    "solved": pgettext_lazy("event", "Solved on the spot"),
    "recorded": pgettext_lazy("event", "Recorded, with a time promised"),
    "asked": pgettext_lazy("event", "A department was asked"),
    "planned": pgettext_lazy("event", "The plan was decided"),
    "offered": pgettext_lazy("event", "An offer was made"),
    "offer_accepted": pgettext_lazy("event", "The customer took the offer"),
    "offer_declined": pgettext_lazy("event", "The customer declined the offer"),
    "replied": pgettext_lazy("event", "The customer was told the result"),
    "satisfied": pgettext_lazy("event", "The customer is satisfied"),
    "unsatisfied": pgettext_lazy("event", "The customer is not satisfied"),
    "archived": pgettext_lazy("event", "Archived"),
    "closed": pgettext_lazy("event", "Closed"),
    "reopened": pgettext_lazy("event", "Opened again"),
    "rated": pgettext_lazy("event", "The customer rated it"),
    "taken": pgettext_lazy("event", "Taken up"),
    "handed_over": pgettext_lazy("event", "Handed over"),
    "escalated": pgettext_lazy("event", "Brought to the next level"),
    "reported": pgettext_lazy("event", "Reported as major"),
    "urged": pgettext_lazy("event", "Urged"),
    "progress": pgettext_lazy("event", "The customer was told the progress"),
    "parked": pgettext_lazy("event", "Parked: a time to contact the customer was agreed"),
    "advised": pgettext_lazy("event", "The department gave its plan"),
    "acknowledged": pgettext_lazy("event", "The department took note of the report"),
    "questioned": pgettext_lazy("event", "The customer was asked: satisfied?"),
    "reconsidered": pgettext_lazy("event", "The plan does not serve; looked at again"),
    "task_urged": pgettext_lazy("event", "The department was urged"),
    "task_rated": pgettext_lazy("event", "The customer judged the department's work"),
    "silence_told": pgettext_lazy("event", "The customer was reminded to answer"),
    "filed": pgettext_lazy("event", "Filed without the customer's answer"),
    "noted": pgettext_lazy("event", "Internal note"),
    "warned": pgettext_lazy("event", "A promise is soon due"),
    "late": pgettext_lazy("event", "A promise was broken"),
    "paused": pgettext_lazy("event", "A promise was paused"),
    "resumed": pgettext_lazy("event", "A promise runs again"),
    "bound": pgettext_lazy("event", "Bound to a common fault"),
    "unbound": pgettext_lazy("event", "Taken out of a common fault"),
    "news": pgettext_lazy("event", "News of the fault"),
    "refund_requested": pgettext_lazy("event", "A refund was asked for"),
    "refund_verified": pgettext_lazy("event", "The charge was verified"),
    "refund_approved": pgettext_lazy("event", "The refund was approved"),
    "refund_declined": pgettext_lazy("event", "The refund was declined"),
    "refunded": pgettext_lazy("event", "Refunded"),
}
ROLES: dict[str, Label] = {
    "consultant": _("consultant"),
    "clerk": _("clerk"),
    "handler": _("complaint handler"),
    "duty_manager": _("duty manager"),
    "hall_manager": _("hall manager"),
    "verifier": _("billing verifier"),
    "support": _("support department"),
}
GATES: dict[str, Label] = {
    "see_subscriber": _("look at a customer's record"),
    "take_cases": _("accept and see cases"),
    "handle_cases": _("handle cases"),
    "manage_cases": _("manage cases"),
    "support_cases": _("answer for a department"),
    "verify_refunds": _("verify charges"),
    "approve_refunds": _("approve refunds"),
    "waive_fees": _("waive fees"),
    "export_evidence": _("export evidence"),
    "report_cases": _("see reports on cases"),
    "manage_staff": _("manage staff"),
}
RECORDS: dict[str, Label] = {
    "case": pgettext_lazy("record", "case"),
    "refund": pgettext_lazy("record", "refund"),
    "waiver": pgettext_lazy("record", "waiver"),
    "fault": pgettext_lazy("record", "fault"),
    "task": pgettext_lazy("record", "task"),
    "improvement": pgettext_lazy("record", "improvement"),
}
IMPROVEMENTS: dict[str, Label] = {
    "open": pgettext_lazy("improvement", "open"),
    "doing": pgettext_lazy("improvement", "in hand"),
    "done": pgettext_lazy("improvement", "done"),
    "declined": pgettext_lazy("improvement", "declined"),
}
DEEDS: dict[str, Label] = {f"case_{did}": words for did, words in DID.items()}
ALL: dict[str, dict[str, Label]] = {
    "case_state": STATES,
    "case_next": NEXT,
    "case_kind": KINDS,
    "case_severity": SEVERITIES,
    "blame": BLAMES,
    "level": LEVELS,
    "case_channel": CHANNELS,
    "promise": PROMISES,
    "clock": CLOCKS,
    "calendar": CALENDARS,
    "did": DID,
    "improvement": IMPROVEMENTS,
}


def refusal(code: str) -> str:
    """The sentence for a refused deed, in the language of the page."""
    return str(REFUSALS.get(code, code))
