"""The words for ids of calls: what a menu's choice leads to, channels, and kinds of error that are no causes."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from careline.hall.error_names import ERRORS
from careline.staff import reader

Label = str | Promise

MENU_WORDS: dict[str, Label] = {
    "person": _("a person"),
    "english": _("in English"),
    "chinese": _("in Chinese"),
    "mine": _("the caller's own menu"),
    "senior": _("the short, slow menu, or back"),
}
CHANNELS: dict[str, Label] = {
    "sms": pgettext_lazy("channel", "SMS"),
    "voice": pgettext_lazy("channel", "call"),
    "ussd": pgettext_lazy("channel", "dial menu"),
}
CLASSES: dict[str, Label] = {
    "system": pgettext_lazy("class", "a fault of ours"),
    "operation": pgettext_lazy("class", "the caller's keys"),
    "business": pgettext_lazy("class", "a rule said no"),
}
ERROR_KINDS: dict[str, Label] = {kind: reader.label(name) for kind, name in ERRORS.items()}
