"""What can be done with a case now: exactly the steps that its state allows, each with its form."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from careline.cases.states import OPEN, WAYS, State
from careline.identity.gates import Gate
from careline.staff.views.cases_forms import Deed, Field

_WORDS_HINT = _("The customer reads this. Numbers are masked by themselves.")
_BLAME_HINT = _("Only once the facts are clear. An apology for the trouble is not an admission.")
_OPEN = frozenset(OPEN)

DEEDS: tuple[Deed, ...] = (
    Deed(
        "analyse",
        _("Analyse and classify"),
        (
            Field("category", _("Category"), "choice", of="category"),
            Field("severity", _("Severity"), "choice", of="severity", hint=_("Major is reported upward at once.")),
            Field("cause", _("Cause"), "line", of="cause", hint=_("What happened, as far as it is known.")),
            Field("blame", _("Whose fault"), "choice", required=False, of="blame", hint=_BLAME_HINT),
        ),
        frozenset({State.ACCEPTED, State.ANALYSING}),
        State.ANALYSING,
    ),
    Deed(
        "solve",
        _("Solve on the spot"),
        (Field("plan", _("How it is solved"), required=False, of="plan", draft="plan"),),
        frozenset({State.ANALYSING}),
        State.ON_SITE,
    ),
    Deed(
        "record",
        _("Park it, with a promised time"),
        (
            Field("contact_at", _("The customer hears from us by"), "when", of="contact_at"),
            Field("words", _("Note for us"), required=False, hint=_("The customer never sees this.")),
        ),
        frozenset({State.ANALYSING}),
        State.RECORDED,
    ),
    Deed(
        "reply",
        _("Reply to the customer"),
        (
            Field("words", _("The result, in plain words"), of="reply", draft="reply", hint=_WORDS_HINT),
            Field("apologise", _("Apologise for the trouble"), "flag", required=False),
            Field(
                "alternative",
                _("What we can offer instead"),
                required=False,
                of="alternative",
                hint=_("Where the wish cannot be met: an alternative, and how others fared with it."),
            ),
        ),
        frozenset({State.PLAN}),
        State.REPLIED,
    ),
    Deed(
        "ask",
        _("Ask a department"),
        (
            Field("department", _("Department"), "choice", of="department"),
            Field(
                "question",
                _("Question"),
                draft="question",
                hint=_("The department reads this and the answers to the category's questions: no names, no numbers."),
            ),
        ),
        frozenset({State.RECORDED, State.SUPPORT, State.PLAN}),
        State.SUPPORT,
    ),
    Deed(
        "decide",
        _("Decide on the plan"),
        (
            Field(
                "plan", _("The plan"), of="plan", draft="plan", hint=_("In the customer's interest, within our limits.")
            ),
            Field("blame", _("Whose fault"), "choice", required=False, of="blame", hint=_BLAME_HINT),
        ),
        frozenset({State.ON_SITE, State.RECORDED, State.SUPPORT, State.PLAN}),
        State.PLAN,
    ),
    Deed(
        "reconsider",
        _("The plan does not serve: analyse again"),
        (Field("reason", _("Why"), "line"),),
        frozenset({State.PLAN}),
        State.ANALYSING,
    ),
    Deed(
        "question",
        _("Ask whether it is settled"),
        (Field("channel", _("Asked by"), "choice", of="channel"),),
        frozenset({State.REPLIED}),
        State.CONFIRMING,
    ),
    Deed(
        "confirm",
        _("What the customer says"),
        (
            Field("satisfied", _("Is it settled?"), "choice", of="satisfied"),
            Field("channel", _("Said by"), "choice", of="channel"),
            Field("words", _("In the customer's words"), "line", required=False),
        ),
        frozenset({State.CONFIRMING}),
        State.ANALYSING,
        about=_("Satisfied leads to the archive, not satisfied to another round."),
    ),
    Deed(
        "archive",
        _("Archive with a summary"),
        (
            Field(
                "summary",
                _("Summary"),
                draft="summary",
                hint=_("For the next one who meets this: what it was, what helped."),
            ),
        ),
        frozenset({State.CONFIRMING}),
        State.ARCHIVED,
    ),
    Deed("close", _("Close"), (), frozenset({State.ARCHIVED}), State.CLOSED),
    Deed(
        "reopen",
        _("Open again"),
        (
            Field("words", _("What the customer says now")),
            Field("channel", _("Said by"), "choice", of="channel"),
        ),
        frozenset({State.CLOSED}),
        State.ANALYSING,
        gate=Gate.TAKE_CASES,
    ),
    Deed(
        "answers",
        _("Write down the answers"),
        (),  # the questions of the case's category
        _OPEN,
        gate=Gate.TAKE_CASES,
        side="calm",
    ),
    Deed(
        "progress",
        _("Tell the progress"),
        (Field("words", _("How it stands, honestly"), hint=_WORDS_HINT),),
        _OPEN,
        side="side",
    ),
    Deed(
        "note",
        _("Write an internal note"),
        (Field("words", _("Note"), draft="note", hint=_("The customer never sees this.")),),
        _OPEN,
        gate=Gate.TAKE_CASES,
        side="side",
    ),
    Deed(
        "offer",
        _("Make an offer"),
        (
            Field("words", _("Offer"), draft="offer"),
            Field("amount", _("Amount in yuan, if any"), "money", required=False),
        ),
        frozenset({State.ANALYSING, State.PLAN, State.REPLIED, State.CONFIRMING}),
        side="side",
    ),
    Deed(
        "urge",
        _("The customer urges"),
        (
            Field("channel", _("Said by"), "choice", of="channel"),
            Field("words", _("In the customer's words"), "line", required=False),
        ),
        _OPEN,
        gate=Gate.TAKE_CASES,
        side="side",
    ),
    Deed(
        "take",
        _("Take the case"),
        (),
        _OPEN,
        gate=Gate.TAKE_CASES,
        side="side",
        about=_("From now on it is yours until it is settled."),
    ),
    Deed(
        "hand_over",
        _("Hand over"),
        (Field("to", _("To whom"), "choice", of="staff"), Field("reason", _("Why"), "line")),
        _OPEN,
        gate=Gate.MANAGE_CASES,
        side="side",
    ),
    Deed(
        "escalate",
        _("Bring it to the next level"),
        (Field("reason", _("Why"), "line"),),
        _OPEN,
        side="side",
        grave=True,
    ),
    Deed(
        "pause",
        _("Pause a promise"),
        (
            Field("what", _("Promise"), "choice", of="running"),
            Field("reason", _("Why"), "line", hint=_("For example: the customer wants to look for a receipt first.")),
        ),
        _OPEN,
        side="clock",
    ),
    Deed(
        "resume",
        _("Let a promise run again"),
        (Field("what", _("Promise"), "choice", of="standing"),),
        _OPEN,
        side="clock",
    ),
)
BY_NAME: Mapping[str, Deed] = {deed.name: deed for deed in DEEDS}


def offered(state: State, may: frozenset[Gate]) -> list[Deed]:
    """The deeds that this state allows to somebody with these rights; those that lead on come first, in their order."""
    return [
        deed
        for deed in DEEDS
        if state in deed.at and deed.gate in may and (deed.to is None or deed.to == state or deed.to in WAYS[state])
    ]
