"""The QC circle: the golden set gives the published figures, checks judge by criteria, one story on page and paper."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pypdfium2
import pytest
from click.testing import CliRunner, Result

from careline.circle import decisions, decisions_file, facts, golden, progress, target
from careline.circle.causes import END_CAUSES
from careline.circle.judging import Assessed, Ground, Ordered, inversions
from careline.circle.telling import EXHIBITS
from careline.cli import main
from careline.insight.asking import Filters
from careline.values.language import Text
from tests.insight.records import NOON, fold, record

Run = Callable[..., Result]
TODAY = date(2026, 11, 21)


@pytest.fixture
def run(db: None, monkeypatch: pytest.MonkeyPatch, database_url: str) -> Run:
    monkeypatch.setenv("CARELINE_LANG", "en")
    monkeypatch.setenv("DATABASE_URL", database_url)
    return lambda *words: CliRunner().invoke(main, words)


@pytest.mark.requirement("QC-04")
def test_the_target_is_printed_unrounded_and_as_it_was_stated() -> None:
    aim = target.calculate(Decimal("2.56"), Decimal("84.16"), Decimal("88"), Decimal("0.9"))

    assert aim.printed == Decimal("0.853639168")
    assert (aim.products, aim.stepwise) == ((Decimal("2.15"), Decimal("1.89"), Decimal("1.70")), Decimal("0.86"))
    assert (aim.differ, aim.directive_met, aim.challenge_met) == (True, True, True)
    assert (aim.for_challenge, aim.for_directive) == (Decimal("89.66"), Decimal("82.28"))
    assert target.from_counts(0, 0, 0, 100, Decimal("0.9")) is None


@pytest.mark.requirement("QC-01", "QC-03", "QC-05", "QC-07", "DT-07")
def test_the_golden_set_tells_the_published_story_on_page_paper_and_as_data(run: Run, tmp_path: Path) -> None:
    told = {
        suffix: run("report", "qc", "--golden", "--lang", language, "--out", str(tmp_path / f"qc.{suffix}"), "--json")
        for suffix, language in (("json", "zh"), ("html", "en"), ("pdf", "zh"))
    }
    assert {one.exit_code for one in told.values()} == {0}, [one.output for one in told.values()]

    story = json.loads((tmp_path / "qc.json").read_text())
    figures = story["figures"]
    assert (figures["failed"], figures["applications"], figures["rate"]) == (505, 19_690, "2.56 %")
    assert (figures["system_share"], figures["crux"], figures["crux_share_of_system"]) == (
        "84.16 %",
        "guidance",
        "88.00 %",
    )
    assert (figures["callbacks_share"], figures["callbacks_crux"], figures["agrees"]) == ("86.67 %", "guidance", True)
    assert (figures["target_unrounded"], figures["target_stepwise"]) == ("0.8536 %", "0.86 %")
    assert figures["confirmed"] == ["hard_texts", "menu_order", "formats", "error_prompts"]
    found = facts.collect(golden.PERIOD, Filters(sources=(golden.SOURCE,)), golden.decisions(), NOON)
    steps = progress.steps(found)
    assert [one.key for one in steps if not one.done] == ["effect"]
    assert [one.key for one in steps if one.absent] == ["effect"]  # not open work: the story ends before it
    assert (figures["topic"], figures["after"]) == ("self_service", None)
    assert figures["stable"] is True
    assert figures["days_below_directive"] > 3
    assert json.loads(told["html"].stdout)["exhibits"] == json.loads(told["pdf"].stdout)["exhibits"]
    assert sorted(json.loads(told["json"].stdout)["exhibits"]) == sorted(EXHIBITS)
    assert [one["key"] for one in story["sections"] if one["key"].startswith("survey")] == [
        f"survey-{at}" for at in range(1, 7)
    ]

    sections = {one["key"]: one for one in story["sections"]}
    team = " ".join(sections["team"]["words"])
    assert all(said in team for said in ("六名培训师", "失败率 = 失败量 ÷ 总申请量", "收集到的问题"))
    plan = sections["confirmation"]["exhibits"][0]["rows"]
    assert [len(row) for row in plan] == [5] * 11
    assert all(cell for row in plan for cell in row)

    page = (tmp_path / "qc.html").read_text()
    assert all(f'id="{one}"' in page for one in EXHIBITS)
    for said in ("0.8536 %", "0.86 %", "86.67 %", "Golden set", "no result to report"):
        assert said in page
    assert "<script" not in page
    paper = pypdfium2.PdfDocument((tmp_path / "qc.pdf").read_bytes())
    words = "".join(sheet.get_textpage().get_text_range() for sheet in paper)
    assert all(said in words for said in ("2.56 %", "84.16 %", "88.00 %", "0.8536 %", "表2-7", "图5-5", "表6-1"))


@pytest.mark.requirement("QC-02")
def test_the_topic_of_the_highest_total_is_chosen_and_importance_decides_between_equals() -> None:
    circle = golden.decisions()
    assert circle.chosen is not None
    assert (circle.chosen.id, circle.chosen.total) == ("self_service", 14)
    assert decisions_file.template().chosen is None

    def scored(name: str, importance: int, urgency: int, perception: int) -> decisions.Topic:
        scores = {"importance": importance, "urgency": urgency, "perception": perception}
        return decisions.Topic(name, Text(name, name), (), scores)

    equal = replace(
        circle, topics=[scored("a", 3, 4, 5), scored("b", 4, 4, 4), scored("c", 4, 3, 5), scored("d", 4, 4, 4)]
    )
    assert equal.chosen is not None
    assert equal.chosen.id == "b"


@pytest.mark.parametrize(
    "written",
    ["", "name = 1", 'name = "a"\nsolved = 1.5', 'name = "a"\nsolved = "x"', 'name = "a"\n[[team]]\nname = "b"', "name =",
     'name = "a"\n[[topics]]\nid = "t"\nname = "t"\nscores = { importance = 6 }',
     'name = "a"\n[attested.monitoring]\nmet = 1\nwords = "w"\nby = "b"\non = 2026-01-01'],
)  # fmt: skip
def test_a_file_that_decides_nothing_sensible_is_refused(written: str) -> None:
    with pytest.raises(decisions.NotACircle):
        decisions_file.read_text(written)


def judged(ground: Ground) -> dict[str, bool | None]:
    return {one.id: one.judge(ground).met for one in END_CAUSES}


def test_nothing_recorded_is_nothing_judged() -> None:
    assert set(judged(Ground(TODAY)).values()) == {None}
    assert judged(Ground(TODAY, upkeep={TODAY: 0}))["no_upkeep"] is None
    assert judged(Ground(TODAY, timetables=1, watched={TODAY: 1}))["monitoring"] is None  # whether it is known
    assert judged(Ground(TODAY, rules=Assessed("r", True, None, [])))["no_assessment"] is None


@pytest.mark.parametrize(
    ("cause", "fine", "wrong"),
    [
        ("late_texts", {"notices": [("a", "", "", True)]}, {"notices": [("a", "", "", True), ("b", "", "", False)]}),
        ("few_maintainers", {"maintainers": 1}, {"maintainers": 0}),
        ("hard_texts", {"asked": 100, "understood": 95}, {"asked": 100, "understood": 94}),
        ("no_upkeep", {"upkeep": {date(2026, 11, 1): 1}}, {"upkeep": {date(2026, 11, 1): 1, date(2026, 11, 2): 0}}),
        ("capacity", {"capacity": 10, "load": [("d", 6, 4)]}, {"capacity": 10, "load": [("d", 6, 5)]}),
        ("formats", {"formats": {"WAV": 3}}, {"formats": {"WAV": 3, "VOX": 1}}),
        (
            "monitoring",
            {"timetables": 1, "watched": {TODAY: 2}, "knows": True},
            {"timetables": 1, "watched": {TODAY: 0}, "knows": True},
        ),
        (
            "monitoring",
            {"timetables": 1, "watched": {TODAY: 2}, "knows": True},
            {"timetables": 1, "watched": {TODAY: 2}, "knows": False},
        ),
        ("few_maintainers", {"maintainers": 1, "roster": True}, {"maintainers": 0, "roster": True}),
        (
            "no_assessment",
            {"rules": Assessed("r", True, True, [])},
            {"rules": Assessed("r", True, None, ["li"])},
        ),
    ],
)
def test_a_criterion_is_met_up_to_its_limit_and_not_beyond(
    cause: str, fine: dict[str, object], wrong: dict[str, object]
) -> None:
    assert judged(replace(Ground(TODAY), **fine))[cause] is True  # type: ignore[arg-type]
    assert judged(replace(Ground(TODAY), **wrong))[cause] is False  # type: ignore[arg-type]


def test_one_machine_in_five_may_be_older_than_five_years_and_none_may_break_down() -> None:
    def machine(bought: date) -> decisions.Machine:
        return decisions.Machine(Text("a", "a"), bought)

    five_years = date(2021, 11, 21)  # the anniversary itself is still within
    new, old = machine(five_years), machine(date(2021, 11, 20))
    calm = decisions.Round(TODAY, "x", Text("", ""), False)
    assert judged(Ground(TODAY, machines=[old, new, new, new, new], rounds=[calm]))["hardware"] is True
    assert judged(Ground(TODAY, machines=[old, old, new, new, new], rounds=[calm]))["hardware"] is False
    assert judged(Ground(TODAY, machines=[new], rounds=[calm, replace(calm, crashed=True)]))["hardware"] is False
    assert judged(Ground(TODAY, machines=[new]))["hardware"] is None  # nobody looked


def test_a_menu_is_in_order_when_everything_is_used_and_nothing_hot_stands_behind() -> None:
    def choice(place: int, demand: int, node: str = "main") -> Ordered:
        return Ordered(node, Text("", ""), place, demand, 0)

    assert inversions([choice(1, 5), choice(2, 9), choice(3, 9), choice(1, 1, "other")]) == 2
    used, unused = (Text("a", "a"), 3), (Text("b", "b"), 0)
    assert judged(Ground(TODAY, volumes=[used], orders=[choice(1, 5), choice(2, 5)]))["menu_order"] is True
    assert judged(Ground(TODAY, volumes=[used, unused], orders=[choice(1, 5)]))["menu_order"] is False
    assert judged(Ground(TODAY, volumes=[used], orders=[choice(1, 5), choice(2, 6)]))["menu_order"] is False


def test_every_error_needs_words_of_its_own_and_so_do_faults() -> None:
    own, shared, fault = (("a", "operation", Text("", ""), True), ("b", "operation", Text("", ""), False),
                          ("c", "system", Text("", ""), True))  # fmt: skip
    assert judged(Ground(TODAY, prompts=[own, fault]))["error_prompts"] is True
    assert judged(Ground(TODAY, prompts=[own]))["error_prompts"] is False
    assert judged(Ground(TODAY, prompts=[own, shared, fault]))["error_prompts"] is False


@pytest.mark.requirement("QC-06")
def test_our_own_records_tell_a_story_with_its_effect(run: Run, tmp_path: Path) -> None:
    for day in range(1, 11):
        at = NOON.replace(day=day)
        record(18, at=at)
        record(2, at=at, outcome="failed", cause="guidance", channel="voice")
    for day in range(11, 21):
        record(20, at=NOON.replace(day=day))
    fold()
    (tmp_path / "circle.toml").write_text(
        'name = "Ours"\nsolved = 0.8\nkept = ["a rule"]\n[after]\nfrom = 2026-11-11\nto = 2026-11-19\n'
        '[[actions]]\ncause = "menu_order"\nwhat = "reorder"\ngoal = "g"\nhow = "h"\n'
        'where = "w"\nwho = "Li"\nuntil = "2026-11-10"\nversion = 7\n'
    )
    words = ("report", "qc", "--from", "2026-11-01", "--to", "2026-11-10", "--circle", str(tmp_path / "circle.toml"))

    told = run(*words, "--out", str(tmp_path / "a.json"), "--lang", "en")
    assert told.exit_code == 0, told.output
    story = json.loads((tmp_path / "a.json").read_text())
    assert (story["figures"]["rate"], story["figures"]["after"]) == ("10.00 %", "0.00 %")
    assert story["figures"]["significant"] is True
    assert story["warning"] == ""
    sections = {one["key"]: one for one in story["sections"]}
    assert "lower, and not by chance" in " ".join(sections["effect"]["words"])
    assert sections["measures"]["exhibits"][0]["rows"][0][-2:] == ["2026-11-10", "7"]
    assert sections["consolidation"]["words"] == ["a rule"]
    assert story["figures"]["verdicts"]["no_assessment"] == {"met": None, "cause": None}
    assert run(*words, "--out", str(tmp_path / "a.txt")).exit_code == 2
    for suffix in ("html", "pdf"):
        assert (
            run(
                "report", "qc", "--from", "2025-01-01", "--to", "2025-01-02", "--out", str(tmp_path / f"b.{suffix}")
            ).exit_code
            == 0
        )
