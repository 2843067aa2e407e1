"""What the demo's dial tests find in place: where to call, and a gentle timetable, until somebody changes it."""

import os
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from careline.probes.models import Timetable
from careline.probes.vantage import LEFT

FIRST = timedelta(minutes=2)  # after the start, when everything else is up
EVERY_MINUTES = 6
GENTLE = (
    "voice/node/standard.main",
    "voice/deed/charges_and_balance.query",
    "sms/deed/charges_and_balance.query",
    "ussd/deed/charges_and_balance.query",
)


def settle_timetable(now: datetime) -> None:
    """One timetable of a few probes, if there is none: pages have life, and the demo does not notice."""
    if Timetable.objects.exists():
        Timetable.objects.filter(active=True, next_at__lt=now + FIRST).update(next_at=now + FIRST)
        return
    Timetable.objects.create(
        name="demo",
        probes=" ".join(GENTLE),
        every_minutes=EVERY_MINUTES,
        retries=1,
        next_at=now + FIRST,
        changed_by="system",
    )


def leave_places(home: Path, *, web: int, calls: int, control: int) -> dict[str, str]:
    """Write where the demo's dial tests call, text, dial and look; returns what its processes need in their environment.

    Whoever brings files of their own (CARELINE_PROBES, CARELINE_TELEPHONY) is left alone.
    """
    environment: dict[str, str] = {}
    ussd = ""
    if not os.environ.get("CARELINE_TELEPHONY"):
        secret, doors = secrets.token_hex(16), home / "telephony.toml"
        _write(
            doors,
            f'[[ussd]]\nname = "probes"\ndialect = "plain-json"\nsecret = "{secret}"\nallowed = ["127.0.0.0/8"]\n',
        )
        environment["CARELINE_TELEPHONY"] = str(doors)
        ussd = f'ussd = "http://127.0.0.1:{web}/ussd/plain-json/probes"\nussd_secret = "{secret}"\n'
    _write(
        home / LEFT,
        f'[here]\ncalls = "sip:10086@127.0.0.1:{calls}"\nsms = "control"\nsmsc_port = {control}\n{ussd}'
        f'web = "http://127.0.0.1:{web}"\ntogether = 2\n',
    )
    return environment


def _write(path: Path, text: str) -> None:
    """For our own eyes: there is a secret in it."""
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(text, encoding="utf-8")
