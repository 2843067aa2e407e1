"""The Asterisk Gateway Interface over TCP (FastAGI): commands out, one reply each, and news of a hang-up in between.

Asterisk 20, res_agi: after the environment (`name: value` lines and an empty one) we send command lines. A reply is
`200 result=N (data) key=value`, `510 Invalid or unknown command`, `511 Command Not Permitted on a dead channel...`, or
several lines from `520-` to `520 `. When the caller hangs up a line `HANGUP` comes at any time.
"""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

LINE_OCTETS_MAX = 8192
VARIABLES_MAX = 128
ENVIRONMENT_SECONDS = 5.0
REPLY_SECONDS = 900.0  # the longest prompt, and some; Dial has a time of its own
_REPLY = re.compile(r"(\d{3})(?: result=(-?\d+))?(?: \((.*?)\))?")


class HungUp(Exception):
    """The caller hung up, or Asterisk closed the connection."""


class NotAgi(Exception):
    """What came is no AGI; the text says what is wrong."""


@dataclass(frozen=True, slots=True)
class Reply:
    result: int
    data: str = ""


@dataclass(slots=True)
class Line:
    """One call's connection. Every method raises HungUp and NotAgi."""

    reader: asyncio.StreamReader = field(repr=False)
    writer: asyncio.StreamWriter = field(repr=False)

    async def environment(self) -> Mapping[str, str]:
        """What Asterisk tells first, by names without `agi_`."""
        found: dict[str, str] = {}
        try:
            async with asyncio.timeout(ENVIRONMENT_SECONDS):
                for _ in range(VARIABLES_MAX):
                    line = await self._line()
                    if not line:
                        break
                    name, colon, value = line.partition(":")
                    if not colon or not name.startswith("agi_"):
                        raise NotAgi("no environment of AGI")
                    found[name.removeprefix("agi_")] = value.strip()
                else:
                    raise NotAgi(f"more than {VARIABLES_MAX} variables")
        except TimeoutError as error:
            raise NotAgi(f"no whole environment within {ENVIRONMENT_SECONDS:g} seconds") from error
        if not found:
            raise NotAgi("no environment of AGI")
        return found

    async def command(self, *words: str, seconds: float = REPLY_SECONDS) -> Reply:
        """Send a command and take its reply. Words with spaces, quotes or nothing in them are quoted."""
        self.writer.write((" ".join(_quoted(word) for word in words) + "\n").encode())
        try:
            async with asyncio.timeout(seconds):
                await self.writer.drain()
                return await self._reply()
        except ConnectionError as error:
            raise HungUp from error
        except TimeoutError as error:
            raise NotAgi(f"no reply to {words[0]} within {seconds:g} seconds") from error

    async def _reply(self) -> Reply:
        line = await self._line()
        found = _REPLY.match(line)
        if line.startswith("HANGUP") or (found and found[1] == "511"):
            raise HungUp
        if line.startswith("520-"):
            for _ in range(VARIABLES_MAX):
                if (await self._line()).startswith("520 "):
                    break
            raise NotAgi("Asterisk does not like a command of ours")
        if found is None or found[1] != "200" or found[2] is None:
            raise NotAgi(f"an unknown reply: {line[:60]!r}")
        return Reply(int(found[2]), found[3] or "")

    async def _line(self) -> str:
        try:
            octets = await self.reader.readuntil(b"\n")
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise HungUp from error
        except asyncio.LimitOverrunError as error:
            raise NotAgi(f"a line longer than {LINE_OCTETS_MAX} octets") from error
        return octets.decode("utf-8", "replace").rstrip("\r\n")


def _quoted(word: str) -> str:
    if word and not any(sign in word for sign in ' "\\\t\r\n'):
        return word
    plain = word.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\r\n\t]", " ", plain) + '"'
