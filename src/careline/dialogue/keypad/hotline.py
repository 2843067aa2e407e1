"""The attempt that stands for a whole session: recorded where no action was reached, or keys were missed again and again."""

from dataclasses import replace

from careline.dialogue.book import Action, Book, Service, Verb
from careline.dialogue.keypad.session import Session
from careline.dialogue.talk import Job
from careline.dialogue.turning import Turning
from careline.values.cause import Cause
from careline.values.language import Text
from careline.values.outcome import Outcome

ID = "hotline"
_HELP = Action(Verb.HELP)
_PLAIN = Service(ID, "", "menu", Text("电话自助", "Phone menu"), Text("电话自助", "Phone menu"), ID)


def service_of(book: Book) -> Service:
    """The packs' own, where they have it; its verb is help, so no figure of opening and closing counts it."""
    service = book.services.get(ID, _PLAIN)
    return service if Verb.HELP in service.actions else replace(service, actions={Verb.HELP: _HELP})


def note(turning: Turning, session: Session, outcome: Outcome, cause: Cause) -> None:
    """Record that the menu led nowhere, once a session; nothing where this turn has begun an attempt that says more."""
    if session.noted or turning.begun is not None:
        return
    session.noted = True
    service = service_of(turning.book)
    turning.begun = Job(turning.heard.reference, "", service, _HELP, Verb.HELP)
    turning.end(turning.heard.reference, outcome, cause)
    turning.node = session.node
