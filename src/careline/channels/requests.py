"""Requests of other people's servers (gateways, media servers): their parts as values, and why one is not taken."""

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from django.http import HttpRequest, HttpResponse

BODY_OCTETS_MAX = 64 * 1024
FIELDS_MAX = 64
RETRY_SECONDS = 2


class Refusal(Exception):
    """The request is not taken; `status` and the words are for the other server's people."""

    def __init__(self, status: int, kind: str, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.kind = kind
        self.words = words


class BadSecret(Refusal):
    def __init__(self, words: str) -> None:
        super().__init__(403, "secret", words)


class BadForm(Refusal):
    def __init__(self, words: str) -> None:
        super().__init__(400, "form", words)


class Busy(Refusal):
    """Not now; the same request again in a moment."""

    def __init__(self, words: str) -> None:
        super().__init__(503, "busy", words)


class Unknown(Refusal):
    def __init__(self, words: str) -> None:
        super().__init__(404, "unknown", words)


@dataclass(frozen=True, slots=True)
class Call:
    """An HTTP request as it came to us; `url` is the address as its sender used it, header names in lower case."""

    method: str
    url: str
    query: str
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    now: datetime

    def octets(self) -> dict[str, bytes]:
        """The undecoded fields, of the query and of a form in the body; of a field given twice the last counts."""
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        form = self.body.decode("latin-1") if kind == "application/x-www-form-urlencoded" else ""
        try:
            pairs = parse_qsl(f"{self.query}&{form}", True, encoding="latin-1", max_num_fields=FIELDS_MAX)
        except ValueError as error:
            raise BadForm(f"there are more than {FIELDS_MAX} fields") from error
        return {name: raw.encode("latin-1", "replace") for name, raw in pairs}

    def fields(self) -> dict[str, str]:
        """The fields as UTF-8; what is none becomes U+FFFD."""
        return {name: raw.decode("utf-8", "replace") for name, raw in self.octets().items()}


@dataclass(frozen=True, slots=True)
class Answer:
    """What we answer to an HTTP request."""

    body: bytes
    content_type: str = "text/plain; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def call_of(request: HttpRequest) -> Call:
    """The request as a value. Raises Refusal when it is too large or of an unknown method."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > BODY_OCTETS_MAX:
        raise Refusal(413, "form", f"a request may hold {BODY_OCTETS_MAX} octets at most")
    if request.method not in {"GET", "POST"}:
        raise Refusal(405, "form", "only GET and POST are understood")
    return Call(
        method=request.method,
        url=request.build_absolute_uri(),
        query=request.META.get("QUERY_STRING", ""),
        body=request.body,
        headers={name.lower(): value for name, value in request.headers.items()},
        now=datetime.now(UTC),
    )


def check_address(request: HttpRequest, name: str, allowed: Sequence[str]) -> None:
    """Raises BadSecret unless the caller's address is in one of these networks; without networks any may call."""
    if not allowed:
        return
    try:
        caller = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError as error:  # a proxy on a Unix socket: it must tell whom it speaks for, or do this check itself
        raise BadSecret("the caller's address is not known") from error
    if not any(caller in ipaddress.ip_network(network, strict=False) for network in allowed):
        raise BadSecret(f"{caller} may not call for {name}")


def response_of(answer: Answer) -> HttpResponse:
    response = HttpResponse(answer.body, content_type=answer.content_type, status=answer.status)
    for header, value in answer.headers.items():
        response[header] = value
    return response


def refused(refusal: Refusal) -> HttpResponse:
    """The refusal in words; a busy hall says when to try again."""
    response = HttpResponse(f"{refusal.words}\n", content_type="text/plain; charset=utf-8", status=refusal.status)
    if refusal.status == 503:
        response["Retry-After"] = str(RETRY_SECONDS)
    return response
