"""Lint: everything that would make customers be served wrongly, found before a version is published."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from careline.catalogue.compiling import compile_book
from careline.catalogue.documents import Documents, PackError
from careline.catalogue.linting import confirming, doubts, keypads, menus, paged, references, spellings, spoken, texts
from careline.catalogue.linting.finding import Finding, Manifest, Rule, Severity, Subject, Where
from careline.catalogue.linting.uncompiled import uncompiled

if TYPE_CHECKING:  # packs are linted without a database
    from careline.catalogue.version import Version

Manifests = Iterable[Manifest]

RULES: tuple[Rule, ...] = (
    *spellings.RULES,
    *references.RULES,
    *confirming.RULES,
    *texts.RULES,
    *menus.RULES,
    *keypads.RULES,
    *spoken.RULES,
    *paged.RULES,
    *doubts.RULES,
)


@dataclass(frozen=True, slots=True)
class Report:
    """What lint found, the gravest first."""

    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        return self.of(Severity.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        return self.of(Severity.WARNING)

    @property
    def notes(self) -> tuple[Finding, ...]:
        return self.of(Severity.NOTE)

    def of(self, severity: Severity) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity is severity)


def lint(documents: Documents, manifests: Manifests = ()) -> Report:
    """Every finding in a catalogue; without manifests of the behaviours, the rules about behaviours are left out.

    What cannot be compiled is reported as errors, and the other rules, which need the book, wait until it can.
    """
    try:
        book = compile_book(documents)
    except PackError as wrong:
        found = [uncompiled(problem) for problem in wrong.problems]
    else:
        subject = Subject(book, {manifest.name: manifest for manifest in manifests})
        rows = _rows(documents)
        found = [_at_row(finding, rows) for rule in RULES for finding in rule(subject)]
    found.sort(key=lambda finding: (finding.severity.rank, finding.where.kind, finding.where.key, finding.rule))
    return Report(tuple(found))


def _rows(documents: Documents) -> Mapping[str, str]:
    """The key of the row that holds each spelling, by `<table>/<spelling>`: one row may hold several."""
    return {
        f"{row.key.partition('/')[0]}/{spelling}": row.key
        for row in documents
        if row.kind == "code"
        for spelling in str(row.body.get("spelling", "")).split("|")
    }


def _at_row(finding: Finding, rows: Mapping[str, str]) -> Finding:
    """A finding about a spelling, moved to the row that can be opened and mended."""
    kind, key, _ = finding.where
    if kind != "code" or rows.get(key, key) == key:
        return finding
    return replace(finding, where=Where("code", rows[key], key.partition("/")[2]))


def errors_of(manifests: Manifests) -> Callable[["Version"], tuple[Finding, ...]]:
    """What `Version.publish` asks: the errors of a version."""
    held = tuple(manifests)
    return lambda version: lint(version.documents(), held).errors
