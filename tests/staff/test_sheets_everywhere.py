"""Every sheet says the same on its page, in the page's CSV, and by the command as JSON and as CSV; charts and menus are reckoned again."""

import csv
import io
import json
from collections.abc import Callable
from itertools import pairwise
from math import sqrt
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client

from careline.cli import main
from careline.insight.question import OURS, Period
from careline.insight.sheets.shelf import SHEETS
from tests.insight import plainly
from tests.insight.chance import Town
from tests.insight.test_recounted_sheets import BEGIN, DAY, ZONE, town
from tests.staff.conftest import SignIn
from tests.staff.test_one_figure_everywhere import Rows

__all__ = ["town"]
pytestmark = pytest.mark.django_db
PAGES = {
    "acceptance": ("acceptance", "acceptance-nodes"), "load": ("load",),
    "tables": ("hot-topics", "error-prompts", "notices", "callbacks"),
    "service": ("refunds", "complaints", "satisfaction", "contact-causes", "channels", "outside"),
}  # fmt: skip
SINCE = BEGIN.date() - DAY
PERIOD = Period(SINCE, SINCE + 4 * DAY)
DAYS = {"from": PERIOD.since.isoformat(), "to": PERIOD.until.isoformat(), "source": "hall"}
Told = Callable[..., Any]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, database_url: str) -> Told:
    monkeypatch.setenv("CARELINE_LANG", "en")
    monkeypatch.setenv("DATABASE_URL", database_url)
    return lambda *words: CliRunner().invoke(main, ["report", *words, "--from", DAYS["from"], "--to", DAYS["to"]])


def test_every_sheet_says_the_same_at_every_door(town: Town, run: Told, sign_in: SignIn) -> None:
    assert {name for names in PAGES.values() for name in names} == set(SHEETS)
    client: Client = sign_in("he", "supervisor")
    filled = 0
    for page, names in PAGES.items():
        shown = client.get(f"/staff/insight/{page}", DAYS)
        reader = Rows()
        reader.feed(shown.content.decode())
        for name in names:
            paper = client.get(f"/staff/insight/{page}", DAYS | {"csv": name}).content.decode("utf-8-sig")
            lines = list(csv.reader(io.StringIO(paper)))
            printed = list(csv.reader(io.StringIO(run(name, "--csv").stdout)))
            told = json.loads(run(name, "--json").stdout)
            assert lines == printed, name
            assert lines[0] == told["head"], name
            page_rows = [[cell.replace(",", "") for cell in row] for row in reader.rows]  # 8,000,000 for people to read
            assert [row for row in lines[1:] if [cell.replace(",", "") for cell in row] not in page_rows] == [], name
            for row, said in zip(lines[1:], told["rows"], strict=True):
                figures = [
                    (cell, value) for cell, value in zip(row, said, strict=True) if isinstance(value, int | float)
                ]
                assert all(read(cell) == pytest.approx(value, abs=5.1e-5) for cell, value in figures), (name, row, said)
                filled += len(figures)
    assert filled > 200


def read(cell: str) -> float:
    written = cell.replace(",", "")
    return float(written.removesuffix(" %")) / 100 if written.endswith(" %") else float(written)


def test_the_control_chart_by_its_formulas_and_the_menu_by_its_sessions(town: Town, run: Told) -> None:
    chart_agrees(run, "day")
    chart_agrees(run, "hour")
    menu_agrees(town, run)


def chart_agrees(run: Told, by: str) -> None:
    """D. B. Laney (2002): the z-scores' mean moving range / 1.128 widens the limits; D. C. Montgomery: 3 sqrt(p(1 - p)/n)."""
    keys = ("day",) if by == "day" else ("day", "hour")
    counted = plainly.count(keys, plainly.facts(), ZONE, PERIOD, OURS)
    found = json.loads(run("p-chart", "--by", by, "--json").stdout)
    plain = json.loads(run("p-chart", "--by", by, "--plain", "--json").stdout)
    assert [(one["failed"], one["size"]) for one in found["points"]] == [(row[3], row[2]) for row in counted]
    sized = [(failed, size) for _, _, size, failed, _ in counted if size]
    mean = sum(failed for failed, _ in sized) / sum(size for _, size in sized)
    scores = [(failed / size - mean) / sqrt(mean * (1 - mean) / size) for failed, size in sized]
    moving = [abs(later - earlier) for earlier, later in pairwise(scores)]
    sigma = sum(moving) / len(moving) / 1.128
    assert found["centre"] == pytest.approx(mean)
    assert found["sigma_z"] == pytest.approx(sigma)
    for chart, widened in ((found, sigma), (plain, 1.0)):
        for one in chart["points"]:
            if not one["size"]:
                assert one["share"] is None
                continue
            width = 3 * sqrt(mean * (1 - mean) / one["size"]) * widened
            assert (one["lower"], one["upper"]) == pytest.approx((max(0, mean - width), min(1, mean + width)))
            assert (1 in one["tests"]) == (abs(one["share"] - mean) > width)


def menu_agrees(town: Town, run: Told) -> None:
    walked = plainly.sessions(town.now)
    used = plainly.usage("standard", walked, ZONE, PERIOD, OURS)
    found = json.loads(run("menu", "standard", "--json").stdout)
    assert (found["sessions"], found["done"]) == (used[""][0], used[""][2])
    of_menu = [one for one in walked if one.menu == "standard"]
    by_day = plainly.accesses(of_menu, ZONE, PERIOD, OURS)
    assert [(one["day"], one["sessions"], one["done"], one["person"]) for one in found["by_day"]] == [
        (day.isoformat(), *row) for day, *row in by_day
    ]
    for one in found["by_node"]:
        figures = (one["sessions"], one["visits"], one["done"], one["person"], one["left_here"])
        assert figures == used.get(one["place"], (0, 0, 0, 0, 0))
    untouched = {one["place"] for one in found["by_node"] if ":" in one["place"]} - set(used)
    assert {one["place"] for one in found["untouched"]} == untouched
    assert "never:order" in untouched
    assert found["met"] is False
