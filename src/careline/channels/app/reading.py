"""Reading what was sent: JSON in UTF-8, not too large, not too deep, without what no database keeps."""

import json
import math
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from careline.channels.app.problems import Problem
from careline.channels.tmf.entering import accepts

BODY_OCTETS_MAX = 64 * 1024
DEPTH_MAX = 12  # of lists and objects
_JSON = "application/json"


def check_accept(request: HttpRequest) -> None:
    """Raises Problem (406) when JSON is not wanted."""
    header = request.headers.get("Accept", "")
    if not accepts(header) and not accepts(header.replace("application/problem+json", _JSON)):
        raise Problem("not_acceptable")


def body_of(request: HttpRequest) -> dict[str, Any]:
    """The JSON object that was sent; raises Problem (400, 413, 415)."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    known = length.isdecimal() and int(length) <= BODY_OCTETS_MAX
    if not known:
        raise Problem("too_large", f"{BODY_OCTETS_MAX} octets at most", most_octets=BODY_OCTETS_MAX)
    raw = request.body
    kind, _, rest = (request.headers.get("Content-Type") or "").partition(";")
    charset = rest.strip().lower().removeprefix("charset=").strip('"')
    if kind.strip().lower() != _JSON or charset not in ("", "utf-8"):
        raise Problem("bad_media", f"{_JSON}; charset=utf-8", headers={"Accept-Post": _JSON})
    try:
        told = json.loads(raw.decode("utf-8"), parse_constant=_no_number, parse_float=_finite, object_pairs_hook=_once)
        json.dumps(told, ensure_ascii=False).encode()  # half a sign, \ud800, is a text that no database keeps
    except (ValueError, RecursionError) as error:
        raise Problem("bad_json") from error
    if not isinstance(told, dict):
        raise Problem("bad_json")
    if _depth(told) > DEPTH_MAX:
        raise Problem("bad_json", f"nested more than {DEPTH_MAX} deep")
    return told


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A name given twice is read differently by different programs; here it is refused."""
    told = dict(pairs)
    if len(told) != len(pairs):
        raise ValueError("a name is given twice")
    return told


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def _finite(written: str) -> float:
    if math.isinf(number := float(written)):
        raise ValueError("more than a number holds")
    return number


def _depth(value: Any, so_far: int = 1) -> int:
    if so_far > DEPTH_MAX or not isinstance(value, Mapping | list):
        return so_far
    inner = value.values() if isinstance(value, Mapping) else value
    return max((_depth(one, so_far + 1) for one in inner), default=so_far)
