"""Fixtures: the doors of an installation with one account of each dialect, on the hall of the test."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from careline.channels.telephony import views
from careline.channels.telephony.accounts import Doors, MediaAccount
from careline.values.msisdn import Msisdn
from tests.halls import Hall

from .browser import Browser
from .players import SECRET, FreeSwitch, Jambonz, Player, Twilio

PERSON = "+861065000000"
PLAYERS: dict[str, type[Player]] = {"vxml": Browser, "httapi": FreeSwitch, "twiml": Twilio, "jambonz": Jambonz}
NAMES = {"vxml": "ivr", "httapi": "fs", "twiml": "tw", "jambonz": "jz"}


def account(dialect: str, **more: object) -> MediaAccount:
    options = {"name": NAMES[dialect], "dialect": dialect, "secret": SECRET, "speech": "text", "person": PERSON} | more
    return MediaAccount(**options)  # type: ignore[arg-type]


@pytest.fixture
def doors(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """The accounts in force, in the test's own hall; call it to change one."""
    servers = {dialect: account(dialect) for dialect in PLAYERS}

    def change(dialect: str, **more: object) -> None:
        servers[dialect] = account(dialect, **more)

    monkeypatch.setattr(views, "doors", lambda: Doors(servers=tuple(servers.values())))
    monkeypatch.setattr(views, "reception", lambda: hall.reception)
    return change


@pytest.fixture(params=list(PLAYERS))
def call(request: pytest.FixtureRequest, hall: Hall, doors: Callable[..., None]) -> Callable[..., Player]:
    """Dials: a call of a fresh customer, at each kind of server."""

    def dial(customer: Msisdn | None = None, caller: str = "", **more: object) -> Player:
        caller = caller or f"+{(customer or hall.fresh()).digits}"
        player = PLAYERS[request.param](caller, **more)  # type: ignore[arg-type]
        if isinstance(player, Jambonz):
            player.timestamp = str(int(datetime.now(UTC).timestamp()))
        player.dial()
        return player

    return dial
