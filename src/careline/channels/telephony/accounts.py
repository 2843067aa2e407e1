"""The accounts of media servers and USSD gateways, read from one TOML file (CARELINE_TELEPHONY).

docs/guides/telephony.md explains every key.
"""

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from careline.channels import account_file
from careline.channels.account_file import AccountError as AccountError
from careline.shelf import Shelf

TABLES = ("server", "ussd")
AGI = "agi"  # the dialect that is no HTTP: careline serve agi


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """What every account has; `name` is kept with every contact, so never rename it."""

    name: str
    dialect: str  # a file of channels/telephony/dialects or channels/ussd/dialects
    number: str = "10086"  # what was dialled, where the server does not say
    secret: str = field(default="", repr=False)
    allowed: tuple[str, ...] = ()  # addresses that may call, as networks (10.0.0.0/8); empty: any that knows the secret


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaAccount(Door):
    """A media server, or a PBX, that lets us say what happens with its calls."""

    base_url: str = ""  # our own address as the server sees it (https://hall.example); "": as each request says
    speech: Literal["recorded", "text"] = "recorded"  # our prompts as WAV; or the server's own synthesis
    person: str = ""  # where persons are reached, as the server dials: +861065…, sip:group@pbx; "": nowhere
    person_seconds: int = 30  # that it may ring there
    voice_zh: str = ""  # the server's own voices for text, where its synthesis wants a name
    voice_en: str = ""
    sounds: str = ""  # agi: the folder of clips, as Asterisk sees it; "": Asterisk fetches them from base_url


@dataclass(frozen=True, slots=True, kw_only=True)
class UssdAccount(Door):
    """A USSD gateway. The sizes are those of 3GPP 23.038 and 22.090: 160 octets in one string."""

    septets_max: int = 182  # of the GSM 7-bit alphabet
    units_max: int = 80  # UTF-16 code units, where a character is not of that alphabet
    pages_max: int = 4  # more goes by SMS
    sms_link: str = "demo"  # by which account of CARELINE_LINKS that SMS leaves
    sms_number: str = "10086"  # and where it comes from


@dataclass(frozen=True, slots=True)
class Doors:
    servers: tuple[MediaAccount, ...] = ()
    ussd: tuple[UssdAccount, ...] = ()

    def server(self, dialect: str, name: str) -> MediaAccount | None:
        return next((one for one in self.servers if one.dialect == dialect and one.name == name), None)

    def gateway(self, dialect: str, name: str) -> UssdAccount | None:
        return next((one for one in self.ussd if one.dialect == dialect and one.name == name), None)


def configured(environment: Mapping[str, str] = os.environ) -> Doors:
    """The accounts of the file CARELINE_TELEPHONY; none without it. Raises AccountError."""
    path = environment.get("CARELINE_TELEPHONY")
    return read(Path(path), environment) if path else Doors()


def read(path: Path, environment: Mapping[str, str] = os.environ) -> Doors:
    """The accounts of a file. Raises AccountError."""
    found = account_file.document(path, TABLES)
    doors = Doors(
        tuple(account_file.account(MediaAccount, one, environment, path, TABLES) for one in found.get("server", ())),
        tuple(account_file.account(UssdAccount, one, environment, path, TABLES) for one in found.get("ussd", ())),
    )
    account_file.once_each([one.name for one in (*doors.servers, *doors.ussd)], path)
    for server in doors.servers:
        _check(server, [AGI, *Shelf("careline.channels.telephony.dialects").names], path)
        _check_server(server, f"{path}, account {server.name}")
    for gateway in doors.ussd:
        _check(gateway, Shelf("careline.channels.ussd.dialects").names, path)
        _check_ussd(gateway, f"{path}, account {gateway.name}")
    return doors


def _check(account: Door, dialects: list[str], path: Path) -> None:
    where = f"{path}, account {account.name}"
    if account.dialect not in dialects:
        raise AccountError(f"{where}: dialect must be one of {', '.join(dialects)}")
    for network in account.allowed:
        try:
            ipaddress.ip_network(network, strict=False)
        except ValueError as error:
            raise AccountError(f"{where}: allowed: {network} is no network") from error
    if not account.secret and not account.allowed and account.dialect != AGI:
        raise AccountError(f"{where}: secret or allowed is needed; else anybody could call")


def _check_server(account: MediaAccount, where: str) -> None:
    if account.base_url and urlsplit(account.base_url).scheme not in {"http", "https"}:
        raise AccountError(f"{where}: base_url must begin with http:// or https://")
    if account.dialect == AGI and account.speech != "recorded":
        raise AccountError(f"{where}: speech must be recorded: Asterisk has no voice of its own")
    if account.dialect == AGI and not (account.base_url or account.sounds):
        raise AccountError(f"{where}: base_url or sounds is needed, so that Asterisk finds our prompts")
    if any(sign.isspace() or not sign.isprintable() or sign in '"<>\\' for sign in account.person):
        raise AccountError(f"{where}: person holds a character that no number or address has")
    if not 5 <= account.person_seconds <= 600:
        raise AccountError(f"{where}: person_seconds must be 5 to 600")


def _check_ussd(account: UssdAccount, where: str) -> None:
    if not 60 <= account.septets_max <= 182 or not 30 <= account.units_max <= 160:
        raise AccountError(f"{where}: septets_max must be 60 to 182, units_max 30 to 160")
    if not 1 <= account.pages_max <= 20:
        raise AccountError(f"{where}: pages_max must be 1 to 20")
