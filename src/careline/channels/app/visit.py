"""One request that was let in: who asks, when, and what goes back beside the answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from django.http import HttpRequest

from careline.channels.app.devices import Holder
from careline.values.assurance import Assurance
from careline.values.household import household
from careline.values.msisdn import Msisdn

CHANNEL = "app"
SUBSCRIBER = "subscriber"  # who did it, in histories and journals
_SLOT, _NAME = "careline_visit", "careline_reference"


@dataclass(frozen=True, slots=True)
class Visit:
    """A request with its proofs. `holder` is None where only the app is known: at the way in."""

    client: str  # the name of the app's token
    now: datetime
    holder: Holder | None = None
    key: str = ""  # of idempotency
    once: str = ""  # names what is asked under this key: the same again is the same deed
    body: Mapping[str, Any] = field(default_factory=dict, repr=False)
    headers: dict[str, str] = field(default_factory=dict)  # of the answer

    @property
    def known(self) -> Holder:
        assert self.holder is not None, "this operation is for subscribers"
        return self.holder

    @property
    def msisdn(self) -> Msisdn:
        return self.known.msisdn

    @property
    def language(self) -> str:
        """Of the line, in which the hall speaks."""
        return self.known.subscriber.language

    @property
    def assurance(self) -> Assurance:
        return self.known.assurance

    @property
    def link(self) -> str:
        return f"app:{self.client}"[:64]


def settle(request: HttpRequest, visit: Visit) -> None:
    request.__dict__[_SLOT] = visit


def visit_of(request: HttpRequest) -> Visit:
    return cast(Visit, request.__dict__[_SLOT])


def settled(request: HttpRequest) -> Visit | None:
    return request.__dict__.get(_SLOT)


def name(request: HttpRequest, reference: str) -> None:
    """By which it is found in our logs."""
    request.__dict__[_NAME] = reference


def name_of(request: HttpRequest) -> str:
    return str(request.__dict__.get(_NAME, ""))


def address_of(request: HttpRequest) -> str:
    return household(str(request.META.get("REMOTE_ADDR", "")))
