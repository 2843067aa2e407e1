"""People of the centre at their pages: signed in by the page, working with the forms."""

import re
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from careline.cases.models import Case, Task
from careline.identity.staff import engage
from careline.values.msisdn import Msisdn


def signed_in(name: str, role: str, language: str = "en") -> Client:
    """A browser in which this person is signed in; roles and departments stand."""
    engage(name, f"{name}-password", name.title(), [role], language)
    client = Client()
    answer = client.post("/staff/sign-in", {"username": name, "password": f"{name}-password"})
    assert answer.status_code == 302
    return client


def do(client: Client, docket: str, deed: str, **sent: Any) -> Any:
    """One step of the case's page, as the page would send it."""
    version = Case.objects.get(docket=docket).version
    return client.post(f"/staff/cases/{docket}/do/{deed}", {"version": version, **sent})


def done(client: Client, docket: str, deed: str, **sent: Any) -> None:
    answer = do(client, docket, deed, **sent)
    assert answer.status_code == 302, answer.content.decode()


def read(client: Client, docket: str) -> str:
    return str(client.get(f"/staff/cases/{docket}").content.decode())


def accepted(client: Client, number: Msisdn, words: str, **sent: str) -> str:
    """The customer tells it to this person, by the form; the docket."""
    first = client.post("/staff/cases/new", {"number": number.national(), "channel": sent.get("channel", "hotline")})
    key = re.findall(r'name="key" value="([^"]+)"', first.content.decode())[0]
    form = {"number": number.national(), "channel": "hotline", "step": "accept", "key": key, "kind": "complaint"}
    form |= {"severity": "normal", "category": "", "words": words} | sent
    answer = client.post("/staff/cases/new", form)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"]).rsplit("/", 1)[-1]


def analysed(client: Client, docket: str, category: str = "billing", **sent: str) -> None:
    done(client, docket, "analyse", **({"category": category, "severity": "normal", "cause": "重复话单"} | sent))


def in_hours(hours: float) -> str:
    """A moment as a form sends it."""
    return (timezone.localtime() + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M")


def open_task(docket: str) -> Task:
    return Task.objects.get(case__docket=docket, report=False, answered_at=None)
