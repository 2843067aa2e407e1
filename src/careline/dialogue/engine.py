"""The dialogue: what follows from what was heard, and what is said when the carrier has answered. Pure, without a clock.

The conversation's state is JSON: `question` (the one that is open), `waiting` (orders in two steps, which outlive it),
`left` (the question that was turned away from), `proving` (what waits for the service password), `last` (the last answer),
`misses`, `path` (of menus), `used` (counts of spellings), `language`, `after` (what is to be added to the answer of the
job on its way).
"""

from datetime import datetime
from typing import Any

from careline.dialogue import acting, answering, menus, proof, resuming, wishing
from careline.dialogue.asking import ask_which, lines
from careline.dialogue.book import Book, Service, Verb
from careline.dialogue.intent import Intent, take_up
from careline.dialogue.keypad import concluding, sessions
from careline.dialogue.masking import masked, without_secrets
from careline.dialogue.naming import options_of
from careline.dialogue.rendering import fill, key_of, label_of, name_of, options_of_page, render
from careline.dialogue.talk import Ending, Event, Heard, Job, Reply, State, Step, Subscriber, Telling, Turn, Words
from careline.dialogue.turning import Turning
from careline.dialogue.understanding import understand
from careline.dialogue.utterance import normalise
from careline.values.cause import Cause
from careline.values.outcome import Outcome
from careline.values.secret import mask

_TEXT_MAX = 500  # characters; seven and a half parts of a Chinese SMS
_USED_MAX = 20

__all__ = ["advance", "conclude", "render"]


def advance(state: State, heard: Heard, book: Book, subscriber: Subscriber, now: datetime) -> Turn:
    """What follows from one thing that one customer said or did; `now` is aware. Never raises, whatever it was."""
    if heard.event is not Event.SAID:
        return sessions.happen(state, heard, book, subscriber, now)
    turning = Turning(state, heard, book, subscriber, now)
    turning.state.pop("after", None)
    proof.interrupted(turning)
    if heard.wish is not None:
        return wishing.grant(turning, heard.wish)
    if _is_suggestion(turning):
        _suggest(turning)
        return turning.turn(without_secrets(heard.text[:2000]))
    limit = book.limits.get("text_max", _TEXT_MAX)
    if len(heard.text) > limit:
        turning.trace("too_long", characters=str(len(heard.text)))
        turning.say("error.too_long", {"number": str(limit)})
        turning.count_miss()
        return turning.turn(masked(heard.text[:limit], turning.lexicon, understood=False, secret_asked=False))
    text = normalise(heard.text)
    if "question" in turning.state or "waiting" in turning.state or "left" in turning.state:
        resuming.lapse(turning)
    secret_asked = _asks_secret(turning)
    if not text:
        turning.say("error.empty")
        turning.count_miss()
    elif turning.question is None or not _answered(turning, text):
        _hear(turning, text)
    kept = masked(
        heard.text, turning.lexicon, understood=turning.exact, secret_asked=secret_asked or turning.secret_asked
    )
    form = text if kept == heard.text else normalise(kept)
    turning.steps[:0] = (Step("normalised", {"text": form}), turning.chain.step)
    return turning.turn(kept)


def _answered(turning: Turning, text: str) -> bool:
    question = turning.question
    if question is not None and question["kind"] == "check" and answering.still_offered(turning, question):
        return proof.given(turning, question, text)
    return turning.question is not None and answering.answered(turning, text)


def _hear(turning: Turning, text: str) -> None:
    meaning = understand(turning.chain, text, turning.today, turning.book.limits, turning.steps.append)
    turning.exact = meaning.exact and meaning.rule != "words"  # among free words there may be a secret
    if meaning.kind == "word":
        _word(turning, meaning.word)
        return
    if meaning.kind == "unknown" and _answers_waiting(turning, text):
        turning.state.pop("left", None)
        resuming.resume(turning)
        return
    if meaning.kind == "unknown" and _insists(turning, text):
        resuming.repeat_question(turning)
        turning.count_miss()
        return
    if meaning.kind == "unknown" and _answers_nothing(turning, text):
        if turning.lapsed is not None:  # an answer, but too late
            turning.say("error.no_answer", turning.about(turning.lapsed))
        else:
            turning.say("talk.nothing_open")
        return
    resuming.turn_away(turning, meaning.verb)
    if meaning.kind == "act":
        acting.act(turning, meaning)
        return
    given = mask(turning.heard.text)[:40] if meaning.exact else masked_given(turning)
    if meaning.kind == "node":
        menus.show_node(turning, meaning.table, meaning.spelling)
    elif meaning.kind == "mine":
        menus.own_menu(turning, meaning.word, meaning.argument)
    elif meaning.kind == "wrong_tier":
        acting.tier(turning, meaning)
    elif meaning.kind == "choose":
        ask_which(turning, meaning.key, meaning.options, given)
    elif meaning.kind == "not_here":
        acting.not_here(turning, meaning)
    elif meaning.kind == "no_such_action":
        acting.no_such_action(turning, meaning)
    else:
        if meaning.options:
            ask_which(turning, "error.unknown_nearest", meaning.options, given)
        else:
            turning.say("error.unknown", {"given": given})
        turning.count_miss()


def _answers_waiting(turning: Turning, text: str) -> bool:
    """Yes or no in words, long after the question of a two-step order: it is asked once more."""
    phrases = turning.lexicon.phrases
    return bool(turning.waiting) and not text.isdigit() and (text in phrases.yes or text in phrases.no)


def _answers_nothing(turning: Turning, text: str) -> bool:
    """A yes or no in words, or a password that was asked for, to no question."""
    phrases = turning.lexicon.phrases
    if turning.lapsed is not None and proof.read(turning, text) is not None:
        return True  # a password, after its question's time
    return turning.question is None and not text.isdigit() and (text in phrases.yes or text in phrases.no)


def _insists(turning: Turning, text: str) -> bool:
    """Whether the open question is asked again: it belongs to an order, or a number or a yes was said that fits it not."""
    question, phrases = turning.question, turning.lexicon.phrases
    if question is None:
        return False
    return question.get("intent") is not None or text.isdigit() or text in phrases.yes or text in phrases.no


def masked_given(turning: Turning) -> str:
    return masked(turning.heard.text.strip(), turning.lexicon, understood=False, secret_asked=_asks_secret(turning))[
        :40
    ]


def _word(turning: Turning, word: str) -> None:
    """Words that every customer may say at any time."""
    if word == "help":
        resuming.turn_away(turning)
        menus.show_help(turning)
    elif word == "person":
        turning.say("talk.person")
    elif word == "repeat":
        _repeat(turning)
    elif word == "resume":
        if turning.question is not None:
            _repeat(turning)
        elif not resuming.resume(turning):
            turning.say("talk.nothing_open")
    elif word == "back":
        if turning.question is None and not turning.state.get("path"):
            turning.say("talk.nothing_open")
        else:
            resuming.turn_away(turning)
            menus.go_back(turning)
    elif word == "thanks":
        turning.say("talk.thanks")  # whatever was asked stays asked
    elif word == "quit":
        resuming.turn_away(turning)
        for one in turning.waiting:
            turning.end(one["intent"]["reference"], Outcome.ABANDONED, Cause.LEFT)
        for name in ("waiting", "left", "path"):
            turning.state.pop(name, None)
        turning.say("talk.goodbye")
    else:
        turning.state["language"] = "en" if word == "english" else "zh"
        turning.say("talk.language")


def _repeat(turning: Turning) -> None:
    last = turning.state.get("last")
    if not last:
        turning.say("talk.nothing_to_repeat")
        return
    turning.key = str(last[0])
    turning.said.append(str(last[1]))


def _is_suggestion(turning: Turning) -> bool:
    address = turning.lexicon.suggestions_address
    return bool(address) and turning.heard.address != "10086" and turning.heard.address.endswith(address)


def _suggest(turning: Turning) -> None:
    """What is sent to the second number is kept as a suggestion: no command, whatever it says."""
    service = turning.book.services.get("suggestion")
    action = (service.actions.get(Verb.OTHER) or service.actions.get(Verb.REGISTER)) if service else None
    if service is None or action is None:
        turning.say("any.register.done")
        return
    name = action.parameters[0].name if action.parameters else "text"
    text = without_secrets(turning.heard.text[:2000])
    intent = Intent(turning.heard.reference, service, action, parameters={name: text}, exact=True)
    turning.recognise(intent, "suggestions")
    turning.trace("suggestions", address=turning.heard.address)
    turning.begin(intent)
    turning.job = intent.job()


def _asks_secret(turning: Turning) -> bool:
    question = turning.question
    if question is not None and question["kind"] == "check":
        return True
    if question is None or question["kind"] != "fill":
        return False
    intent = take_up(question["intent"], turning.book)
    return intent is not None and any(parameter.secret for parameter in intent.action.parameters)


def conclude(state: State, job: Job, telling: Telling, book: Book, subscriber: Subscriber, now: datetime) -> Reply:
    """The finished turn of a job: how it ended, in words, and the question that the answer may end with."""
    turning = Turning(state, Heard("", job.reference), book, subscriber, now)
    after = turning.state.pop("after", None) or {}
    if proof.waits_for(turning, job):
        return proof.concluded(turning, job, telling)
    key, text = key_of(book, job, telling, turning.manner)
    language = turning.language
    # The hall's own tellings (the carrier is down) know no values: every text may name the service.
    values = {"service": name_of(book, job.service.id, job.tier.id if job.tier else ""), **telling.values}
    if turning.medium and telling.question is not None and "options" in values:
        labels = [label_of(book, option, turning.medium) for option in telling.question.options]
        values["options"] = options_of_page(book, labels, turning.medium)
    said = fill(text, values, language) if text else render(book, key, values, language, turning.manner)
    turning.said.append(turning.resolved(said))
    turning.key = key
    steps = [Step("words", {"key": key})] if text else [Step("missing_text", {"key": key})]
    if telling.outcome is Outcome.DONE and job.spelling and job.verb is not Verb.CONFIRM:
        _count_use(turning.state, job.spelling)
    if telling.question is not None:
        _follow_up(turning, job, telling)
    elif after.get("reference") == job.reference and telling.outcome is Outcome.DONE:
        if "code" in after:
            turning.say("talk.local_code", {"service": job.service.name, "code": after["code"]})
        elif "offer" in after:
            _offer(turning, job.service, str(after["offer"]))
    also = concluding.after(turning, job, telling) if turning.medium else ()
    turning.state.pop("misses", None)
    words = Words(turning.key, "\n".join(turning.said))
    if turning.job is None:
        turning.remember(words)
    return Reply(
        state=turning.state,
        ending=Ending(job.reference, telling.outcome, telling.cause),
        words=words,
        steps=(*steps, *turning.steps),
        due_at=turning.due_at if turning.medium else None,
        cue=turning.cue,
        also=also,
        job=turning.job,
    )


def _offer(turning: Turning, service: Service, tier: str) -> None:
    options = options_of(turning.chain, service, tier)
    turning.say("talk.offer", {"service": service.name, "options": lines(turning, options)})
    turning.asked = turning.said[-1]
    turning.ask("choose", options=[dict(option) for option in options])


def _follow_up(turning: Turning, job: Job, telling: Telling) -> None:
    """The question that an answer ends with: its reply begins a new attempt."""
    question = telling.question
    assert question is not None
    service = turning.book.services.get(question.service or job.service.id, job.service)
    action = service.actions.get(Verb(question.verb) if question.verb else job.verb)
    if action is None:
        return
    intent = Intent(turning.heard.reference, service, action, table=job.table)
    options = [dict(option) for option in question.options]
    if question.kind == "confirm" and options:
        intent.parameters.update({str(k): str(v) for k, v in options[0].items()})
    turning.ask(question.kind, intent, options=options, names=[parameter.name for parameter in action.parameters])


def _count_use(state: dict[str, Any], spelling: str) -> None:
    used: dict[str, int] = dict(state.get("used") or {})
    used[spelling] = used.get(spelling, 0) + 1
    if len(used) > _USED_MAX:
        del used[min(used, key=lambda one: used[one])]
    state["used"] = used
