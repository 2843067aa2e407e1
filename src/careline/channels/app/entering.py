"""The way in: a code to the line or the service password, tokens for a device, and out again."""

import uuid
from typing import Annotated, Literal

from django.conf import settings
from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables
from ninja import Path, Router
from pydantic import Field

from careline.channels.app import checking, devices
from careline.channels.app.door import APP
from careline.channels.app.operating import operation
from careline.channels.app.problems import Problem
from careline.channels.app.scopes import SCOPES
from careline.channels.app.shapes import Given, Moment, Shown, Uuid, refuse_field
from careline.channels.app.visit import address_of, visit_of
from careline.channels.portal import codes, knocking
from careline.identity import one_time
from careline.values.assurance import Assurance
from careline.values.msisdn import Msisdn, NotANumber

router = Router(tags=["signing in"])

Number = Annotated[
    str,
    Field(
        pattern=r"^(\+[1-9][0-9]{6,14}|1[0-9]{10}|[2-9][0-9]{4,10})$",
        description="In the international form with +, or as at home.",
        examples=["+8613900000001"],
    ),
]
DeviceId = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9_-]{8,40}$",
        description="How the app names this installation: random, the same for its life.",
        examples=["f3a09c1e5b7d4e2a"],
    ),
]
Scope = Literal[
    "account:read", "services:write", "bills:read", "orders:write", "payments:write", "cases:write", "notices:write",
    "privacy",
]  # fmt: skip
Password = Annotated[
    str, Field(pattern=r"^[0-9]{6}$", description="The service password of the line.", examples=["135790"])
]


class CodeAsked(Given):
    number: Number
    device: DeviceId


class CodeSent(Shown):
    ticket: Uuid
    valid_seconds: int = Field(description="How long the code may be typed in.", examples=[300])
    digits: int = Field(description="How long the code is.", examples=[6])


class TokensAsked(Given):
    """Either `ticket` and `code`, or `number` and `password`."""

    device: DeviceId
    scopes: list[Scope] = Field(
        min_length=1, max_length=len(SCOPES), description="What the app asks to do.", examples=[["account:read"]]
    )
    name: str = Field(
        default="", max_length=60, pattern=r"^[^\x00-\x1f]*$", description="What the subscriber knows the device by.",
        examples=["小米 15"],
    )  # fmt: skip
    ticket: Uuid | None = Field(default=None, description="From POST /codes.")
    code: str | None = Field(default=None, pattern=r"^[0-9]{6}$", description="From the message.", examples=["482913"])
    number: Number | None = None
    password: Password | None = None


class RefreshAsked(Given):
    refresh_token: str = Field(
        pattern=r"^clr_[A-Za-z0-9_-]{43}$", description="The latest one.", examples=["clr_" + "x" * 43]
    )


class Tokens(Shown):
    access_token: str = Field(description="For `Authorization: Bearer`.", examples=["cla_" + "x" * 43])
    token_type: Literal["Bearer"] = Field(description="How it is shown.", examples=["Bearer"])
    expires_in: int = Field(description="Seconds that the access token lives.", examples=[1800])
    refresh_token: str = Field(description="Good for one use.", examples=["clr_" + "x" * 43])
    refresh_expires_in: int = Field(description="Seconds that it lives.", examples=[2_592_000])
    scopes: list[str] = Field(description="What was granted.", examples=[["account:read"]])
    assurance: Literal["line", "password"] = Field(
        description="What was proved: the line by a code, or the service password.", examples=["line"]
    )
    device: Uuid


class PasswordGiven(Given):
    password: Password


class Proved(Shown):
    assurance: Literal["line", "password"] = Field(description="What this token proves now.", examples=["password"])


class DeviceShown(Shown):
    id: Uuid
    name: str = Field(description="What the subscriber knows it by.", examples=["小米 15"])
    app: str = Field(description="The app that it uses.", examples=["carrier-app"])
    scopes: list[str] = Field(description="What it may do.", examples=[["account:read"]])
    signed_in_at: Moment
    used_at: Moment
    current: bool = Field(description="Whether it is the one that asks.", examples=[True])


class Devices(Shown):
    items: list[DeviceShown]


@operation(
    router, "POST", "/codes", scope=APP, body=True, answers={202: CodeSent}, summary="Ask for a one-time code",
    problems=("too_many_codes",),
)  # fmt: skip
@sensitive_variables()
def ask_for_code(request: HttpRequest, body: CodeAsked) -> CodeSent:
    """A code of six digits leaves by SMS, if the number is a subscriber's; the answer is the same if it is not.

    There are limits for each number, address and device.
    """
    visit, number = visit_of(request), _number(body.number)
    try:
        ticket = codes.send(
            number,
            address=address_of(request),
            device=devices.device_of(visit.client, body.device),
            now=visit.now,
            trusted=devices.was_here(number, visit.client, body.device),
        )
    except one_time.TooMany as refused:
        wait = max(1, int(refused.wait.total_seconds()) + 1)
        raise Problem("too_many_codes", headers={"Retry-After": str(wait)}) from refused
    return CodeSent(ticket=ticket, valid_seconds=int(one_time.VALID.total_seconds()), digits=one_time.DIGITS)


@operation(
    router, "POST", "/tokens", scope=APP, body=True, answers={201: Tokens}, summary="Sign in",
    problems=("wrong_code", "sign_in_failed", "carrier_fault", "carrier_silent", "carrier_busy"),
)  # fmt: skip
@sensitive_variables()
def sign_in(request: HttpRequest, body: TokensAsked) -> Tokens:
    """Tokens for a device, for a code that was sent to the line (`ticket`, `code`), or for the service password
    (`number`, `password`). What the device had before ends. Five wrong passwords lock the password for a day."""
    visit, address = visit_of(request), address_of(request)
    knock = f"app code at {address}"[:64]
    if knocking.too_many(knock, visit.now):
        raise Problem("too_many", headers={"Retry-After": str(int(knocking.WITHIN.total_seconds()))})
    if body.ticket and body.code and not body.number and not body.password:
        known = codes.prove(body.ticket, body.code, device=devices.device_of(visit.client, body.device), now=visit.now)
        assurance, wrong = Assurance.LINE, "wrong_code"
    elif body.number and body.password and not body.ticket and not body.code:
        number = _number(body.number)
        fits = checking.password_fits(request, visit, number, body.password)
        known = number if fits else None
        assurance, wrong = Assurance.PASSWORD, "sign_in_failed"
    else:
        raise refuse_field("", "ticket and code, or number and password")
    if known is None:
        if wrong == "wrong_code":
            knocking.wrong(knock, visit.now)
        raise Problem(wrong)
    return _told(devices.enter(known, visit.client, body.device, body.name.strip(), body.scopes, assurance, visit.now))


@operation(
    router, "POST", "/tokens/refresh", scope=APP, body=True, answers={200: Tokens}, summary="Exchange the refresh token",
    problems=("refresh_bad", "refresh_reused"),
)  # fmt: skip
@sensitive_variables()
def refresh_tokens(request: HttpRequest, body: RefreshAsked) -> Tokens:
    """New tokens for the latest refresh token of the device. One that was used before ends the device's sign-in, since
    two have it. The assurance is the line's again."""
    visit = visit_of(request)
    try:
        issued = devices.refresh(body.refresh_token, visit.client, visit.now)
    except devices.Reused as reused:
        raise Problem("refresh_reused") from reused
    if issued is None:
        raise Problem("refresh_bad")
    return _told(issued)


@operation(
    router, "POST", "/assurance", body=True, answers={200: Proved}, summary="Show the service password", once=False,
    problems=("password_refused", "carrier_fault", "carrier_silent", "carrier_busy"),
)  # fmt: skip
@sensitive_variables()
def show_password(request: HttpRequest, body: PasswordGiven) -> Proved:
    """Raises what this access token proves to `password`, until it ends: some services and the privacy operations ask for it."""
    visit = visit_of(request)
    if not checking.password_fits(request, visit, visit.msisdn, body.password):
        raise Problem("password_refused")
    devices.prove(visit.known, Assurance.PASSWORD)
    return Proved(assurance="password")


@operation(router, "GET", "/devices", answers={200: Devices}, summary="List devices that are signed in")
def list_devices(request: HttpRequest) -> Devices:
    """Every device on which this line is signed in, by whatever app, the one used last first."""
    visit = visit_of(request)
    items = [
        DeviceShown(
            id=str(one.pk), name=one.name, app=one.client, scopes=one.scopes, signed_in_at=one.made_at,
            used_at=one.used_at, current=one.pk == visit.known.device,
        )
        for one in devices.listed(visit.msisdn, visit.now)
    ]  # fmt: skip
    return Devices(items=items)


@operation(
    router, "DELETE", "/devices/{device}", answers={204: None}, summary="Sign a device out", problems=("not_found",)
)
def sign_out(request: HttpRequest, device: Path[Uuid]) -> None:
    """All tokens of the device end at once; one's own device may sign itself out."""
    visit = visit_of(request)
    if not devices.leave(visit.msisdn, str(uuid.UUID(device)), visit.now):
        raise Problem("not_found")


def _number(written: str) -> Msisdn:
    try:
        return Msisdn.parse(written, settings.COUNTRY_CODE)
    except NotANumber as wrong:
        raise refuse_field("number", "not a telephone number") from wrong


def _told(issued: devices.Issued) -> Tokens:
    return Tokens(
        access_token=issued.access,
        token_type="Bearer",
        expires_in=int(devices.ACCESS.total_seconds()),
        refresh_token=issued.refresh,
        refresh_expires_in=int(devices.REFRESH.total_seconds()),
        scopes=issued.device.scopes,
        assurance="password" if issued.assurance >= Assurance.PASSWORD else "line",
        device=str(issued.device.pk),
    )
