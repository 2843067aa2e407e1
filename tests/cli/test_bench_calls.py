"""The benchmark of calls measures what it says: an ear that misses nothing, callers who are counted, a thumb with a clock."""

import asyncio
import random
import time

import pytest

from careline.cli._bench.calls import Plan, Window
from careline.cli._bench.calls_callers import PRESSES, scenario
from careline.cli._bench.calls_hotline import Alone, Cores
from careline.cli._bench.calls_nuisance import garble, message
from careline.cli._bench.calls_switch import Refused, Switch
from careline.cli._bench.calls_thumbs import Thumbs
from careline.protocols.sip import Request
from careline.protocols.sip.malformed import Malformed
from careline.protocols.sip.message import parse
from careline.simulators.rtp_ear import EarProcess, Heard


def _heard(**what: float) -> Heard:
    usual = {
        "calls": 2, "clean_calls": 2, "packets": 1000, "lost": 0, "disordered": 0, "gaps_over_40_ms": 0,
        "max_gap_ms": 21.0, "p99_gap_ms": 20.5, "p50_gap_ms": 20.0, "packets_per_second": 50.0,
    }  # fmt: skip
    return Heard(**(usual | what))  # type: ignore[arg-type]


def test_calls_that_are_not_heard_at_all_are_not_clean() -> None:
    assert Window(_heard(), 10.0, 2).clean
    assert not Window(_heard(), 10.0, 3).clean
    assert not Window(_heard(clean_calls=1), 10.0, 2).clean


def test_half_of_the_calls_is_tried_before_the_whole() -> None:
    assert list(Plan(calls=2000).levels) == [1000, 2000]
    assert list(Plan(calls=2000, find=True).levels) == [1000, 1500, 2000]


def test_every_key_of_a_crowd_is_a_message_of_its_own() -> None:
    # SIPp makes the branch from the place in the scenario: one place used twice would be a repetition.
    assert scenario(4000, 1000, "9", (10, 20)).count("INFO [next_url]") == PRESSES
    assert "<nop" not in scenario(4000, 1000, "9", (10, 20))


def test_nuisance_is_garbled_and_what_is_not_is_whole() -> None:
    random.seed(10086)
    to, me = ("127.0.0.1", 5060), ("127.0.0.1", 5061)
    assert isinstance(parse(message("INVITE", to, me).encode()), Request)
    refused = 0
    for _ in range(300):
        try:
            parse(garble(message("INVITE", to, me, body="v=0\r\n")))
        except Malformed:
            refused += 1
    assert refused > 100


def test_the_endpoint_alone_plays_to_every_caller_and_the_ear_hears_all_of_it() -> None:
    with EarProcess(packets_max=100_000) as ear, Alone(Cores(None, None), first=False) as called:
        host, _, port = called.target.rpartition(":")

        async def call() -> Switch:
            switch = Switch((host, int(port)))
            switch.start()
            calls = [await switch.invite(f"1390000000{one}", ear.port) for one in range(4)]
            for _ in range(20):  # windows: while the machine stalls, nobody plays
                ear.begin()
                await asyncio.sleep(0.6)
                windows.append(ear.take())
                if windows[-1].calls == 4 and windows[-1].packets_per_second == pytest.approx(50, abs=15):
                    break
            for one in calls:
                switch.hang_up(one)
            until = time.monotonic() + 20
            while called.figures()["endpoint"]["calls"]:
                assert time.monotonic() < until, "calls that were hung up go on"
                await asyncio.sleep(0.02)
            switch.stop()
            return switch

        windows: list[Heard] = []
        switch = asyncio.run(call())
        told = called.figures()["endpoint"]
    assert [(one.lost, one.missed) for one in windows] == [(0, 0)] * len(windows)
    assert windows[-1].calls == 4
    assert windows[-1].packets_per_second == pytest.approx(50, abs=15)  # fifty, whatever the machine had to do before
    assert (switch.figures.answered, switch.figures.failed, told["taken"]) == (4, 0, 4)


def test_a_call_that_nobody_takes_is_counted_as_failed() -> None:
    async def call() -> Switch:
        silent, _ = await asyncio.get_running_loop().create_datagram_endpoint(_Busy, local_addr=("127.0.0.1", 0))
        switch = Switch(silent.get_extra_info("sockname"))
        switch.start()
        with pytest.raises(Refused):
            await switch.invite("13900000001", 4000)
        switch.stop()
        silent.close()
        return switch

    assert asyncio.run(call()).figures.failed == 1


def test_thumbs_of_which_no_prompt_takes_notice_say_so() -> None:
    thumbs = Thumbs("127.0.0.1:9", [])
    with thumbs:
        pass
    assert thumbs.figures() == {"key_presses": 0}


class _Busy(asyncio.DatagramProtocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, source: tuple[str, int]) -> None:
        head = data.decode().split("\r\n\r\n")[0].splitlines()
        if head[0].startswith("INVITE"):
            kept = [
                line
                for line in head
                if line.split(":")[0] in ("Via", "From", "To", "Call-ID", "CSeq", "v", "f", "t", "i")
            ]
            kept = [line + ";tag=b" if line.startswith(("To:", "t:")) else line for line in kept]
            text = "\r\n".join(["SIP/2.0 486 Busy Here", *kept, "Content-Length: 0", "", ""])
            self.transport.sendto(text.encode(), source)  # type: ignore[attr-defined]
