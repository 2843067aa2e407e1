"""The published book, as every process holds it: `current()` costs nothing, and a publishing is followed within a second.

One thread per process looks twice a second at the one row that says which version is published. A new version is
compiled beside the old book and the reference swapped, so whoever is in the middle of a turn finishes it with the book
it began with, and no message waits for a compilation.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from django.db import DatabaseError, connection
from django.utils import timezone

from careline.catalogue.compiling import compile_book
from careline.catalogue.documents import Documents
from careline.catalogue.pointer import Pointer
from careline.catalogue.refusals import NothingPublished
from careline.catalogue.version import Version
from careline.dialogue.book import Book
from careline.dialogue.lexicon import Lexicon

POLL_SECONDS = 0.5  # so that a swap, compilation included, is done within a second of publishing

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Alarm:
    """The published version that cannot be served, and why; the book before it is served on."""

    version: int
    reason: str


class Library:
    """One process's book. `compiler` makes a book of documents and a version number; it may raise anything."""

    def __init__(self, compiler: Callable[[Documents, int], Book]) -> None:
        self._compile = compiler
        self._book: Book | None = None
        self._seen: int | None = None  # primary key of the version last looked at, also when it did not compile
        self._refreshing = threading.Lock()
        self._watcher: threading.Thread | None = None
        self._stopped = threading.Event()
        self.alarm: Alarm | None = None

    def current(self) -> Book:
        """The book to serve with; keep it for the whole turn. Raises NothingPublished before the first publishing."""
        book = self._book
        return book if book is not None else self.refresh()

    def refresh(self) -> Book:
        """Look now instead of at the next poll. A version that does not compile is left alone and raises the alarm.

        Raises NothingPublished when there is no book at all.
        """
        with self._refreshing:
            published = Pointer.objects.filter(id=1).values_list("version_id", flat=True).first()
            if published is not None and published != self._seen:
                self._read(published)
            if self._book is None:
                raise NothingPublished
            return self._book

    def watch(self) -> None:
        """Follow what is published from now on, in a thread of its own; safe to call again."""
        if self._watcher is None or not self._watcher.is_alive():
            self._stopped.clear()
            self._watcher = threading.Thread(target=self._follow, name="catalogue-watcher", daemon=True)
            self._watcher.start()

    def stop(self, timeout_seconds: float = 5) -> None:
        """Stop following; the book stays."""
        self._stopped.set()
        if self._watcher is not None:
            self._watcher.join(timeout_seconds)
            self._watcher = None

    def forget(self) -> None:
        """Drop the book, so that the next `current` reads it anew: for tests, whose versions are rolled back."""
        with self._refreshing:
            self._book = self._seen = self.alarm = None

    def hold(self, book: Book) -> None:
        """Serve this book until another is published: for tests, which need no rows of it."""
        with self._refreshing:
            self._book = book

    def _read(self, published: int) -> None:
        version = Version.objects.get(pk=published)
        documents = version.documents()
        self._seen = published
        try:
            self._book = self._compile(documents, version.number)
        except Exception as error:
            # Said once for each version: `_seen` keeps the next polls from trying the same again.
            self.alarm = Alarm(version.number, f"{type(error).__name__}: {error}")
            log.exception(
                "catalogue version %s does not compile; version %s is served on",
                version.number,
                self._book.version if self._book else None,
            )
        else:
            self.alarm = None
            log.info("catalogue version %s is served from now on", version.number)

    def _follow(self) -> None:
        troubled = False
        warmed: Book | None = None
        try:
            while True:
                try:
                    book = self.refresh()
                    troubled = False
                    if book is not warmed:
                        _warm(book)
                        warmed = book
                except NothingPublished:
                    pass
                except DatabaseError as error:
                    if not troubled:
                        log.warning("cannot see which catalogue is published, serving on: %s", error)
                    troubled = True
                    connection.close()  # the next poll makes a new one
                if self._stopped.wait(POLL_SECONDS):
                    return
        finally:
            connection.close()


def _warm(book: Book) -> None:
    """Work out beforehand what the first turn of each region and brand would otherwise wait for (sounds of names)."""
    lexicon = Lexicon.of(book)
    today = timezone.localdate()
    for region in book.regions:
        for brand in book.brands:
            _ = lexicon.chain(region, brand, today).names.sounds


_library = Library(compile_book)
current = _library.current
refresh = _library.refresh
watch = _library.watch
stop = _library.stop
forget = _library.forget
hold = _library.hold


def alarm() -> Alarm | None:
    """Why the newest published version is not served, if it is not; careline doctor and the staff's home page show it."""
    return _library.alarm
