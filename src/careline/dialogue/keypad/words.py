"""The keys of every text that calls and USSD sessions say beside the words of `dialogue.words`, with their placeholders.

A key is looked up as `voice.<key>` on calls; on USSD as `ussd.<key>`, then `voice.<key>`; and then as `<key>`, which is the
text of an SMS. So these are declared with their prefix: without them a call would say what is written for an SMS. On calls
options stand before keys ("to check your balance, press 1"), and nothing says a code that is sent by SMS.

`{options}` holds one sentence an option, made of `voice.talk.option`; `{key}` a key of the keypad; `{number}` a count or a
number to dial; all other placeholders are those of `dialogue.words`.
"""

from collections.abc import Mapping
from types import MappingProxyType

from careline.dialogue.book import Verb
from careline.dialogue.words import OF_PAGES, OF_TEXTS
from careline.dialogue.words import WORDS as SMS_WORDS

_NONE: frozenset[str] = frozenset()
_DEED = frozenset(
    {"service", "label", "price", "per", "effect"}
)  # what is to be done, with which service, for how much
_VALUE = _DEED | {"example", "number"}  # label: what is to be keyed; number: how many digits


def _names(*names: str) -> frozenset[str]:
    return frozenset(names)


_TALK: dict[str, frozenset[str]] = {
    # The menu. Said in this order: greeting, menu, keys (the last two again whenever the menu is).
    "greeting": _NONE,  # where the menu has no greeting of its own
    "menu": _names("label", "options"),  # label: the node's title, with its intro where it has one
    "menu_senior": _names("label", "options"),  # the key to a person comes first
    "option": _names("label", "key"),  # one option of any list: what it does before its key
    "more": _NONE,  # label of the option that leads to further options of a long list
    "keys": _NONE,  # said once, after the first menu: 9 again, 0 a person, * back
    "deed": _names("label", "service"),  # what an option does where the menu gives it no label of its own
    **{f"verb.{verb.value}": _NONE for verb in Verb},  # as it stands in a sentence: to {label} {service}
    # Questions.
    "keyed": _names("label", "given"),  # before a question about what was keyed: its value
    "confirm": _DEED,  # 1 yes, 2 no
    "confirm_change": _DEED,
    "confirm_picked": _DEED | {"given"},  # given: the name of what was picked from a list
    "choose": _names("options"),
    "choose_tier": _names("service", "label", "options"),
    "offer": _names("service", "options"),
    "mymenu": _names("options"),
    "mymenu_empty": _NONE,
    "mymenu_off": _NONE,
    "fill.month": _VALUE,  # year and month in six digits, then #
    "fill.amount": _VALUE,  # * is the decimal point
    "fill.msisdn": _VALUE,
    "fill.short_number": _VALUE,
    "fill.count": _VALUE,
    "fill.docket": _VALUE,
    "fill.password": _VALUE,
    "fill.passwords": _VALUE,  # two in one entry: the old one, *, the new one, #
    "fill.id_number": _VALUE,  # * stands for X
    "ask_password": _DEED,  # the service password, before {label}{service} goes on
    "ask_password_again": _VALUE,  # after a wrong one; number: how many tries are left
    "resume": _names("label"),  # USSD: 1 to go on where it broke off (label), 2 from the start
    "stranger_offer": _NONE,  # to callers without a line of ours: 1 a person
    "person_offer": _NONE,  # after misses: 1 a person, 2 go on
    # Short answers.
    "anything_else": _NONE,  # after each answer: 1 or * the menu again, 9 again, 0 a person
    "anything_else_again": _NONE,  # the same, after silence
    "by_text": _names("service", "label", "number"),  # what cannot be keyed: write it by SMS to {number}, or 0
    "about": _DEED | {"about"},
    "declined": _DEED,
    "goodbye": _NONE,
    "language": _NONE,  # said in the new language
    "senior_on": _NONE,
    "senior_off": _NONE,
    "person": _NONE,  # you are being connected
    "handed_over": _NONE,  # after too many misses, without being asked
    "returned.nobody": _NONE,  # no agent answered; nothing is lost; the menu follows
    "returned.closed": _NONE,  # out of hours; the menu follows
    "returned.screened": _NONE,  # for a time this number is not brought to a person; how to write to us; the menu follows
    "returned.left_queue": _NONE,  # the caller left the queue; the menu follows
    "returned.callback": _NONE,  # we will call back
    "returned.talked": _NONE,  # thank you, goodbye
}

_ERROR: dict[str, frozenset[str]] = {
    # Wrong keys: each situation has words of its own, and what was asked is said again after them.
    "wrong_key": _names("given"),  # the menu has no such key
    "wrong_choice": _names("given", "number"),  # a list of {number} options has no such key
    "wrong_reply": _NONE,  # a question that takes 1 or 2
    "wrong_key_after": _names("given"),  # after an answer
    "hash_here": _NONE,  # # where nothing is to be entered
    "at_top": _NONE,  # * at the main menu
    "too_few": _names("label", "number"),  # digits entered, of at least {number}
    "too_many": _names("label", "number"),
    "too_soon": _NONE,  # 1 before the price was said: nothing is ordered; listen to the question first
    # Silence: the first time, again and shorter with help, and at last.
    "silence": _NONE,
    "silence_again": _NONE,
    "silence_goodbye": _NONE,
    "person": _NONE,  # said before talk.person_offer: sorry that it does not work
    "stranger": _NONE,  # no line of this carrier; talk.stranger_offer follows
    "not_here": _names("service"),
    "inactive": _names("service", "label"),
    "wrong_parameter": _VALUE,
}

_UNKEYED = ("error.missing_parameter", "error.bad.words")  # asked for at once; no words by keys
# Ends and refusals have the same keys as by SMS; what the placeholders would say of codes is empty on calls.
_CODES = frozenset({"code", "cancel_code", "confirm_code", "given"})
_AS_BY_SMS = {
    key: names - _CODES
    for key, names in SMS_WORDS.items()
    if key.startswith(("error.", "talk.verb."))
    and key not in OF_TEXTS
    and key not in (OF_PAGES, *_UNKEYED)
    and key.removeprefix("error.") not in _ERROR
    and not key.startswith("talk.verb.")
}

# How the check of the service password ends, on calls.
_CHECK: dict[str, frozenset[str]] = {
    "voice.password.status.done": _NONE,  # said before the question that what was wished goes on with
    "voice.password.status.wrong_password": _names("number"),  # tries left, as far as the carrier says
    "voice.password.status.too_many_tries": _names("date"),  # locked until
    "voice.password.status.not_on": _NONE,  # there is no password yet
}

CALL_WORDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {f"voice.talk.{key}": names for key, names in _TALK.items()}
    | {f"voice.error.{key}": names for key, names in _ERROR.items()}
    | {f"voice.{key}": names for key, names in _AS_BY_SMS.items()}
    | _CHECK
)
