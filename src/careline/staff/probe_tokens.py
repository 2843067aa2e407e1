"""What tokens of coverage are called: `deed:caller_id:subscribe` is "Caller ID, Subscribe" to people."""

from django.utils.translation import gettext

from careline.dialogue.book import Book, Verb
from careline.dialogue.rendering import verb_word
from careline.hall.error_names import error_name
from careline.staff.case_labels import CHANNELS

_VERBS = {verb.value for verb in Verb}


def name_of(token: str, book: Book, language: str) -> str:
    """The words for it in this language; the bare token where the book knows none of it (any more)."""
    kind, _, rest = token.partition(":")
    if kind.startswith("error"):
        bare, _, other = rest.partition("@")
        return f"{error_name(bare).read(language)}{f' ({other})' if other else ''}"
    if kind == "node":
        menu, _, node = rest.partition("/")
        found = book.menus[menu].nodes.get(node) if menu in book.menus else None
        return found.title.read(language) if found else token
    if kind in ("channel", "menu"):
        return str(CHANNELS.get(rest, rest)) if kind == "channel" else f"{gettext('Menu')} {rest}"
    service, _, verb = rest.rpartition(":")
    if service in book.services and verb in _VERBS:
        return f"{book.services[service].name.read(language)} · {verb_word(book, Verb(verb)).read(language)}"
    return token
