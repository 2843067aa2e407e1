"""One standard for all: a category of complaints may be stricter than the base, and is refused where it is looser."""

from pathlib import Path

import pytest

from careline.cases.subjects import categories, linting, standard
from careline.catalogue.packs import packs_folder

OWN = packs_folder() / "common" / "complaints" / "billing.toml"
SOLUTION = 'solution = { minutes = 1350, calendar = "office" }'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A carrier's packs with one category of its own, over the base standard of the house."""
    made = tmp_path / "common" / "complaints"
    made.mkdir(parents=True)
    (made / "billing.toml").write_text(OWN.read_text(encoding="utf-8"), encoding="utf-8")
    return made


def rewritten(folder: Path, old: str, new: str) -> None:
    path = folder / "billing.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.requirement("CONS-04")
@pytest.mark.parametrize(
    "loose",
    [
        'solution = { minutes = 2251, calendar = "office" }',
        'solution = { minutes = 14400, calendar = "always" }',  # ten days of the wall clock, for five working days
        'solution = { minutes = 5000, calendar = "hotline" }',
    ],
)
def test_what_promises_less_than_the_base_standard_is_refused(folder: Path, loose: str) -> None:
    assert categories.lint(folder) == []
    rewritten(folder, SOLUTION, loose)
    (mistake,) = categories.lint(folder)
    assert mistake.field == "promises.solution"
    assert "looser than the base standard" in mistake.what
    with pytest.raises(categories.CategoryError):
        categories.categories(folder)
    (finding,) = linting.findings(folder.parent.parent)
    assert "looser than the base standard" in str(finding)


@pytest.mark.requirement("CONS-04")
@pytest.mark.parametrize(
    "strict",
    ['solution = { minutes = 60, calendar = "hotline" }', 'solution = { minutes = 2250, calendar = "office" }'],
)
def test_what_promises_more_may_be_added(folder: Path, strict: str) -> None:
    rewritten(folder, SOLUTION, strict)
    assert categories.lint(folder) == []


def test_a_carrier_may_set_a_base_of_its_own_and_every_category_of_ours_keeps_to_ours(folder: Path) -> None:
    base = '[progress]\nminutes = 60\ncalendar = "always"\n'
    (folder.parent / standard.FILE).write_text(base, encoding="utf-8")
    assert [one.field for one in categories.lint(folder)] == ["promises.progress"]
    assert categories.lint() == []
