"""Probes of somebody else's hotline: files say what is pressed, recordings say what must be heard, and our records know nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from careline.links.calls.events import Digit, Ended
from careline.probes.files import read_folder
from careline.probes.models import Line, Run
from careline.probes.running import Bench
from careline.probes.vantage import Vantage
from careline.protocols.rtp.g711 import encode_alaw
from careline.simulators.caller import Caller, Talk
from tests.house import emptying
from tests.probes.again import ends, passes, settled
from tests.sms.street import Loop, clock, the_book

pytestmark = pytest.mark.django_db
PROMPTS = ("welcome", "balance", "wrong_key")
FILES = {
    "balance": '[[steps]]\ndo = "dial"\nfiles = ["welcome.wav"]\n\n[[steps]]\ndo = "press"\nwhat = "1"\nfiles = ["balance.wav"]\n',
    "wrong": '[[steps]]\ndo = "dial"\nfiles = ["welcome.wav"]\n\n[[steps]]\ndo = "press"\nwhat = "7"\nfiles = ["balance.wav"]\n'
    "within_seconds = 2\n",
    "nothing": '[[steps]]\ndo = "dial"\nfiles = ["no_such_recording.wav"]\n',
}

MEANT = {
    "balance": passes,
    "wrong": ends("wrong_prompt", "something else was heard"),
    "nothing": lambda run: "no_such_recording.wav" in run.why,
}


@dataclass
class Rounds:
    runs: dict[str, Run]
    folder: Path


def sound_of(seed: int) -> np.ndarray:
    """A second and a half that is like nothing else: a voice of theirs."""
    chance = np.random.default_rng(seed)
    rough = chance.standard_normal(12000)
    smooth = np.convolve(rough, np.ones(6) / 6, "same")
    return np.asarray(smooth / np.abs(smooth).max() * 0.5 * 32767, np.int16)


async def their_ivr(talk: Talk, prompts: dict[str, bytes]) -> None:
    """Says welcome, and after a key the balance or that the key is wrong."""
    await talk.call.ring()
    await talk.call.answer()
    talk.say(prompts["welcome"])
    while True:
        event = await talk.event(30)
        if isinstance(event, Digit):
            talk.say(prompts["balance" if event.key == "1" else "wrong_key"])
        elif isinstance(event, Ended):
            return


@pytest.fixture(scope="module")
def rounds(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Rounds]:
    folder = tmp_path_factory.mktemp("theirs")
    prompts: dict[str, bytes] = {}
    for seed, name in enumerate(PROMPTS):
        soundfile.write(str(folder / f"{name}.wav"), sound_of(seed), 8000, subtype="PCM_16")
        prompts[name] = encode_alaw(sound_of(seed))
    for name, steps in FILES.items():
        (folder / f"{name}.toml").write_text(f'name = {{ zh = "{name}", en = "{name}" }}\n\n{steps}')

    async def run() -> list[Run]:
        async with Caller(ports=range(47000, 47200, 2), on_call=lambda talk: their_ivr(talk, prompts)) as theirs:
            vantage = Vantage(
                "elsewhere", calls=f"sip:95588@{theirs.address}", recordings=str(folder), number="+8613900000001",
                sandbox=False, ours=False,
            )  # fmt: skip
            async with Bench(the_book(), None, vantage, clock, folder, range(46400, 46600, 2)) as bench:
                probes = read_folder(folder)
                return await settled(bench, probes, {one.id: MEANT[one.id.rsplit("/", 1)[1]] for one in probes})

    loop = Loop()
    with django_db_blocker.unblock():
        yield Rounds({one.probe.rsplit("/", 1)[1]: one for one in loop.run(run(), 400)}, folder)
        loop.close()
        emptying.empty()
        connection.close()


def test_their_prompts_are_told_by_recordings(rounds: Rounds) -> None:
    run = rounds.runs["balance"]
    assert (run.passed, run.why) == (True, ""), run.steps
    assert [step.get("heard") for step in run.steps] == ["welcome.wav", "balance.wav"]
    assert run.vantage == "elsewhere"
    assert run.ladder[0][2] == "INVITE"


def test_another_prompt_of_theirs_does_not_pass(rounds: Rounds) -> None:
    run = rounds.runs["wrong"]
    assert (run.passed, run.cause, run.why) == (False, "wrong_prompt", "something else was heard"), run.steps


def test_a_recording_that_is_missing_fails_the_probe(rounds: Rounds) -> None:
    run = rounds.runs["nothing"]
    assert not run.passed
    assert "no_such_recording.wav" in run.why


def test_nobody_elses_number_becomes_a_marked_line(rounds: Rounds) -> None:
    assert {run.msisdn for run in rounds.runs.values()} == {"8613900000001"}
    assert not Line.objects.filter(msisdn="8613900000001").exists()
    assert all("13900000001" not in str(run.steps) + str(run.ladder) for run in rounds.runs.values())
