"""What probes may not do: change what customers have, spend anybody's money, or make a person pick up the telephone."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from careline.probes import files, guarding, linting
from careline.probes.files import ProbeError, read
from careline.probes.guarding import Forbidden
from careline.probes.plan import plan
from careline.probes.probe import Probe, Step
from careline.probes.vantage import Vantage
from careline.values.language import Text
from tests.halls import NOON, the_book

HERE = Vantage("here")
CARRIER = Vantage("carrier", sandbox=False)
TEST_LINES = Vantage("carrier", sandbox=False, test_lines=True)
ELSEWHERE = Vantage("elsewhere", sandbox=False, ours=False)


@pytest.fixture(scope="module")
def derived() -> dict[str, Probe]:
    return {one.id: one for one in plan(the_book(), NOON).probes}


def written(channel: str, *steps: Step, person: bool = False, **more: Any) -> Probe:
    """Somebody's file, which tells nothing of what it does."""
    return Probe(
        f"{channel}/written/mine", Text("", ""), channel, steps, region="haitang", brand="easyown", source="mine.toml",
        person=person, **more,
    )  # fmt: skip


def check(probe: Probe, vantage: Vantage) -> None:
    guarding.check(probe, vantage, the_book(), NOON)


@pytest.mark.parametrize("channel", ["voice", "sms", "ussd", "web", "app"])
def test_real_lines_are_asked_about_and_never_changed(derived: dict[str, Probe], channel: str) -> None:
    pair = derived[f"{channel}/pair/caller_id.subscribe"]
    query = next(
        one for one in derived.values() if one.channel == channel and one.verb == "query" and one.status == "active"
    )
    with pytest.raises(Forbidden, match=r"caller_id:subscribe.*test_lines = true"):
        check(pair, CARRIER)
    check(query, CARRIER)
    check(pair, TEST_LINES)
    check(pair, HERE)


def test_with_a_carriers_adapter_no_line_is_opened_or_put_back(
    derived: dict[str, Probe], monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = derived["sms/pair/caller_id.subscribe"]
    assert guarding.on_sandbox(HERE)
    monkeypatch.setenv("CARELINE_CARRIER", "their_bss")
    assert not guarding.on_sandbox(HERE)
    with pytest.raises(Forbidden, match="test_lines"):
        check(pair, HERE)


def test_only_lines_of_the_sandbox_are_spoilt(derived: dict[str, Probe]) -> None:
    for name in ("voice/error/carrier_fault", "voice/error/suspended"):
        check(derived[name], HERE)
        with pytest.raises(Forbidden, match="sandbox"):
            check(derived[name], TEST_LINES)


def test_what_a_written_probe_would_do_is_known_beforehand() -> None:
    order = written("sms", Step("send", "开通来电显示"), Step("send", "是"))
    with pytest.raises(Forbidden, match="caller_id:subscribe"):
        check(order, CARRIER)
    check(order, HERE)
    check(written("sms", Step("send", "介绍来电显示")), CARRIER)
    with pytest.raises(Forbidden, match="caller_id:cancel"):
        check(written("app", Step("sign_in"), Step("pick", "caller_id:cancel")), CARRIER)
    check(written("app", Step("sign_in"), Step("pick", "balance:query")), CARRIER)


@pytest.mark.parametrize("vantage", [HERE, CARRIER, TEST_LINES])
def test_a_person_is_reached_only_by_who_means_it(vantage: Vantage) -> None:
    asks = (Step("dial"), Step("press", "0"))
    with pytest.raises(Forbidden, match="person = true"):
        check(written("voice", *asks), vantage)
    check(written("voice", *asks, person=True), vantage)


def test_a_file_may_visit_pages_and_is_guarded_as_any_other(tmp_path: Path) -> None:
    file = tmp_path / "running.toml"
    steps = '[[steps]]\ndo = "sign_in"\n[[steps]]\ndo = "open"\nwhat = "/my/running"\nwords = ["已开通"]\n'
    file.write_text(f'channel = "web"\nname = {{ zh = "已开通", en = "On" }}\n{steps}')
    check(read(file), CARRIER)
    file.write_text(file.read_text() + '[[steps]]\ndo = "pick"\nwhat = "caller_id:subscribe"\n')
    with pytest.raises(Forbidden, match="caller_id:subscribe"):
        check(read(file), CARRIER)
    file.write_text(file.read_text() + '[[steps]]\ndo = "dance"\n')
    with pytest.raises(ProbeError, match="each step does one of"):
        read(file)


def test_what_is_wrong_with_a_file_is_said_in_both_languages_and_found_by_lint(tmp_path: Path) -> None:
    folder = tmp_path / "common" / "probes"
    folder.mkdir(parents=True)
    file = folder / "mine.toml"
    begin = 'name = { zh = "a", en = "a" }\n'
    for text, zh, en in (
        ("name =", "读不懂", "cannot be read"),
        (f'{begin}colour = "x"', "没有这样的项：colour", "there is no such setting: colour"),
        (begin, "步骤", "and steps"),
        (f'{begin}[[steps]]\ndo = "dance"', "每一步的 do 只能是", "each step does one of"),
    ):
        file.write_text(text)
        with pytest.raises(ProbeError, match=en) as refused:
            read(file)
        assert zh in refused.value.text.zh
        (found,) = linting.findings(tmp_path)
        assert "mine.toml" in str(found)
    for text, en in (
        ('region = "mars"\n[[steps]]\ndo = "dial"', "the catalogue has no region mars"),
        ('[[steps]]\ndo = "dial"\nhear = "no.such.text"', "there is no text no.such.text"),
    ):
        file.write_text(f"{begin}{text}")
        assert not linting.findings(tmp_path)
        with pytest.raises(ProbeError, match=en):
            files.check(read(file), the_book())


def test_no_derived_probe_reaches_a_person(derived: dict[str, Probe]) -> None:
    """Played as if somebody had written them, since those of the book are believed."""
    for probe in derived.values():
        if probe.channel == "ussd" or probe.id.startswith("voice/deed"):
            assert not guarding.reaches_person(replace(probe, source="mine.toml"), the_book(), NOON), probe.id


def test_of_somebody_elses_line_only_what_the_file_says_is_known() -> None:
    check(written("voice", Step("dial"), Step("press", "1")), ELSEWHERE)
    with pytest.raises(Forbidden, match="test_lines"):
        check(written("voice", Step("dial"), Step("press", "1"), service="theirs", verb="subscribe"), ELSEWHERE)
