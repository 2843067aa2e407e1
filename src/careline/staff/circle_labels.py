"""The words of the pages of circles, and where the figures of each end cause stand."""

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Label = str | Promise

STEPS: dict[str, Label] = {
    "team": pgettext_lazy("circle", "Team"),
    "topic": pgettext_lazy("circle", "Topic"),
    "survey": pgettext_lazy("circle", "Survey"),
    "target": pgettext_lazy("circle", "Target"),
    "analysis": pgettext_lazy("circle", "Cause tree"),
    "confirmation": pgettext_lazy("circle", "Confirmation"),
    "measures": pgettext_lazy("circle", "Countermeasures"),
    "effect": pgettext_lazy("circle", "Effect"),
    "consolidation": pgettext_lazy("circle", "Consolidation"),
}
WAITS: dict[str, Label] = {
    "members": _("Name at least two members."),
    "problems": _("Collect the problems."),
    "cards": _("Lay the cards out under topics."),
    "scores": _("Score the topics."),
    "records": _("There are no records of this period: choose another, or import records."),
    "conclusions": _("Read the six parts of the survey, and write down what you conclude."),
    "goal_day": _("Set the goal and its day."),
    "tree": _("Go through the cause tree, and write down what you concluded."),
    "verdicts": _("Some end causes cannot be judged yet: see what each needs."),
    "measures": _("Plan a countermeasure for each confirmed cause."),
    "doing": _("Carry the countermeasures out, and enter the day on which each was done."),
    "after": _("Name the days after the countermeasures."),
    "waiting": _("Wait until the days after the countermeasures are over."),
    "after_records": _("There are no records of the days after the countermeasures."),
    "rules": _("Write down what became a rule, and where it stands."),
}
REFUSALS: dict[str, Label] = {
    "stale": _(
        "Somebody else has changed this circle meanwhile. Below is how it stands now, with what you typed; look, and send it again."
    ),
    "closed": _("This circle is signed or a published example; it cannot be changed."),
    "empty": _("Something that is needed is empty."),
    "long": _("That is too long."),
    "unknown": _("That does not exist (any more)."),
    "double": _("That is there already."),
    "full": _("There are as many as there may be."),
    "wrong": _("A number or day cannot be read."),
    "period": _("The first day comes before the last, and a period has at most 400 days."),
    "after": _("The days after begin after the survey ended; both together have at most 400 days."),
    "address": _("An address begins with https://, http:// or /."),
    "file": _("A file is a PDF, PNG, JPEG or plain text of at most 2 MB."),
    "done": _("What is done has the day on which it was."),
    "begun": _("What was begun is dropped, not removed."),
    "version": _("There is no such version of the catalogue."),
    "improvement": _("There is no improvement with this number."),
    "open": _("Some steps are still open."),
}
STATES: dict[str, Label] = {
    "planned": pgettext_lazy("countermeasure", "planned"),
    "going": pgettext_lazy("countermeasure", "under way"),
    "done": pgettext_lazy("countermeasure", "done"),
    "dropped": pgettext_lazy("countermeasure", "dropped"),
}
CRITERIA: dict[str, Label] = {
    "importance": _("importance"),
    "urgency": _("urgency"),
    "perception": _("customers' perception"),
}
_FIGURES = {
    "late_texts": ("prompts-notices",),
    "few_maintainers": ("people",),
    "hard_texts": ("advice-words", "insight-callers"),
    "hardware": ("upkeep-machines", "upkeep"),
    "no_upkeep": ("upkeep-diary", "upkeep", "prompts-work"),
    "no_assessment": ("upkeep-assessment", "upkeep"),
    "capacity": ("insight",),
    "menu_order": ("advice", "insight-menu"),
    "formats": ("prompts-audit",),
    "monitoring": ("probes", "upkeep"),
}


def figures_of(cause: str, version: int = 0) -> str:
    """The page with the figures behind a verdict; empty where there is none."""
    if cause == "error_prompts":
        return reverse("staff:errors", args=[version]) if version else ""
    for name in _FIGURES.get(cause, ()):
        try:
            return reverse(f"staff:{name}")
        except NoReverseMatch:  # a room that is not built in
            continue
    return ""
