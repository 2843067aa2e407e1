"""The words of the pages of statistics."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Label = str | Promise

TABS: dict[str, Label] = {
    "insight": _("Overview"),
    "insight-rate": _("Failure rate"),
    "insight-causes": pgettext_lazy("statistics", "Causes"),
    "insight-control": _("Control chart"),
    "insight-hours": _("Busy and idle"),
    "insight-menu": pgettext_lazy("statistics", "Menu"),
    "insight-acceptance": _("Acceptance"),
    "insight-load": _("Load"),
    "insight-tables": _("Tables"),
    "insight-service": _("Whole service"),
    "insight-callers": _("Repeat callers"),
    "insight-circle": _("Quality circle"),
    "insight-advice": _("Advice"),
    "insight-records": _("Records"),
}
ADDRESSES = {"insight-advice": "advice"}  # tabs whose pages are called otherwise
BY: dict[str, Label] = {
    "day": pgettext_lazy("by", "day"),
    "month": pgettext_lazy("by", "month"),
    "hour": pgettext_lazy("by", "hour of the day"),
    "weekday": pgettext_lazy("by", "weekday"),
    "channel": pgettext_lazy("by", "channel"),
    "service": pgettext_lazy("by", "service"),
    "region": pgettext_lazy("by", "region"),
    "brand": pgettext_lazy("by", "brand"),
    "version": pgettext_lazy("by", "version of the catalogue"),
}
WEEKDAYS: dict[str, Label] = {
    "1": _("Mon"),
    "2": _("Tue"),
    "3": _("Wed"),
    "4": _("Thu"),
    "5": _("Fri"),
    "6": _("Sat"),
    "7": _("Sun"),
}
LOADS: dict[str, Label] = {"": _("all hours"), "busy": _("busy hours"), "idle": _("idle hours")}
KINDS: dict[str, Label] = {
    "self_service": pgettext_lazy("level", "web and app, by oneself"),
    "message": pgettext_lazy("level", "text messages and dial menus, by oneself"),
    "customers": pgettext_lazy("level", "customers among themselves"),
    "staff": pgettext_lazy("level", "chat with staff"),
    "ivr": pgettext_lazy("level", "calls, by oneself"),
    "agent": pgettext_lazy("level", "calls with a person"),
    "counter": pgettext_lazy("level", "face to face"),
}
ENDS: dict[str, Label] = {
    "done": pgettext_lazy("session", "done"),
    "person": pgettext_lazy("session", "asked for a person"),
    "hung_up": pgettext_lazy("session", "hung up"),
    "lost": pgettext_lazy("session", "lost"),
    "silence": pgettext_lazy("session", "silence"),
    "misses": pgettext_lazy("session", "wrong keys"),
}
