"""What we hear: keys once each, by every way; nobody but the far side; and whether it is still there."""

import random
import struct
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from careline.links.calls.media import Stream
from careline.links.calls.media_latch import CONVINCING, WINDOW_SECONDS, Latch
from careline.protocols.rtp import rtcp
from careline.protocols.rtp.g711 import encode_alaw, encode_ulaw
from careline.protocols.rtp.packet import Packet
from careline.protocols.rtp.tones import dialled
from tests.calls.far_side import Far, Hand, closing, settled
from tests.house.programs import program

QUIET = b"\xd5" * 160


@pytest_asyncio.fixture
async def hand() -> AsyncIterator[Hand]:
    one = Hand()
    yield one
    await one.engine.stop()


class Keys:
    """Writes down what a stream tells."""

    def __init__(self, stream: Stream) -> None:
        self.told: list[tuple[str, str]] = []
        stream.on_digit = lambda key, how: self.told.append((key, how))

    @property
    def keys(self) -> str:
        return "".join(key for key, _ in self.told)


# Keys


async def test_keys_come_through_the_filter_each_once(hand: Hand) -> None:
    stream, far = await hand.pair()
    keys = Keys(stream)
    with closing(far):
        for key in "0123456789*#ABCD55":
            far.send(stream, QUIET)
            far.press(stream, key)
            await settled()
        assert keys.keys == "0123456789*#ABCD55"
        assert {how for _, how in keys.told} == {"rfc4733"}


async def test_keys_come_though_packets_are_lost(hand: Hand) -> None:
    stream, far = await hand.pair()
    keys = Keys(stream)
    with closing(far):
        for number, key in enumerate("13579#"):
            far.press(stream, key, keep=slice(number, None))  # more and more of its beginning
        for number, key in enumerate("24680*"):
            far.press(stream, key, keep=slice(None, 1 + number))  # less and less of its end
        await settled()
        assert keys.keys == "13579#24680*"


async def test_only_the_payload_type_that_was_agreed_on_is_a_key(hand: Hand) -> None:
    stream, far = await hand.pair()
    keys = Keys(stream)
    with closing(far):
        stream.direct(far.address, event_type=None)
        far.press(stream, "1")
        await settled()
        stream.direct(far.address, event_type=96)
        far.press(stream, "2")
        far.press(stream, "3", event_type=96)
        await settled()
        assert keys.keys == "3"


@pytest.mark.parametrize("codec", ["PCMA", "PCMU"])
async def test_tones_in_the_sound_are_keys_when_we_listen(hand: Hand, codec: str) -> None:
    stream, far = await hand.pair()
    keys = Keys(stream)
    wire = (encode_alaw if codec == "PCMA" else encode_ulaw)(dialled("1470*#5"))
    with closing(far):
        for listening in (False, True):
            stream.listen_inband(listening)
            for at in range(0, len(wire), 160):
                far.send(stream, wire[at : at + 160], 8 if codec == "PCMA" else 0)
                await settled()
        assert keys.told == [(key, "inband") for key in "1470*#5"]


async def test_a_key_that_comes_three_ways_counts_once(hand: Hand) -> None:
    stream, far = await hand.pair()
    keys = Keys(stream)
    stream.listen_inband(True)
    with closing(far):
        for key in "77":
            far.press(stream, key)
            wire = encode_alaw(dialled(key))
            for at in range(0, len(wire), 160):
                far.send(stream, wire[at : at + 160])
            await settled()
            hand.now += 0.2
            stream.told_digit(key, "info")
        assert keys.told == [("7", "rfc4733")] * 2
        hand.now += 2
        stream.told_digit("7", "info")
        assert keys.told[-1] == ("7", "info")


# Strangers


async def test_a_stranger_does_not_take_the_call_over(hand: Hand) -> None:
    stream, far = await hand.pair()
    keys = Keys(stream)
    with closing(far), Far(ssrc=far.ssrc) as stranger:
        for _ in range(300):
            stranger.send(stream, QUIET)
        stranger.press(stream, "1")
        await hand.run(0.1)
        assert keys.keys == ""
        assert not stranger.heard()
        assert len(far.heard()) == 5
        for _ in range(2000):
            stranger.send(stream, QUIET)
        await settled()
        # One in 64 by chance reaches us: of 2310, fewer than three or more than a hundred would be a broken filter.
        assert 3 <= stream.quality()["strangers"] <= 100
        assert hand.engine.stats()["strangers"] == stream.quality()["strangers"]


async def test_sound_from_behind_address_translation_is_followed_once(hand: Hand) -> None:
    stream = hand.engine.open()
    keys = Keys(stream)
    with Far() as named, Far() as real, Far() as stranger:
        stream.direct(named.address)
        await hand.run(0.04)
        assert len(named.heard()) == 2
        for _ in range(CONVINCING):
            real.send(stream, QUIET)
        await settled()
        await hand.run(0.04)
        assert (len(real.heard()), len(named.heard())) == (2, 0)
        for _ in range(3 * CONVINCING):
            stranger.send(stream, QUIET)
        real.press(stream, "5")
        await settled()
        await hand.run(0.04)
        assert (len(real.heard()), len(stranger.heard())) == (2, 0)
        assert keys.keys == "5"
        stream.direct(named.address)  # signalling says the same again: nothing changes
        await hand.run(0.04)
        assert len(real.heard()) == 2
        stream.direct(stranger.address)  # and now another place
        await hand.run(0.04)
        assert (len(real.heard()), len(stranger.heard())) == (0, 2)


def test_a_packet_or_two_from_elsewhere_convince_nobody() -> None:
    chance = random.Random(4)
    latch = Latch(("10.0.0.1", 4000), 0.0)
    for number in range(200):  # one who guesses
        guess = Packet(8, chance.getrandbits(16), number * 160, chance.getrandbits(32), QUIET)
        assert not latch.ours(("10.9.9.9", 5000), guess, 1.0)
    for sequence in range(100):  # two who disturb each other
        for host in ("10.9.9.8", "10.9.9.7"):
            assert not latch.ours((host, 5000), Packet(8, sequence, 0, 1, QUIET), 1.0)
    assert latch.target == ("10.0.0.1", 4000)
    assert latch.ours(("10.0.0.1", 4000), Packet(8, 1, 0, 1, QUIET), 1.0)
    assert latch.settled


def test_too_late_or_from_too_far_is_a_stranger() -> None:
    def convinces(latch: Latch, source: tuple[str, int], now: float) -> bool:
        return any(latch.ours(source, Packet(8, sequence, 0, 1, QUIET), now) for sequence in range(10))

    assert convinces(Latch(("10.0.0.1", 4000), 0.0), ("10.0.0.2", 6000), WINDOW_SECONDS - 1)
    assert not convinces(Latch(("10.0.0.1", 4000), 0.0), ("10.0.0.2", 6000), WINDOW_SECONDS + 1)
    near = Latch(("10.0.0.1", 4000), 0.0, near=("192.0.2.1",))
    assert not convinces(near, ("10.0.0.2", 6000), 1.0)
    assert convinces(near, ("192.0.2.1", 6000), 1.0)
    assert near.ours(("10.0.0.1", 4000), Packet(8, 1, 0, 1, QUIET), 1.0)  # the named address always counts
    assert near.target == ("10.0.0.1", 4000)


async def test_garbage_is_counted_and_nothing_else(hand: Hand) -> None:
    stream, far = await hand.pair()
    stream.listen_inband(True)  # no filter: everything reaches us
    chance = random.Random(5)
    with closing(far):
        for size in range(60):
            far.rtp.sendto(b"\x40" + chance.randbytes(size), ("127.0.0.1", stream.port))
            far.rtcp.sendto(chance.randbytes(size), ("127.0.0.1", stream.port + 1))
        for payload_type in (3, 13, 101):
            far.send(stream, chance.randbytes(3), payload_type)
        far.send(stream, b"")
        for _ in range(4):
            await settled()
        assert hand.engine.stats()["garbage"] == 62
        await hand.run(0.02)
        assert len(far.heard()) == 1


# Still there?


async def test_a_caller_who_is_gone_is_told_once(hand: Hand) -> None:
    stream, far = await hand.pair()
    lost: list[float] = []
    stream.on_lost = lambda: lost.append(hand.now)
    began = hand.now
    with closing(far):
        await hand.run(15)
        far.send(stream, QUIET)  # perhaps kept away by the filter
        far.press(stream, "1")  # never
        await settled()
        await hand.run(19)
        assert lost == []
        await hand.run(30)
        assert len(lost) == 1
        assert 35 <= lost[0] - began < 37
        far.press(stream, "2")
        await settled()
        await hand.run(30)
        assert len(lost) == 2


async def test_sound_that_the_filter_keeps_away_still_tells_that_somebody_is_there(hand: Hand) -> None:
    stream, far = await hand.pair()
    lost: list[int] = []
    stream.on_lost = lambda: lost.append(1)
    with closing(far):
        for _ in range(40):
            for _ in range(75):
                far.send(stream, QUIET)
            await hand.run(1.5)
        assert lost == []
        assert stream._hearing._seen < 100  # of three thousand
        quality = stream.quality()
        assert 2900 < quality["received"] <= 3001
        assert quality["lost"] <= 1
        assert quality["mos"] is not None


async def test_reports_alone_tell_that_somebody_is_there(hand: Hand) -> None:
    stream, far = await hand.pair()
    lost: list[int] = []
    stream.on_lost = lambda: lost.append(1)
    report = rtcp.encode([rtcp.Report(5), rtcp.Description(5, "far")])
    with closing(far), Far() as stranger:
        for _ in range(4):
            await hand.run(10)
            far.rtcp.sendto(report, ("127.0.0.1", stream.port + 1))
            await settled()
        assert lost == []
        for _ in range(3):
            await hand.run(10)
            stranger.rtcp.sendto(b"\x80\xc9\x00\xff", ("127.0.0.1", stream.port + 1))
            await settled()
        assert lost == [1]


async def test_who_is_on_hold_or_only_listens_is_not_lost(hand: Hand) -> None:
    stream, far = await hand.pair()
    lost: list[int] = []
    stream.on_lost = lambda: lost.append(1)
    with closing(far):
        stream.direct(None)
        await hand.run(30)
        stream.direct(far.address)
        stream.expect(False)
        await hand.run(30)
        assert lost == []
        stream.expect(True)
        await hand.run(30)
        assert lost == [1]


# Reports


async def test_reports_say_what_was_sent_and_heard(hand: Hand) -> None:
    stream, far = await hand.pair()
    stream.listen_inband(True)
    with closing(far):
        for number in range(100):
            far.send(stream, QUIET) if number % 10 else next(far.sequence)
        await settled()
        await hand.run(16)
        reports = [rtcp.parse(data) for data in far.control()]
        assert 2 <= len(reports) <= 6
        assert reports[0] is not None
        report, description = reports[0]
        assert isinstance(report, rtcp.Report)
        assert isinstance(description, rtcp.Description)
        assert report.ntp_time is not None
        assert report.octets == report.packets * 160 > 0
        (block,) = report.blocks
        assert (block.ssrc, block.lost) == (far.ssrc, 10)
        assert block.fraction_lost == 10 * 256 // 101
        assert block.highest % 65536 == (65_500 + 100) % 65536
        far.heard()
        stream.close()
        *_, last = far.control()
        goodbye = rtcp.parse(last)
        assert goodbye is not None
        assert goodbye[-1] == rtcp.Bye((stream.sending.ssrc,))


async def test_the_round_trip_is_known_from_the_far_sides_report(hand: Hand) -> None:
    stream, far = await hand.pair()
    with closing(far):
        await hand.run(8)
        report = next(part for part in rtcp.parse(far.control()[-1]) or [] if isinstance(part, rtcp.Report))
        assert report.ntp_time is not None
        sent = hand.engine._around.wall(hand.now) - (report.ntp_time / 2**32 - 2_208_988_800)
        hand.now += 0.5
        waited = int((sent + 0.4) * 65536)
        block = rtcp.Block(stream.sending.ssrc, 64, 5, 1, 80, rtcp.middle(report.ntp_time), waited)
        far.rtcp.sendto(
            rtcp.encode([rtcp.Report(9, (block,)), rtcp.Description(9, "x")]), ("127.0.0.1", stream.port + 1)
        )
        await settled()
        quality = stream.quality()
        assert 98 <= quality["round_trip_ms"] <= 102
        assert (quality["far_lost_percent"], quality["far_jitter_ms"]) == (25.0, 10.0)


@pytest.mark.peer
async def test_wireshark_reads_our_reports(hand: Hand, tmp_path: Path) -> None:
    tshark = program("tshark")
    stream, far = await hand.pair()
    with closing(far):
        await hand.run(8)
        stream.close()
        datagrams = far.control()
    rows = dissect(tshark, tmp_path, datagrams)
    assert len(rows) == len(datagrams) >= 2
    assert [row["rtcp.pt"].split(",") for row in rows] == [["200", "202"]] * (len(rows) - 1) + [["200", "202", "203"]]
    assert all(row["rtcp.length_check"] in {"1", "True"} for row in rows)
    assert {row["rtcp.ssrc.identifier"].split(",")[0] for row in rows} == {f"0x{far.ssrc:08x}"}


def dissect(tshark: str, folder: Path, datagrams: list[bytes]) -> list[dict[str, str]]:
    """The RTCP fields that Wireshark reads, one row for each datagram; fails when it finds anything malformed."""
    file = folder / "control.pcap"
    octets = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101)  # raw IP
    for number, data in enumerate(datagrams):
        udp = struct.pack(">HHHH", 40001, 50001, 8 + len(data), 0) + data
        packet = struct.pack(">BBHHHBBH8x", 0x45, 0, 20 + len(udp), number, 0, 64, 17, 0) + udp
        octets += struct.pack("<IIII", number, 0, len(packet), len(packet)) + packet
    file.write_bytes(octets)
    wanted = ["_ws.malformed", "rtcp.pt", "rtcp.length_check", "rtcp.ssrc.identifier", "rtcp.sdes.text"]
    command = [tshark, "-r", str(file), "-d", "udp.port==50001,rtcp", "-T", "fields", "-E", "separator=\x1f"]
    for name in wanted:
        command += ["-e", name]
    done = subprocess.run(command, capture_output=True, timeout=60, check=True)
    rows = [dict(zip(wanted, line.split("\x1f"), strict=True)) for line in done.stdout.decode().splitlines()]
    assert not any(row["_ws.malformed"] for row in rows), rows
    return rows
