"""Vantage points: from where probes call and write, and whom. One TOML file (CARELINE_PROBES); without it, this machine.

[here]
calls = "sip:10086@127.0.0.1:5060"
local = "127.0.0.1"
sms = "listen"                  # an SMSC of ours, to which a link of the hall binds (host, port, account, secret)
smsc_port = 2776
ussd = "http://127.0.0.1:8000/ussd/plain-json/probes"      # the hall's door for USSD gateways, with an account for probes
ussd_secret_env = "PROBES_USSD"
web = "http://127.0.0.1:8000"   # pages (/my/) and app interface (/api/v1)
sandbox = true                  # lines are our own and are put back before each run

[carrier]
calls = "sip:10086@10.1.2.3"
sms = "bind"                    # an account of ours at the carrier's SMSC
smsc_host = "10.1.2.4"
smsc_port = 2775
smsc_account = "probes"
smsc_secret_env = "PROBES_SMSC"
password_env = "PROBES_PASSWORD"  # the service password of the marked lines
app_token_env = "PROBES_APP"    # a token of scope app, for the app interface
sandbox = false
test_lines = true               # the marked lines are the carrier's test lines: probes may change what they have

[elsewhere]                     # somebody else's IVR: nothing of it is in our records
calls = "sip:10086@sbc.example"
username = "probe"
secret_env = "PROBES_SIP"
recordings = "/srv/their-prompts"
number = "+8613900000001"       # as whom to call, where no marked lines are needed
sandbox = false
ours = false

Without a file, `careline demo` leaves one in its home folder (probes.toml), so that its probes find every channel.
"""

import os
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from django.conf import settings

from careline.probes.refusing import Unusable
from careline.values.language import Text

LEFT = "probes.toml"  # what the demo leaves in the home folder
_TYPES = {
    "str": Text("引号里的文字", "text in quotes"),
    "int": Text("整数", "a whole number"),
    "bool": Text(" true 或 false", "true or false"),
}
WAYS = ("", "listen", "bind", "control")


class VantageError(Unusable):
    """The file of vantage points cannot be used."""


@dataclass(frozen=True, slots=True)
class Vantage:
    name: str
    calls: str = "sip:10086@127.0.0.1:5060"
    local: str = "127.0.0.1"
    username: str = ""
    secret: str = field(default="", repr=False)
    recordings: str = ""
    sms: str = ""  # listen, bind, control (the port of a simulator that runs), or nothing
    smsc_port: int = 0
    smsc_host: str = "127.0.0.1"
    smsc_account: str = "careline"
    smsc_secret: str = field(default="secret", repr=False)
    ussd: str = ""
    ussd_secret: str = field(default="", repr=False)
    web: str = ""
    browser: bool = (
        False  # pages by Chromium, where playwright is installed; else their forms are filled in without one
    )
    app_token: str = field(default="", repr=False)
    password: str = field(default="", repr=False)  # the service password of marked lines that are not of the sandbox
    number: str = field(default="", repr=False)
    sandbox: bool = True
    test_lines: bool = False
    ours: bool = True  # the hall behind it is ours: its records must agree with what was heard
    together: int = 16  # probes at once


def vantages(path: str = "") -> dict[str, Vantage]:
    """By name. Raises VantageError."""
    path = path or os.environ.get("CARELINE_PROBES", "")
    left = Path(settings.HOME) / LEFT
    if not path and left.is_file():
        path = str(left)
    if not path:
        return {"here": Vantage("here")}
    try:
        written = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise VantageError(f"{path} 读不懂：{error}", f"{path} cannot be read: {error}") from error
    return {name: _read(name, table, path) for name, table in written.items()}


def _read(name: str, table: Any, path: str) -> Vantage:
    if not isinstance(table, dict) or len(name) > 32:
        raise VantageError(
            f"{path}：{name} 不是一节（[名称]），或名称超过 32 个字符",
            f"{path}: {name} is no table, or its name has more than 32 characters",
        )
    known = {one.name: one for one in fields(Vantage)}
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key.endswith("_env"):
            key, value = key.removesuffix("_env"), os.environ.get(str(value), "")
        if key not in known or key == "name":
            raise VantageError(f"{path}：[{name}] 没有 {key} 这一项", f"{path}: {name} has no setting {key}")
        default = known[key].default
        if not isinstance(value, type(default)) or isinstance(value, bool) != isinstance(default, bool):
            wanted = _TYPES[type(default).__name__]
            raise VantageError(f"{path}：{name}.{key} 要写成{wanted.zh}", f"{path}: {name}.{key} must be {wanted.en}")
        values[key] = value
    if values.get("sms", "") not in WAYS:
        ways = ", ".join(WAYS[1:])
        raise VantageError(f"{path}：{name}.sms 只能是 {ways}", f"{path}: {name}.sms must be one of {ways}")
    return Vantage(name, **values)
