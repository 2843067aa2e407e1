"""The words for ids of prompts: who says a text, the steps of a notice, the deeds of the maintenance log."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

Label = str | Promise

PROMPT_STATES: dict[str, Label] = {
    "recorded": pgettext_lazy("prompt", "recorded"),
    "partly": pgettext_lazy("prompt", "partly recorded"),
    "synthesised": pgettext_lazy("prompt", "voice"),
    "missing": pgettext_lazy("prompt", "not rendered yet"),
}
STAGES: dict[str, Label] = {
    "arrived": pgettext_lazy("stage", "Arrived"),
    "text": pgettext_lazy("stage", "Text written"),
    "recorded": pgettext_lazy("stage", "Recorded"),
    "published": pgettext_lazy("stage", "Published"),
}
NEXT_STAGES: dict[str, Label] = {
    "text": pgettext_lazy("stage", "The text is written"),
    "recorded": pgettext_lazy("stage", "It is recorded"),
    "published": pgettext_lazy("stage", "It is published"),
}
WORK: dict[str, Label] = {
    "publish": pgettext_lazy("work", "version is complete"),
    "render": pgettext_lazy("work", "rendered"),
    "record": pgettext_lazy("work", "recorded"),
    "choose": pgettext_lazy("work", "chose a recording"),
    "audit": pgettext_lazy("work", "audited"),
    "notice": pgettext_lazy("work", "took a step of a notice"),
    "alarm": pgettext_lazy("work", "sounded the alarm"),
    "forget": pgettext_lazy("work", "forgot"),
}
DEEDS: dict[str, Label] = {
    "record": pgettext_lazy("deed", "recorded a prompt"),
    "choose_recording": pgettext_lazy("deed", "chose a recording"),
    "notice": pgettext_lazy("deed", "took a step of a notice"),
}
RECORDS: dict[str, Label] = {
    "prompt": pgettext_lazy("record", "prompt"),
    "notice": pgettext_lazy("record", "notice"),
}
DETAILS: dict[str, Label] = {
    "language": pgettext_lazy("detail", "language"),
    "format": pgettext_lazy("detail", "format"),
    "formats": pgettext_lazy("detail", "formats"),
    "recording": pgettext_lazy("detail", "recording"),
    "step": pgettext_lazy("detail", "step"),
    "title": pgettext_lazy("detail", "title"),
    "notice": pgettext_lazy("detail", "notice"),
    "version": pgettext_lazy("detail", "version"),
    "voice": pgettext_lazy("detail", "voice"),
    "rendered": pgettext_lazy("detail", "rendered"),
    "failed": pgettext_lazy("detail", "failed"),
    "left": pgettext_lazy("detail", "left"),
    "fine": pgettext_lazy("detail", "all well"),
    "clips": pgettext_lazy("detail", "clips"),
    "missing": pgettext_lazy("detail", "missing"),
    "broken": pgettext_lazy("detail", "broken"),
    "stale": pgettext_lazy("detail", "no longer said"),
}
ALL: dict[str, dict[str, Label]] = {"prompt": PROMPT_STATES, "stage": STAGES, "next_stage": NEXT_STAGES, "work": WORK}
