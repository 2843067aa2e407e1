"""`make test` in two steps: each test is in one of them, and one that fails in either makes the whole fail."""

from pathlib import Path

import pytest

from tests.house.everything import ALONE, ROOT, Step, _step, _summary, plan

FINE = Step("on 2 cores", 0, 300.4, {"passed": 9000, "skipped": 2}, [])


def test_what_runs_alone_is_there() -> None:
    assert [path for path in ALONE if not (ROOT / path).exists()] == []


def test_two_steps_come_to_one_sum(capsys: pytest.CaptureFixture[str]) -> None:
    assert _summary([FINE, Step("alone", 0, 99.8, {"passed": 250}, [])]) == 0
    said = "=== All tests: 9250 passed, 2 skipped in 400 s (9002 on 2 cores in 300 s, 250 alone in 100 s)\n"
    assert capsys.readouterr().out == said


def test_one_step_that_is_not_well_makes_the_whole_fail(capsys: pytest.CaptureFixture[str]) -> None:
    broken = Step("alone", 1, 99.8, {"passed": 249, "failed": 1}, ["FAILED tests/calls/test_x.py::test_y"])
    for steps in ([FINE, broken], [broken, FINE]):
        assert _summary(steps) == 1
        told = capsys.readouterr().out
        assert "FAILED tests/calls/test_x.py::test_y\n" in told
        assert "1 failed" in told
    died = Step("on 2 cores", -9, 3.0, {}, [])
    assert _summary([died, FINE]) == -9


def test_a_step_tells_how_its_tests_ended(tmp_path: Path) -> None:
    written = tmp_path / "test_written.py"
    written.write_text("def test_holds():\n    pass\n\n\ndef test_breaks():\n    assert 1 == 2\n")
    alone = ["-q", "-c", "/dev/null", "-p", "tests.house.counting_plugin", "-p", "no:cacheprovider", "-p", "no:django"]
    step = _step("alone", [*alone, f"--rootdir={tmp_path}", str(written)])
    assert (step.code, step.ended) == (1, {"passed": 1, "failed": 1})
    assert step.broken == ["FAILED test_written.py::test_breaks"]


def test_a_choice_of_tests_is_one_plain_run() -> None:
    assert plan(["tests/hall", "-k", "busy"], 2) == [("chosen", ["tests/hall", "-k", "busy"])]


@pytest.mark.parametrize("words", [[], ["--database-only"]], ids=["all", "database only"])
def test_what_one_step_leaves_out_the_other_runs(words: list[str]) -> None:
    (_, beside), (_, listening) = plan(words, 4)
    left_out = [word.removeprefix("--ignore=") for word in beside if word.startswith("--ignore=")]
    assert listening == [*words, *left_out, "-n", "2"]
    assert beside[-2:] == ["-n", "4"]
    assert beside[: len(words)] == words
    assert not [run for _, run in plan(words, 1) if "-n" in run], "one core has no other beside it"
