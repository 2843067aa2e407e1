"""The words for ids of cases and refunds: states, promises, deeds, refusals."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Label = str | Promise

LISTS: dict[str, tuple[Label, Label]] = {  # of the inbox: name, and what is in it
    "mine": (_("Mine"), _("Cases that you own, the next promise first.")),
    "unowned": (_("Nobody's"), _("Nobody has been asked yet: whoever takes one owns it to the end.")),
    "at_risk": (_("At risk"), _("A promise is soon due, or broken already.")),
    "escalated": (_("Escalated"), _("Brought to a higher level, or major.")),
    "all": (_("All open"), _("Every open case, the next promise first.")),
    "archive": (_("Archive"), _("What was settled, newest first: read-only, with its summaries.")),
}
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
    "fault_answered": pgettext_lazy("event", "Answered with the fault"),
    "refund_requested": pgettext_lazy("event", "A refund was asked for"),
    "refund_verified": pgettext_lazy("event", "The charge was verified"),
    "refund_approved": pgettext_lazy("event", "The refund was approved"),
    "refund_turned_down": pgettext_lazy("event", "The refund was turned down"),
    "refunded_first": pgettext_lazy("event", "Refunded first, to be verified"),
    "refund_stuck": pgettext_lazy("event", "The carrier did not take the refund"),
    "waived": pgettext_lazy("event", "A fee was waived"),
    "bill_explained": pgettext_lazy("event", "The bill was explained"),
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
AGES: dict[str, Label] = {  # of the backlog, in days
    "under 1": _("under 1 day"),
    "1 to 2": _("1 to 2 days"),
    "2 to 7": _("2 to 7 days"),
    "7 to 15": _("7 to 15 days"),
    "over 15": _("over 15 days"),
}
COLUMNS: dict[str, Label] = {  # of the tables of reports
    "channel": pgettext_lazy("column", "channel"),
    "complaints": pgettext_lazy("column", "complaints"),
    "contacts": pgettext_lazy("column", "contacts"),
    "per_thousand": pgettext_lazy("column", "of 1,000 contacts"),
    "department": pgettext_lazy("column", "department"),
    "asked": pgettext_lazy("column", "asked"),
    "answered": pgettext_lazy("column", "answered"),
    "late": pgettext_lazy("column", "late"),
    "open": pgettext_lazy("column", "open"),
    "overdue": pgettext_lazy("column", "overdue"),
    "urged": pgettext_lazy("column", "urged"),
    "rating": pgettext_lazy("column", "rating"),
    "promiser": pgettext_lazy("column", "who promised"),
    "due": pgettext_lazy("column", "fell due"),
    "kept": pgettext_lazy("column", "kept"),
    "broken": pgettext_lazy("column", "broken"),
    "missed": pgettext_lazy("column", "not in time"),
    "kept_share": pgettext_lazy("column", "% kept"),
    "days": pgettext_lazy("column", "age"),
    "cases": pgettext_lazy("column", "cases"),
    "category": pgettext_lazy("column", "category"),
    "blame": pgettext_lazy("column", "whose fault"),
    "major": pgettext_lazy("column", "major"),
    "unsatisfied": pgettext_lazy("column", "more than one round"),
    "causes": pgettext_lazy("column", "causes"),
    "items": pgettext_lazy("column", "improvements"),
    "items_open": pgettext_lazy("column", "of them open"),
    "share": pgettext_lazy("column", "% of all"),
}
IMPROVEMENTS: dict[str, Label] = {
    "open": pgettext_lazy("improvement", "open"),
    "doing": pgettext_lazy("improvement", "in hand"),
    "done": pgettext_lazy("improvement", "done"),
    "declined": pgettext_lazy("improvement", "declined"),
}
DEEDS: dict[str, Label] = {f"case_{did}": words for did, words in DID.items()} | {
    "export_evidence": pgettext_lazy("deed", "took an evidence pack"),
    "open_fault": pgettext_lazy("deed", "opened a fault"),
    "bind_cases": pgettext_lazy("deed", "bound cases to a fault"),
    "tell_news": pgettext_lazy("deed", "told the news of a fault"),
    "answer_fault": pgettext_lazy("deed", "answered a fault"),
    "submit_improvement": pgettext_lazy("deed", "submitted an improvement"),
    "assign_improvement": pgettext_lazy("deed", "gave an improvement to somebody"),
    "end_improvement": pgettext_lazy("deed", "ended an improvement"),
}
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
    "improvement_or_state": IMPROVEMENTS | STATES,
}
