"""linphonec as a telephone, at its own prompt: what is typed, and the WAV that it records instead of a sound card."""

import asyncio
import time
from pathlib import Path
from typing import Any

import numpy as np

from tests.calls.ports import free_ports
from tests.calls.softphone import WAV_HEADER_BYTES
from tests.house.programs import program

CONFIG = """
[sip]
contact=sip:{user}@127.0.0.1
sip_port={port}
sip_tcp_port={port}
sip_tls_port=0
[rtp]
audio_rtp_port={rtp}
echo_cancellation=0
[sound]
agc=0
"""


class Linphone:
    """One linphonec, without sound card and registrar."""

    def __init__(self, folder: Path, user: str) -> None:
        self.folder = folder
        self.user = user

    async def __aenter__(self) -> "Linphone":
        self.folder.mkdir(parents=True)
        (self.folder / ".local/share/linphone").mkdir(parents=True)
        port, rtp = free_ports(2)
        (self.folder / "linphonerc").write_text(CONFIG.format(user=self.user, port=port, rtp=rtp))
        self._log = (self.folder / "log").open("wb")
        self._process = await asyncio.create_subprocess_exec(
            program("linphonec"), "-c", str(self.folder / "linphonerc"),
            stdin=asyncio.subprocess.PIPE, stdout=self._log, stderr=self._log, cwd=self.folder,
            env={"HOME": str(self.folder), "PATH": "/usr/bin:/bin"},
        )  # fmt: skip
        await self.type("ipv6 disable", "ipv6 use disabled")  # else it calls from its IPv6 address, and reaches nobody
        await self.type("soundcard use files", "Using wav files")
        await self.type(f"record {self.folder / 'heard.wav'}")
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process.returncode is None:
            self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), 10)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        self._log.close()

    async def type(self, line: str, wanted: str = "") -> None:
        """Type a line, and wait until it says this."""
        assert self._process.stdin
        self._process.stdin.write(f"{line}\n".encode())
        until = time.monotonic() + 60
        while wanted not in self.log():
            assert time.monotonic() < until, f"{line}: not told: {wanted}\n{self.log()}"
            await asyncio.sleep(0.05)

    async def dial(self, uri: str) -> None:
        await self.type(f"call {uri}", "Media streams established")

    async def press(self, key: str) -> None:
        """A key alone on its line is sent (RFC 4733)."""
        await self.type(key)

    async def hang_up(self) -> None:
        await self.type("terminate", "ended (No error)")

    def heard(self) -> np.ndarray[Any, np.dtype[np.int16]]:
        """All that it has recorded so far, 8,000 samples a second."""
        recording = self.folder / "heard.wav"
        data = recording.read_bytes()[WAV_HEADER_BYTES:] if recording.exists() else b""
        return np.frombuffer(data[: len(data) // 2 * 2], "<i2")

    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")
