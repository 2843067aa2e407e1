"""The sentence for each refused deed on a case, in the language of the page."""

from django.utils.translation import gettext_lazy as _

from careline.staff.case_labels import Label

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
    "below_level": _("The case was brought to a higher level: hand it to somebody of that level."),
    "no_title": _("Say in a few words what it is."),
    "no_such_fault": _("There is no such fault."),
    "not_bound": _("The case belongs to no fault."),
    "too_many": _("Those are too many at once."),
    "no_such_item": _("There is no such item."),
    "ended": _("That is done or declined already."),
    "no_such_status": _("Choose a state."),
    "no_owner": _("First give it to somebody."),
    "times": _("The end lies before the beginning."),
    "bad_name": _("The short name has small letters, digits, - and _ only, and begins with a letter."),
    "taken": _("There is a department of that short name already."),
    "no_name": _("Write the name in both languages, at most 64 characters each."),
    "no_calendar": _("Choose the calendar from the list."),
    "bad_minutes": _("Write the time in whole minutes, at most 60 days."),
    "bad_email": _("That is not an e-mail address."),
    "unsorted": _("First say what it is about: the questions follow from the category."),
    "no_such_question": _("The category does not ask that. Open the case anew."),
    "no_such_answer": _("Choose one of the answers."),
    "not_running": _("That promise is late already, or not open."),
    "not_paused": _("That promise is not paused."),
}  # fmt: skip


def refusal(code: str) -> str:
    """The sentence for a refused deed, in the language of the page."""
    return str(REFUSALS.get(code, code))
