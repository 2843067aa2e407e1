"""Asterisk's side of FastAGI, as documented: the environment, then one reply to each command, and HANGUP in between."""

import shlex
import socket
from dataclasses import dataclass, field


@dataclass
class Asterisk:
    """One call. It plays what it is told to, and stops where a caller would have to do something."""

    port: int
    caller: str
    secret: str = "s3cretword"
    keys: str = ""  # pressed, and not asked for yet
    played: list[str] = field(default_factory=list)
    commands: list[list[str]] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    dial_status: str = "NOANSWER"
    missing: str = ""  # a file that is not there
    waiting: str = ""  # the command that waits for the caller
    ended: bool = False
    line: socket.socket = field(init=False)

    def __post_init__(self) -> None:
        self.line = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        self._lines = self.line.makefile("r", encoding="utf-8", newline="\n")

    def dial(self) -> None:
        environment = {
            "network": "yes",
            "network_script": "careline",
            "request": f"agi://127.0.0.1:{self.port}/careline",
            "channel": "PJSIP/trunk-00000001",
            "language": "en",
            "uniqueid": "1790000000.1",
            "callerid": self.caller,
            "calleridname": "unknown",
            "dnid": "10086",
            "extension": "10086",
            "arg_1": self.secret,
        }
        self.send("".join(f"agi_{name}: {value}\n" for name, value in environment.items()) + "\n")
        self.go()

    def send(self, text: str) -> None:
        self.line.sendall(text.encode())

    def press(self, keys: str) -> None:
        self.keys += keys
        self.played.clear()
        waiting, self.waiting = self.waiting, ""
        if waiting:
            self.send(f"200 result={self.key()}\n")
        self.go()

    def silence(self) -> None:
        self.played.clear()
        self.waiting = ""
        self.send("200 result=0\n")
        self.go()

    def key(self) -> int:
        key, self.keys = self.keys[:1], self.keys[1:]
        return ord(key) if key else 0

    def go(self) -> None:
        """Answer commands until one waits for the caller, or the other side closes."""
        while line := self._lines.readline():
            words = shlex.split(line.replace("\\\\", "\\"))
            self.commands.append(words)
            match words:
                case ["STREAM", "FILE", name, escapes]:
                    if name == self.missing:
                        self.send("200 result=-1 endpos=0\n")
                        continue
                    self.played.append(name)
                    stops = bool(self.keys) and self.keys[0] in escapes
                    self.send(f"200 result={self.key() if stops else 0} endpos=8000\n")
                case ["WAIT", "FOR", "DIGIT", _]:
                    if not self.keys:
                        self.waiting = line
                        return
                    self.send(f"200 result={self.key()}\n")
                case ["SET", "VARIABLE", name, value]:
                    self.variables[name] = value
                    self.send("200 result=1\n")
                case ["GET", "VARIABLE", "DIALSTATUS"]:
                    self.send(f"200 result=1 ({self.dial_status})\n")
                case ["CHANNEL", "STATUS"]:
                    self.send("200 result=6\n")
                case ["HANGUP"]:
                    self.send("200 result=1\n")
                    self.ended = True
                case ["ANSWER"] | ["EXEC", "Dial", _]:
                    self.send("200 result=0\n")
                case _:
                    self.send("510 Invalid or unknown command\n")
        self.ended = True

    def close(self) -> None:
        self._lines.close()
        self.line.close()
