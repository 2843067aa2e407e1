"""Rendering on publishing: every fragment that a version can say is made before a customer has to wait for it."""

import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from careline.dialogue.book import Book
from careline.prompts import logbook
from careline.prompts.logbook import Deed
from careline.prompts.models import Work
from careline.prompts.phrases import needs_slow, opening, phrases
from careline.prompts.speaker import Speaker
from careline.prompts.voices import VoiceFails
from careline.values.language import LANGUAGES

SWEEP_SECONDS = 2.0  # of rendering at most, before the clock looks after its other duties
NICE = 15  # of the sweep: calls and messages come first
FAILURES_MAX = 5  # in a row: then the voice is broken, and every further text would only wait for it

log = logging.getLogger(__name__)
Progress = Callable[[int, int], None]


class Wanted(NamedTuple):
    language: str
    text: str
    slow: bool


@dataclass(frozen=True, slots=True)
class Report:
    """What a rendering came to; `left`: not looked at, for want of time or voice."""

    present: int
    rendered: int
    failed: int
    left: int

    @property
    def complete(self) -> bool:
        return not self.failed and not self.left


_last: tuple[Book, tuple[Wanted, ...]] | None = None


def wanted(book: Book) -> tuple[Wanted, ...]:
    """Everything that the version can say: the plain pace first, and in it how calls begin; worked out once for a version."""
    global _last
    if _last is None or _last[0] is not book:
        said, begins = phrases(book), opening(book)
        paces = (False, True) if needs_slow(book) else (False,)
        _last = (
            book,
            tuple(
                Wanted(language, text, slow)
                for slow in paces
                for begin in (True, False)
                for language in LANGUAGES
                for text in sorted(said[language])
                if (text in begins[language]) is begin
            ),
        )
    return _last[1]


def beginnings(book: Book) -> list[Wanted]:
    """What calls begin with, at the plain pace: rendered first, so that the first caller need not wait for it."""
    begins = opening(book)
    return [one for one in wanted(book) if not one.slow and one.text in begins[one.language]]


def missing(book: Book, speaker: Speaker) -> list[Wanted]:
    """What of the version has no clip yet."""
    return [one for one in wanted(book) if not speaker.has(one.text, one.language, slow=one.slow)]


def render(
    book: Book,
    speaker: Speaker,
    progress: Progress | None = None,
    *,
    by: str,
    now: datetime,
    seconds: float | None = None,
    only: Sequence[Wanted] | None = None,
) -> Report:
    """Render what is missing of the version, or `only` of these, at most so many seconds long.

    Safe to repeat, to stop and to run in several processes.
    """
    every = wanted(book) if only is None else only
    todo = [one for one in every if not speaker.has(one.text, one.language, slow=one.slow)]
    began = time.monotonic()
    rendered = failed = in_a_row = 0
    for one in todo:
        out_of_time = seconds is not None and rendered + failed and time.monotonic() - began > seconds
        if out_of_time or in_a_row >= FAILURES_MAX:
            break
        try:
            speaker.render(one.text, one.language, slow=one.slow)
            rendered, in_a_row = rendered + 1, 0
        except VoiceFails as error:
            failed, in_a_row = failed + 1, in_a_row + 1
            log.warning("cannot render %r: %s", one.text, error)
        if progress is not None:
            progress(rendered + failed, len(todo))
    report = Report(len(every) - len(todo), rendered, failed, len(todo) - rendered - failed)
    if rendered:
        detail = {
            "version": book.version,
            "voice": speaker.voice.name,
            "rendered": rendered,
            "failed": failed,
            "left": report.left,
        }
        logbook.note(Deed.RENDER, by=by, now=now, about=f"version {book.version}", detail=detail)
        speaker.refresh()
    if only is None and report.complete:
        _published(book, speaker, by, now)
    return report


def _published(book: Book, speaker: Speaker, by: str, now: datetime) -> None:
    """Say once in the work log that this version is spoken completely by this voice."""
    about = f"version {book.version}"
    if not Work.objects.filter(did=Deed.PUBLISH, about=about, detail__voice=speaker.voice.name).exists():
        logbook.note(
            Deed.PUBLISH, by=by, now=now, about=about, detail={"version": book.version, "voice": speaker.voice.name}
        )


def politely(task: Callable[[], int]) -> int:
    """Run it, and whatever program it calls, in a thread that leaves the processor to everybody else."""
    done: list[int] = []

    def run() -> None:
        try:
            if sys.platform == "linux":  # elsewhere the whole process would give way
                os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
            done.append(task())
        finally:
            connection.close()

    thread = threading.Thread(target=run, name="renderer")
    thread.start()
    thread.join()
    return sum(done)


class Sweep:
    """The clock's sweep: renders what the published version lacks, some seconds at a time; asks for nothing once it is whole."""

    def __init__(self) -> None:
        self._whole: tuple[int, str] | None = None

    def run(self, book: Book, speaker: Speaker, now: datetime) -> int:
        """How many were rendered. Does nothing where the voice is not installed: `careline doctor` says how to mend it."""
        if self._whole == (book.version, speaker.voice.name) or speaker.voice.missing() is not None:
            return 0
        speaker.refresh()
        report = render(book, speaker, by="clock", now=now, seconds=SWEEP_SECONDS)
        if report.complete:
            self._whole = (book.version, speaker.voice.name)
        return report.rendered
