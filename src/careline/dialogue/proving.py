"""Asking by text for the service password, before what needs it goes on.

Calls have a session that stays proved; a text has none, so each order asks for itself, and its proof ends with it: it
lasts as long as the questions of that order do, and whoever turns to something else shows it again.
"""

from careline.dialogue.book import Book
from careline.dialogue.intent import Intent
from careline.dialogue.keypad.wanting import KEYED, PASSWORD
from careline.dialogue.turning import Turning
from careline.values.assurance import Assurance
from careline.values.cause import Cause


def needs_proof(intent: Intent) -> bool:
    """Whether holding the phone is not enough for this."""
    return intent.action.assurance > Assurance.LINE and not intent.proved


def must_prove(turning: Turning, intent: Intent, *, confirmed: bool = False) -> bool:
    """Whether the service password is asked for first, and then it is. `confirmed`: nothing else has to be asked then."""
    wish = turning.heard.wish
    if wish is not None:
        return _must_prove_on_page(turning, intent, wish.assurance, confirmed=confirmed)
    if not needs_proof(intent):
        return False
    turning.begin(intent)
    service = turning.book.services.get("password")
    if service is None or intent.action.assurance > Assurance.PASSWORD:  # a document is shown to a person only
        turning.refuse(intent, Cause.NOT_ELIGIBLE, known(turning.book, "talk.in_person", "error.not_eligible"))
        return True
    key, values = known(turning.book, "talk.ask_password", "talk.fill"), turning.about(intent)
    if key == "talk.fill":
        values |= {"label": PASSWORD.label, "example": PASSWORD.example}
    turning.say_own(intent, "prove", key, values | {"number": str(KEYED[PASSWORD.kind].most)})
    ask(turning, intent, confirmed=confirmed)
    return True


def _must_prove_on_page(turning: Turning, intent: Intent, shown: int, *, confirmed: bool) -> bool:
    """The same of what was picked: pages and apps have a place for the password, and what was chosen waits until it is shown.

    A wish that begins has been refused before (`wishing`), so this is what an answer led to, or one that was proved no longer.
    """
    if intent.action.assurance <= shown:
        return False
    if intent.action.assurance > Assurance.PASSWORD:
        turning.refuse(intent, Cause.NOT_ELIGIBLE, known(turning.book, "talk.in_person", "error.not_eligible"))
        return True
    turning.begin(intent)
    turning.say("error.prove_first", turning.about(intent))
    turning.ask("prove", intent, confirmed=confirmed)
    return True


def ask(turning: Turning, intent: Intent, *, confirmed: bool) -> None:
    """Leave the question open whose answer is the password."""
    turning.ask("check", intent, kinds=[PASSWORD.kind], confirmed=confirmed)


def known(book: Book, key: str, older: str) -> str:
    """This key, or the older one where the catalogue was published before these words were written."""
    return key if key in book.words else older
