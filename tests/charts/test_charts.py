"""Pictures from numbers: well-formed, nothing styled in them, words escaped, and the same figures in the table."""

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careline import charts
from careline.charts.drawing import ticks
from careline.charts.pareto import counts

SVG = "{http://www.w3.org/2000/svg}"
EVERY = {
    "bars": lambda: charts.bars("办理量", ["一月", "二月"], {"成功": [3, 0], "失败": [1, 2]}),
    "side by side": lambda: charts.bars("A", ["a", "b"], {"x": [3, 0], "y": [1, 2]}, stacked=False, language="en"),
    "lying": lambda: charts.bars("A", ["<b>&", "b"], {"x": [3, 0]}, lying=True, language="en"),
    "line": lambda: charts.line(
        "失败率", ["1", "2", "3"], {"p": [0.02, None, 0.01]}, goals={"目标": 0.01}, form=charts.percent
    ),
    "ring": lambda: charts.ring("流量", 0.42, under="4.2 / 10 GB"),
    "pareto": lambda: charts.pareto("原因", [("甲", 7), ("乙", 3)]),
    "control": lambda: charts.control(
        "p", ["1", "2"], [0.1, 0.5], centre=0.2, lower=[0, 0.1], upper=[0.3, 0.4], signals={1: "测试 1"}
    ),
    "heat": lambda: charts.heat("时段", ["0", "1"], ["周一"], [[3, None]]),
    "funnel": lambda: charts.funnel("主菜单", [charts.Step("进入", 10, 2), charts.Step("选择", 8, 0)]),
    "histogram": lambda: charts.histogram("次数", [("1", 5), ("2–3", 2)]),
    "no bars": lambda: charts.bars("无", [], {"x": []}),
    "no line": lambda: charts.line("无", [], {"x": []}),
    "no causes": lambda: charts.pareto("无", []),
    "no steps": lambda: charts.funnel("无", []),
    "no subgroups": lambda: charts.control("无", [], [], centre=0, lower=[], upper=[]),
    "nothing warm": lambda: charts.heat("无", ["0"], ["周一"], [[0]]),
    "nobody": lambda: charts.histogram("无", []),
}


@pytest.mark.parametrize("name", EVERY)
def test_every_picture_is_well_formed_named_and_free_of_styles(name: str) -> None:
    chart = EVERY[name]()
    root = ET.fromstring(chart.svg)

    names = root.get("aria-labelledby", "").split()
    assert [one.get("id") for one in root[:2]] == names
    assert all(one.text for one in root[:2])
    for element in root.iter():
        assert element.tag.removeprefix(SVG) not in {"style", "script", "foreignObject", "image", "a"}
        assert not any(key == "style" or key.startswith("on") for key in element.attrib)
    assert all(len(row) == len(chart.head) for row in chart.rows)
    assert not re.search(r"\b(nan|inf)\b", chart.svg)


@pytest.mark.parametrize("lying", [True, False])
def test_a_bar_of_which_nothing_is_known_is_not_nought(lying: bool) -> None:
    chart = charts.bars("A", ["a", "b", "c"], {"x": [0.5, None, 0.0]}, form=charts.percent, lying=lying, language="en")

    assert chart.rows == (("a", "50.00 %"), ("b", "n/a"), ("c", "0.00 %"))
    assert chart.svg.count('class="bar ') == 1
    assert not lying or "n/a" in chart.svg


def test_what_is_not_known_is_said_in_the_language_of_the_picture() -> None:
    for language, said, other in (("zh", "—", "n/a"), ("en", "n/a", "—")):
        pictures = [
            charts.line("A", ["1", "2"], {"x": [0.5, None]}, language=language),
            charts.bars("A", ["1"], {"x": [None]}, lying=True, language=language),
            charts.heat("A", ["1"], ["2"], [[None]], language=language),
            charts.funnel("A", [charts.Step("1", 0)], language=language),
            charts.histogram("A", [("1", 0)], language=language),
            charts.control("A", ["1", "2"], [None, 0.5], centre=0.02, lower=[0, 0], upper=[1, 1], language=language),
        ]
        for chart in pictures:
            shown = chart.svg + str(chart.rows)
            assert said in shown, chart.svg
            assert other not in shown, chart.svg


def test_words_from_outside_stay_words() -> None:
    chart = charts.bars("<script>x</script>", ['"><b>'], {"a&b": [1]}, lying=True)

    assert "<script" not in chart.svg
    assert "<b>" not in chart.svg
    assert chart.rows == (('"><b>', "1"),)


def test_the_table_says_what_the_picture_shows() -> None:
    assert EVERY["pareto"]().rows == (("甲", "7", "70.00 %", "70.00 %"), ("乙", "3", "30.00 %", "100.00 %"))
    assert EVERY["line"]().rows == (("1", "2.00 %"), ("2", "—"), ("3", "1.00 %"))
    assert EVERY["funnel"]().rows == (("进入", "10", "100.00 %", "2"), ("选择", "8", "80.00 %", "0"))


def test_a_gap_breaks_the_line() -> None:
    drawn = ET.fromstring(EVERY["line"]().svg)
    (path,) = [one for one in drawn.iter(f"{SVG}path") if "path" in (one.get("class") or "")]
    assert (path.get("d") or "").count("M") == 2


def test_a_signal_has_a_shape_of_its_own() -> None:
    drawn = ET.fromstring(EVERY["control"]().svg)
    (signal,) = [one for one in drawn.iter(f"{SVG}rect") if one.get("class") == "point out"]
    assert "测试 1" in (signal[0].text or "")


def test_a_ring_beyond_its_allowance_is_full_and_says_by_how_much() -> None:
    chart = charts.ring("流量", 1.2)
    assert "ring-part over" in chart.svg
    assert chart.rows == (("流量", "120.00 %"),)


def test_a_file_of_its_own_brings_its_style_along() -> None:
    written = charts.standalone(charts.ring("A & B", 0.5), ".chart { fill: red }")
    root = ET.fromstring(written.split("\n", 1)[1])
    assert root[0].text == ".chart { fill: red }"
    assert root.findtext(f"{SVG}text[@class='headed']") == "A & B"
    assert root.get("viewBox") == "0 -40 160 200"


def test_a_pareto_chart_as_a_file_names_its_bars() -> None:
    written = charts.standalone(charts.pareto("P", [("<a>", 7), ("b", 3)], language="en"), "")
    told = [one.text for one in ET.fromstring(written.split("\n", 1)[1]).iter(f"{SVG}text")]
    assert told[-2:] == ["1  <a> · 7 · 70.00 %", "2  b · 3 · 30.00 %"]


@given(st.integers(1, 10**7))
def test_counts_of_things_have_no_halves_on_their_axis(top: int) -> None:
    assert all(mark.is_integer() for mark in ticks(top, whole=True))
    marks = counts(top)
    assert marks[-1] == top
    assert all(mark.is_integer() for mark in marks)
    assert not re.search(r">0\.5<", str(charts.line("A", ["1"], {"a": [2]}).svg))


@given(st.floats(min_value=1e-6, max_value=1e12))
def test_a_scale_reaches_its_highest_value_with_few_lines(top: float) -> None:
    found = ticks(top)
    assert found[0] == 0
    assert found[-1] >= top * 0.999999
    assert len(found) <= 6


@given(st.lists(st.tuples(st.text(max_size=8), st.integers(0, 10**6)), max_size=30))
def test_shares_of_a_pareto_reach_the_whole(causes: list[tuple[str, int]]) -> None:
    chart = charts.pareto("x", causes)
    if chart.rows:
        assert chart.rows[-1][3] == "100.00 %"
        numbers = [int(row[1].replace(",", "")) for row in chart.rows]
        assert numbers == sorted(numbers, reverse=True)


def test_a_day_has_its_year_in_the_table_and_not_under_the_axis() -> None:
    drawn = charts.line("A", ["2026-12-31", "2027-01-01"], {"a": [2, 3]})
    under = re.findall(r">([0-9-]+)</text>", str(drawn.svg))
    assert {"12-31", "01-01"} <= {*under}
    assert not [one for one in under if one.startswith("20")]
    assert [row[0] for row in drawn.rows] == ["2026-12-31", "2027-01-01"]
    assert "2026-10" in str(charts.line("A", ["2026-10", "2026-11"], {"a": [2, 3]}).svg)
