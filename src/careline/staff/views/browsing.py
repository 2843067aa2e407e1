"""Reading a version: services, code tables, texts, settings, and a search over all of them."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from careline.catalogue.compiling_codes import form
from careline.catalogue.version import State, Version
from careline.dialogue.utterance import loose, normalise
from careline.identity.gates import Gate
from careline.protocols.smstext import count_parts
from careline.staff.access import page, through
from careline.staff.previewing import heard

FOUND_MAX = 200  # rows of one list of search results
ASKED_MAX = 100  # characters that are searched for; each is compared with every spelling


def version_or_404(number: int) -> Version:
    found = Version.objects.filter(number=number).first()
    if found is None:
        raise Http404
    return found


@through(Gate.READ_CATALOGUE)
def entrance(request: HttpRequest) -> HttpResponse:
    """The published version, or the newest while none is published."""
    version = Version.published() or Version.objects.first()
    if version is None:
        return page(request, "staff/no_catalogue.html", here="catalogue")
    return redirect("staff:services", version.number)


@through(Gate.READ_CATALOGUE)
def services(request: HttpRequest, number: int) -> HttpResponse:
    version = version_or_404(number)
    bodies = version.bodies()
    asked, group = request.GET.get("q", "").strip()[:ASKED_MAX], request.GET.get("group", "")
    tables: dict[str, dict[str, list[str]]] = {}
    for key, body in _of(bodies, "code"):
        tables.setdefault(body.get("service", ""), {}).setdefault(key.partition("/")[0], []).append(
            body.get("spelling", "").partition("|")[0]
        )
    every: list[dict[str, Any]] = [
        {"id": key, "body": body, "tables": tables.get(key, {})} for key, body in _of(bodies, "service")
    ]
    found = [
        one for one in every if (not group or one["body"].get("group") == group) and (not asked or _matches(asked, one))
    ]
    found.sort(key=lambda one: (one["body"].get("group", ""), one["id"]))
    return page(
        request,
        "staff/services.html",
        here="catalogue",
        tab="services",
        version=version,
        editable=version.state == State.DRAFT,
        services=found,
        total=len(every),
        groups=sorted({one["body"].get("group", "") for one in every}),
        asked=asked,
        group=group,
    )


def _matches(asked: str, service: dict[str, Any]) -> bool:
    body = service["body"]
    names = [service["id"], body.get("behaviour", ""), *body.get("name", {}).values(), *body.get("aliases", [])]
    wanted = loose(asked)
    if any(wanted in loose(name) for name in names):
        return True
    return any(normalise(asked) in normalise(spelling) for codes in service["tables"].values() for spelling in codes)


@through(Gate.READ_CATALOGUE)
def tables(request: HttpRequest, number: int) -> HttpResponse:
    version = version_or_404(number)
    bodies = version.bodies()
    rows: dict[str, list[dict[str, Any]]] = {}
    for key, body in _of(bodies, "code"):
        rows.setdefault(key.partition("/")[0], []).append(body)
    shown = [
        {
            "id": key,
            "body": body,
            "rows": len(rows.get(key, [])),
            "doubtful": sum(row.get("certainty") == "doubtful" for row in rows.get(key, [])),
            "repaired": sum(row.get("certainty") == "repaired" for row in rows.get(key, [])),
            "nodes": len(body.get("nodes", {})),
        }
        for key, body in _of(bodies, "table")
    ]
    return page(
        request,
        "staff/tables.html",
        here="catalogue",
        tab="tables",
        version=version,
        editable=version.state == State.DRAFT,
        tables=shown,
        regions=bodies.get(("settings", "regions"), {}),
        brands=bodies.get(("settings", "brands"), {}),
    )


@through(Gate.READ_CATALOGUE)
def table(request: HttpRequest, number: int, table: str) -> HttpResponse:
    """One code table, with filters; rows marked doubtful are shown so."""
    version = version_or_404(number)
    bodies = version.bodies()
    if ("table", table) not in bodies:
        raise Http404
    chosen = {name: request.GET.get(name, "").strip() for name in ("q", "verb", "certainty", "form")}
    rows: list[dict[str, Any]] = [
        {"key": key, "body": body, "service": bodies.get(("service", body.get("service", "")))}
        for key, body in _of(bodies, "code")
        if key.partition("/")[0] == table
    ]
    found = [row for row in rows if _row_matches(row, chosen)]
    found.sort(key=lambda row: _natural(row["body"].get("spelling", "")))
    return page(
        request,
        "staff/table.html",
        here="catalogue",
        tab="tables",
        version=version,
        editable=version.state == State.DRAFT,
        table=table,
        body=bodies["table", table],
        rows=found,
        total=len(rows),
        chosen=chosen,
        verbs=sorted({row["body"].get("verb", "") for row in rows}),
        certainties=sorted({row["body"].get("certainty", "") for row in rows}),
        forms=("numeric", "pinyin", "chinese"),
        regions=bodies.get(("settings", "regions"), {}),
        brands=bodies.get(("settings", "brands"), {}),
    )


def _row_matches(row: dict[str, Any], chosen: dict[str, str]) -> bool:
    body, service = row["body"], row["service"] or {}
    spellings = body.get("spelling", "").split("|")
    if chosen["verb"] and body.get("verb") != chosen["verb"]:
        return False
    if chosen["certainty"] and body.get("certainty") != chosen["certainty"]:
        return False
    if chosen["form"] and chosen["form"] not in {form(spelling) for spelling in spellings}:
        return False
    asked = chosen["q"]
    if not asked:
        return True
    names = [body.get("service", ""), *service.get("name", {}).values()]
    return any(normalise(asked) in normalise(one) for one in spellings) or any(
        loose(asked) in loose(name) for name in names
    )


def _natural(spelling: str) -> tuple[bool, int, str]:
    """Digits first, short before long, as the printed tables are: 1, 11, 101, 1011, then letters."""
    first = spelling.partition("|")[0]
    return not first.isdigit(), int(first) if first.isdigit() and len(first) < 9 else 0, first


@through(Gate.READ_CATALOGUE)
def words(request: HttpRequest, number: int) -> HttpResponse:
    version = version_or_404(number)
    asked, file = request.GET.get("q", "").strip(), request.GET.get("file", "")
    every = _of(version.bodies(), "words")
    files = sorted({key.partition(".")[0] for key, _ in every})
    if not file and not asked and files:
        file = files[0]
    fitting = [(key, body) for key, body in every if _says(asked, key, body)]
    if asked and file and not any(key.partition(".")[0] == file for key, _ in fitting):
        file = ""  # what is searched for stands elsewhere: it is shown rather than nothing
    found = [
        {
            "key": key,
            "body": body,
            "parts": [count_parts(str(body.get(one, ""))) for one in ("zh", "en")],
            "heard": heard(body) if key.startswith("voice.") else (),
        }
        for key, body in fitting
        if not file or key.partition(".")[0] == file
    ]
    return page(
        request,
        "staff/words.html",
        here="catalogue",
        tab="words",
        version=version,
        editable=version.state == State.DRAFT,
        words=found[:FOUND_MAX],
        left_off=max(0, len(found) - FOUND_MAX),
        total=len(every),
        files=files,
        file=file,
        asked=asked,
    )


def _says(asked: str, key: str, body: dict[str, Any]) -> bool:
    return asked.lower() in f"{key} {body.get('zh', '')} {body.get('en', '')}".lower()


@through(Gate.READ_CATALOGUE)
def settings(request: HttpRequest, number: int) -> HttpResponse:
    version = version_or_404(number)
    sections = [{"key": key, "rows": sorted(body.items())} for key, body in _of(version.bodies(), "settings")]
    return page(request, "staff/settings.html", here="catalogue", tab="settings", version=version, sections=sections)


def _of(bodies: dict[tuple[str, str], Any], kind: str) -> list[tuple[str, dict[str, Any]]]:
    return sorted(((key, body) for (of, key), body in bodies.items() if of == kind), key=lambda item: item[0])
