"""The service password as it comes by text: read, given to the carrier, and what was ordered goes on where it was.

It is a job of its own, the one that calls have: asked for once, counted by the carrier, noted nowhere. What waits for it
stands in the state as `proving` while the carrier is asked, and its attempt stays open.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from careline.dialogue import proving
from careline.dialogue.answering import decline
from careline.dialogue.asking import check_and_proceed
from careline.dialogue.grammar import Wrong, parse
from careline.dialogue.intent import Intent, take_up
from careline.dialogue.keypad.concluding import is_check
from careline.dialogue.keypad.wanting import CHECK, PASSWORD
from careline.dialogue.talk import Ending, Job, Reply, Telling, Words
from careline.dialogue.turning import Turning
from careline.dialogue.understanding import followed
from careline.values.cause import Cause
from careline.values.outcome import Outcome
from careline.values.secret import Secret

PROVING = "proving"  # in the state: the intent that waits for the carrier's word, and whether it was confirmed before
# What the check ends with has words of its own; these are said where a catalogue has not got them yet.
_CHECKED: Mapping[Cause, str] = MappingProxyType(
    {
        Cause.WRONG_PASSWORD: "error.wrong_password",
        Cause.TOO_MANY_TRIES: "error.too_many_tries",
        Cause.NOT_ON: "voice.password.status.not_on",
    }
)
_GAPS = re.compile(r"[ \-]")
_LIKE_ONE = re.compile(r"[0-9X.#*+ ,，;；、/\-]+")  # digits and signs: meant as a password, whether it is one or not


def given(turning: Turning, question: Mapping[str, Any], text: str) -> bool:
    """Take the normalised text as the service password; False where it is a code or words, which the other rules read.

    A text of six digits is the password even where it is a code as well: who wants the code says no first.
    """
    intent = take_up(question["intent"], turning.book)
    if intent is None:
        return False
    if not text.isdigit() and text in turning.lexicon.phrases.no:
        turning.trace("question", asked="check", answer="no")
        turning.close_question()
        decline(turning, intent)
        return True
    password = read(turning, text)
    if password is None and (_is_code(turning, text) or not _LIKE_ONE.fullmatch(text)):
        return False
    # Whether it is a code as well is not traced: that would tell what it was.
    turning.trace("question", asked="check", answer="fits" if password else "does not fit")
    turning.secret_asked = True
    turning.close_question()
    turning.recognise(intent, "question")
    if password is None:
        turning.say(
            "error.bad.password", turning.about(intent) | {"label": PASSWORD.label, "example": PASSWORD.example}
        )
        turning.asked = str(question.get("said", ""))
        proving.ask(turning, intent, confirmed=bool(question.get("confirmed")))
        turning.count_miss()
        return True
    turning.state[PROVING] = {"intent": intent.note(), "confirmed": bool(question.get("confirmed"))}
    turning.begun = turning.job = Job(
        turning.heard.reference,
        "",
        turning.book.services["password"],
        CHECK,
        CHECK.verb,
        parameters={PASSWORD.name: password},
    )
    return True


def _is_code(turning: Turning, text: str) -> bool:
    return text in turning.chain.exact or any(followed(sheet, text) for sheet in turning.chain.sheets)


def read(turning: Turning, text: str) -> Secret | None:
    """The service password that this text is, however its digits were grouped."""
    try:
        password = parse(PASSWORD, _GAPS.sub("", text), turning.today)
    except Wrong:
        return None
    assert isinstance(password, Secret)
    return password


def waits_for(turning: Turning, job: Job) -> bool:
    """Whether something that was asked for by text waits for this job."""
    return is_check(job) and PROVING in turning.state


def interrupted(turning: Turning) -> None:
    """The customer writes again, and the carrier's word on the last password never came: its order ends here."""
    held = turning.state.pop(PROVING, None)
    if held is not None:
        turning.end(held["intent"]["reference"], Outcome.FAILED, Cause.HALL_FAULT)


def concluded(turning: Turning, job: Job, telling: Telling) -> Reply:
    """What the carrier says of the password: right, and the order goes on; wrong, and it is asked for again; or the end."""
    held = turning.state.pop(PROVING)
    intent = take_up(held["intent"], turning.book)
    concerns = held["intent"]["reference"]
    if intent is None:  # the book changed meanwhile
        known = turning.book.services.get(held["intent"]["service"])
        turning.say("error.closed", {"service": known.name if known else held["intent"]["service"]})
        turning.end(concerns, Outcome.REFUSED, Cause.CLOSED)
    elif telling.outcome is Outcome.DONE:
        intent.proved = True
        check_and_proceed(turning, intent, confirmed=held["confirmed"])
    else:
        _say(turning, intent, telling)
        if telling.cause is Cause.WRONG_PASSWORD:
            proving.ask(turning, intent, confirmed=held["confirmed"])
        else:
            outcome = Outcome.REFUSED if telling.outcome is Outcome.REFUSED else Outcome.FAILED
            turning.end(concerns, outcome, telling.cause or Cause.HALL_FAULT)
    turning.state.pop("misses", None)
    words = Words(turning.key, "\n".join(turning.said))
    if turning.job is None:
        turning.remember(words)
    return Reply(
        state=turning.state,
        ending=Ending(job.reference, telling.outcome, telling.cause),
        words=words,
        due_at=turning.due_at,
        steps=tuple(turning.steps),
        also=tuple(turning.endings),
        job=turning.job,
        concerns=concerns if telling.outcome is Outcome.DONE or turning.endings else "",
    )


def _say(turning: Turning, intent: Intent, telling: Telling) -> None:
    """Why it does not go on, by the name of what was ordered."""
    key = "error.carrier_fault"  # also where it was silent: nothing was ordered yet, so nothing is in doubt
    if telling.cause is not None and telling.cause in _CHECKED:
        key = proving.known(turning.book, f"error.password_check.{telling.cause.value}", _CHECKED[telling.cause])
    elif telling.cause in (Cause.CARRIER_BUSY, Cause.HALL_FAULT):
        key = f"error.{telling.cause.value}"
    turning.say(key, {**telling.values, **turning.about(intent)})
