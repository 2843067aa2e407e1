"""Errors that only a situation brings about are met by calls on marked lines, and their own prompts are heard.

Those that keys alone bring about need no more than other probes; here are one of each situation, and one of each kind of doubt.
"""

from pathlib import Path

import pytest

from careline.probes.deriving import errors
from careline.probes.models import Run
from careline.probes.running import Bench
from careline.probes.vantage import Vantage
from tests.calls.hotline import Hotline
from tests.sms.street import NOON, clock, rows, the_book

pytestmark = pytest.mark.django_db
HEARD = (
    *("person", "too_many", "wrong_parameter", "bad.id_check", "carrier_silent", "wrong_password", "frozen"),
    *("password_check.too_many_tries", "password_check.not_on", "hall_fault", "not_here", "call.fault_goodbye"),
    *("en/password_check.wrong_password", "en/not_enough_money", "en/not_here", "en/call.fault_person"),
)


@pytest.fixture(scope="module")
def runs(hotline: Hotline, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    book = the_book()
    derived = {one.id.removeprefix("voice/error/"): one for one in errors.by_call(book, NOON)}
    folder: Path = tmp_path_factory.mktemp("heard")
    vantage = Vantage("here", calls=hotline.uri, together=8)

    async def run() -> list[Run]:
        async with Bench(book, hotline.speaker, vantage, clock, folder, range(46400, 46800, 2)) as bench:
            # A busy machine may lose a packet of a tone of two; so one may be tried again, as timetables do.
            return await bench.run([derived[kind] for kind in HEARD], retries=3)

    return {one.probe.removeprefix("voice/error/"): one for one in hotline.loop.run(run(), 200)}


@pytest.mark.parametrize("kind", HEARD)
def test_the_prompt_of_an_error_is_heard(runs: dict[str, Run], kind: str) -> None:
    run = runs[kind]
    assert (run.passed, run.cause, run.why) == (True, "", ""), run.steps
    language, _, name = kind.rpartition("/")
    assert f"error:{name}{'@' if language else ''}{language}" in run.covers


def test_nobody_is_called_while_the_line_says_that_it_puts_the_caller_through(runs: dict[str, Run]) -> None:
    numbers = [runs["call.fault_goodbye"].msisdn, runs["en/call.fault_person"].msisdn]
    assert not rows("SELECT 1 FROM desk_contact WHERE msisdn = ANY(%s)", numbers)
    assert not rows("SELECT 1 FROM desk_screening WHERE msisdn = ANY(%s)", numbers)
