"""The words for ids that stand in the data: verbs, states, ends, rules, deeds."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from careline.staff import case_labels, order_labels, people_labels, probe_labels, prompt_labels, refund_labels
from careline.staff.call_labels import CHANNELS, CLASSES, ERROR_KINDS, MENU_WORDS
from careline.staff.right_labels import GATES, ROLES
from careline.staff.upkeep_labels import LABELS as UPKEEP

Label = str | Promise

VERBS: dict[str, Label] = {
    "query": pgettext_lazy("verb", "query"),
    "status": pgettext_lazy("verb", "ask state"),
    "describe": pgettext_lazy("verb", "describe"),
    "subscribe": pgettext_lazy("verb", "subscribe"),
    "order": pgettext_lazy("verb", "order"),
    "register": pgettext_lazy("verb", "register"),
    "cancel": pgettext_lazy("verb", "cancel"),
    "confirm": pgettext_lazy("verb", "confirm"),
    "configure": pgettext_lazy("verb", "change"),
    "redeem": pgettext_lazy("verb", "redeem"),
    "help": pgettext_lazy("verb", "menu"),
    "other": pgettext_lazy("verb", "other"),
}
STATES: dict[str, Label] = {
    "draft": _("draft"),
    "in_review": _("in review"),
    "approved": _("approved"),
    "published": _("published"),
    "retired": _("retired"),
    "discarded": _("discarded"),
}
CERTAINTIES: dict[str, Label] = {"sure": _("sure"), "repaired": _("repaired"), "doubtful": _("doubtful")}
FORMS: dict[str, Label] = {"numeric": _("digits"), "pinyin": _("pinyin"), "chinese": _("Chinese characters")}
SEVERITIES: dict[str, Label] = {"error": _("error"), "warning": _("warning"), "note": _("note")}
CONFIRMS: dict[str, Label] = {
    "never": _("never: the exact code is the yes"),
    "ask": _("ask back: yes or no"),
    "code": _("two steps: a second code"),
}
EFFECTS: dict[str, Label] = {"now": _("at once"), "next_month": _("next month")}
PERIODS: dict[str, Label] = {"month": _("a month"), "year": _("a year"), "once": _("once")}
KINDS: dict[str, Label] = {
    "service": _("service"),
    "table": _("code table"),
    "code": _("code"),
    "menu": _("phone menu"),
    "words": _("text"),
    "settings": _("settings"),
}
_DEEDS = case_labels.DEEDS | refund_labels.DEEDS | prompt_labels.DEEDS | people_labels.DEEDS | probe_labels.JOURNAL
DEEDS: dict[str, Label] = _DEEDS | {
    "draft": _("began a draft"),
    "edit": _("edited"),
    "remove": _("removed an item"),
    "import": _("took in documents"),
    "submit": _("submitted for review"),
    "approve": _("approved"),
    "send_back": _("sent back"),
    "publish": _("published"),
    "publish_unreviewed": _("published without review"),
    "roll_back": _("rolled back"),
    "discard": _("discarded"),
    "refused": _("was refused"),
    "sign_in": _("signed in"),
    "sign_in_failed": _("failed to sign in"),
    "sign_out": _("signed out"),
    "look": _("looked at"),
    "set_seat": _("set a seat"),
    "ask_screening": _("asked for a screening"),
    "approve_screening": _("approved a screening"),
    "lift_screening": _("lifted a screening"),
}
RULES: dict[str, Label] = {
    "conflicting_rows": _("conflicting rows"),
    "overlapping_tables": _("overlapping tables"),
    "shadowed_value": _("hidden value"),
    "ambiguous_name": _("ambiguous name"),
    "hidden_name": _("hidden name"),
    "menu_digit": _("one-digit code"),
    "unknown_behaviour": _("unknown behaviour"),
    "unperformed_action": _("action nobody performs"),
    "unreachable": _("unreachable service"),
    "unusable_row": _("row nobody can use"),
    "unconfirmed_order": _("order without a yes"),
    "order_like_query": _("order that looks like a query"),
    "bare_name_order": _("bare name orders"),
    "no_confirming_code": _("confirming code missing"),
    "nothing_to_confirm": _("nothing to confirm"),
    "broken_placeholder": _("broken placeholder"),
    "unknown_placeholder": _("unknown placeholder"),
    "uneven_placeholders": _("uneven placeholders"),
    "jargon": _("jargon"),
    "overlong": _("too long"),
    "missing_words": _("text missing"),
    "missing_language": _("language missing"),
    "endless_menu": _("endless menu"),
    "empty_menu": _("empty menu"),
    "long_menu": _("long menu"),
    "dead_menu": _("dead menu entry"),
    "unreachable_node": _("node nobody reaches"),
    "duplicate_choice": _("choice that stands twice"),
    "no_person": _("no way to a person"),
    "long_prompt": _("takes too long to hear"),
    "page_tells_to_send": _("tells to send a text on a page"),
    "deep_choice": _("too many keys away"),
    "uncovered_service": _("service out of reach"),
    "key_first": _("key before its purpose"),
    "unspeakable": _("cannot be said on a call"),
    "missing_voice": _("text for calls missing"),
    "long_sentence": _("long sentence"),
    "long_answer": _("long answer"),
    "long_page": _("too long for a dial menu"),
    "shared_words": _("same words for two errors"),
    "doubtful": _("doubtful row"),
    "unknown_reference": _("unknown reference"),
    "unknown_field": _("unknown field"),
    "missing_value": _("value missing"),
    "wrong_value": _("wrong value"),
    "no_action": _("no action"),
    "uncompiled": _("cannot be compiled"),
}
CHANGES: dict[str, Label] = {"added": _("added"), "changed": _("changed"), "removed": _("removed")}
RECORDS: dict[str, Label] = (
    case_labels.RECORDS
    | order_labels.RECORDS
    | {
        "version": pgettext_lazy("record", "version"),
        "gate": pgettext_lazy("record", "right"),
        "staff": pgettext_lazy("record", "staff"),
        "subscriber": pgettext_lazy("record", "customer"),
        "message": pgettext_lazy("record", "message"),
        "contact": pgettext_lazy("record", "talk"),
        "seat": pgettext_lazy("record", "seat"),
        "screening": pgettext_lazy("record", "screening"),
    }
)
DETAILS: dict[str, Label] = people_labels.DETAILS | {
    "note": pgettext_lazy("detail", "note"),
    "item": pgettext_lazy("detail", "item"),
    "based_on": pgettext_lazy("detail", "based on"),
    "instead_of": pgettext_lazy("detail", "instead of"),
    "to": pgettext_lazy("detail", "to"),
    "source": pgettext_lazy("detail", "source"),
    "added": pgettext_lazy("detail", "added"),
    "changed": pgettext_lazy("detail", "changed"),
    "removed": pgettext_lazy("detail", "removed"),
    "page": pgettext_lazy("detail", "page"),
    "method": pgettext_lazy("detail", "method"),
    "text": pgettext_lazy("detail", "text"),
    "key": pgettext_lazy("detail", "key"),
    "table": pgettext_lazy("detail", "table"),
    "tables": pgettext_lazy("detail", "tables"),
    "candidates": pgettext_lazy("detail", "candidates"),
    "service": pgettext_lazy("detail", "service"),
    "spelling": pgettext_lazy("detail", "spelling"),
    "verb": pgettext_lazy("detail", "action"),
    "answer": pgettext_lazy("detail", "answer"),
    "asked": pgettext_lazy("detail", "asked"),
    "kind": pgettext_lazy("detail", "kind"),
    "outcome": pgettext_lazy("detail", "end"),
    "cause": pgettext_lazy("detail", "cause"),
    "attempt": pgettext_lazy("detail", "attempt"),
    "rule": pgettext_lazy("detail", "rule"),
    "why": pgettext_lazy("detail", "why"),
    "word": pgettext_lazy("detail", "word"),
    "tier": pgettext_lazy("detail", "tier"),
    "address": pgettext_lazy("detail", "address"),
    "state": pgettext_lazy("detail", "state"),
    "reason": pgettext_lazy("detail", "reason"),
    "starts_at": pgettext_lazy("detail", "from"),
    "ends_at": pgettext_lazy("detail", "until"),
    "number": pgettext_lazy("detail", "number"),
}
SEATS: dict[str, Label] = {
    "free": pgettext_lazy("seat", "free"),
    "ringing": pgettext_lazy("seat", "ringing"),
    "busy": pgettext_lazy("seat", "on a call"),
    "away": pgettext_lazy("seat", "away"),
}
CONTACTS: dict[str, Label] = {
    "waiting": pgettext_lazy("contact", "waits"),
    "ringing": pgettext_lazy("contact", "a seat rings"),
    "talking": pgettext_lazy("contact", "talks"),
    "ended": pgettext_lazy("contact", "ended"),
}
DESK_ENDS: dict[str, Label] = {
    "talked": pgettext_lazy("desk", "talked"),
    "nobody": pgettext_lazy("desk", "nobody answered"),
    "left_queue": pgettext_lazy("desk", "back to the menu"),
    "callback": pgettext_lazy("desk", "wants to be called back"),
    "abandoned": pgettext_lazy("desk", "hung up while waiting"),
    "lost": pgettext_lazy("desk", "lost"),
}
HUNG_UP_BY: dict[str, Label] = {
    "customer": pgettext_lazy("hung up", "customer"),
    "seat": pgettext_lazy("hung up", "seat"),
    "us": pgettext_lazy("hung up", "time limit"),
    "network": pgettext_lazy("hung up", "network"),
}
SECTIONS: dict[str, Label] = {
    "regions": _("Regions"),
    "brands": _("Brands"),
    "limits": _("Limits"),
    "addresses": _("Numbers written to"),
    "glossary": _("Plain words for jargon"),
}
ENDS: dict[str, Label] = {
    "done": pgettext_lazy("end", "done"),
    "done_charged": pgettext_lazy("end", "done and charged"),
    "not_accepted": pgettext_lazy("end", "not accepted by the carrier"),
    "used_up": pgettext_lazy("end", "used up"),
    "unlimited": pgettext_lazy("end", "without limit"),
    "tiers": pgettext_lazy("end", "its tiers"),
    "already_on": pgettext_lazy("end", "already on"),
    "not_on": pgettext_lazy("end", "not on"),
    "on": pgettext_lazy("end", "it is on"),
    "off": pgettext_lazy("end", "it is off"),
    "off_closed": pgettext_lazy("end", "it is off, and closed to new customers"),
    "pending": pgettext_lazy("end", "ordered, not yet in effect"),
    "ending": pgettext_lazy("end", "cancelled, still in effect"),
    "changed": pgettext_lazy("end", "changed"),
    "replaced": pgettext_lazy("end", "took the place of another"),
    "other_tier": pgettext_lazy("end", "on with another tier"),
    "none": pgettext_lazy("end", "nothing there"),
    "not_enough_money": pgettext_lazy("end", "not enough money"),
    "short_of_money": pgettext_lazy("end", "not enough money, with figures"),
    "short_of_basic": pgettext_lazy("end", "not enough in the basic account"),
    "not_enough_points": pgettext_lazy("end", "not enough points"),
    "short_of_points": pgettext_lazy("end", "not enough points, with figures"),
    "not_eligible": pgettext_lazy("end", "not offered to this customer"),
    "excluded": pgettext_lazy("end", "goes not with something in use"),
    "excluded_by": pgettext_lazy("end", "goes not with something named"),
    "closed": pgettext_lazy("end", "closed to new customers"),
    "suspended": pgettext_lazy("end", "line suspended"),
    "inactive": pgettext_lazy("end", "line not activated"),
    "frozen": pgettext_lazy("end", "month end: orders rest"),
    "roaming": pgettext_lazy("end", "abroad"),
    "not_started": pgettext_lazy("end", "before its first day"),
    "not_found": pgettext_lazy("end", "does not exist"),
    "nothing_to_confirm": pgettext_lazy("end", "nothing to confirm"),
    "wrong_password": pgettext_lazy("end", "wrong password"),
    "wrong_id": pgettext_lazy("end", "wrong ID number"),
    "too_many_tries": pgettext_lazy("end", "too many tries"),
    "unknown_words": pgettext_lazy("end", "words that could not be used"),
    "missing_parameter": pgettext_lazy("end", "value missing"),
    "wrong_parameter": pgettext_lazy("end", "value does not fit"),
    "declined": pgettext_lazy("end", "the customer said no"),
    "no_answer": pgettext_lazy("end", "the customer did not answer"),
    "left": pgettext_lazy("end", "the customer turned to something else"),
    "carrier_fault": pgettext_lazy("end", "carrier at fault"),
    "carrier_silent": pgettext_lazy("end", "carrier silent"),
    "carrier_busy": pgettext_lazy("end", "carrier busy"),
    "channel_fault": pgettext_lazy("end", "channel at fault"),
    "hall_fault": pgettext_lazy("end", "our own fault"),
    "guidance": pgettext_lazy("end", "our words misled"),
    "wrong_prompt": pgettext_lazy("end", "wrong prompt"),
}
_ALL = case_labels.ALL | order_labels.ALL | refund_labels.ALL | prompt_labels.ALL
ALL: dict[str, dict[str, Label]] = (
    _ALL
    | UPKEEP
    | {
        "seat": SEATS,
        "contact": CONTACTS,
        "desk_end": DESK_ENDS,
        "hung_up_by": HUNG_UP_BY,
        "verb": VERBS,
        "state": STATES,
        "certainty": CERTAINTIES,
        "form": FORMS,
        "severity": SEVERITIES,
        "confirm": CONFIRMS,
        "effect": EFFECTS,
        "per": PERIODS,
        "kind": KINDS,
        "role": ROLES,
        "gate": GATES,
        "factor": people_labels.FACTORS,
        "deed": DEEDS,
        "probe_deed": probe_labels.DEEDS,
        "rule": RULES,
        "change": CHANGES,
        "record": prompt_labels.RECORDS | people_labels.RECORDS | probe_labels.RECORDS | RECORDS,
        "detail": prompt_labels.DETAILS | probe_labels.DETAILS | DETAILS,
        "section": SECTIONS,
        "end": ENDS,
        "menu_word": MENU_WORDS,
        "channel": CHANNELS,
        "class": CLASSES,
        "error": ENDS | ERROR_KINDS,
    }
)
