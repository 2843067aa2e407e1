"""The keys of every text that the dialogue itself says, each with the placeholders that its text may use.

The texts stand in the packs (`packs/common/words/talk.toml`, `error.toml`); lint holds both against this list.

What the placeholders hold, always as finished words in the customer's language:
`{service}` name of the service, with its tier (移动数据流量套餐20元); `{label}` what is to be done or given: a verb, a parameter's
label, a menu's title; `{price}{per}`, written together: an amount with its unit or "free", and "/月", " a month" or nothing;
`{effect}` from when it counts (立即生效, effective now); `{code}` a spelling to send; `{confirm_code}` the spelling that confirms;
`{cancel_code}` the spelling that cancels, may be
empty; `{options}` numbered lines, one option a line; `{given}` what the customer wrote, masked; `{example}` a right value, or a
whole message to copy; `{date}` a day; `{number}` a count or limit; `{about}` what the service is.
"""

from collections.abc import Mapping
from types import MappingProxyType

from careline.dialogue.book import Verb
from careline.values.cause import Cause

_SERVICE = frozenset({"service", "label", "price", "per", "effect", "code", "cancel_code"})
_NONE: frozenset[str] = frozenset()


def _names(*names: str) -> frozenset[str]:
    return frozenset(names)


_TALK: dict[str, frozenset[str]] = {
    # Questions. Each says how to answer: a number, 是/Y/1, 否/N/2.
    "talk.confirm": _SERVICE,  # an order: price, effect, yes or no
    "talk.confirm_code": _SERVICE | {"confirm_code"},  # the same, and the second published code is a yes too
    "talk.confirm_change": _SERVICE,  # a cancellation or change, which costs nothing
    "talk.confirm_conflict": _SERVICE,  # an order whose spelling is a query elsewhere: says that it is an order here
    "talk.confirm_waiting": _SERVICE | {"confirm_code"},  # a two-step order still waits, said when resumed
    "talk.choose": _names("options", "given"),
    "talk.why_charged": _names("options"),  # the customer asks what money went for: where that can be seen
    "talk.withdraw": _names("options"),  # the customer wants to take a complaint back
    "talk.is_on": _names("service"),  # an entry of a list: whether a service is on
    "talk.reset": _names("service"),  # an entry of a list: a forgotten password
    "talk.choose_tier": _names("service", "label", "options"),
    "talk.choose_meaning": _names("given", "options"),  # a spelling that means different things elsewhere
    "talk.fill": _names("service", "label", "example"),
    "talk.ask_password": _SERVICE | {"number"},  # the service password, of {number} digits, before an order goes on
    "talk.in_person": _SERVICE,  # what is done only where a document can be shown
    "talk.offer": _names("service", "options"),  # said after a description: what can be done with it
    # Menus.
    "talk.menu": _names("label", "options"),
    "talk.help": _names("options"),
    "talk.help_own": _names("options"),  # help that begins with the customer's own menu
    "talk.mymenu": _names("options"),
    "talk.mymenu_empty": _names("example"),
    "talk.mymenu_added": _names("code", "options"),
    "talk.mymenu_removed": _names("code", "options"),
    "talk.mymenu_absent": _names("given", "options"),  # what is to be added or removed does not exist
    "talk.mymenu_full": _names("number", "options"),
    "talk.mymenu_off": _names("code"),  # it is not switched on; code: how to switch it on
    # Short answers.
    "talk.about": _names("service", "about", "price", "per"),  # a description that no behaviour gives
    "talk.local_code": _names("service", "code"),  # said after a query in another region's spelling
    "talk.declined": _SERVICE,
    "talk.goodbye": _NONE,
    "talk.thanks": _NONE,
    "talk.language": _NONE,  # said in the new language
    "talk.nothing_open": _NONE,  # back or resume, and nothing is open
    "talk.nothing_to_repeat": _NONE,
    "talk.person": _NONE,  # the customer asked for a person
    # Pieces of sentences.
} | {f"talk.verb.{verb.value}": _NONE for verb in Verb}

# What these ends are told by stands under other keys, or nobody is there to be told: they are found afterwards (guidance,
# wrong_prompt), the answer did not arrive (channel_fault), who left is gone, a no is answered by talk.declined, and words or
# keys that fit nothing by error.person.
UNSAID = frozenset(
    {Cause.GUIDANCE, Cause.WRONG_PROMPT, Cause.CHANNEL_FAULT, Cause.UNKNOWN_WORDS, Cause.DECLINED, Cause.LEFT}
)

_ERROR: dict[str, frozenset[str]] = {
    "error.unknown": _names("given"),
    "error.unknown_nearest": _names("given", "options"),
    "error.ambiguous": _names("given", "options"),
    "error.missing_parameter": _names("service", "label", "example", "code"),
    "error.wrong_parameter": _names("service", "label", "given", "example"),
    "error.wrong_tier": _names("service", "given", "options"),
    "error.wrong_reply": _NONE,  # said before the question is asked again
    "error.no_such_action": _names(
        "service", "label", "options"
    ),  # the service exists, but this cannot be done with it
    "error.not_here": _names("service"),  # it exists, but not for this region or brand
    "error.prove_first": _names("service"),  # of pages: what the service demands is not proved yet
    "error.too_long": _names("number"),
    "error.empty": _NONE,
    "error.person": _NONE,  # said after several misses: what a person can do next
    "error.inactive": _names("service", "label", "code"),  # the line is not activated yet
    # What is wrong with a parameter; error.wrong_parameter where one of these has no text.
    "error.bad.month": _names("service", "label", "given", "example"),
    "error.bad.month_future": _names("service", "label", "given", "example"),
    "error.bad.amount": _names("service", "label", "given", "example"),
    "error.bad.msisdn": _names("service", "label", "given", "example"),
    "error.bad.short_number": _names("service", "label", "given", "example"),
    "error.bad.password": _names("service", "label", "example"),
    "error.bad.id_number": _names("service", "label", "example"),
    "error.bad.id_check": _names("service", "label", "example"),  # the check digit does not fit: most likely a slip
    "error.bad.count": _names("service", "label", "given", "example"),
    "error.bad.words": _names("service", "label", "given", "example"),
    "error.bad.too_many": _names("service", "label", "given", "example"),  # more values than the command takes
    # The service password that was asked for by text; calls have the words of the behaviour `password`.
    "error.password_check.wrong_password": _SERVICE | {"number"},  # asks for it again; number: tries left
    "error.password_check.too_many_tries": _SERVICE | {"date"},  # locked until
    "error.password_check.not_on": _SERVICE,  # there is none yet
} | {
    f"error.{cause.value}": _SERVICE | {"date", "example", "number"}
    for cause in Cause
    if cause not in UNSAID and cause is not Cause.WRONG_PARAMETER and cause is not Cause.MISSING_PARAMETER
}

# What only free words and whole commands bring about, or an answer after its time: no key and no button does.
OF_TEXTS = frozenset(
    {
        *("error.unknown", "error.unknown_nearest", "error.ambiguous", "error.no_such_action", "error.wrong_tier"),
        *("error.too_long", "error.empty", "error.bad.too_many", "error.no_answer"),
        *(f"error.password_check.{why}" for why in ("wrong_password", "too_many_tries", "not_on")),
    }
)
OF_PAGES = "error.prove_first"  # on calls and by text the password is asked for

# What the hall says beside the dialogue: about attempts whose end came late, and reminders nobody asked for just now.
_HALL: dict[str, frozenset[str]] = {
    "late.done": _names("service"),
    "late.refused": _names("service"),
    "late.absent": _names("service"),
    "late.unknown": _names("service"),
    "late.password": _NONE,  # we broke down while a service password was checked: nothing was done
    "notice.low_balance": _names("balance", "below"),
    "notice.usage_near": _names("name", "used", "total", "left"),
    "notice.usage_over": _names("name", "used", "total", "left"),
    "notice.opened_by_others": _names("service", "price", "per", "who", "date", "cancel_code"),
    "error.stranger": _NONE,
}

# Letters about cases (`cases/telling.py`). `{docket}` the number of the case; `{label}` complaint, enquiry, suggestion;
# `{told}` what was done last, or what somebody wrote; `{step}` where it is now; `{who}` whose turn it is; `{until}` by when,
# or that we are late; `{date}` a moment.
_STANDING = _names("docket", "label", "told", "step", "who", "until", "date")
_STATES = ("accepted", "analysing", "on_site", "recorded", "support", "plan", "replied", "confirming", "archived")
_DEEDS = (
    *("accepted", "joined", "urged", "escalated", "analysed", "solved", "parked", "asked", "advised", "planned"),
    *("progress", "offered", "offer_accepted", "offer_declined", "replied", "questioned", "satisfied", "unsatisfied"),
    *("silence_told", "archived", "filed", "closed", "reopened", "rated", "taken", "handed_over", "noted"),
    *("reconsidered", "reported", "acknowledged", "task_urged", "task_rated", "contacted", "tried", "late", "warned"),
    *("provoked", "sorted", "bound", "unbound", "fault_news", "fault_answered", "paused", "resumed", "answers_noted"),
    *("refund_asked", "refund_verified", "refund_approved", "refund_turned_down", "refunded_first", "refunded"),
    *("refund_stuck", "waived"),
    *("refund_asked", "refund_verified", "refund_approved", "refund_turned_down", "refunded_first", "refunded"),
    *("refund_stuck", "waived", "bill_explained"),
)
_CASES: dict[str, frozenset[str]] = (
    {
        "case.accepted": _STANDING | {"link"},  # at once: docket and by when; link: where to look, may be empty
        "case.suggestion": _STANDING | {"link"},
        "case.joined": _STANDING,  # the customer came again with the same matter
        "case.urged": _STANDING,
        "case.still_working": _STANDING,  # nothing was told for as long as was promised
        "case.progress": _names("docket", "told"),
        "case.parked": _names("docket", "date"),
        "case.escalated": _names("docket", "date"),
        "case.reply": _names("apology", "docket", "told", "other"),  # the result, and the question whether it satisfies
        "case.apology": _NONE,  # for the trouble; says nothing of whose fault it was
        "case.alternative": _names("told"),
        "case.thanks": _names("docket"),
        "case.again": _names("docket", "until"),
        "case.silence": _names("docket", "date"),  # before a case is filed because nobody answered
        "case.filed": _names("docket"),
        "case.archived": _names("docket"),
        "case.rate": _names("docket"),
        "case.reopened": _names("docket", "until"),
        "case.until.due": _names("date"),
        "case.until.late": _names("date"),
        "case.until.none": _NONE,
    }
    | {f"case.kind.{kind}": _NONE for kind in ("complaint", "enquiry", "suggestion")}
    | {f"case.who.{who}": _NONE for who in ("owner", "customer", "nobody")}
    | {f"case.step.{state}": _NONE for state in (*_STATES, "closed")}
    | {f"case.did.{deed}": _NONE for deed in _DEEDS}
    | {f"case.script.{blame}": _NONE for blame in ("company", "partner", "misunderstanding", "unreasonable")}
)

WORDS: Mapping[str, frozenset[str]] = MappingProxyType(_TALK | _ERROR | _HALL | _CASES)
