"""Catalogue packs on disk: reads a folder of TOML and TSV files into documents, and writes documents back as the same files.

common/pack.toml                 settings: regions, brands, limits, addresses, glossary
common/services/<id>.toml        a service
common/words/<behaviour>.toml    texts; [subscribe.done] in toggle.toml has the key toggle.subscribe.done
common/voice, common/ussd        the same texts as they are said on calls and shown by dial menus: voice.toggle.subscribe.done
common/page                      the same texts as pages and apps show them, which have buttons: page.talk.confirm
common/menus/<id>.toml           a menu of those who press keys
<table>-<region>-<brand>/        a code table: table.toml and codes.tsv
"""

import os
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from careline.catalogue.compiling import compile_book
from careline.catalogue.documents import COLUMNS, Bodies, Document, Documents, PackError, Problem, ordered
from careline.catalogue.toml_text import write_toml
from careline.dialogue.book import Book

_LANGUAGES = {"zh", "en"}
SPOKEN = ("voice", "ussd", "page")  # folders of texts that stand in for those of `words` on other channels


def packs_folder() -> Path:
    """Where the packs are: CARELINE_PACKS, else `packs` beside `src`."""
    return Path(os.environ.get("CARELINE_PACKS") or Path(__file__).resolve().parents[3] / "packs").resolve()


def read_book(folder: Path | None = None, version: int = 0) -> Book:
    """The packs of a folder as a book, without a database; raises PackError."""
    return compile_book(read(folder or packs_folder()), version)


def read(folder: Path) -> Documents:
    """All documents of a pack folder, in their order; raises PackError with every problem found in any file."""
    problems: list[Problem] = []
    found: list[Document] = []
    if not (folder / "common" / "pack.toml").is_file():
        what = "there is no common/pack.toml: this is not a folder of packs; set CARELINE_PACKS to one"
        raise PackError([Problem(str(folder), what)])
    found.extend(_settings(folder, problems))
    found.extend(_named(folder, "service", problems))
    found.extend(_named(folder, "menu", problems))
    found.extend(_words(folder, "words", problems))
    for channel in SPOKEN:
        found.extend(_words(folder, channel, problems))
    for place in sorted(path for path in folder.iterdir() if path.is_dir() and path.name != "common"):
        if not place.name.startswith((".", "_")):
            found.extend(_table(folder, place, problems))
    problems.extend(_twice(found))
    if problems:
        raise PackError(problems)
    return ordered(found)


def write(documents: Iterable[Document] | Bodies, folder: Path) -> None:
    """Write documents as pack files; `read` gives the same documents back. Files of other documents are left alone."""
    files: dict[Path, dict[str, Any]] = {}
    rows: dict[str, list[Document]] = {}
    places: dict[str, str] = {}
    for document in ordered(documents):
        body = dict(document.body)
        if document.kind == "settings":
            files.setdefault(Path("common/pack.toml"), {})[document.key] = body
        elif document.kind in ("service", "menu"):
            files[Path(f"common/{document.kind}s", f"{document.key}.toml")] = body
        elif document.kind == "words":
            channel, _, rest = document.key.partition(".")
            place, key = (channel, rest) if channel in SPOKEN else ("words", document.key)
            behaviour, *parts = key.split(".")
            at = files.setdefault(Path("common", place, f"{behaviour}.toml"), {})
            for part in parts[:-1]:
                at = at.setdefault(part, {})
            at[parts[-1]] = body
        elif document.kind == "table":
            places[document.key] = table_folder(body)
            files[Path(table_folder(body), "table.toml")] = body
        else:
            rows.setdefault(document.key.partition("/")[0], []).append(document)
    for file, held in files.items():
        _put(folder / file, write_toml(_arranged(held)))
    for table, place in places.items():
        _put(folder / place / "codes.tsv", _tsv(rows.get(table, [])))


def table_folder(body: Mapping[str, Any]) -> str:
    """The folder's name of a table: t1-linjiang, t6a-gotone."""
    return "-".join(part for part in (str(body.get("id", "")).lower(), body.get("region"), body.get("brand")) if part)


# -- reading ----------------------------------------------------------------------------------------------------------


def _settings(folder: Path, problems: list[Problem]) -> Iterable[Document]:
    path = folder / "common" / "pack.toml"
    for key, body in _toml(folder, path, problems).items():
        if isinstance(body, dict):
            yield Document("settings", key, body, _origin(folder, path))
        else:
            problems.append(Problem(_origin(folder, path), f"{key}: write it as a section, [{key}]"))


def _named(folder: Path, kind: str, problems: list[Problem]) -> Iterable[Document]:
    """Services and menus: one file each, called by its id."""
    for path in sorted((folder / "common" / f"{kind}s").glob("*.toml")):
        body = _toml(folder, path, problems)
        if body and body.get("id") != path.stem:
            problems.append(Problem(_origin(folder, path), f'id: write id = "{path.stem}", the name of the file'))
        elif body:
            yield Document(kind, path.stem, body, _origin(folder, path))


def _words(folder: Path, place: str, problems: list[Problem]) -> Iterable[Document]:
    for path in sorted((folder / "common" / place).glob("*.toml")):
        origin = _origin(folder, path)
        file = f"{place}.{path.stem}" if place in SPOKEN else path.stem
        waiting: list[tuple[str, Any]] = [(file, _toml(folder, path, problems))]
        while waiting:
            key, body = waiting.pop()
            if isinstance(body, dict) and body and _LANGUAGES.isdisjoint(body):
                waiting.extend((f"{key}.{part}", held) for part, held in body.items())
            elif isinstance(body, dict) and body:
                yield Document("words", key, body, origin)
            elif key != file:
                problems.append(Problem(origin, f"{key}: a text is a pair, zh = and en ="))


def _table(folder: Path, place: Path, problems: list[Problem]) -> Iterable[Document]:
    path = place / "table.toml"
    if not path.is_file():
        problems.append(Problem(place.name, "there is no table.toml: write one, or move the folder away"))
        return
    body = _toml(folder, path, problems)
    if not body:
        return
    table = str(body.get("id", ""))
    if not table or place.name != table_folder(body):
        name = table_folder(body) or "<id>-<region>-<brand>"
        problems.append(
            Problem(_origin(folder, path), f"id, region, brand: by these the folder is called {name}; rename one")
        )
        return
    yield Document("table", table, body, _origin(folder, path))
    yield from _codes(folder, place / "codes.tsv", table, problems)


def _codes(folder: Path, path: Path, table: str, problems: list[Problem]) -> Iterable[Document]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        problems.append(Problem(_origin(folder, path), "cannot be read: it must be a UTF-8 file beside table.toml"))
        return
    if not lines or tuple(lines[0].split("\t")) != COLUMNS:
        what = f"the first line names the columns, tab separated: {' '.join(COLUMNS)}"
        problems.append(Problem(f"{_origin(folder, path)}:1", what))
        return
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        origin = f"{_origin(folder, path)}:{number}"
        cells = line.split("\t")
        if len(cells) != len(COLUMNS):
            what = f"{len(cells)} cells; a row has {len(COLUMNS)}, with tabs between them (empty ones too)"
            problems.append(Problem(origin, what))
            continue
        body = dict(zip(COLUMNS, (cell.strip() for cell in cells), strict=True))
        first = body["spelling"].partition("|")[0]
        if not first:
            problems.append(Problem(origin, "spelling: is empty; write what the customer sends"))
            continue
        yield Document("code", f"{table}/{first}", body, origin)


def _toml(folder: Path, path: Path, problems: list[Problem]) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        problems.append(Problem(_origin(folder, path), f"is not TOML: {error}; put texts in double quotes"))
    except UnicodeDecodeError:
        problems.append(Problem(_origin(folder, path), "is not UTF-8: save it in that encoding"))
    except OSError as error:
        problems.append(Problem(_origin(folder, path), f"cannot be read: {error.strerror}"))
    return {}


def _twice(documents: Iterable[Document]) -> Iterable[Problem]:
    seen: dict[tuple[str, str], Document] = {}
    for document in documents:
        earlier = seen.setdefault((document.kind, document.key), document)
        if earlier is not document:
            yield Problem(
                document.where, f"{document.kind} {document.key} is already in {earlier.where}: keep one of them"
            )


def _origin(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix()


# -- writing ----------------------------------------------------------------------------------------------------------

# Fields in the order in which people read them; a database gives them back in any order (jsonb keeps none).
_FIELDS = (
    *("id", "group", "behaviour", "product", "name", "zh", "en", "about", "aliases", "title", "children"),
    *("base", "first", "greeting", "intro", "node", "service", "verb", "tier", "word"),
    *("region", "brand", "language", "senior", "valid_from", "valid_until", "separators", "abroad", "first_node"),
    *("price", "quota", "per", "paid_to", "brands", "regions", "excludes", "everywhere"),
    *("subscribe", "order", "register", "confirm", "cancel", "status", "query", "redeem"),
    *("configure", "describe", "other"),
    *("kind", "label", "required", "effect", "closed", "assurance", "since", "until", "from_hour"),
    *("allowances", "actions", "parameters", "tiers", "settings", "words", "rests", "nodes", "choices", "example"),
    *("table", "say", "hear", "outcome"),
)
_PLACE = {field: place for place, field in enumerate(_FIELDS)}


def _arranged(value: Any) -> Any:
    if isinstance(value, list):
        return [_arranged(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    keys = sorted(value, key=lambda key: (_PLACE.get(key, len(_FIELDS)), len(key) if key.isdigit() else 99, key))
    return {key: _arranged(value[key]) for key in keys}


def _tsv(rows: Iterable[Document]) -> str:
    lines = ["\t".join(COLUMNS)]
    lines.extend("\t".join(" ".join(str(row.body.get(column, "")).split()) for column in COLUMNS) for row in rows)
    return "\n".join(lines) + "\n"


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
