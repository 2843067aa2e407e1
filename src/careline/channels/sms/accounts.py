"""The accounts that the carrier's SMSCs and gateways gave us, read from one TOML file (CARELINE_LINKS).

Secrets need not stand in the file: `secret_env = "NAME"` reads one from the environment, `secret_file = "PATH"` from a
file. docs/guides/connect-an-smsc.md explains every key.
"""

import difflib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from careline.protocols.smstext import Alphabet, DefaultAlphabet

NAME_LENGTH_MAX = 48  # rows of the outbox name an account in 64 characters, and a bind adds its number


class AccountError(ValueError):
    """The file cannot be used; the text names the account and the key, and says what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What every account has; `name` is the link under which its messages and answers are kept, so never rename it."""

    name: str
    number: str = "10086"  # where an answer comes from when nothing else says so
    secret: str = field(default="", repr=False)
    receipts: bool = False  # ask for delivery receipts
    parts_per_second: float | None = None  # None: as fast as the other side takes them


@dataclass(frozen=True, slots=True, kw_only=True)
class SmscAccount(Account):
    """An account that is bound to: SMPP 3.4 or CMPP."""

    kind: Literal["smpp", "cmpp"] = "smpp"
    host: str = "127.0.0.1"
    port: int = 2775
    system_id: str = "careline"  # CMPP: the service provider's code (Source_Addr)
    binds: int = 1
    window: int = 64  # submissions without an answer, per bind
    national_numbers: bool | None = None  # write subscribers without country code; None: as usual for the kind
    # SMPP alone
    bind: Literal["transceiver", "transmitter+receiver"] = "transceiver"
    system_type: str = ""
    address_range: str = ""
    service_type: str = ""
    source_ton: int = 0
    source_npi: int = 0
    destination_ton: int = 1
    destination_npi: int = 1
    alphabet: Alphabet = "ucs2"
    default_alphabet: DefaultAlphabet = "gsm7"
    long_messages: Literal["header", "sar", "payload"] = "header"
    wide_references: bool = False
    message_id_tag: int | None = None
    # CMPP alone
    version: Literal["2.0", "3.0"] = "3.0"
    service_id: str = ""
    fee_user_type: int = 2
    fee_type: str = "01"
    fee_code: str = "000000"


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayAccount(Account):
    """An account at a gateway that speaks HTTP; `dialect` is a file of channels/sms/gateways."""

    dialect: str
    send_url: str = ""  # where answers are handed in; "": only in the response to the message
    username: str = ""
    password: str = field(default="", repr=False)
    callback_url: str = ""  # our own address as the gateway sees it: for receipts and signatures
    at_once: bool = True  # answer in the response; False: by send_url
    allowed: tuple[str, ...] = ()  # addresses that may call, as networks (10.0.0.0/8); empty: any that knows the secret
    timeout_seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class Accounts:
    links: tuple[SmscAccount, ...] = ()
    gateways: tuple[GatewayAccount, ...] = ()

    def gateway(self, dialect: str, name: str) -> GatewayAccount | None:
        return next((one for one in self.gateways if one.dialect == dialect and one.name == name), None)


# The simulator of `careline smsc`, so that the demo has somebody to talk to.
DEMO = Accounts(links=(SmscAccount(name="demo", system_id="careline", secret="secret", receipts=True),))

_Kind = TypeVar("_Kind", SmscAccount, GatewayAccount)


def configured(environment: Mapping[str, str] = os.environ) -> Accounts:
    """The accounts of this installation: of the file CARELINE_LINKS, or the demo's simulator. Raises AccountError."""
    if path := environment.get("CARELINE_LINKS"):
        return read(Path(path), environment)
    if environment.get("CARELINE_DEMO") == "1":
        return DEMO
    raise AccountError("CARELINE_LINKS is not set: it must name the TOML file with the accounts at your SMSCs.")


def read(path: Path, environment: Mapping[str, str] = os.environ) -> Accounts:
    """The accounts of a file. Raises AccountError."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise AccountError(f"{path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AccountError(f"{path} is not TOML: {error}") from error
    for key in document:
        if key not in {"link", "gateway"}:
            raise AccountError(f"{path}: unknown table [{key}]; there are [[link]] and [[gateway]]")
    accounts = Accounts(
        tuple(_account(SmscAccount, entry, environment, path) for entry in document.get("link", ())),
        tuple(_account(GatewayAccount, entry, environment, path) for entry in document.get("gateway", ())),
    )
    names = [one.name for one in (*accounts.links, *accounts.gateways)]
    if twice := {name for name in names if names.count(name) > 1}:
        raise AccountError(f"{path}: two accounts are called {', '.join(sorted(twice))}")
    if not names:
        raise AccountError(f"{path} names no account")
    return accounts


def _account(kind: type[_Kind], entry: object, environment: Mapping[str, str], path: Path) -> _Kind:
    if not isinstance(entry, dict):
        raise AccountError(f"{path}: write [[link]] and [[gateway]] with double brackets")
    name = entry.get("name")
    if not isinstance(name, str) or not 0 < len(name) <= NAME_LENGTH_MAX:
        raise AccountError(f"{path}: an account needs a name of 1 to {NAME_LENGTH_MAX} characters")
    where = f"{path}, account {name}"
    given = _secrets(dict(entry), environment, where)
    known = {one.name: one for one in fields(kind)}
    hints = get_type_hints(kind)
    values: dict[str, Any] = {}
    for key, value in given.items():
        if key not in known:
            near = difflib.get_close_matches(key, known, 1)
            raise AccountError(f"{where}: unknown key {key}" + (f"; do you mean {near[0]}?" if near else ""))
        values[key] = _checked(value, hints[key], f"{where}: {key}")
    if missing := [one.name for one in known.values() if _required(one) and one.name not in values]:
        raise AccountError(f"{where}: {', '.join(missing)} missing")
    return kind(**values)


def _required(one: "Field[Any]") -> bool:
    return one.default is MISSING and one.default_factory is MISSING


def _secrets(given: dict[str, Any], environment: Mapping[str, str], where: str) -> dict[str, Any]:
    for key in ("secret", "password"):
        if (name := given.pop(f"{key}_env", None)) is not None:
            if name not in environment:
                raise AccountError(f"{where}: the environment has no {name} ({key}_env)")
            given[key] = environment[name]
        if (file := given.pop(f"{key}_file", None)) is not None:
            try:
                given[key] = Path(file).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise AccountError(f"{where}: {file} cannot be read ({key}_file): {error.strerror}") from error
    return given


def _checked(value: Any, hint: Any, where: str) -> Any:
    """The value, if it is what the key wants."""
    options = [one for one in get_args(hint) if one is not type(None)]
    if get_origin(hint) is Literal:
        if value not in options:
            raise AccountError(f"{where} must be one of {', '.join(map(str, options))}")
        return value
    if get_origin(hint) is tuple:
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise AccountError(f"{where} must be a list of texts")
        return tuple(value)
    wanted = options[0] if options else hint
    if get_origin(wanted) is Literal:
        return _checked(value, wanted, where)
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
        raise AccountError(f"{where} must be {_WORDS.get(wanted, wanted)}")
    return value


_WORDS = {str: "a text", int: "a whole number", bool: "true or false", float: "a number"}
