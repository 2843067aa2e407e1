"""What a circle gives as files: its report, as kept if it is signed; its decisions; the proofs that were attached."""

import re
from datetime import UTC

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from careline.circle import facts, rows
from careline.circle.exporting import to_toml
from careline.circle.models import Circle, Confirmation
from careline.circle.printed.printing import KINDS, printed
from careline.circle.telling import tell
from careline.identity.gates import Gate
from careline.journal.writing import write
from careline.staff import reader
from careline.staff.access import actor, now, through


@require_GET
@through(Gate.SEE_STATISTICS)
def file(request: HttpRequest, number: int, kind: str) -> HttpResponse:
    """The report in the page's language, or the decisions as TOML; that it was taken is journaled."""
    one = get_object_or_404(Circle, pk=number)
    language = reader.language()
    if kind == "toml":
        content, form = to_toml(rows.decided(one)).encode(), "application/toml; charset=utf-8"
    elif kind not in KINDS:
        raise Http404
    elif one.signed_at:
        content, form = bytes(one.reports.get(language=language, kind=kind).content), KINDS[kind]
    else:
        found = facts.collect(one.period, rows.filters(one), rows.decided(one), now().astimezone(UTC))
        content, form = printed(tell(found, language), kind), KINDS[kind]
    write(who=actor(request), did="export", what="circle", record=str(number), now=now(),
          detail={"kind": kind, "language": language})  # fmt: skip
    return _given(content, form, f"circle-{number}-{language}.{kind}")


@require_GET
@through(Gate.SEE_STATISTICS)
def proof(request: HttpRequest, number: int, cause: str) -> HttpResponse:
    """A file that somebody attached; always as a download, whatever it holds, and journaled: it may show anything."""
    row = get_object_or_404(Confirmation, circle=number, cause=cause, file__isnull=False)
    assert row.file is not None
    write(who=actor(request), did="export", what="circle", record=str(number), now=now(), detail={"proof": cause[:40]})
    return _given(bytes(row.file), row.file_kind, row.file_name)


def _given(content: bytes, form: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=form)
    safe = re.sub(r"[^A-Za-z0-9._-]", "_", name)
    answer["Content-Disposition"] = f'attachment; filename="{safe}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
