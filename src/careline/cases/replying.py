"""The result is told, and the customer is asked whether it satisfies; nobody but the customer decides that."""

from datetime import datetime
from uuid import UUID

from careline.cases import custody, rounds, supporting, telling
from careline.cases.custody import answerable
from careline.cases.deeds import deed, move, note, remember, remembered
from careline.cases.free_text import LETTER_MAX, from_customer, from_staff
from careline.cases.promised import pledging
from careline.cases.records.case import Case
from careline.cases.standing import until
from careline.cases.states import Blame, NotAllowed, State
from careline.values.language import Text


def reply(
    docket: str,
    words: str,
    apologise: bool = False,
    alternative: str = "",
    *,
    by: str,
    now: datetime,
    expected: int | None = None,
) -> Case:
    """Tell the customer the result and ask whether it satisfies, in one letter.

    An apology for the trouble is said when it is wanted, and always when it was our fault; it says nothing of whose
    fault it was. Without a number to write to the case waits in `replied` until somebody has asked (`ask_satisfied`).
    Raises NotAllowed: no_words, no_plan, too_long, way, not_owner, closed, moved.
    """
    words, alternative = from_staff(words, LETTER_MAX), from_staff(alternative, LETTER_MAX)
    if not words:
        raise NotAllowed("no_words")
    with deed(docket, expected=expected) as case:
        answerable(case, by, now)
        if case.state == State.PLAN and not case.plan:
            raise NotAllowed("no_plan")
        move(case, State.REPLIED)
        case.reply, case.alternative = words, alternative
        case.replied_at = case.replied_at or now
        apologise = apologise or case.blame == Blame.COMPANY
        if apologise:
            case.apologised_at = now
        detail = {"apologised": apologise, "alternative": alternative}
        note(case, "replied", by=by, now=now, words=words, public=True, detail=detail)
        pledging.replied(case, now=now)
        nothing = Text("", "")
        values: dict[str, str | Text] = {
            "docket": case.docket,
            "told": _ended(words),
            "apology": telling.written("case.apology") if apologise else nothing,
            "other": telling.written("case.alternative", {"told": _ended(alternative)}) if alternative else nothing,
        }
        if telling.say(case, "case.reply", values, now):
            _questioned(case, by, now, "sms")
    return case


def ask_satisfied(docket: str, *, channel: str, by: str, now: datetime, expected: int | None = None) -> Case:
    """Somebody asked the customer in person whether the result satisfies. Raises NotAllowed: way, not_owner, closed, moved."""
    with deed(docket, expected=expected) as case:
        answerable(case, by, now)
        _questioned(case, by, now, channel)
    return case


def customer_says(
    docket: str,
    satisfied: bool,
    *,
    channel: str,
    by: str,
    now: datetime,
    rating: int | None = None,
    words: str = "",
    key: str = "",
    contact: UUID | str | None = None,
    tell: bool = True,
    expected: int | None = None,
) -> Case:
    """The customer's answer: satisfied, it may be archived; not, it is taken up again in another round.

    Once per `key` where one is given. Staff may write down what the customer said on the phone; a rating is only the
    customer's own. Raises NotAllowed: way (nothing was asked), bad_rating, rated, not_customer, closed, moved.
    """
    known = remembered(key)
    if known is not None:
        return known
    if rating is not None and rating not in range(1, 6):
        raise NotAllowed("bad_rating")
    if rating is not None and by != "subscriber":
        raise NotAllowed("not_customer")
    words = from_customer(words)
    with deed(docket, expected=expected) as case:
        if key and not remember(case, key, channel=channel, contact=contact, by=by, now=now, words=words):
            return case
        custody.asked(case, by, now)
        if case.state != State.CONFIRMING:
            raise NotAllowed("way", case.state, State.CONFIRMING.value)
        if rating is not None:
            _rate(case, rating)
        if not satisfied:
            rounds.again(case, by=by, now=now, channel=channel, words=words, rating=rating)
            if tell:
                due_at = case.promises.filter(what="solution", kept_at=None, cancelled_at=None).latest("id").due_at
                telling.say(case, "case.again", {"docket": case.docket, "until": until(due_at, now)}, now)
        elif not case.satisfied:
            case.satisfied = True
            detail = {"rating": rating} if rating is not None else {}
            note(case, "satisfied", by=by, now=now, channel=channel, words=words, public=True, detail=detail)
            if tell:
                telling.say(case, "case.thanks", {"docket": case.docket}, now)
    return case


def _questioned(case: Case, by: str, now: datetime, channel: str) -> None:
    move(case, State.CONFIRMING)
    case.asked_at, case.silence_told_at, case.satisfied = now, None, None
    note(case, "questioned", by=by, now=now, channel=channel, public=True)


def _rate(case: Case, rating: int) -> None:
    if case.rating is not None:
        raise NotAllowed("rated")
    case.rating = rating
    supporting.rated_with(case, rating)


def _ended(words: str) -> str:
    """The words as a sentence that another one can follow."""
    return (
        words if words.endswith(("。", "！", "？", ".", "!", "?")) else f"{words}." if words.isascii() else f"{words}。"
    )
