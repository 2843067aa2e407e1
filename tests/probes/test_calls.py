"""Probes that really call: what they hear decides, and nothing else."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest
import soundfile

from careline.probes.models import Baseline, Line, Run
from careline.probes.plan import plan
from careline.probes.probe import Probe, Step, Wanted
from careline.probes.running import Bench
from careline.probes.vantage import Vantage
from careline.values.language import Text
from tests.calls.hotline import Hotline
from tests.probes.again import ends, settled
from tests.sms.street import NOON, clock, rows, the_book

pytestmark = pytest.mark.django_db
BALANCE, PAIR = "voice/deed/charges_and_balance.query", "voice/pair/caller_id.subscribe"
GOOD = (
    "voice/node/standard.main",
    BALANCE,
    PAIR,
    "voice/error/wrong_key",
    "voice/written/greeting",
)

BAD = {
    "elsewhere": ends("wrong_prompt", "something else was heard"),
    "cut short": ends("wrong_prompt", "incomplete"),
}


@dataclass
class Rounds:
    runs: dict[str, Run]
    folder: Path


def only(identity: str, text: str, like: Probe) -> Probe:
    """Dials, and wants to hear this."""
    steps = (Step("dial", wanted=Wanted(text=text), within_seconds=0.5), Step("hang_up"))
    return Probe(identity, Text("", ""), "voice", steps, region=like.region, brand=like.brand)


@pytest.fixture(scope="module")
def rounds(hotline: Hotline, tmp_path_factory: pytest.TempPathFactory) -> Rounds:
    book = the_book()
    derived = {one.id: one for one in plan(book, NOON).probes}
    balance, main = derived[BALANCE], derived["voice/node/standard.main"]
    more = main.steps[0].wanted.text + book.words["voice.talk.anything_else"].zh * 3
    good = [derived[name] for name in GOOD]
    bad = [
        only("elsewhere", book.words["voice.talk.goodbye"].zh, balance),
        only("cut short", more, main),
    ]
    folder = tmp_path_factory.mktemp("heard")
    vantage = Vantage("here", calls=hotline.uri, together=6)

    async def run() -> list[Run]:
        async with Bench(book, hotline.speaker, vantage, clock, folder, range(46000, 46400, 2)) as bench:
            # A busy machine may lose a packet of a tone of two; so a good one may be tried again, as timetables do.
            tried = await asyncio.gather(bench.run(good, retries=4), settled(bench, bad, BAD))
            return [*tried[0], *tried[1]]

    return Rounds({one.probe: one for one in hotline.loop.run(run(), 400)}, folder)


@pytest.mark.parametrize("name", GOOD)
def test_what_the_book_promises_is_heard(rounds: Rounds, name: str) -> None:
    run = rounds.runs[name]
    assert (run.passed, run.cause, run.why) == (True, "", ""), (run.figures, run.steps, run.ladder)
    assert run.covers


def test_opening_and_closing_leave_the_line_as_it_was(rounds: Rounds) -> None:
    """The second call is dialled in the moment in which the first is hung up."""
    run = rounds.runs[PAIR]
    attempts = rows(
        "SELECT verb, outcome FROM ledger_attempt WHERE msisdn = %s AND begun_at BETWEEN %s AND %s ORDER BY begun_at",
        run.msisdn, run.begun_at, run.ended_at,
    )  # fmt: skip
    assert attempts == [("subscribe", "done"), ("cancel", "done")]
    assert {"deed:caller_id:subscribe", "deed:caller_id:cancel"} <= set(run.covers)


def test_another_prompt_does_not_pass(rounds: Rounds) -> None:
    run = rounds.runs["elsewhere"]
    assert (run.passed, run.cause, run.why) == (False, "wrong_prompt", "something else was heard")


def test_a_prompt_that_is_cut_short_does_not_pass(rounds: Rounds) -> None:
    run = rounds.runs["cut short"]
    assert (run.passed, run.cause) == (False, "wrong_prompt")
    assert run.why.startswith("incomplete")


def test_what_was_heard_is_kept_with_times_and_ladder(rounds: Rounds) -> None:
    run = rounds.runs[BALANCE]
    data, rate = soundfile.read(str(rounds.folder / run.sound))
    assert rate == 8000
    assert len(data) / rate > 0.5
    assert {"answered_seconds", "first_sound_seconds", "level_lufs", "clipped_share", "network"} <= set(run.figures)
    first = [rung[2] for rung in run.ladder]
    assert first[0] == "INVITE"
    assert {"200 OK", "ACK"} <= set(first)
    assert run.msisdn not in str(run.ladder) + str(run.steps)


def test_pretend_customers_are_marked_and_given_back(rounds: Rounds) -> None:
    numbers = {run.msisdn for run in rounds.runs.values()}
    lines = Line.objects.filter(msisdn__in=numbers)
    assert {line.msisdn for line in lines} == numbers
    assert all(line.taken_until is None for line in lines)


def test_the_first_good_run_is_the_baseline(rounds: Rounds) -> None:
    known = {one.probe: one.run for one in Baseline.objects.all()}
    assert known[BALANCE] == rounds.runs[BALANCE].id
    assert "elsewhere" not in known
