"""The studio: every text that calls say, how it sounds, and the recordings that take the voice's place."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from careline.catalogue import library, samples
from careline.catalogue.refusals import NothingPublished
from careline.catalogue.version import Version
from careline.dialogue.book import Book
from careline.identity.gates import Gate
from careline.prompts import house, recordings, sound, voices
from careline.prompts.models import Recording
from careline.prompts.phrases import Prompt, prompts
from careline.prompts.refusing import BYTES_MAX, Reason, Refused
from careline.prompts.speaker import Speaker
from careline.prompts.speaking import spoken
from careline.staff import reader
from careline.staff.access import actor, now, page, through
from careline.staff.linted import report
from careline.values.language import LANGUAGES

PAGE = 50  # texts on one page
ASKED_MAX = 100  # characters that are searched for


@dataclass(frozen=True, slots=True)
class Row:
    """One text, once, with how often the catalogue holds it."""

    prompt: Prompt
    parts: dict[str, list[str]]
    places: int

    @property
    def kind(self) -> str:
        first = self.prompt.key.partition("/")[0]
        return first if first in ("service", "menu") else "words"


_kept: tuple[Book, list[Row]] | None = None


def rows(book: Book) -> list[Row]:
    """All texts of the version; worked out once for it."""
    global _kept
    if _kept is None or _kept[0] is not book:
        alike: dict[Any, list[Prompt]] = {}
        for prompt in prompts(book):
            alike.setdefault(prompt.text, []).append(prompt)
        made = [
            Row(same[0], {language: same[0].parts(language) for language in LANGUAGES}, len(same))
            for same in alike.values()
        ]
        _kept = book, made
    return _kept[1]


@through(Gate.READ_CATALOGUE)
def studio(request: HttpRequest) -> HttpResponse:
    """The list of all texts, with what each is said by and what is missing."""
    try:
        book = library.current()
    except NothingPublished:
        return page(request, "staff/no_catalogue.html", here="prompts")
    asked = request.GET.get("q", "").strip()[:ASKED_MAX]
    kind, state = request.GET.get("kind", ""), request.GET.get("state", "")
    speaker = house.reader()
    every = [row for row in rows(book) if any(row.parts.values())]
    found = [row for row in every if (not kind or row.kind == kind) and (not asked or _matches(asked, row))]
    if state:
        found = [row for row in found if state in {_sounds(row, language, speaker)["state"] for language in LANGUAGES}]
    shown = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return page(
        request,
        "staff/prompts.html",
        here="prompts",
        tab="prompts",
        version=book.version,
        rows=shown,
        sounds=[(row, [_sounds(row, language, speaker) for language in LANGUAGES]) for row in shown],
        total=len(every),
        asked=asked,
        kind=kind,
        state=state,
        states=("recorded", "partly", "synthesised", "missing"),
        wanting=voices.missing(),
    )


def _matches(asked: str, row: Row) -> bool:
    return asked.lower() in f"{row.prompt.key} {row.prompt.text.zh} {row.prompt.text.en}".lower()


def _sounds(row: Row, language: str, speaker: Speaker) -> dict[str, Any]:
    """How the fixed parts of a text are said: its seconds, and recorded, partly, synthesised or missing."""
    known = [speaker.known(part, language) for part in row.parts[language]]
    recorded = sum(one is not None and one.recorded for one in known)
    state = "recorded" if recorded == len(known) else "partly" if recorded else "synthesised"
    if None in known:
        state = "missing"
    if not known:
        state = "none"
    return {"language": language, "state": state, "seconds": sum(one.milliseconds for one in known if one) / 1000}


@through(Gate.READ_CATALOGUE)
def prompt(request: HttpRequest, key: str) -> HttpResponse:
    """One text: how it is spoken, what lint says of it, its parts with their recordings."""
    row, book = _row(key)
    speaker = house.reader()
    used = recordings.in_use()
    told = []
    for language, name in (("zh", "中文"), ("en", "English")):
        sample = samples.fill(row.prompt.text.read(language), language, samples.SPOKEN)
        parts = [_part(part, number, language, speaker, used) for number, part in enumerate(row.parts[language])]
        said = spoken(sample, language)
        told.append(
            {"language": language, "name": name, "text": row.prompt.text.read(language), "spoken": said, "parts": parts}
        )
    version = Version.objects.filter(number=book.version).first()
    findings = report(version).findings if version else ()
    return page(
        request,
        "staff/prompt.html",
        here="prompts",
        row=row,
        told=told,
        findings=[one for one in findings if _about(one.where, key)],
        version=version,
        editable_key=key if row.kind == "words" else "",
        wanting=voices.missing(),
    )


def _about(where: Any, key: str) -> bool:
    if key.startswith("service/"):
        return bool((where.kind, where.key) == ("service", key.split("/")[1]))
    return bool((where.kind, where.key) == ("words", key))


def _part(
    text: str, number: int, language: str, speaker: Speaker, used: dict[tuple[str, str], Recording]
) -> dict[str, Any]:
    known = speaker.known(text, language)
    return {
        "text": text,
        "number": number,
        "seconds": known.milliseconds / 1000 if known else None,
        "used": used.get((language, text)),
        "versions": recordings.of(text, language),
    }


@through(Gate.READ_CATALOGUE)
def listen(request: HttpRequest, language: str, key: str) -> HttpResponse:
    """A text as calls say it, with likely values in its places; with `part`, that part alone."""
    row, _book = _row(key)
    if language not in LANGUAGES:
        raise Http404
    part, slow = request.GET.get("part", ""), "slow" in request.GET
    if part and not (part.isdecimal() and int(part) < len(row.parts[language])):
        raise Http404
    sample = samples.fill(row.prompt.text.read(language), language, samples.SPOKEN)
    text = row.parts[language][int(part)] if part else sample
    return _wav(house.reader().wav(text, language, slow=slow))


@through(Gate.READ_CATALOGUE)
def listen_version(_request: HttpRequest, recording: int) -> HttpResponse:
    """One version of a recording, in use or not."""
    return _wav(sound.wav(bytes(get_object_or_404(Recording, pk=recording).alaw)))


@through(Gate.READ_CATALOGUE)
def original(_request: HttpRequest, recording: int) -> HttpResponse:
    """The file as it was uploaded, to be kept and never shown in the browser."""
    held = get_object_or_404(Recording, pk=recording)
    answer = HttpResponse(bytes(held.original), content_type="application/octet-stream")
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=held.name or "recording")
    return answer


@require_POST
@through(Gate.EDIT_CATALOGUE)
def record(request: HttpRequest, language: str, key: str) -> HttpResponse:
    """Take an uploaded recording for one part of a text, or say why not."""
    text = _asked_part(request, language, key)
    file, rate = request.FILES.get("file"), request.POST.get("vox_rate", "")
    try:
        if file is None:
            raise Refused(Reason.EMPTY)
        if (file.size or 0) > BYTES_MAX:
            raise Refused(Reason.TOO_LARGE)
        taken = recordings.take(
            file.read(), file.name or "", text=text, language=language, by=actor(request), now=now(),
            vox_rate=int(rate) if rate.isdecimal() else None,
        )  # fmt: skip
    except Refused as refusal:
        messages.error(request, refusal.said.read(reader.language()))
    else:
        messages.success(
            request,
            _("Recorded. It was %(before)s at %(lufs)s LUFS and is heard on calls from now on.")
            % {"before": f"{taken.container} {taken.codec} {taken.rate} Hz", "lufs": f"{taken.lufs_before:.1f}"},
        )
    # The script that shows the progress loads the page itself: a redirect would show the message to nobody.
    return (
        HttpResponse(status=204)
        if request.headers.get("X-Requested-With") == "upload"
        else redirect("staff:prompt", key)
    )


@require_POST
@through(Gate.EDIT_CATALOGUE)
def choose(request: HttpRequest, language: str, key: str) -> HttpResponse:
    """Play another version of a part's recording, or let the voice say it again."""
    text = _asked_part(request, language, key)
    wanted = request.POST.get("recording", "")
    if wanted.isdecimal():
        recordings.choose(
            get_object_or_404(Recording, pk=int(wanted), text=text, language=language), by=actor(request), now=now()
        )
        messages.success(request, _("That version is heard from now on."))
    elif recordings.drop(text, language, by=actor(request), now=now()):
        messages.success(request, _("The voice says it again."))
    return redirect("staff:prompt", key)


def _asked_part(request: HttpRequest, language: str, key: str) -> str:
    row, _book = _row(key)
    number = request.POST.get("part", "")
    if language not in LANGUAGES or not number.isdecimal() or int(number) >= len(row.parts[language]):
        raise Http404
    return row.parts[language][int(number)]


def _row(key: str) -> tuple[Row, Book]:
    try:
        book = library.current()
    except NothingPublished:
        raise Http404 from None
    wanted = next((one for one in prompts(book) if one.key == key), None)
    if wanted is None:
        raise Http404
    return next(row for row in rows(book) if row.prompt.text == wanted.text), book


def _wav(data: bytes) -> HttpResponse:
    """Browsers ask for sound in ranges; a whole answer of known length is right as well."""
    answer = HttpResponse(data, content_type="audio/wav")
    answer["Content-Length"] = str(len(data))
    return answer
