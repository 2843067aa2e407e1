"""The language of whoever reads a page of staff, as texts of two languages know it."""

from django.utils.functional import Promise, lazystr
from django.utils.translation import get_language

from careline.values.language import Language, Text


def language() -> Language:
    """Chinese where nothing else was chosen."""
    return "en" if (get_language() or "").startswith("en") else "zh"


class _Read:
    """Is read anew each time that it is shown."""

    def __init__(self, text: Text) -> None:
        self.text = text

    def __str__(self) -> str:
        return self.text.read(language())


def label(text: Text) -> Promise:
    """A text as a label of pages, read in the language of the page on which it stands."""
    return lazystr(_Read(text))
