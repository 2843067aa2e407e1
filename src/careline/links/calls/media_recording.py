"""A call on disk: WAV, A-law, 8 kHz, on the left what we heard, on the right what we said."""

import os
import struct
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from careline.links.calls.media_prompt import Codec
from careline.protocols.rtp.g711 import ALAW_SILENCE, ulaw_to_alaw
from careline.protocols.rtp.packet import TICK_SAMPLES, TIMESTAMPS, Packet, later

LAG_SAMPLES: Final = 1600  # 200 ms: how late what we hear may come and still be put in its place
BATCH_SAMPLES: Final = 16_000  # 2 s between two writes
AHEAD_MAX: Final = 80_000  # 10 s; a timestamp further off is another clock
_QUIET = bytes((ALAW_SILENCE,))
_WAVE_FORMAT_ALAW = 6


class Recorder:
    """Collects both sides in memory and hands them to a writer's thread in batches; the tick never waits for the disk.

    The tick is the clock; both sides are put where their timestamps say. The sizes in the file's head are right after
    every batch, so that a crash costs two seconds and not the recording.
    """

    def __init__(self, path: Path, writer: Executor) -> None:
        self._writer = writer
        self._file = _WaveFile(path)
        self._clock = 0  # samples until the end of the present tick
        self._written = 0
        self._heard = _Side()
        self._said = _Side()

    def advance(self, ticks: int = 1) -> None:
        """So much time has passed."""
        self._clock += ticks * TICK_SAMPLES
        if self._clock - self._written >= BATCH_SAMPLES + LAG_SAMPLES:
            self._flush(self._clock - self._written - LAG_SAMPLES)

    def said(self, ssrc: int, timestamp: int, payload: bytes, codec: Codec) -> None:
        """What we sent."""
        self._said.put(ssrc, timestamp, _alaw(payload, codec), self._clock)

    def heard(self, packet: Packet, codec: Codec) -> None:
        """A packet of the far side, in any order."""
        self._heard.put(packet.ssrc, packet.timestamp, _alaw(packet.payload, codec), self._clock)

    def close(self) -> Future[None]:
        """Write the rest. The future is done when the file is whole, and carries the disk's refusal if there was one."""
        self._flush(self._clock - self._written)
        return self._writer.submit(self._file.close)

    def _flush(self, samples: int) -> None:
        both = bytearray(2 * samples)
        both[0::2] = self._heard.take(samples)
        both[1::2] = self._said.take(samples)
        self._written += samples
        self._writer.submit(self._file.write, bytes(both))


@dataclass(slots=True)
class _Side:
    """The sound of one direction that is not yet written."""

    octets: bytearray = field(default_factory=bytearray)
    start: int = 0  # sample number of the first octet
    ssrc: int | None = None
    offset: int = 0  # from its timestamps to sample numbers

    def put(self, ssrc: int, timestamp: int, payload: bytes, clock: int) -> None:
        now = max(clock - TICK_SAMPLES, 0)
        place = (timestamp + self.offset) % TIMESTAMPS
        if ssrc != self.ssrc or abs(later(now % TIMESTAMPS, place, TIMESTAMPS)) > AHEAD_MAX:
            self.ssrc, self.offset, place = ssrc, now - timestamp, now
        at = later(self.start % TIMESTAMPS, place, TIMESTAMPS)
        if at < 0:
            return  # too late: written already
        if at > len(self.octets):
            self.octets += _QUIET * (at - len(self.octets))
        self.octets[at : at + len(payload)] = payload

    def take(self, samples: int) -> bytes:
        taken = bytes(self.octets[:samples]).ljust(samples, _QUIET)
        del self.octets[:samples]
        self.start += samples
        return taken


def _alaw(payload: bytes, codec: Codec) -> bytes:
    return payload if codec == "PCMA" else ulaw_to_alaw(payload)


class _WaveFile:
    """Used by the writer's thread only. The first refusal of the disk ends it, and is raised on closing."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO | None = None
        self._octets = 0
        self._trouble: OSError | None = None

    def write(self, octets: bytes) -> None:
        if self._trouble is not None:
            return
        try:
            if self._file is None:
                self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                # What people said on the telephone is no other user's of this machine.
                self._file = os.fdopen(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
                self._file.write(_head(0))
            self._file.write(octets)
            self._octets += len(octets)
            self._file.seek(0)
            self._file.write(_head(self._octets))
            self._file.seek(0, 2)
            self._file.flush()
        except OSError as trouble:
            self._trouble = trouble

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
        if self._trouble is not None:
            raise self._trouble


def _head(octets: int) -> bytes:
    """RIFF with an extended format chunk and the sample count, as players want it for what is not PCM."""
    form = struct.pack("<HHIIHHH", _WAVE_FORMAT_ALAW, 2, 8000, 16_000, 2, 8, 0)
    chunks = b"fmt " + struct.pack("<I", len(form)) + form + b"fact" + struct.pack("<II", 4, octets // 2)
    chunks += b"data" + struct.pack("<I", octets)
    return b"RIFF" + struct.pack("<I", 4 + len(chunks) + octets) + b"WAVE" + chunks
