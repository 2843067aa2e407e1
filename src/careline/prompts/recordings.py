"""Recordings: an upload takes the place of the synthesised clip of exactly that text; every version is kept."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from careline.journal.writing import write
from careline.prompts import clips, logbook
from careline.prompts.converting import convert
from careline.prompts.logbook import Deed
from careline.prompts.models import TEXT_MAX, InUse, Recording
from careline.prompts.refusing import Reason, Refused


def take(
    data: bytes, name: str, *, text: str, language: str, by: str, now: datetime, vox_rate: int | None = None
) -> Recording:
    """Convert an upload and play it for this spoken text from now on. Raises refusing.Refused."""
    if len(text) > TEXT_MAX:
        raise Refused(Reason.LONG_TEXT)
    made = convert(data, name, vox_rate=vox_rate)
    with transaction.atomic():
        last = Recording.objects.filter(language=language, text=text).aggregate(Max("number"))["number__max"] or 0
        recording = Recording.objects.create(
            language=language,
            text=text,
            number=last + 1,
            clip=clips.recorded(made.alaw),
            alaw=made.alaw,
            milliseconds=round(made.seconds * 1000),
            original=data,
            name=name.replace("\\", "/").rsplit("/", 1)[-1].replace("\0", "")[:200],
            sha256=made.sha256,
            container=made.format.container,
            codec=made.format.codec,
            rate=made.format.rate,
            channels=made.format.channels,
            seconds_before=made.seconds_before,
            lufs_before=made.lufs_before,
            lufs_after=made.lufs_after,
            by=by,
            at=now,
        )
        _use(recording, by, now)
        detail = {"text": text, "language": language, "recording": recording.number, "format": str(made.format)}
        write(who=by, did="record", what="prompt", record=text[:100], now=now, detail=detail)
        logbook.note(Deed.RECORD, by=by, now=now, about=text, detail=detail)
    return recording


def choose(recording: Recording, *, by: str, now: datetime) -> None:
    """Play this version of the recording again, instead of the one that is in use."""
    with transaction.atomic():
        _use(recording, by, now)
        _noted(recording.text, recording.language, recording.number, by, now)


def drop(text: str, language: str, *, by: str, now: datetime) -> bool:
    """Let the voice say this text again; the recordings stay for another time. False when none was in use."""
    with transaction.atomic():
        gone, _ = InUse.objects.filter(language=language, text=text).delete()
        if gone:
            _noted(text, language, 0, by, now)
    return bool(gone)


def in_use() -> dict[tuple[str, str], Recording]:
    """(language, spoken text) -> the recording that is played; without the sound and the original."""
    heavy = ("recording__alaw", "recording__original")
    return {(one.language, one.text): one.recording for one in InUse.objects.select_related("recording").defer(*heavy)}


def of(text: str, language: str) -> list[Recording]:
    """All versions of one text, newest first, without their sound."""
    return list(Recording.objects.filter(language=language, text=text).defer("alaw", "original").order_by("-number"))


def _use(recording: Recording, by: str, now: datetime) -> None:
    InUse.objects.update_or_create(
        language=recording.language, text=recording.text, defaults={"recording": recording, "by": by, "at": now}
    )


def _noted(text: str, language: str, number: int, by: str, now: datetime) -> None:
    detail = {"text": text, "language": language, "recording": number}
    write(who=by, did="choose_recording", what="prompt", record=text[:100], now=now, detail=detail)
    logbook.note(Deed.CHOOSE, by=by, now=now, about=text, detail=detail)
