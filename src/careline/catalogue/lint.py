"""Lint: everything that would make customers be served wrongly, found before a version is published."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from careline.catalogue.compiling import compile_book
from careline.catalogue.documents import Documents, PackError
from careline.catalogue.linting import confirming, doubts, menus, references, spellings, texts
from careline.catalogue.linting.finding import Finding, Manifest, Rule, Severity, Subject
from careline.catalogue.linting.uncompiled import uncompiled
from careline.catalogue.version import Version

Manifests = Iterable[Manifest]

RULES: tuple[Rule, ...] = (
    *spellings.RULES,
    *references.RULES,
    *confirming.RULES,
    *texts.RULES,
    *menus.RULES,
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
        found = [finding for rule in RULES for finding in rule(subject)]
    found.sort(key=lambda finding: (finding.severity.rank, finding.where.kind, finding.where.key, finding.rule))
    return Report(tuple(found))


def errors_of(manifests: Manifests) -> Callable[[Version], tuple[Finding, ...]]:
    """What `Version.publish` asks: the errors of a version."""
    held = tuple(manifests)
    return lambda version: lint(version.documents(), held).errors
