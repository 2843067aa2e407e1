"""Categories of complaints: those we bring are complete, and a bad file is named with its field."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from careline.cases.subjects import categories
from careline.cases.subjects.categories import CategoryError
from careline.catalogue.packs import packs_folder
from careline.cli.catalogue import lint as lint_command
from careline.values.language import LANGUAGES

GOOD = """
id = "noise"
order = 5
name = { zh = "杂音", en = "Noise" }
about = { zh = "电话里有杂音。", en = "There is noise on the line." }
calm = { zh = "我先听您说。", en = "Please tell me." }
department = "network"

[promises]
progress = { minutes = 1440, calendar = "always" }
solution = { minutes = 900, calendar = "office" }

[[questions]]
id = "when"
kind = "day"
required = true
label = { zh = "哪一天", en = "On which day" }
"""


def shelf(tmp_path: Path, **files: str) -> Path:
    for name, text in files.items():
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_the_categories_that_we_bring_have_no_mistake() -> None:
    assert categories.lint() == []
    assert len(categories.categories()) >= 11
    assert list(categories.categories())[-1] == "other"


def test_every_category_calms_before_it_asks_and_neither_argues_nor_admits_a_fault() -> None:
    for category in categories.categories().values():
        assert category.questions, category.id
        for language in LANGUAGES:
            calm = category.calm.read(language).lower()
            assert len(calm) > 20
            for blind in (
                "我们的错",
                "我们错了",
                "按规定",
                "您误会",
                "our fault",
                "our mistake",
                "you misunderstood",
                "rules say",
            ):
                assert blind not in calm


def test_disputed_fees_go_the_way_of_refunds_and_bad_manners_do_not() -> None:
    found = categories.categories()
    assert {one.id for one in found.values() if one.refund == "dispute"} == {
        "billing",
        "unknown_service",
        "third_party",
        "data",
    }
    assert found["attitude"].refund == "none"


def test_a_category_is_found_by_any_of_its_names() -> None:
    for said in ("billing", "话费争议", "乱收费", " Billing ", "Disputed Charges"):
        found = categories.by_name(said)
        assert found is not None
        assert found.id == "billing"
    assert categories.by_name("天气") is None
    assert categories.by_name("") is None


def test_a_good_file_is_served(tmp_path: Path) -> None:
    noise = categories.categories(shelf(tmp_path, noise=GOOD))["noise"]
    assert noise.promises["solution"] == (900, "office")
    assert noise.questions[0].required
    assert noise.spoken == noise.name
    assert noise.refund == "none"


@pytest.mark.parametrize(
    ("right", "wrong", "field", "what"),
    [
        ('id = "noise"', 'id = "sound"', "id", "the name of the file"),
        ("order = 5", "order = 0", "order", "1 to 999"),
        ("order = 5", 'order = "5"', "order", "whole number"),
        ("order = 5", "order = true", "order", "whole number"),
        ('zh = "杂音", en = "Noise"', 'zh = "杂音"', "name", "both languages"),
        ('en = "Please tell me."', 'en = " "', "calm.en", "empty"),
        ('department = "network"', 'department = "Network Dept"', "department", "small letters"),
        ('department = "network"', 'severity = "awful"', "severity", "minor, normal, major"),
        ('department = "network"', 'refund = "always"', "refund", "none, dispute"),
        ('department = "network"', 'colour = "red"', "colour", "no such field"),
        ('department = "network"', 'aliases = "noise"', "aliases", "list of texts"),
        ("minutes = 900", "minutes = 0", "promises.solution.minutes", "whole number"),
        ("minutes = 900", "minutes = 9000000", "promises.solution.minutes", "whole number"),
        ('calendar = "office"', 'calendar = "offcie"', "promises.solution.calendar", "office"),
        ('{ minutes = 900, calendar = "office" }', "900", "promises.solution", "minutes ="),
        ("solution = ", "answer = ", "promises", "progress, solution"),
        ('kind = "day"', 'kind = "date"', "questions[1].kind", "day"),
        ('kind = "day"', 'kind = "choice"', "questions[1].options", "list of options"),
        ('id = "when"', 'id = "When?"', "questions[1].id", "small letters"),
        ("required = true", 'required = "yes"', "questions[1].required", "true or false"),
        ('en = "On which day"', 'en = ""', "questions[1].label.en", "empty"),
    ],
)
def test_a_mistake_names_the_file_the_field_and_the_remedy(
    tmp_path: Path, right: str, wrong: str, field: str, what: str
) -> None:
    assert right in GOOD
    mistakes = categories.lint(shelf(tmp_path, noise=GOOD.replace(right, wrong)))
    told = [str(one) for one in mistakes if one.field == field]
    assert told, mistakes
    assert told[0].startswith(f"noise.toml: {field}: ")
    assert what in told[0]
    with pytest.raises(CategoryError) as refused:
        categories.categories(tmp_path)
    assert told[0] in str(refused.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    mistakes = categories.lint(shelf(tmp_path, broken="id = noise"))
    assert [one.file for one in mistakes] == ["broken.toml", "bytes.toml"]
    assert "not TOML" in mistakes[0].what
    assert "UTF-8" in mistakes[1].what


def test_no_file_at_all_is_a_mistake(tmp_path: Path) -> None:
    assert "no category" in str(categories.lint(tmp_path)[0])


def test_two_categories_cannot_share_a_place_or_a_name(tmp_path: Path) -> None:
    twin = GOOD.replace('id = "noise"', 'id = "hum"')
    mistakes = categories.lint(shelf(tmp_path, noise=GOOD, hum=twin))
    assert {one.field for one in mistakes} == {"order", "aliases"}
    assert "taken by hum.toml" in str(mistakes[0])


def test_every_mistake_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    bad = GOOD.replace("order = 5", "order = 0").replace("minutes = 900", "minutes = -1")
    assert len(categories.lint(shelf(tmp_path, noise=bad, hum="order = 1"))) > 5


def test_linting_a_folder_of_packs_finds_bad_categories_too(tmp_path: Path) -> None:
    packs = tmp_path / "packs"
    shutil.copytree(packs_folder(), packs)
    runner = CliRunner()
    good = runner.invoke(lint_command, [str(packs), "--quiet"])
    path = packs / "common" / "complaints" / "billing.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace('refund = "dispute"', 'refund = "always"'), encoding="utf-8"
    )
    bad = runner.invoke(lint_command, [str(packs), "--quiet"])
    assert "complaint_category" not in good.output
    assert bad.exit_code == 1
    assert "complaint billing · refund  [complaint_category]" in bad.output
    assert "none, dispute" in bad.output
