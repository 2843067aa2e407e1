"""The ear that benchmarks listen with: what it says of calls that were not perfect."""

import socket
import time

import numpy as np

from careline.protocols.rtp.packet import Packet, parse
from careline.simulators.rtp_ear import Ear, judge


def records(*packets: tuple[int, int, float]) -> "np.ndarray[tuple[int], np.dtype[np.void]]":
    return np.array(list(packets), np.dtype([("ssrc", "=u4"), ("sequence", "=u2"), ("at", "=f8")]))


def test_a_perfect_call_is_clean_and_a_gap_and_a_loss_are_told() -> None:
    perfect = [(1, (65_530 + n) % 65536, 100 + 0.02 * n) for n in range(50)]
    paused = [(2, n, 100 + 0.02 * n + (0.03 if n >= 20 else 0)) for n in range(50)]
    holed = [(3, n, 100 + 0.019 * n) for n in range(50) if n not in {7, 30}]
    short = [(4, n, 100 + 0.02 * n) for n in range(10)]  # too short to be judged
    mixed = sorted(perfect + paused + holed + short, key=lambda record: record[2])
    heard = judge(records(*mixed))
    assert (heard.calls, heard.clean_calls, heard.lost) == (3, 1, 2)
    assert (heard.gaps_over_40_ms, heard.max_gap_ms) == (1, 50.0)
    assert heard.packets == 148
    assert judge(records()).calls == 0


def test_an_ear_counts_what_comes_and_answers() -> None:
    ear = Ear(packets_max=2000, echo=True)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as far:
        far.bind(("127.0.0.1", 0))
        far.settimeout(20)
        for number in range(40):
            far.sendto(Packet(8, number, number * 160, 5, bytes(160)).encode(), ("127.0.0.1", ear.port))
        until = time.monotonic() + 20  # a busy kernel hands them over a moment later
        ear.listen(lambda: ear.heard().packets == 40 or time.monotonic() > until)
        heard = ear.heard()
        assert (heard.calls, heard.packets, heard.lost, heard.disordered) == (1, 40, 0, 0)
        answered = [parse(far.recv(2048)) for _ in range(40)]
        assert [packet.sequence for packet in answered if packet] == list(range(40))
        assert {packet.ssrc for packet in answered if packet} == {5 | 0x80000000}
        assert {len(packet.payload) for packet in answered if packet} == {160}
        ear.begin(time.time())
        assert ear.heard().packets == 0
    ear.close()
