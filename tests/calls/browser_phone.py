"""A call as browsers make it: WebRTC (aiortc) to Janus, whose SIP plugin calls us. Neither shares a line with us."""

import asyncio
import json
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack, MediaStreamTrack

from tests.house.programs import program

INSTALLED = "lib*/**/janus/{kind}/{name}"
PARTS = {"plugins": "libjanus_sip.so", "transports": "libjanus_pfunix.so"}
MESSAGE_BYTES_MAX = 1 << 16
CONFIG = """
general: {{
    configs_folder = "{folder}"
    plugins_folder = "{folder}/plugins"
    transports_folder = "{folder}/transports"
    events_folder = "{folder}/none"
    loggers_folder = "{folder}/none"
    debug_level = 4
    protected_folders = []
}}
media: {{
    rtp_port_range = "{first}-{last}"
    ipv6 = false
}}
nat: {{
    ice_enforce_list = "127.0.0.1"
}}
"""
TRANSPORT = 'general: {{ enabled = true, json = "compact", path = "{folder}/api", type = "SOCK_SEQPACKET" }}\n'
SIP = 'general: {{ local_ip = "127.0.0.1", rtp_port_range = "{first}-{last}" }}\n'


class Janus:
    """The gateway, with the SIP plugin and a Unix socket."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def __aenter__(self) -> "Janus":
        self._lay_out()
        self._log = (self.folder / "log").open("wb")
        for _ in range(9):
            if await self._came_up():
                return self
            await self._process.wait()
            self.socket.close()
        raise AssertionError(self.log())

    async def _came_up(self) -> bool:
        """Start it. On a busy machine its socket's thread may run before its plugin calls itself initialized, and so
        end at once (a race in `janus_pfunix.c`); then it says that it has no transport, and goes."""
        before = len(self.log())
        self._process = await asyncio.create_subprocess_exec(
            program("janus"), "--configs-folder", str(self.folder), "--disable-colors",
            stdin=asyncio.subprocess.DEVNULL, stdout=self._log, stderr=self._log, cwd=self.folder,
        )  # fmt: skip
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.setblocking(False)
        until = time.monotonic() + 60
        while "Unix Sockets transport plugin initialized" not in self.log()[before:]:
            assert time.monotonic() < until, self.log()
            assert self._process.returncode is None, self.log()
            await asyncio.sleep(0.02)
        if "Unix Sockets thread ended" in self.log()[before:]:
            return False
        await asyncio.get_running_loop().sock_connect(self.socket, str(self.folder / "api"))
        return True

    async def __aexit__(self, *_: object) -> None:
        self.socket.close()
        if self._process.returncode is None:
            self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), 10)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        self._log.close()

    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    def _lay_out(self) -> None:
        """Our own configuration, and of all plugins the two that we need."""
        for kind, name in PARTS.items():
            (self.folder / kind).mkdir(parents=True)
            (self.folder / kind / name).symlink_to(next(Path("/usr").glob(INSTALLED.format(kind=kind, name=name))))
        (self.folder / "none").mkdir()
        self._write("janus.jcfg", CONFIG, first=51000, last=51100)
        self._write("janus.transport.pfunix.jcfg", TRANSPORT)
        self._write("janus.plugin.sip.jcfg", SIP, first=51200, last=51300)

    def _write(self, name: str, text: str, **values: int) -> None:
        (self.folder / name).write_text(text.format(folder=self.folder, **values))


class BrowserPhone:
    """One tab of a browser: a peer connection, and a handle of the SIP plugin as a guest without registrar."""

    def __init__(self, janus: Janus, user: str) -> None:
        self.janus = janus
        self.user = user
        self.events: list[dict[str, Any]] = []  # what the SIP plugin told
        self._told: list[dict[str, Any]] = []
        self._sound: list[np.ndarray[Any, np.dtype[np.int16]]] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._where: dict[str, int] = {}

    async def __aenter__(self) -> "BrowserPhone":
        self.peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.peer.addTrack(AudioStreamTrack())
        self.peer.on("track", lambda track: self._tasks.append(asyncio.create_task(self._listen(track))))
        self._tasks.append(asyncio.create_task(self._read()))
        self._where["session_id"] = (await self._ask({"janus": "create"}))["data"]["id"]
        self._where["handle_id"] = (await self._ask({"janus": "attach", "plugin": "janus.plugin.sip"}))["data"]["id"]
        await self._command({"request": "register", "type": "guest", "username": f"sip:{self.user}@127.0.0.1"})
        await self.happened("registered")
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.peer.close()

    async def dial(self, uri: str) -> None:
        """Call, and wait until it was answered and the browser is connected."""
        await self.peer.setLocalDescription(await self.peer.createOffer())
        offer = {"type": "offer", "sdp": self.peer.localDescription.sdp}
        await self._command({"request": "call", "uri": uri}, jsep=offer)
        answered = await self.happened("accepted")
        described = answered.get("jsep") or (await self.happened("progress"))["jsep"]
        await self.peer.setRemoteDescription(RTCSessionDescription(described["sdp"], described["type"]))

    async def connected(self) -> None:
        """Wait for the first sound."""
        await self._until(lambda: len(self.heard()), "sound", 30.0)

    async def press(self, key: str, how: str = "dtmf_info") -> None:
        """A key: by SIP INFO, or by the browser's own telephone-event where it can."""
        await self._command({"request": how, "digit": key})

    async def hang_up(self) -> None:
        await self._command({"request": "hangup"})
        await self.happened("hangup")

    async def happened(self, kind: str, timeout_seconds: float = 30.0) -> dict[str, Any]:
        """Wait until the plugin has told this."""

        def found() -> list[dict[str, Any]]:
            return [one for one in self.events if one["result"].get("event") == kind]

        await self._until(found, kind, timeout_seconds)
        return found()[0]

    def heard(self) -> np.ndarray[Any, np.dtype[np.int16]]:
        """What the browser has heard so far, 8,000 samples a second."""
        return np.concatenate(self._sound) if self._sound else np.zeros(0, np.int16)

    async def _listen(self, track: MediaStreamTrack) -> None:
        while True:
            frame: Any = await track.recv()
            samples = frame.to_ndarray().reshape(-1, len(frame.layout.channels))[:, 0]
            self._sound.append(samples[:: frame.sample_rate // 8000].astype(np.int16))

    async def _read(self) -> None:
        loop = asyncio.get_running_loop()
        while data := await loop.sock_recv(self.janus.socket, MESSAGE_BYTES_MAX):
            told = json.loads(data)
            self._told.append(told)
            inside = told.get("plugindata", {}).get("data", {})
            if isinstance(inside.get("result"), dict):
                self.events.append(inside | ({"jsep": told["jsep"]} if "jsep" in told else {}))

    async def _command(self, body: dict[str, Any], **more: Any) -> None:
        await self._ask({"janus": "message", "body": body, **more})

    async def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        transaction = f"{len(self._told)} {request['janus']}"
        message = json.dumps(request | self._where | {"transaction": transaction}).encode()
        await asyncio.get_running_loop().sock_sendall(self.janus.socket, message)

        def found() -> list[dict[str, Any]]:
            return [one for one in self._told if one.get("transaction") == transaction and one["janus"] != "event"]

        await self._until(found, request["janus"], 30.0)
        assert found()[0]["janus"] in ("success", "ack"), found()[0]
        return found()[0]

    async def _until(self, found: Callable[[], object], what: str, timeout_seconds: float) -> None:
        until = time.monotonic() + timeout_seconds
        while not found():
            assert time.monotonic() < until, f"{what} has not come: {self._told}\n{self.janus.log()[-2000:]}"
            await asyncio.sleep(0.02)
