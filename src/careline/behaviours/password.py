"""The service password: applied for and reset with the owner's ID number, changed with the old one.

No password is ever sent: after applying or resetting it is the last six digits of the ID number, which only the owner
and the carrier know (the carrier's rule; its answer says so by `initial` = id_tail).
"""

from datetime import datetime

from careline.behaviours._telling import ANY_REFUSAL, Values, described, done, refused, refused_by, tails
from careline.carrier.port import Answer, Request
from careline.dialogue.book import Verb
from careline.dialogue.saying import rows
from careline.dialogue.talk import Job, Question, Subscriber, Telling
from careline.values.cause import Cause
from careline.values.language import Text

# What the menu offers: the verb, the parameter `what`, and its name for customers.
MENU = (
    (Verb.REGISTER, "apply", Text("申请密码", "Apply for a password")),
    (Verb.CONFIGURE, "change", Text("修改密码", "Change the password")),
    (Verb.CONFIGURE, "reset", Text("忘记密码，重置", "Forgotten: reset it")),
)
_NEEDS = {"apply": ("id_number",), "change": ("old", "new"), "reset": ("id_number",), "check": ("password",)}
_TRIES = frozenset({Cause.WRONG_PASSWORD.value, "wrong_id", Cause.TOO_MANY_TRIES.value, "no_document"})


class Password:
    """Parameters: `id_number` (register; configure with what=reset), `old` and `new` (what=change); what=menu asks which.

    `status` with `password` asks whether it is the right one: so calls find out whom they serve. It is in no pack, and its
    words are those of calls (dialogue.keypad.words).
    """

    name = "password"
    verbs = frozenset({Verb.REGISTER, Verb.CONFIGURE, Verb.DESCRIBE, Verb.STATUS})
    words = (
        tails([Verb.REGISTER], "done", "set", "incomplete", Cause.ALREADY_ON.value, _TRIES, ANY_REFUSAL)
        | tails(
            [Verb.CONFIGURE], "menu", "changed", "done", "incomplete", "set", Cause.NOT_ON.value, _TRIES, ANY_REFUSAL
        )
        | tails([Verb.DESCRIBE], "done")
    )

    def ask(self, job: Job, subscriber: Subscriber, now: datetime) -> Request | None:
        what = _what(job)
        if job.verb is Verb.DESCRIBE or what == "menu" or _missing(job, what):
            return None
        values = {name: job.parameters[name] for name in _NEEDS[what]}
        return Request(job.reference, subscriber.msisdn, "password", what, values)

    def tell(self, job: Job, subscriber: Subscriber, answer: Answer, now: datetime) -> Telling:
        if job.verb is Verb.DESCRIBE:
            return described(job, now)
        what = _what(job)
        if what == "menu":
            return _menu(job, now)
        if _missing(job, what):
            return refused(job, Cause.MISSING_PARAMETER, {}, now, "incomplete")
        if answer.refused is not None:
            return refused_by(job, answer, now, key=_refusal(answer, what))
        if what == "change":
            return done(job, now, "changed")
        # Where the carrier sets another first password, it tells its customers so itself.
        return done(job, now, "set" if answer.facts.get("initial") == "id_tail" else "done")


def _missing(job: Job, what: str) -> bool:
    """What is needed depends on what is wanted, which the grammar of the action cannot say."""
    return not all(job.parameters.get(name) for name in _NEEDS[what])


def _what(job: Job) -> str:
    """apply, change, reset or menu: what the code says, else what was given."""
    if job.verb is Verb.REGISTER:
        return "apply"
    if job.verb is Verb.STATUS:
        return "check"
    said = job.parameters.get("what", "")
    if said == "change" or (not said and "old" in job.parameters and "new" in job.parameters):
        return "change"
    if said == "reset" or (not said and "id_number" in job.parameters):
        return "reset"
    return "menu"


def _refusal(answer: Answer, what: str) -> str:
    """The words' tail where the cause alone would mislead; nothing else."""
    if answer.refused is Cause.WRONG_PASSWORD and what not in ("change", "check"):
        return "wrong_id"
    if answer.refused is Cause.NOT_ELIGIBLE and not answer.facts.get("status"):
        return "no_document"
    return ""


def _menu(job: Job, now: datetime) -> Telling:
    told: Values = {"options": rows(lambda language: [label.read(language) for _, _, label in MENU], numbered=True)}
    telling = done(job, now, "menu", told)
    options = tuple(
        {
            "service": job.service.id,
            "verb": verb.value,
            "parameters": {} if verb is Verb.REGISTER else {"what": what},
            "zh": label.zh,
            "en": label.en,
        }
        for verb, what, label in MENU
    )
    question = Question("choose", options, job.service.id, job.verb.value)
    return Telling(telling.outcome, telling.key, values=telling.values, question=question)


BEHAVIOUR = Password()
