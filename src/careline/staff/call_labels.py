"""The words for ids of calls: what a menu's choice leads to, channels, and kinds of error that are no causes."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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
ERROR_KINDS: dict[str, Label] = {
    "at_top": pgettext_lazy("error", "star at the main menu"),
    "bad.amount": pgettext_lazy("error", "not an amount"),
    "bad.count": pgettext_lazy("error", "not a count"),
    "bad.id_check": pgettext_lazy("error", "ID number with a wrong digit"),
    "bad.id_number": pgettext_lazy("error", "ID number of wrong length"),
    "bad.month": pgettext_lazy("error", "not a month"),
    "bad.month_future": pgettext_lazy("error", "month that has not begun"),
    "bad.msisdn": pgettext_lazy("error", "not a mobile number"),
    "bad.password": pgettext_lazy("error", "not a password's form"),
    "bad.service": pgettext_lazy("error", "no such service"),
    "bad.short_number": pgettext_lazy("error", "not a short number"),
    "bad.too_many": pgettext_lazy("error", "more values than needed"),
    "bad.words": pgettext_lazy("error", "nothing to be noted"),
    "call.fault": pgettext_lazy("error", "system at fault during the call"),
    "call.fault_goodbye": pgettext_lazy("error", "system still at fault, goodbye"),
    "call.fault_person": pgettext_lazy("error", "system still at fault, on to a person"),
    "hash_here": pgettext_lazy("error", "hash where nothing is entered"),
    "no_such_action": pgettext_lazy("error", "service that cannot do this"),
    "not_here": pgettext_lazy("error", "service not in this region"),
    "password_check.not_on": pgettext_lazy("error", "no service password yet"),
    "password_check.too_many_tries": pgettext_lazy("error", "service password locked"),
    "password_check.wrong_password": pgettext_lazy("error", "wrong service password"),
    "person": pgettext_lazy("error", "several misses"),
    "silence": pgettext_lazy("error", "no key, the first time"),
    "silence_again": pgettext_lazy("error", "no key, again"),
    "silence_goodbye": pgettext_lazy("error", "no key, the last time"),
    "stranger": pgettext_lazy("error", "number that is not ours"),
    "too_few": pgettext_lazy("error", "too few digits"),
    "too_many": pgettext_lazy("error", "too many digits"),
    "too_soon": pgettext_lazy("error", "yes before the price was said"),
    "unknown": pgettext_lazy("error", "wish not understood"),
    "wrong_choice": pgettext_lazy("error", "no such option in a list"),
    "wrong_key": pgettext_lazy("error", "key that the menu has not"),
    "wrong_key_after": pgettext_lazy("error", "wrong key after an answer"),
    "wrong_reply": pgettext_lazy("error", "neither 1 nor 2"),
    "wrong_tier": pgettext_lazy("error", "no such tier"),
}
