"""`careline advice`, as it is typed."""

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from careline.catalogue.version import Version
from careline.cli import main
from careline.prompts import logbook
from careline.prompts.auditing import HOUSE
from careline.prompts.logbook import Deed
from tests.advice.menus import NOON, NOW, SHORT, serve, walk
from tests.insight.records import fold

Run = Callable[..., Result]
NOVEMBER = ("--from", "2026-11-01", "--to", "2026-11-20")
SWAP = "swap:standard:main:a.query:c.query"


@pytest.fixture
def run(db: None, monkeypatch: pytest.MonkeyPatch, database_url: str) -> Run:
    monkeypatch.setenv("CARELINE_LANG", "en")
    monkeypatch.setenv("DATABASE_URL", database_url)
    serve(SHORT)
    return lambda *words: CliRunner().invoke(main, words)


def test_moves_are_printed_and_applied_as_one_draft(run: Run) -> None:
    walk("main", "c:query", times=60)
    walk("main", "a:query", times=40)
    fold(NOW)

    found = json.loads(run("advice", "menu", *NOVEMBER, "--json").stdout)
    assert SWAP in [one["key"] for one in found["moves"]]
    assert found["replayed"]["seconds_per_1000"] == pytest.approx(
        sum(one["seconds_per_1000"] for one in found["moves"])
    )
    assert [one["place"] for one in found["untouched"]] == ["b:query"]
    shown = run("advice", "menu", *NOVEMBER, "--moves-most", "0").output
    assert "this version has its share of changes" in shown
    assert "nothing is saved, and the old key is pressed at first" in shown
    assert run("advice", "menu", *NOVEMBER, "--menu", "nonsense").exit_code == 2

    applied = json.loads(run("advice", "apply", SWAP, "--by", "lin", "--json").stdout)
    assert applied == {"version": 2, "new": True, "state": "draft"}
    assert "in draft 2 already" in run("advice", "apply", SWAP, "--by", "lin").output
    assert Version.numbered(2).author == "lin"
    refused = run("advice", "apply", "swap:standard:main:x:y", "--by", "lin")
    assert refused.exit_code == 1
    assert "no such menu, node or choice" in refused.output


def test_everything_is_ranked(run: Run) -> None:
    walk("main", "c:query", times=60)
    fold(NOW)
    found = json.loads(run("advice", "list", *NOVEMBER, "--json").stdout)
    assert found[0]["key"].startswith("swap:")
    assert {"audio"} <= {one["key"] for one in found}
    assert "exchange" in run("advice", "list", *NOVEMBER).output


def test_errors_texts_and_sound_have_verdicts_as_exit_codes(run: Run) -> None:
    errors = run("advice", "errors", *NOVEMBER, "--json")
    told = json.loads(errors.stdout)
    assert errors.exit_code == (0 if told["sound"] else 1)
    assert {"wrong_key", "silence"} <= {one["kind"] for one in told["rows"]}
    assert f"0 / {told['kinds']} = 0.0 %" in run("advice", "errors", *NOVEMBER).output

    texts = run("advice", "texts", *NOVEMBER)
    assert (texts.exit_code, "Nobody was asked yet." in texts.output) == (0, True)
    assert json.loads(run("advice", "texts", *NOVEMBER, "--json").stdout)["met"] is None

    assert run("advice", "audio").exit_code == 1
    logbook.note(Deed.AUDIT, by="lin", now=NOON, detail={"formats": {HOUSE: 9}, "missing": 0, "broken": 0})
    sound = run("advice", "audio", "--json")
    assert (sound.exit_code, json.loads(sound.stdout)["uniform"]) == (0, True)
