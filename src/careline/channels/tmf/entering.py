"""Who asks, and may they? Tokens, scopes, pace, the form of what is sent and what is wanted back."""

import json
import math
import os
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from careline.channels.tmf.reading import View
from careline.channels.tmf.refusing import (
    BAD_BODY,
    BAD_HEADER,
    BAD_MEDIA,
    BAD_TOKEN,
    NO_BODY,
    NO_RIGHT,
    NO_TOKEN,
    NOT_ACCEPTABLE,
    TOO_MANY,
    Refused,
)
from careline.identity import tokens

READ, WRITE, NUMBERS = "tmf:read", "tmf:write", "tmf:subscriber"
BODY_OCTETS_MAX = 256 * 1024
DEPTH_MAX = 20  # of lists and objects in a body
KEY_MAX = 128  # characters of an idempotency key
# Requests that one client may send a second, on average, to one process of the web server; and at once after a pause.
PACE = float(os.environ.get("CARELINE_TMF_REQUESTS_PER_SECOND", "50"))
BURST = 4 * PACE
CLIENTS_MAX = 10_000
_JSON = "application/json"
_PATCH = (_JSON, "application/merge-patch+json")


@dataclass(frozen=True, slots=True)
class Visit:
    """One request that was let in."""

    client: str
    view: View
    now: datetime
    key: str  # of idempotency; "" without one

    @property
    def by(self) -> str:
        return f"tmf:{self.client}"


def let_in(request: HttpRequest, now: datetime) -> Visit:
    """The request's client; raises Refused: 401 without a token or with a bad one, 403 without the scope, 406, 429."""
    header = request.headers.get("Authorization", "")
    if not header:
        raise Refused(
            401, NO_TOKEN, "Missing credentials", "send Authorization: Bearer TOKEN", {"WWW-Authenticate": "Bearer"}
        )
    client = tokens.check(header, now)
    if client is None:
        asked = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
        raise Refused(401, BAD_TOKEN, "Invalid credentials", "the token is unknown, over or revoked", asked)
    scope = READ if request.method in ("GET", "HEAD") else WRITE
    if not client.may(scope):
        raise Refused(403, NO_RIGHT, "Access denied", f"the token lacks the scope {scope}")
    _keep_pace(client.prefix)
    if not accepts(request.headers.get("Accept", "")):
        raise Refused(406, NOT_ACCEPTABLE, "Not acceptable", f"answers are {_JSON}; charset=utf-8")
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > KEY_MAX:
        raise Refused(400, BAD_HEADER, "Invalid header value", f"Idempotency-Key: at most {KEY_MAX} characters")
    host = request.build_absolute_uri("/").rstrip("/")
    if settings.SESSION_COOKIE_SECURE:  # a proxy speaks https for us (CARELINE_HTTPS), and hands on plain http
        host = f"https://{host.partition('://')[2]}"
    return Visit(client.name, View(host, client.may(NUMBERS)), now, key)


def accepts(header: str) -> bool:
    """Whether JSON is among what the client wants (RFC 9110, 12.5.1); without a wish anything is."""
    wishes = {}
    for one in header.split(","):
        kind, _, rest = one.strip().lower().partition(";")
        quality = next((part.strip()[2:] for part in rest.split(";") if part.strip().startswith("q=")), "1")
        wishes[kind.strip()] = quality.strip("0.") != ""
    if not header.strip():
        return True
    for kind in (_JSON, "application/*", "*/*"):
        if kind in wishes:
            return wishes[kind]
    return False


def body_of(request: HttpRequest) -> dict[str, Any]:
    """The JSON object that was sent; raises Refused (400, 415)."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    known = length.isdecimal() and int(length) <= BODY_OCTETS_MAX
    raw = request.read(BODY_OCTETS_MAX + 1) if known else b""
    if not known or len(raw) > BODY_OCTETS_MAX:
        raise Refused(400, BAD_BODY, "Invalid body", f"a body may hold {BODY_OCTETS_MAX} octets at most")
    if not raw.strip():
        raise Refused(400, NO_BODY, "Missing body", "a JSON object is expected")
    kind = (request.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
    if kind not in (_PATCH if request.method == "PATCH" else (_JSON,)):
        wanted = " or ".join(_PATCH) if request.method == "PATCH" else _JSON
        raise Refused(415, BAD_MEDIA, "Unsupported media type", f"send {wanted}", {"Accept-Patch": ", ".join(_PATCH)})
    try:
        told = json.loads(raw.decode("utf-8"), parse_constant=_no_number, parse_float=_finite)
        json.dumps(told, ensure_ascii=False).encode()  # half a sign, \ud800, is a text that no database keeps
    except (ValueError, RecursionError) as error:
        raise Refused(400, BAD_BODY, "Invalid body", "the body is no JSON in UTF-8") from error
    if not isinstance(told, dict):
        raise Refused(400, BAD_BODY, "Invalid body", "the body is no JSON object")
    if _depth(told) > DEPTH_MAX:
        raise Refused(400, BAD_BODY, "Invalid body", f"the body is nested more than {DEPTH_MAX} deep")
    return told


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def _finite(written: str) -> float:
    if math.isinf(number := float(written)):
        raise ValueError(f"{written[:40]} is more than a number holds")
    return number


def _depth(value: Any, so_far: int = 1) -> int:
    if so_far > DEPTH_MAX or not isinstance(value, Mapping | list):
        return so_far
    inner = value.values() if isinstance(value, Mapping) else value
    return max((_depth(one, so_far + 1) for one in inner), default=so_far)


_buckets: dict[str, tuple[float, float]] = {}
_guard = threading.Lock()


def _keep_pace(prefix: str) -> None:
    """A token bucket for each token, in this process."""
    moment = time.monotonic()
    with _guard:
        if len(_buckets) > CLIENTS_MAX:
            _buckets.clear()
        left, since = _buckets.get(prefix, (BURST, moment))
        left = min(BURST, left + (moment - since) * PACE)
        if left < 1:
            wait = str(max(1, round((1 - left) / PACE)))
            _buckets[prefix] = (left, moment)
            raise Refused(429, TOO_MANY, "Too many requests", f"at most {PACE:g} a second", {"Retry-After": wait})
        _buckets[prefix] = (left - 1, moment)
