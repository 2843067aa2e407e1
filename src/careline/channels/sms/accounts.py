"""The accounts that the carrier's SMSCs and gateways gave us, read from one TOML file (CARELINE_LINKS).

docs/guides/connect-an-smsc.md explains every key.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from careline.channels import account_file
from careline.channels.account_file import AccountError as AccountError
from careline.protocols.smstext import Alphabet, DefaultAlphabet

TABLES = ("link", "gateway")


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


def configured(environment: Mapping[str, str] = os.environ) -> Accounts:
    """The accounts of this installation: of the file CARELINE_LINKS, or the demo's simulator. Raises AccountError."""
    if path := environment.get("CARELINE_LINKS"):
        return read(Path(path), environment)
    if environment.get("CARELINE_DEMO") == "1":
        return DEMO
    raise AccountError("CARELINE_LINKS is not set: it must name the TOML file with the accounts at your SMSCs.")


def read(path: Path, environment: Mapping[str, str] = os.environ) -> Accounts:
    """The accounts of a file. Raises AccountError."""
    found = account_file.document(path, TABLES)
    accounts = Accounts(
        tuple(account_file.account(SmscAccount, one, environment, path, TABLES) for one in found.get("link", ())),
        tuple(account_file.account(GatewayAccount, one, environment, path, TABLES) for one in found.get("gateway", ())),
    )
    account_file.once_each([one.name for one in (*accounts.links, *accounts.gateways)], path)
    return accounts
