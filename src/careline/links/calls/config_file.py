"""Reads the TOML file that CARELINE_CALLS names: a [calls] table and one [[trunk]] for each neighbour.

Secrets need not stand in the file: `secret_env = "NAME"` takes one from the environment, `secret_file = "PATH"` from a
file. Every mistake is told with its line.
"""

import difflib
import os
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

from careline.links.calls.config import CODECS, DIGESTS, Config, Listen, Network, Trunk, demo
from careline.protocols.sip.malformed import Malformed
from careline.protocols.sip.uri import Uri

_LISTEN = re.compile(r"(udp|tcp):(?:\[([0-9a-fA-F:.]+)\]|([^:\[\]]+)):([0-9]{1,5})")


class CallsConfigError(ValueError):
    """The file cannot be used; the text names the file, the line and the key, and says what is wrong."""


def configured(environment: Mapping[str, str] = os.environ) -> Config:
    """How calls reach this installation: by the file CARELINE_CALLS, else as in the demo. Raises CallsConfigError."""
    path = environment.get("CARELINE_CALLS")
    config = read(Path(path), environment) if path else demo()
    return replace(config, country=environment.get("CARELINE_COUNTRY_CODE", config.country))


def read(path: Path, environment: Mapping[str, str] = os.environ) -> Config:
    """The configuration of a file. Raises CallsConfigError."""
    try:
        text = path.read_text(encoding="utf-8")
        document = tomllib.loads(text)
    except OSError as error:
        raise CallsConfigError(f"{path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CallsConfigError(f"{path} is not TOML: {error}") from error
    whole = _Table(path, text, "", 0, document)
    for key in document:
        if key not in {"calls", "trunk"}:
            raise whole.wrong(key, "is unknown; there are [calls] and [[trunk]]")
    calls, trunks = document.get("calls", {}), document.get("trunk", [])
    if not isinstance(calls, dict):
        raise whole.wrong("calls", "is a table: write [calls]")
    if not isinstance(trunks, list) or not all(isinstance(one, dict) for one in trunks):
        raise whole.wrong("trunk", "is a list of tables: write [[trunk]] with double brackets")
    config = Config(**_Table(path, text, "[calls]", 0, calls).values(_CALLS))
    neighbours = [_trunk(_Table(path, text, "[[trunk]]", at, one), environment) for at, one in enumerate(trunks)]
    for at, one in enumerate(neighbours):
        if one.name in {earlier.name for earlier in neighbours[:at]}:
            raise _Table(path, text, "[[trunk]]", at, trunks[at]).wrong("name", f"is taken: {one.name} stands above")
        if one.user and one.user in {earlier.user for earlier in neighbours[:at]}:
            raise _Table(path, text, "[[trunk]]", at, trunks[at]).wrong("username", "is taken by a trunk above")
    if not neighbours:
        raise CallsConfigError(f"{path} names no [[trunk]]: nobody could call")
    return replace(config, trunks=tuple(neighbours))


def _trunk(table: "_Table", environment: Mapping[str, str]) -> Trunk:
    if "name" not in table.given:
        raise table.wrong("", "needs a name")
    values = table.values(_TRUNK)
    for key, read_secret in (("secret_env", _of_environment), ("secret_file", _of_file)):
        if key in values:
            try:
                values["secret"] = read_secret(values.pop(key), environment)
            except LookupError as error:
                raise table.wrong(key, str(error.args[0])) from error
    trunk = Trunk(**values)
    if trunk.username and not trunk.secret:
        raise table.wrong("username", "needs a secret, secret_env or secret_file beside it")
    if trunk.secret and not trunk.username:
        raise table.wrong("secret", "needs a username beside it")
    if not trunk.networks and not trunk.proxy:
        raise table.wrong("name", "needs networks (who may call) or a proxy (where our calls go)")
    return trunk


def _of_environment(name: str, environment: Mapping[str, str]) -> str:
    if name not in environment:
        raise LookupError(f"names {name}, which the environment does not have")
    return environment[name]


def _of_file(name: str, _environment: Mapping[str, str]) -> str:
    try:
        return Path(name).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise LookupError(f"names {name}, which cannot be read: {error.strerror}") from error


@dataclass(frozen=True, slots=True)
class _Table:
    """One table of the file, and where it stands."""

    path: Path
    text: str
    header: str  # as written; "": the whole document
    at: int  # which of the tables with this header
    given: Mapping[str, Any]

    def values(self, keys: "Mapping[str, Callable[[Any], Any]]") -> dict[str, Any]:
        """The values of this table, each checked."""
        values = {}
        for key, value in self.given.items():
            if key not in keys:
                near = difflib.get_close_matches(key, keys, 1)
                raise self.wrong(key, "is unknown" + (f"; do you mean {near[0]}?" if near else ""))
            try:
                values[key] = keys[key](value)
            except ValueError as error:
                raise self.wrong(key, str(error)) from error
        return values

    def wrong(self, key: str, what: str) -> CallsConfigError:
        place = f"{self.path}, line {self._line(key)}"
        return CallsConfigError(f"{place}: {' '.join(filter(None, (self.header, key)))} {what}")

    def _line(self, key: str) -> int:
        """The line where the key of this table is written; that of the table's header where it is not."""
        seen, start, spaced = -1, 0, self.header.strip("[]")
        header = re.compile(rf"\s*\[+\s*{re.escape(spaced)}\s*\]+") if spaced else None
        assignment = re.compile(rf"""\s*["']?{re.escape(key)}["']?\s*=""") if key else None
        inside = not spaced
        for number, line in enumerate(self.text.splitlines(), 1):
            if header and line.lstrip().startswith("["):
                inside = bool(header.match(line))
                seen += inside
                inside = inside and seen == self.at
                start = number if inside else start
            elif inside and assignment and assignment.match(line):
                return number
            if not spaced and re.match(rf"\s*\[+\s*{re.escape(key)}\s*[\].]", line):
                return number
        return start or 1


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("must be a text")
    return value


def _named(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 48:
        raise ValueError("must be a text of 1 to 48 characters")
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def _whole(least: int, most: int) -> Callable[[Any], int]:
    def checked(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return value

    return checked


def _number(least: float, most: float) -> Callable[[Any], float]:
    def checked(value: Any) -> float:
        if not isinstance(value, int | float) or isinstance(value, bool) or not least <= value <= most:
            raise ValueError(f"must be a number from {least:g} to {most:g}")
        return float(value)

    return checked


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ValueError("must be a list of texts")
    return tuple(value)


def _listen(value: Any) -> tuple[Listen, ...]:
    found = [(one, _LISTEN.fullmatch(one)) for one in _texts(value)]
    for one, match in found:
        if not match or int(match[4]) > 65535:
            raise ValueError(f'holds "{one}"; write udp:ADDRESS:PORT or tcp:ADDRESS:PORT')
    if not found:
        raise ValueError("must name at least one address")
    return tuple(
        Listen(transport="udp" if match[1] == "udp" else "tcp", host=match[2] or match[3], port=int(match[4]))
        for _one, match in found
        if match
    )


def _networks(value: Any) -> tuple[Network, ...]:
    networks = []
    for one in _texts(value):
        try:
            networks.append(ip_network(one))
        except ValueError as error:
            raise ValueError(f'holds "{one}", which is no network: {error}') from error
    return tuple(networks)


def _some_of(known: Sequence[str]) -> Callable[[Any], tuple[str, ...]]:
    def checked(value: Any) -> tuple[str, ...]:
        some = _texts(value)
        if not some or set(some) - set(known) or len(set(some)) < len(some):
            raise ValueError(f"must list some of {', '.join(known)}, each once")
        return some

    return checked


def _ports(value: Any) -> tuple[int, int]:
    if (
        not isinstance(value, list)
        or len(value) != 2
        or not all(isinstance(one, int) for one in value)
        or not 1024 <= value[0] < value[1] - 1 <= 65535
    ):
        raise ValueError("must be two ports, such as [20000, 30000]: the first, and the first that is no longer ours")
    return value[0] + value[0] % 2, value[1]


def _proxy(value: Any) -> str:
    try:
        where = Uri.parse(f"sip:{_text(value)}")
    except Malformed:
        where = None
    if where is None or where.user or where.transport not in ("udp", "tcp"):
        raise ValueError("must be HOST:PORT, or HOST:PORT;transport=tcp")
    return str(value)


def _address(value: Any) -> str:
    try:
        return str(ip_address(_text(value)))
    except ValueError as error:
        raise ValueError("must be an IP address") from error


_CALLS: Mapping[str, Callable[[Any], Any]] = {
    "listen": _listen,
    "advertise": _address,
    "realm": _named,
    "workers": _whole(1, 64),
    "max_calls": _whole(1, 20_000),
    "max_setups_per_second": _number(1, 10_000),
    "retry_after_seconds": _whole(1, 3600),
    "stranger_answers_per_second": _number(0, 1000),
    "rtp_host": _address,
    "rtp_ports": _ports,
    "codecs": _some_of(CODECS),
    "digest": _some_of(DIGESTS),
    "session_expires_seconds": _whole(90, 86_400),
    "min_session_seconds": _whole(90, 86_400),
    "reliable_provisional": _flag,
    "no_sound_seconds": _number(2, 3600),
    "ring_seconds_max": _number(5, 3600),
    "tcp_idle_seconds": _number(5, 86_400),
    "tcp_connections_max": _whole(1, 20_000),
}
_TRUNK: Mapping[str, Callable[[Any], Any]] = {
    "name": _named,
    "networks": _networks,
    "trusted": _flag,
    "from_header": _flag,
    "username": _named,
    "challenged": _flag,
    "secret": _text,
    "secret_env": _text,
    "secret_file": _text,
    "proxy": _proxy,
    "numbers": _texts,
}
