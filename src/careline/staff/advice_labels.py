"""The words of the pages of advice."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Label = str | Promise

PARTS: dict[str, Label] = {
    "advice": _("All advice"),
    "advice-menu": _("Menu order"),
    "advice-texts": _("Texts understood"),
    "advice-errors": _("Error prompts"),
    "advice-audio": _("Sound"),
}
KINDS: dict[str, Label] = {
    "swap": pgettext_lazy("advice", "menu order"),
    "lift": pgettext_lazy("advice", "menu depth"),
    "untouched": pgettext_lazy("advice", "never chosen"),
    "signal": pgettext_lazy("advice", "hard to follow"),
    "announced": pgettext_lazy("advice", "announcement"),
    "error": pgettext_lazy("advice", "error prompt"),
    "understood": pgettext_lazy("advice", "comprehension"),
    "jargon": pgettext_lazy("advice", "jargon"),
    "audio": pgettext_lazy("advice", "sound"),
}
CLASSES: dict[str, Label] = {
    "system": pgettext_lazy("cause", "system"),
    "operation": pgettext_lazy("cause", "operation"),
    "business": pgettext_lazy("cause", "business rule"),
}
