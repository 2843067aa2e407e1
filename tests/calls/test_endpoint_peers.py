"""SIPp, which shares no line with us, plays every scenario of `sipp/` at once; each is one test."""

import asyncio
import contextlib
import itertools
import random
import socket
import tempfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path

import pytest
import pytest_asyncio

from careline.links.calls.call import Call
from careline.links.calls.config import Trunk, demo
from careline.links.calls.endpoint import Unreached
from careline.links.calls.events import CallEvent, Digit, Ended, Held, Resumed
from careline.links.calls.media import Engine
from tests.calls.house import Handler, House, loopback

SCENARIOS = Path(__file__).parent / "sipp"
SECONDS_MAX = 60

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.peer("sipp"),
]

GUARDED = Trunk(
    name="guarded", networks=(ip_network("127.0.0.40/32"),), username="desk", secret="hush", from_header=True
)


@dataclass
class Played:
    """What came of a scenario, on both sides."""

    status: int = -1
    told: str = ""
    events: list[CallEvent] = field(default_factory=list)
    reached: int = 0  # of our calls: 200, or why not

    def keys(self) -> list[Digit]:
        return [one for one in self.events if isinstance(one, Digit)]

    def assert_passed(self) -> None:
        assert self.status == 0, self.told


async def _listen(call: Call, played: Played) -> None:
    while True:
        event = await call.events.get()
        played.events.append(event)
        if isinstance(event, Ended):
            return


def _answers(played: Played) -> Handler:
    async def handler(call: Call) -> None:
        await call.ring()
        await call.answer()
        await _listen(call, played)

    return handler


def _rings(played: Played) -> Handler:
    async def handler(call: Call) -> None:
        await call.ring()
        await _listen(call, played)

    return handler


def _refuses(played: Played) -> Handler:
    async def handler(call: Call) -> None:
        await call.hang_up(486)

    return handler


def _early(played: Played) -> Handler:
    async def handler(call: Call) -> None:
        await call.answer(early=True)
        await asyncio.sleep(0.2)
        await call.answer()
        await _listen(call, played)

    return handler


def _refers(played: Played) -> Handler:
    async def handler(call: Call) -> None:
        await call.answer()
        played.reached = 200 if await call.refer("sip:10010@127.0.0.1:5999") else 400
        await call.hang_up()
        await _listen(call, played)

    return handler


def _hangs_up(played: Played) -> Handler:
    async def handler(call: Call) -> None:
        await call.answer()
        await asyncio.sleep(0.1)
        await call.hang_up()
        await _listen(call, played)

    return handler


# Name, scenario, what we do, by TCP, from which address.
INCOMING: dict[str, tuple[str, Callable[[Played], Handler], bool, str]] = {
    "talk": ("talk", _answers, False, "127.0.0.1"),
    "talk_tcp": ("talk", _answers, True, "127.0.0.1"),
    "cancel": ("cancel", _rings, False, "127.0.0.1"),
    "busy": ("busy", _refuses, False, "127.0.0.1"),
    "busy_tcp": ("busy", _refuses, True, "127.0.0.1"),
    "hold": ("hold", _answers, False, "127.0.0.1"),
    "hold_tcp": ("hold", _answers, True, "127.0.0.1"),
    "prack": ("prack", _early, False, "127.0.0.1"),
    "session_timer": ("session_timer", _answers, False, "127.0.0.1"),
    "info_digits": ("info_digits", _answers, False, "127.0.0.1"),
    "event_digits": ("event_digits", _answers, False, "127.0.0.1"),
    "options": ("options", _answers, False, "127.0.0.1"),
    "digest": ("digest", _answers, False, "127.0.0.40"),
    "wrong_secret": ("wrong_secret", _answers, False, "127.0.0.40"),
    "refer": ("refer", _refers, False, "127.0.0.1"),
    "late_offer": ("late_offer", _answers, False, "127.0.0.1"),
    "hung_up_on": ("hung_up_on", _hangs_up, False, "127.0.0.1"),
}
OUTGOING = {"takes": False, "takes_tcp": True, "is_busy": False, "rings_only": False}


_ports = itertools.count(random.randrange(20_000, 29_000, 8), 8)


def _free_port(host: str) -> int:
    """The first of eight ports for one SIPp, which takes some for sound: below those that the system gives to everybody."""
    for port in _ports:
        with contextlib.ExitStack() as stack:
            try:
                for kind, one in itertools.product((socket.SOCK_DGRAM, socket.SOCK_STREAM), range(port, port + 8)):
                    stack.enter_context(socket.socket(socket.AF_INET, kind)).bind((host, one))
            except OSError:
                continue
            return port
    raise AssertionError


async def _sipp(scenario: str, folder: Path, host: str, port: int, tcp: bool, *more: str) -> tuple[int, str]:
    errors = folder / f"{scenario}-{port}.log"
    program = await asyncio.create_subprocess_exec(
        "sipp", "-sf", str(SCENARIOS / f"{scenario}.xml"), "-i", host, "-p", str(port),
        "-mi", host, "-mp", str(port + 2), "-t", "t1" if tcp else "u1", "-m", "1", "-nostdin",
        "-timeout", f"{SECONDS_MAX}s", "-timeout_error", "-trace_err", "-error_file", str(errors), *more,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL, cwd=folder,
    )  # fmt: skip
    try:
        status = await program.wait()
    finally:
        if program.returncode is None:
            program.kill()
    return status, errors.read_text(errors="replace") if errors.exists() else ""


async def _called(played: Played, house: House, name: str, folder: Path) -> None:
    scenario, handler, tcp, host = INCOMING[name]
    service = house.number(handler(played))
    more = ("-s", service, "-auth_uri", f"{service}@127.0.0.1:{house.port}", f"127.0.0.1:{house.port}")
    played.status, played.told = await _sipp(scenario, folder, host, _free_port(host), tcp, *more)


async def _calls(played: Played, house: House, name: str, folder: Path) -> None:
    tcp = OUTGOING[name]
    port = _free_port("127.0.0.1")
    peer = asyncio.create_task(_sipp(name.removesuffix("_tcp"), folder, "127.0.0.1", port, tcp))
    if tcp:
        async with asyncio.timeout(20):
            while True:
                try:
                    _reader, writer = await asyncio.open_connection("127.0.0.1", port)
                except OSError:
                    await asyncio.sleep(0.02)
                else:
                    writer.close()
                    break
    ringing = asyncio.Event()
    dialling = asyncio.create_task(
        house.endpoint.dial(
            f"sip:desk@127.0.0.1:{port}{';transport=tcp' if tcp else ''}",
            caller="10086",
            on_progress=lambda status: ringing.set() if status >= 180 else None,
        )
    )
    try:
        if name == "rings_only":
            await asyncio.wait_for(ringing.wait(), 20)
            dialling.cancel()
        call = await dialling
        played.reached = 200
        await call.hang_up()
    except Unreached as trouble:
        played.reached = trouble.status
    except asyncio.CancelledError:
        played.reached = 487
    played.status, played.told = await peer


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def plays(engine: Engine) -> AsyncIterator[dict[str, Played]]:
    """All scenarios, played side by side."""
    house = House(loopback(*demo().trunks, GUARDED, digest=("MD5",)), engine)  # SIPp knows no other
    await house.endpoint.start()
    played = {name: Played() for name in (*INCOMING, *OUTGOING)}
    with tempfile.TemporaryDirectory() as folder:
        await asyncio.gather(
            *(_called(played[name], house, name, Path(folder)) for name in INCOMING),
            *(_calls(played[name], house, name, Path(folder)) for name in OUTGOING),
        )
    yield played
    await house.endpoint.stop()


@pytest.mark.parametrize("name", [*INCOMING, *OUTGOING])
async def test_a_foreign_telephone_is_content(plays: dict[str, Played], name: str) -> None:
    plays[name].assert_passed()


@pytest.mark.parametrize("name", ["hold", "hold_tcp"])
async def test_hold_and_resume_were_told(plays: dict[str, Played], name: str) -> None:
    assert plays[name].events[:2] == [Held(), Resumed()]


async def test_keys_came_by_info(plays: dict[str, Played]) -> None:
    assert plays["info_digits"].keys() == [Digit(key, "info") for key in "19*#"]


async def test_keys_came_by_events(plays: dict[str, Played]) -> None:
    assert plays["event_digits"].keys() == [Digit(key, "rfc4733") for key in "10*#"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("talk", "hung_up"),
        ("talk_tcp", "hung_up"),
        ("cancel", "cancelled"),
        ("hung_up_on", "ours"),
        ("prack", "hung_up"),
    ],
)
async def test_the_end_was_told_with_its_reason(plays: dict[str, Played], name: str, reason: str) -> None:
    last = plays[name].events[-1]
    assert isinstance(last, Ended)
    assert last.reason == reason


async def test_who_guessed_the_secret_did_not_get_in(plays: dict[str, Played]) -> None:
    assert not plays["wrong_secret"].events
    assert plays["digest"].events


async def test_the_transfer_worked(plays: dict[str, Played]) -> None:
    assert plays["refer"].reached == 200


@pytest.mark.parametrize(
    ("name", "status"), [("takes", 200), ("takes_tcp", 200), ("is_busy", 486), ("rings_only", 487)]
)
async def test_our_calls_were_answered_refused_and_given_up(plays: dict[str, Played], name: str, status: int) -> None:
    assert plays[name].reached == status
