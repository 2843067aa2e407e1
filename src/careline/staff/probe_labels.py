"""How staff pages name what dial tests are made of, and why one of their deeds is refused."""

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

Label = str | Promise

TABS: dict[str, Label] = {
    "probes": _("Overview"),
    "probes-list": _("All dial tests"),
    "probes-timetables": _("Timetables"),
    "probes-alarms": _("Alarms"),
}
KINDS: dict[str, Label] = {
    "node": _("Places of the menus"),
    "deed": _("Things that can be asked for"),
    "error": _("Error prompts"),
    "error_sms": _("Error prompts of texts"),
    "error_page": _("Error prompts of pages and apps"),
    "channel": _("Channels"),
}
STATES: dict[str, Label] = {
    "passed": pgettext_lazy("dial test", "passed"),
    "warned": pgettext_lazy("dial test", "passed, but far from its baseline"),
    "failed": pgettext_lazy("dial test", "failed"),
    "unjudged": pgettext_lazy("dial test", "not judged"),
    "never": pgettext_lazy("dial test", "not run yet"),
}
DEEDS: dict[str, Label] = {
    "dial": pgettext_lazy("dial test", "Call"),
    "press": _("Press"),
    "send": pgettext_lazy("dial test", "Send"),
    "wait": _("Wait"),
    "hang_up": _("Hang up"),
    "meanwhile": _("Meanwhile"),
    "open": pgettext_lazy("dial test", "Open the page"),
    "pick": pgettext_lazy("dial test", "Choose"),
    "click": pgettext_lazy("dial test", "Choose"),
}
FIGURES: dict[str, Label] = {
    "answered_seconds": _("until it was answered, s"),
    "first_sound_seconds": _("until the first sound, s"),
    "slowest_seconds": _("slowest answer, s"),
    "seconds": _("sound heard, s"),
    "level_lufs": _("loudness, LUFS"),
    "clipped_share": _("clipped share"),
    "silent_share": _("silent share"),
    "longest_silence_seconds": _("longest silence, s"),
    "complaints": _("complaints about the sound"),
    # of the network, as links.calls counts it
    "sent": _("packets of sound sent"),
    "received": _("packets of sound received"),
    "lost": _("packets of sound lost"),
    "lost_percent": _("packets lost, %"),
    "jitter_ms": _("jitter, ms"),
    "mos": _("estimated quality (MOS, 1 to 4.5)"),
    "round_trip_ms": _("round trip, ms"),
    "far_lost_percent": _("packets that the hall lost, %"),
    "far_jitter_ms": _("jitter at the hall, ms"),
    "strangers": _("packets of strangers"),
}
COMPLAINTS: dict[str, Label] = {
    "silent": pgettext_lazy("sound", "silent"),
    "too_quiet": pgettext_lazy("sound", "too quiet"),
    "too_loud": pgettext_lazy("sound", "too loud"),
    "clipped": pgettext_lazy("sound", "clipped"),
}
WAYS: dict[str, Label] = {
    "mail": _("e-mail"),
    "sms": pgettext_lazy("channel", "SMS"),
    "webhook": _("webhook"),
}
TOLD: dict[str, Label] = {  # what became of a telling (probes.telling)
    "sent": _("sent"),
    "posted": _("handed to the outbox"),
    "not configured": _("this way is not set up any more"),
}
JOURNAL: dict[str, Label] = {
    "probes_started": _("dial tests started"),
    "probe_heard": _("sound of a dial test listened to"),
    "baseline_chosen": _("baseline chosen"),
    "alarm_acknowledged": _("alarm acknowledged"),
    "timetable_made": _("timetable made"),
    "timetable_changed": _("timetable changed"),
    "timetable_paused": _("timetable paused"),
    "timetable_resumed": _("timetable resumed"),
    "timetable_deleted": _("timetable deleted"),
}
RECORDS: dict[str, Label] = {
    "probe_run": pgettext_lazy("record", "run of a dial test"),
    "probe_batch": pgettext_lazy("record", "batch of dial tests"),
    "probe_alarm": pgettext_lazy("record", "alarm of a dial test"),
    "timetable": pgettext_lazy("record", "timetable"),
}
DETAILS: dict[str, Label] = {
    "probe": pgettext_lazy("detail", "dial test"),
    "probes": pgettext_lazy("detail", "dial tests"),
    "vantage": pgettext_lazy("detail", "from where"),
    "number": pgettext_lazy("detail", "number"),
    "every_minutes": pgettext_lazy("detail", "every so many minutes"),
    "times": pgettext_lazy("detail", "times"),
    "calendar": pgettext_lazy("detail", "calendar"),
    "retries": pgettext_lazy("detail", "tries again"),
}
REFUSALS: dict[str, Label] = {  # by the code of probes.refusing.Refused
    "no_note": _("Say what is done about it."),
    "too_long": _("That is too long."),
    "no_such_alarm": _("There is no such alarm."),
    "cleared": _("The alarm is over already: nothing is left to acknowledge."),
    "acknowledged": _("Somebody has acknowledged this alarm already."),
    "no_such_run": _("There is no such run; it may have been deleted by age."),
    "failed_run": _("A run that failed cannot be a baseline."),
    "bad_name": _("A name begins with a small letter and has small letters, digits, - and _ only, 64 at most."),
    "taken": _("There is a timetable of that name already."),
    "no_probes": _("Say which dial tests: ids or patterns, parted by spaces."),
    "nothing_fits": _("No dial test of the plan fits that. Patterns look like voice/node/* or *caller_id*."),
    "no_vantage": _("Choose a vantage point from the list."),
    "no_calendar": _("Choose a calendar from the list; the one that was named is gone."),
    "one_of_two": _("Write either after how many minutes, or at what times, and leave the other empty."),
    "bad_minutes": _("Write whole minutes, from 1 to 10080 (a week)."),
    "bad_times": _("Write times such as 08:00 20:30, parted by spaces, 24 at most."),
    "closed_times": _("The calendar is never open at one of these times, so nothing would ever run."),
    "bad_retries": _("Write how often a failure is tried again, from 0 to 5."),
    "no_such_timetable": _("There is no such timetable; somebody may have deleted it."),
    "too_many": _("There are as many timetables as there may be."),
    "too_many_at_once": _("Those are too many at once: 3,000 at most. Make the patterns narrower, or use a timetable."),
    "nothing_planned": _("Nothing is planned yet. Publish a catalogue and start the process of dial tests."),
    "no_sound": _("The sound is not here: it was deleted by age, or lies where the dial test ran."),
    "waiting": _("These dial tests wait already; they run next."),
}


def became(told: str) -> str:
    """What became of telling an alarm, in the language of the page; what came back stands as it came."""
    kind, _colon, why = told.partition(": ")
    if kind == "given up":
        return gettext("given up: %(why)s") % {"why": why}
    if kind.startswith("try "):
        return gettext("try %(n)s failed, it is tried again: %(why)s") % {"n": kind.removeprefix("try "), "why": why}
    return gettext("taken (%(status)s)") % {"status": told} if told.isdecimal() else str(TOLD.get(told, told))


def refusal(code: str) -> str:
    """The sentence for a refused deed, in the language of the page."""
    return str(REFUSALS.get(code, code))
