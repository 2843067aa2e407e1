"""baresip as a telephone: a foreign program that shares no line with us, driven over its control port.

What it hears is what it writes: its module sndfile keeps the decoded sound as WAV, packet by packet.
After it was on hold or held us, baresip 1.0 writes nothing more; what comes in then is told by its status line.
"""

import asyncio
import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from tests.calls.ports import free_ports
from tests.house.programs import program

MODULES = Path("/usr/lib/baresip/modules")
SAID_SECONDS = 60
RATES = re.compile(r"audio=([0-9]+)/([0-9]+) ")
WAV_HEADER_BYTES = 44
CONFIG = """
sip_listen 127.0.0.1:{port}
net_interface 127.0.0.1
rtp_ports {rtp}-{rtp_last}
jitter_buffer_delay 1-200
audio_player aubridge,nobody
ringback_disabled yes
audio_source aufile,{folder}/said.wav
ausrc_srate 8000
auplay_srate 8000
ausrc_channels 1
auplay_channels 1
snd_path {folder}
module_path {modules}
module g711.so
module aufile.so
module aubridge.so
module sndfile.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:{control}
"""


class Softphone:
    """One baresip, with an account and no registrar."""

    def __init__(
        self,
        folder: Path,
        user: str,
        *,
        transport: str = "udp",
        pitch: float = 440.0,
        answers: bool = False,
    ) -> None:
        """`pitch`: what it says without end. `answers`: it takes calls at once."""
        self.folder = folder
        self.user = user
        self.transport = transport
        self.pitch = pitch
        self.answers = answers
        self.events: list[dict[str, Any]] = []
        self.responses: list[dict[str, Any]] = []

    async def __aenter__(self) -> "Softphone":
        self.folder.mkdir(parents=True)
        self.port, control, rtp = free_ports(3)
        self._configure(control, rtp)
        self._log = (self.folder / "log").open("wb")
        self._process = await asyncio.create_subprocess_exec(
            program("baresip"), "-v", "-f", str(self.folder),
            stdin=asyncio.subprocess.DEVNULL, stdout=self._log, stderr=self._log, cwd=self.folder,
        )  # fmt: skip
        reader, self._writer = await self._connected(control)
        self._listening = asyncio.create_task(self._listen(reader))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._listening.cancel()
        self._writer.close()
        if self._process.returncode is None:
            self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), 10)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        self._log.close()

    @property
    def uri(self) -> str:
        """Where it can be called."""
        return f"sip:{self.user}@127.0.0.1:{self.port};transport={self.transport}"

    async def dial(self, host_port: str) -> None:
        """Call the hotline there, and wait until it has answered."""
        await self.do("dial", f"sip:10086@{host_port}")
        await self.happened("CALL_ESTABLISHED")

    async def press(self, keys: str) -> None:
        """Press keys (RFC 4733, as baresip does unless told otherwise)."""
        await self.do("sndcode", keys)

    async def do(self, command: str, parameters: str = "") -> None:
        """A command of its menu, such as hold, resume, reinvite, hangup; returns when it was understood."""
        count = len(self.responses)
        words = json.dumps({"command": command, "params": parameters, "token": str(count)}).encode()
        self._writer.write(b"%d:%s," % (len(words), words))
        await self._until(lambda: len(self.responses) > count, f"no response to {command}")
        assert self.responses[count]["ok"], f"{command}: {self.responses[count]['data']}"

    async def happened(self, kind: str, count: int = 1, timeout_seconds: float = 30.0) -> dict[str, Any]:
        """Wait until an event has come for the count-th time."""
        await self._until(
            lambda: len(self.of_kind(kind)) >= count, f"{kind} has not come {count} times", timeout_seconds
        )
        return self.of_kind(kind)[count - 1]

    def of_kind(self, kind: str) -> list[dict[str, Any]]:
        return [one for one in self.events if one["type"] == kind]

    async def receives(self, wanted: Callable[[int], bool]) -> None:
        """Wait until it says that so many bits a second of sound come in."""
        await self._until(lambda: wanted(self._rate()), "the sound did not become what it should")

    def heard(self) -> np.ndarray[Any, np.dtype[np.int16]]:
        """All that it has heard so far, 8,000 samples a second."""
        recordings = sorted(self.folder.glob("dump-*-dec.wav"))
        data = b"".join(one.read_bytes()[WAV_HEADER_BYTES:] for one in recordings)
        return np.frombuffer(data[: len(data) // 2 * 2], "<i2")

    async def hears_pitch(self, pitch: float, timeout_seconds: float = 30.0) -> bool:
        """Whether this pitch, loud and alone, is heard before the time is over."""
        until = time.monotonic() + timeout_seconds
        while time.monotonic() < until:
            last = self.heard()[-1600:].astype(float)
            if len(last) == 1600:
                spectrum = np.abs(np.fft.rfft(last))
                if spectrum.max() > 1e5 and abs(np.argmax(spectrum) * 5 - pitch) <= 10:
                    return True
            await asyncio.sleep(0.05)
        return False

    def log(self) -> str:
        """What it has written, for those who look after a failure."""
        lines = (self.folder / "log").read_text(errors="replace").splitlines()
        return "\n".join(line for line in lines if line.strip() and "audio=" not in line)

    def _rate(self) -> int:
        """What its status line says: `audio=SENT/RECEIVED (bit/s)`."""
        return int(RATES.findall((self.folder / "log").read_text(errors="replace"))[-1][1])

    def _configure(self, control: int, rtp: int) -> None:
        samples = 8000 * np.sin(2 * np.pi * self.pitch * np.arange(8000 * SAID_SECONDS) / 8000)
        soundfile.write(self.folder / "said.wav", samples.astype(np.int16), 8000, subtype="PCM_16")
        options = "regint=0;audio_codecs=PCMA/8000/1" + (";answermode=auto" if self.answers else "")
        (self.folder / "accounts").write_text(f"<sip:{self.user}@127.0.0.1;transport={self.transport}>;{options}\n")
        (self.folder / "contacts").touch()
        (self.folder / "config").write_text(
            CONFIG.format(
                port=self.port, control=control, rtp=rtp, rtp_last=rtp + 20, folder=self.folder,
                modules=MODULES,
            )
        )  # fmt: skip

    async def _connected(self, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        until = time.monotonic() + 60
        while True:
            try:
                return await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                assert self._process.returncode is None, self.log()
                assert time.monotonic() < until, self.log()
                await asyncio.sleep(0.02)

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        """Netstrings of JSON: events and responses."""
        try:
            while True:
                length = int((await reader.readuntil(b":"))[:-1])
                told = json.loads((await reader.readexactly(length + 1))[:-1])
                (self.events if told.get("event") else self.responses).append(told)
        except asyncio.IncompleteReadError:
            return

    async def _until(self, reached: Callable[[], bool], trouble: str, timeout_seconds: float = 30.0) -> None:
        until = time.monotonic() + timeout_seconds
        while not reached():
            assert time.monotonic() < until, f"{trouble}\n{self.log()}"
            await asyncio.sleep(0.02)
