"""The categories of complaints in lint's own words, so that one command finds what is wrong in any file of the packs."""

from pathlib import Path

from careline.cases.subjects import categories
from careline.catalogue.linting.finding import Finding, Where, error


def findings(packs: Path) -> tuple[Finding, ...]:
    """What is wrong with the complaints of a folder of packs; one that has none keeps those it would be served with."""
    folder = packs / "common" / "complaints"
    if not folder.is_dir():
        return ()
    return tuple(
        error(
            "complaint_category",
            Where("complaint", mistake.file.removesuffix(".toml"), mistake.field),
            ("投诉类别写得不对", "this category cannot be served as it is"),
            (mistake.what, mistake.what),
        )
        for mistake in categories.lint(folder)
    )
