"""The words of upkeep: what proves, how things stand, and each refusal with what to do next."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from careline.upkeep.refusing import Refused

Label = str | Promise

PROOFS: dict[str, Label] = {
    "publish": pgettext_lazy("proof", "catalogue published"),
    "render": pgettext_lazy("proof", "prompts rendered"),
    "record": pgettext_lazy("proof", "prompt recorded or chosen"),
    "audit": pgettext_lazy("proof", "prompts audited"),
    "notice": pgettext_lazy("proof", "step of a business notice"),
    "probe": pgettext_lazy("proof", "dial tests"),
    "round": pgettext_lazy("proof", "round of inspection"),
    "heartbeat": pgettext_lazy("proof", "reports of processes"),
    "assessment": pgettext_lazy("proof", "assessment"),
    "signed": pgettext_lazy("proof", "signature"),
}
EVERY: dict[str, Label] = {
    "day": gettext_lazy("every day"),
    "round": gettext_lazy("twice a day, in the hours of each round"),
    "week": gettext_lazy("every week"),
    "month": gettext_lazy("every month"),
}
WHO: dict[str, Label] = {
    "maintainer": gettext_lazy("maintainer"),
    "supervisor": gettext_lazy("supervisor"),
    "system": gettext_lazy("the system by itself"),
}
STATES: dict[str, Label] = {
    "done": pgettext_lazy("duty", "done"),
    "partly": pgettext_lazy("duty", "partly done"),
    "open": pgettext_lazy("duty", "not done yet"),
    "missed": pgettext_lazy("duty", "missed"),
    "made": pgettext_lazy("round", "made"),
    "ahead": pgettext_lazy("round", "to come"),
    "in_time": gettext_lazy("in time"),
    "late": gettext_lazy("late"),
    "running": pgettext_lazy("notice", "its clock runs"),
    "alive": pgettext_lazy("process", "alive"),
    "silent": pgettext_lazy("process", "silent"),
    "stopped": pgettext_lazy("process", "stopped"),
}
PILLS: dict[str, str] = {
    **dict.fromkeys(("done", "made", "in_time", "alive"), "good"),
    **dict.fromkeys(("partly", "open", "running", "stopped"), "warning"),
    **dict.fromkeys(("missed", "late", "silent"), "error"),
}
FOUND: dict[str, Label] = {
    "nothing": pgettext_lazy("finding", "nothing"),
    "crash": pgettext_lazy("finding", "a crash"),
    "data_loss": pgettext_lazy("finding", "lost data"),
    "other": pgettext_lazy("finding", "something else"),
}
PARTS: dict[str, Label] = {
    "dedicated": pgettext_lazy("maintainer", "dedicated"),
    "part_time": pgettext_lazy("maintainer", "part-time, deputy"),
    "mobile": pgettext_lazy("maintainer", "mobile, when there is much to do"),
}
FIELDS: dict[str, Label] = {
    "name": pgettext_lazy("machine", "Name"),
    "kind": pgettext_lazy("machine", "Kind"),
    "place": pgettext_lazy("machine", "Place"),
    "bought_on": pgettext_lazy("machine", "Bought on"),
    "retired_on": pgettext_lazy("machine", "Retired on"),
    "host": pgettext_lazy("machine", "Host name"),
    "notes": pgettext_lazy("machine", "Notes"),
}
_REFUSALS: dict[str, Label] = {
    "no_such_step": gettext_lazy("There is no such step any more. Open the page again."),
    "not_signed_for": gettext_lazy("This step is proved by the system and not by a signature."),
    "no_words": gettext_lazy("Say in a few words what was done, found or decided."),
    "too_long": gettext_lazy("That is too long. Shorten it and try again."),
    "not_missing": gettext_lazy("Nothing is missing there, so there is nothing to explain."),
    "no_such_machine": gettext_lazy("There is no such machine any more. Open the page again."),
    "name_taken": gettext_lazy("Another machine has this name already."),
    "missing": gettext_lazy("This must be filled in."),
    "no_day": gettext_lazy("Write a day such as 2024-05-31."),
    "future": gettext_lazy("This day lies too far ahead."),
    "retired_before": gettext_lazy("A machine cannot be retired before it was bought."),
    "unchecked": gettext_lazy("Answer every point of the checklist."),
    "no_such_finding": gettext_lazy("Choose what was found."),
    "nothing_found": gettext_lazy("A point is not as it should be: say what was found, and describe it."),
    "closed": gettext_lazy("This finding is closed already."),
    "no_such_process": gettext_lazy("Nothing is known of this process any more."),
    "alive": gettext_lazy("This process is alive, so it cannot be forgotten."),
    "own_name": gettext_lazy("Nobody names themselves. Ask somebody else to do it."),
    "nobody": gettext_lazy(
        "This person does not maintain the voice flow in that time, or may not sign the daily duties."
    ),
    "no_such_part": gettext_lazy("Choose as what this person maintains."),
    "already": gettext_lazy("This person is on the roster already."),
    "no_such_maintainer": gettext_lazy("This person is not on the roster any more."),
    "past": gettext_lazy("Rules hold from today or later: they bind nobody for days before."),
    "no_such_rules": gettext_lazy("There are no such rules."),
    "own_work": gettext_lazy("Nobody judges their own work. Ask somebody else to do it."),
    "month_runs": gettext_lazy("This month is not over yet."),
    "no_rules": gettext_lazy("There are no rules of assessment yet. Lay them down first."),
    "unanswered": gettext_lazy("Answer every question."),
    "too_often": gettext_lazy("That is enough for today. Read the steps and try again tomorrow."),
    "no_column": gettext_lazy("The first line lacks this column."),
    "not_utf8": gettext_lazy("The file is not UTF-8. Save it as CSV UTF-8."),
    "not_csv": gettext_lazy("The file cannot be read as CSV."),
    "too_large": gettext_lazy("The file is too large."),
    "too_many": gettext_lazy("The file has too many lines."),
    "empty": gettext_lazy("The file has no machine in it."),
    "twice": gettext_lazy("This name stands in the file twice."),
    "no_file": gettext_lazy("Choose a file."),
}


def explain(refused: Refused) -> str:
    """What is wrong and what to do, with the field that it is about."""
    field = FIELDS.get(str(refused.values.get("field", "")))
    words = of_code(refused.code)
    return _("%(field)s: %(words)s") % {"field": field, "words": words} if field else words


def of_code(code: str) -> str:
    return str(_REFUSALS.get(code, code))


LABELS: dict[str, dict[str, Label]] = {
    "proof": PROOFS, "every": EVERY, "duty_who": WHO, "duty": STATES, "found": FOUND, "part": PARTS,
    "machine": FIELDS,
}  # fmt: skip
