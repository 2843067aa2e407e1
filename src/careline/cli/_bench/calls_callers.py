"""The crowd that calls: SIPp where the machine has it, else our own switch; what it says of its calls.

All sound of all calls goes to one port, where the ear is.
"""

import csv
import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_INVITE = """<?xml version="1.0" encoding="UTF-8"?>
<scenario name="careline">
  <send retrans="500" start_rtd="1"><![CDATA[
    INVITE sip:10086@[remote_ip]:[remote_port] SIP/2.0
    Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
    From: <sip:[field0]@[local_ip]:[local_port]>;tag=[pid]t[call_number]
    To: <sip:10086@[remote_ip]:[remote_port]>
    Call-ID: [call_id]
    CSeq: 1 INVITE
    Max-Forwards: 70
    Contact: <sip:[field0]@[local_ip]:[local_port]>
    Content-Type: application/sdp
    Content-Length: [len]

    v=0
    o=peer 1 1 IN IP4 [local_ip]
    s=-
    c=IN IP4 [local_ip]
    t=0 0
    m=audio $SOUND_PORT RTP/AVP 8 101
    a=rtpmap:8 PCMA/8000
    a=rtpmap:101 telephone-event/8000
    a=fmtp:101 0-15
    a=sendrecv

  ]]></send>
  <recv response="100" optional="true"/>
  <recv response="180" optional="true"/>
  <recv response="200" rtd="1" rrs="true"/>
"""
_WITHIN = """  <send$RETRANS><![CDATA[
    $METHOD [next_url] SIP/2.0
    Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
    From: <sip:[field0]@[local_ip]:[local_port]>;tag=[pid]t[call_number]
    To: <sip:10086@[remote_ip]:[remote_port]>[peer_tag_param]
    Call-ID: [call_id]
    CSeq: $CSEQ $METHOD
    Max-Forwards: 70
$BODY
  ]]></send>
"""
_EMPTY = "    Content-Length: 0\n"
_KEY = """    Content-Type: application/dtmf-relay
    Content-Length: [len]

    Signal=$KEY
    Duration=100
"""
_TIMES = '  <ResponseTimeRepartition value="10, 100, 500, 1000"/>\n'
PRESSES = 40
_OK = '  <recv response="200"/>\n'


def scenario(sound_port: int, hold_ms: int, key: str = "", every_ms: tuple[int, int] = (0, 0)) -> str:
    """A SIPp scenario: INVITE, ACK, `hold_ms` of listening, BYE; with a `key`, it is pressed PRESSES times."""
    text = _INVITE.replace("$SOUND_PORT", str(sound_port)) + _within("ACK", "1", _EMPTY, repeated=False)
    if key:
        # Written out and not as a loop: SIPp makes its branches from the place in the scenario, and the second round
        # would be a repetition of the first.
        text += f'  <pause distribution="uniform" min="1000" max="{every_ms[1]}"/>\n'
        pause = f'  <pause distribution="uniform" min="{every_ms[0]}" max="{every_ms[1]}"/>\n'
        text += (_within("INFO", "[cseq]", _KEY.replace("$KEY", key)) + _OK + pause) * PRESSES
    pause = f'  <pause milliseconds="{hold_ms}"/>\n' if hold_ms else ""
    return text + pause + _within("BYE", "[cseq]", _EMPTY) + _OK + _TIMES + "</scenario>\n"


def _within(method: str, number: str, body: str, *, repeated: bool = True) -> str:
    text = _WITHIN.replace("$RETRANS", ' retrans="500"' if repeated else "").replace("$METHOD", method)
    return text.replace("$CSEQ", number).replace("$BODY", body.rstrip("\n") + "\n")


def sipp() -> str | None:
    """Where SIPp is (Debian's sip-tester)."""
    return shutil.which("sipp")


@dataclass(slots=True)
class Callers:
    """One batch of callers as a process: `calls` set-ups at `rate` a second, each held for `hold_seconds`."""

    folder: Path
    target: str
    sound_port: int
    calls: int
    rate: float
    numbers: Path
    hold_seconds: float
    core: int | None = None
    key: str = ""
    every_seconds: tuple[float, float] = (10.0, 20.0)
    name: str = "callers"
    with_sipp: bool = True
    _process: subprocess.Popen[bytes] = field(init=False)

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        command = self._sipp() if self.with_sipp and sipp() else self._switch()
        if self.core is not None and (taskset := shutil.which("taskset")):
            command = [taskset, "-c", str(self.core), *command]
        with (self.folder / f"{self.name}.out").open("wb") as said:
            self._process = subprocess.Popen(
                command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT
            )

    @property
    def over(self) -> bool:
        return self._process.poll() is not None

    def wait(self, seconds: float) -> bool:
        """Whether it ended by itself within this time; it is stopped otherwise."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.stop()
            return False
        return True

    def stop(self) -> None:
        if not self.over:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(3)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def figures(self) -> dict[str, Any]:
        """tried, answered, failed, repeated messages, answered later than a second; of SIPp: as of a second ago."""
        if self.with_sipp and sipp():
            return _of_sipp(self.folder / f"{self.name}.csv")
        lines = (self.folder / f"{self.name}.out").read_text().splitlines()
        return {"repeated": 0, **json.loads(lines[-1])} if lines else {}

    def _sipp(self) -> list[str]:
        path = self.folder / f"{self.name}.xml"
        every = (int(self.every_seconds[0] * 1000), int(self.every_seconds[1] * 1000))
        path.write_text(scenario(self.sound_port, int(self.hold_seconds * 1000), self.key, every))
        return [
            str(sipp()), self.target, "-sf", str(path), "-inf", str(self.numbers), "-i", "127.0.0.1",
            "-m", str(self.calls), "-l", str(self.calls + 10), "-r", f"{self.rate:g}", "-nostdin", "-skip_rlimit",
            "-trace_stat", "-stf", f"{self.name}.csv", "-fd", "1", "-buff_size", str(8 << 20), "-max_retrans", "5",
            "-cp", str(9000 + abs(hash(self.name)) % 40000),
        ]  # fmt: skip

    def _switch(self) -> list[str]:
        plain = self.folder / f"{self.name}.numbers"
        plain.write_text("\n".join(self.numbers.read_text().splitlines()[1:]))
        return [
            sys.executable, "-m", "careline.cli._bench.calls_switch", "--target", self.target, "--calls", str(self.calls),
            "--rate", str(self.rate), "--sound-port", str(self.sound_port), "--hold", str(self.hold_seconds),
            "--numbers", str(plain), *(["--key", self.key] if self.key else []),
        ]  # fmt: skip


def write_numbers(path: Path, numbers: Iterable[str]) -> None:
    """As SIPp injects them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("SEQUENTIAL\n" + "".join(f"{number}\n" for number in numbers))


def _of_sipp(path: Path) -> dict[str, Any]:
    with path.open(newline="") as lines:
        rows = [row for row in csv.DictReader(lines, delimiter=";") if row.get("CallLength(C)")]  # whole ones
    if not rows:
        return {}
    last = rows[-1]
    slow = sum(int(last[name]) for name in last if name and name.startswith("ResponseTimeRepartition1_>="))
    return {
        "tried": int(last["TotalCallCreated"]),
        "failed": int(last["FailedCall(C)"]),
        "ended": int(last["SuccessfulCall(C)"]),
        "repeated": int(last["Retransmissions(C)"]),
        "slow": slow,
        "mean_ms": _milliseconds(last["ResponseTime1(C)"]),
    }


def _milliseconds(written: str) -> float:
    """SIPp writes times as hours:minutes:seconds:microseconds, these in whole milliseconds."""
    hours, minutes, seconds, microseconds = (int(one) for one in written.split(":"))
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + microseconds / 1000
