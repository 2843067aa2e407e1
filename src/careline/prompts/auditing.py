"""The audit of formats and of completeness: one house format, and nothing that a caller would wait for (IVR-13)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from careline.dialogue.book import Book
from careline.prompts import logbook, reading, recordings, rendering
from careline.prompts.logbook import Deed
from careline.prompts.models import Recording, Rendered
from careline.prompts.phrases import phrases
from careline.prompts.refusing import BYTES_MAX, Refused
from careline.prompts.speaker import Speaker

HOUSE = "A-law 8000 Hz 1ch"  # raw G.711: what every clip is
SAMPLES_MAX = 200  # of each list in a report


@dataclass(frozen=True, slots=True)
class Formats:
    """The formats of a library of recordings; uniform when there is at most one."""

    counts: dict[str, int]
    offending: list[str] = field(default_factory=list)  # files that are not of the commonest format, or broken

    @property
    def uniform(self) -> bool:
        return len(self.counts) <= 1 and not self.offending


@dataclass(frozen=True, slots=True)
class Audit:
    """What was found; `fine` when calls sound as one and nothing is missing."""

    formats: Formats
    clips: int
    recordings: int
    missing: list[str]  # language: text, for those not rendered
    broken: list[str]  # clips whose file on this machine is not what the database holds
    stale: list[str]  # recordings of texts that the version no longer says
    unrecorded_formats: dict[str, int]  # of the originals, for information

    @property
    def fine(self) -> bool:
        return self.formats.uniform and not self.missing and not self.broken


def folder_formats(folder: Path, house: str | None = None) -> Formats:
    """The formats of all files below a folder, by content: a library to be taken over, or one kept by hand."""
    found: dict[str, list[str]] = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")):
        found.setdefault(_format(path), []).append(str(path.relative_to(folder)))
    return _formats(found, house)


def audit(book: Book, speaker: Speaker, *, by: str, now: datetime) -> Audit:
    """Audit what this deployment plays; the audit itself is an entry of the work log."""
    speaker.refresh()
    used = recordings.in_use()
    said = phrases(book)
    made = Audit(
        formats=folder_formats(speaker.folder.root, HOUSE),
        clips=Rendered.objects.filter(voice=speaker.voice.name, passing=False).count(),
        recordings=len(used),
        missing=[f"{one.language}: {one.text}" for one in rendering.missing(book, speaker)],
        broken=_broken(speaker),
        stale=[f"{language}: {text}" for language, text in used if text not in said[language]],
        unrecorded_formats=dict(
            Counter(f"{container} {codec} {rate} Hz" for container, codec, rate in _originals()).most_common()
        ),
    )
    detail = {
        "fine": made.fine, "clips": made.clips, "formats": made.formats.counts, "missing": len(made.missing),
        "broken": len(made.broken), "stale": len(made.stale), "version": book.version,
    }  # fmt: skip
    logbook.note(Deed.AUDIT, by=by, now=now, about=f"version {book.version}", detail=detail)
    return made


def _originals() -> Iterable[tuple[str, str, int]]:
    return Recording.objects.values_list("container", "codec", "rate")


def _broken(speaker: Speaker) -> list[str]:
    """Files whose length is not what the database says: half written, or replaced by hand."""
    kept = dict(Rendered.objects.filter(passing=False).values_list("clip", "milliseconds"))
    kept |= {one.clip: one.milliseconds for one in recordings.in_use().values()}
    wrong = []
    for clip, milliseconds in kept.items():
        here = speaker.folder.find(clip)
        if here is not None and abs(here.milliseconds - milliseconds) > 1:
            wrong.append(clip)
    return wrong


def _format(path: Path) -> str:
    if path.suffix == ".al":
        with path.open("rb") as file:
            start = file.read(4)
        return f"misnamed: {start!r}" if start in (b"RIFF", b"fLaC", b"OggS") or start[:3] == b"ID3" else HOUSE
    if path.stat().st_size > BYTES_MAX:
        return "too large"
    try:
        _, found = reading.read(path.read_bytes(), path.name, vox_rate=8000)
    except Refused as refusal:
        return f"unusable: {refusal.reason.value}"
    return str(found)


def _formats(found: dict[str, list[str]], house: str | None) -> Formats:
    """Offending is what is not of the house format; without one, what is not of the commonest."""
    counts = {kind: len(files) for kind, files in found.items()}
    standard = house or max(counts, key=lambda kind: (not kind.startswith("unusable"), counts[kind]), default="")
    return Formats(counts, [f"{file} ({kind})" for kind, files in found.items() if kind != standard for file in files])
