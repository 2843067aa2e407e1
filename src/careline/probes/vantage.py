"""Vantage points: from where probes call and write, and whom. One TOML file (CARELINE_PROBES); without it, this machine.

[here]
calls = "sip:10086@127.0.0.1:5060"
local = "127.0.0.1"
ussd = "http://127.0.0.1:8086/ussd/plain-json/probes"
ussd_secret_env = "PROBES_USSD"
web = "http://127.0.0.1:8086"
smsc_port = 2776                # an SMSC of our own to which the hall's link binds
sandbox = true                  # lines are our own and are put back before each run

[elsewhere]
calls = "sip:10086@sbc.example"
username = "probe"
secret_env = "PROBES_SIP"
recordings = "/srv/their-prompts"
sandbox = false
"""

import os
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any


class VantageError(ValueError):
    """The file of vantage points cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class Vantage:
    name: str
    calls: str = "sip:10086@127.0.0.1:5060"
    local: str = "127.0.0.1"
    username: str = ""
    secret: str = field(default="", repr=False)
    recordings: str = ""
    ussd: str = ""
    ussd_secret: str = field(default="", repr=False)
    web: str = ""
    smsc_port: int = 0
    smsc_host: str = "127.0.0.1"
    smsc_account: str = "careline"
    smsc_secret: str = field(default="secret", repr=False)
    sandbox: bool = True
    together: int = 16  # probes at once


def vantages(path: str = "") -> dict[str, Vantage]:
    """By name. Raises VantageError."""
    path = path or os.environ.get("CARELINE_PROBES", "")
    if not path:
        return {"here": Vantage("here")}
    try:
        written = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise VantageError(f"{path}: {error}") from error
    return {name: _read(name, table, path) for name, table in written.items()}


def _read(name: str, table: Any, path: str) -> Vantage:
    if not isinstance(table, dict) or len(name) > 32:
        raise VantageError(f"{path}: {name} is no table, or its name has more than 32 characters")
    known = {one.name: one for one in fields(Vantage)}
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key.endswith("_env"):
            key, value = key.removesuffix("_env"), os.environ.get(str(value), "")
        if key not in known or key == "name":
            raise VantageError(f"{path}: {name} has no setting {key}")
        default = known[key].default
        if not isinstance(value, type(default)) or isinstance(value, bool) != isinstance(default, bool):
            raise VantageError(f"{path}: {name}.{key} must be of type {type(default).__name__}")
        values[key] = value
    return Vantage(name, **values)
