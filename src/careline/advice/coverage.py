"""Error prompts: each kind of error, its words in both languages, and when a dial test last heard them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from careline.catalogue import error_prompts
from careline.catalogue.error_prompts import Prompt
from careline.dialogue.book import Book
from careline.probes import reading
from careline.probes.models import Line, Run
from careline.values.language import LANGUAGES

HEARD_WITHIN = timedelta(days=30)  # the month that the circle's table is of


@dataclass(frozen=True, slots=True)
class Heard:
    """One kind of error. `heard` is by language when its words were last heard right; `failing` the newest run that heard others."""

    prompt: Prompt
    heard: Mapping[str, datetime]
    failing: datetime | None
    why_failing: str
    run: str  # of the newest run; "" where none was made
    happened: int  # attempts of customers that ended so in the time

    @property
    def newest(self) -> datetime | None:
        return max(self.heard.values(), default=None)

    @property
    def covered(self) -> bool:
        return bool(self.heard) and self.failing is None


@dataclass(frozen=True, slots=True)
class Coverage:
    rows: tuple[Heard, ...]

    @property
    def covered(self) -> int:
        return sum(one.covered for one in self.rows)

    @property
    def share(self) -> Fraction | None:
        """Of all kinds of error, those whose prompt was heard right in the newest dial test."""
        return Fraction(self.covered, len(self.rows)) if self.rows else None

    @property
    def sound(self) -> bool:
        """No prompt is missing, and none is shared."""
        return bool(self.rows) and all(one.prompt.sound for one in self.rows)

    def heard_in(self, language: str) -> int:
        return sum(language in one.heard for one in self.rows)


def coverage(book: Book, happened: Mapping[str, int], now: datetime) -> Coverage:
    """Every kind of error of the book, the system's first; three statements. `happened` counts attempts by cause."""
    runs = _newest(now)
    languages = dict(Line.objects.filter(msisdn__in={run.msisdn for run in runs}).values_list("msisdn", "language"))
    by_kind: dict[str, list[Run]] = {}
    for run in runs:
        by_kind.setdefault(_kind(run), []).append(run)
    found = []
    for prompt in error_prompts.prompts(book):
        heard: dict[str, datetime] = {}
        failed = [run for run in by_kind.get(prompt.kind, ()) if run.judged and not run.passed]
        for run in by_kind.get(prompt.kind, ()):
            if run.passed and any(token.partition("@")[0] == f"error:{prompt.kind}" for token in run.covers):
                language = languages.get(run.msisdn, LANGUAGES[0])
                heard[language] = max(run.ended_at, heard.get(language, run.ended_at))
        worst = max(failed, key=lambda run: run.ended_at, default=None)
        newest = max(by_kind.get(prompt.kind, ()), key=lambda run: run.ended_at, default=None)
        found.append(
            Heard(
                prompt, heard, worst.ended_at if worst else None, worst.why if worst else "", str(newest.id) if newest else "",
                happened.get(prompt.kind, 0),
            )
        )  # fmt: skip
    return Coverage(tuple(found))


def _newest(now: datetime) -> list[Run]:
    """The newest run of each probe of an error, at each vantage point."""
    since = now - HEARD_WITHIN
    wanted = [one.run for one in reading.newest() if one.ended_at >= since and _kind_of(one.probe)]
    return list(
        Run.objects.filter(id__in=wanted).only("probe", "msisdn", "passed", "judged", "ended_at", "why", "covers")
    )


def _kind(run: Run) -> str:
    """The error that a run was made for: a probe's id ends with it."""
    return _kind_of(run.probe)


def _kind_of(probe: str) -> str:
    """Of a call, in whatever language; texts and pages have words of their own."""
    return probe.rsplit("/", 1)[1] if probe.startswith("voice/error/") else ""
