"""The packs as they are delivered, read once for all tests of a process: nobody can change a book."""

from functools import cache

from careline.catalogue.documents import Documents
from careline.catalogue.packs import packs_folder, read, read_book
from careline.dialogue.book import Book


@cache
def the_book() -> Book:
    return read_book()


@cache
def documents() -> Documents:
    """To be looked at; who edits some takes `read(packs_folder())`."""
    return read(packs_folder())
