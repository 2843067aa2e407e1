"""What tests of the services share: forms as a browser would send them, read from the page that shows them."""

import html
import re
from typing import Any

from django.http import HttpResponse
from django.test import Client

from careline.values.reference import new_reference

_FORM = re.compile(r"<form method=\"post\"[^>]*>.*?</form>", re.S)
_INPUT = re.compile(r"<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\">")


def text(answer: Any) -> str:
    return html.unescape(str(answer.content.decode()))


def forms(answer: Any) -> list[dict[str, str]]:
    """The hidden fields of every form that is posted."""
    page = answer.content.decode()
    return [
        {name: html.unescape(value) for name, value in _INPUT.findall(form) if name != "csrfmiddlewaretoken"}
        for form in _FORM.findall(page)
    ]


def form_of(answer: Any, **wanted: str) -> dict[str, str]:
    """The first form of the page whose hidden fields hold these."""
    for fields in forms(answer):
        if all(fields.get(name) == value for name, value in wanted.items()):
            return fields
    raise AssertionError(f"no form with {wanted} among {forms(answer)}")


def pick(client: Client, service: str, verb: str, key: str = "", **more: str) -> HttpResponse:
    """A wish posted, and the page of its result."""
    fields = {"key": key or new_reference()[0], "service": service, "verb": verb, **more}
    return client.post("/my/pick", fields, follow=True)  # type: ignore[return-value]


def press(client: Client, answer: Any, **wanted: str) -> HttpResponse:
    """Press the button of a form of a wish on this page."""
    return client.post("/my/pick", form_of(answer, **wanted), follow=True)  # type: ignore[return-value]


def reply(client: Client, answer: Any, **given: str) -> HttpResponse:
    """Answer the question of this page."""
    fields = next(one for one in forms(answer) if "answers" in one)
    return client.post("/my/answer", {**fields, **given}, follow=True)  # type: ignore[return-value]
