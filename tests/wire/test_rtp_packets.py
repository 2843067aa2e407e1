"""RTP and RTCP as RFC 3550 has them: written, read, and read when they are wrong."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careline.protocols.rtp import rtcp
from careline.protocols.rtp.packet import Packet, parse
from careline.protocols.rtp.quality import Reception, mos

numbers = st.integers(0, 2**32 - 1)
packets = st.builds(
    Packet,
    payload_type=st.integers(0, 63),
    sequence=st.integers(0, 65535),
    timestamp=numbers,
    ssrc=numbers,
    payload=st.binary(max_size=200),
    marker=st.booleans(),
    contributors=st.lists(numbers, max_size=15).map(tuple),
)
blocks = st.builds(
    rtcp.Block,
    ssrc=numbers,
    fraction_lost=st.integers(0, 255),
    lost=st.integers(-(2**23), 2**23 - 1),
    highest=numbers,
    jitter=numbers,
    last_report=numbers,
    delay=numbers,
)
names = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=60)
parts = st.lists(
    st.one_of(
        st.builds(rtcp.Report, ssrc=numbers, blocks=st.lists(blocks, max_size=31).map(tuple)),
        st.builds(
            rtcp.Report,
            ssrc=numbers,
            blocks=st.lists(blocks, max_size=3).map(tuple),
            ntp_time=st.integers(0, 2**64 - 1),
            timestamp=numbers,
            packets=numbers,
            octets=numbers,
        ),
        st.builds(rtcp.Description, ssrc=numbers, cname=names),
        st.builds(rtcp.Bye, sources=st.lists(numbers, max_size=31).map(tuple), reason=names),
    ),
    min_size=1,
    max_size=5,
)


@given(packets)
def test_a_packet_is_read_as_it_was_written(packet: Packet) -> None:
    assert parse(packet.encode()) == packet


@given(st.binary(max_size=80))
def test_no_bytes_crash_a_reader(data: bytes) -> None:
    parse(data)
    rtcp.parse(data)
    parse(b"\x9f\x08" + data)  # contributors and an extension announced
    rtcp.parse(b"\x81\xca" + data)
    rtcp.parse(struct.pack("!BBH", 0x9F, 200 + len(data) % 4, len(data) // 4) + data)


def test_an_extension_and_padding_are_no_sound() -> None:
    head = struct.pack("!BBHII", 0x80 | 0x10 | 0x20 | 1, 8, 7, 160, 99)
    datagram = head + struct.pack("!I", 5) + struct.pack("!HHI", 0xBEDE, 1, 0) + b"sound" + b"\0\0\3"
    packet = parse(datagram)
    assert packet is not None
    assert (packet.payload, packet.contributors) == (b"sound", (5,))


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        b"\x80\x08" + bytes(9),
        b"\x40\x08" + bytes(20),  # version 1
        b"\x80\xc8" + bytes(24),  # RTCP on the RTP port
        b"\x8f\x08" + bytes(20),  # fifteen contributors announced, two there
        b"\x90\x08" + bytes(12) + b"\x00\xff",  # half an extension
        b"\x90\x08" + bytes(10) + b"\x00\x00\xff\xff",  # an extension longer than the packet
        b"\xa0\x08" + bytes(20) + b"\xff",  # more padding than packet
        b"\xa0\x08" + bytes(20) + b"\x00",  # padding of nothing
    ],
)
def test_what_is_no_rtp_is_passed_over(datagram: bytes) -> None:
    assert parse(datagram) is None


@given(parts)
def test_a_report_is_read_as_it_was_written(compound: list[rtcp.Part]) -> None:
    data = rtcp.encode(compound)
    assert len(data) % 4 == 0
    assert rtcp.parse(data) == compound
    assert rtcp.looks_like(data)


@given(parts, st.integers(1, 50))
def test_a_cut_report_is_not_believed(compound: list[rtcp.Part], cut: int) -> None:
    data = rtcp.encode(compound)
    assert rtcp.parse(data[: -(cut % len(data) or 1)]) in (None, *(compound[:n] for n in range(1, len(compound))))


def test_unknown_kinds_of_reports_are_passed_over() -> None:
    application = struct.pack("!BBHI4s", 0x80, 204, 2, 1, b"what")
    bye = rtcp.Bye((1,))
    assert rtcp.parse(application + bye.encode()) == [bye]


def test_ntp_counts_from_1900_in_fractions_of_two_to_the_32() -> None:
    assert rtcp.ntp(0.5) == (2_208_988_800 << 32) + (1 << 31)
    assert rtcp.middle(0x1234_5678_9ABC_DEF0) == 0x5678_9ABC


def test_loss_and_jitter_are_those_of_the_standard() -> None:
    heard = Reception()
    at = 100.0
    for number in range(65_500, 65_700):  # over the edge of sixteen bits
        at += 0.02
        if number % 10:
            heard.heard(number % 65536, number * 160, at)
    assert (heard.expected, heard.lost) == (199, 19)
    assert heard.fraction_lost() == 19 * 256 // 199
    assert heard.fraction_lost() == 0  # none since the last question
    assert heard.jitter_ms < 0.01
    for number in range(65_700, 65_900):
        at += 0.02
        heard.heard(number % 65536, number * 160, at + 0.01 * (number % 2))
    assert 9.0 < heard.jitter_ms < 10.5  # every packet ten milliseconds off the one before


def test_what_a_filter_counted_is_not_lost() -> None:
    heard = Reception()
    heard.heard(10, 0, 0.0)
    heard.heard(74, 64 * 160, 1.28, received=60)
    assert (heard.expected, heard.lost) == (65, 5)


def test_a_sender_that_starts_anew_has_lost_nothing() -> None:
    heard = Reception()
    for sequence in (1, 2, 3, 40_001, 40_002):
        heard.heard(sequence, sequence * 160, sequence * 0.02)
    assert heard.lost <= 1


def test_ears_like_it_whole_and_soon() -> None:
    whole, holed, late = mos(0, 60), mos(5, 60), mos(0, 400)
    assert 4.3 < whole <= 4.5
    assert 3.4 < holed < 4.0 < whole
    assert late < 3.9
    assert mos(100, 1000) == 1.0
