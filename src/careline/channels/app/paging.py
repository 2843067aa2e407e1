"""Lists by the page: an opaque cursor in, the next one and a Link header out."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import TypeVar
from urllib.parse import urlencode

from django.http import HttpRequest

from careline.channels.app.shapes import refuse_field
from careline.channels.app.visit import visit_of

Item = TypeVar("Item")
_LAST = 100_000  # no list goes further


def place(cursor: str) -> int:
    """How many come before the page of this cursor; raises Problem (422) for one that is made up."""
    if not cursor:
        return 0
    try:
        written = urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)).decode()
        if not written.isdecimal() or not 0 < int(written) <= _LAST or mark(int(written)) != cursor:
            raise ValueError
    except ValueError as wrong:
        raise refuse_field("cursor", "not one of ours") from wrong
    return int(written)


def mark(count: int) -> str:
    return urlsafe_b64encode(str(count).encode()).decode().rstrip("=")


def cut(request: HttpRequest, everything: Sequence[Item], cursor: str, limit: int) -> tuple[list[Item], str | None]:
    """The page of a list that is known whole, and the cursor of the next; tells the Link header."""
    start = place(cursor)
    page = list(everything[start : start + limit])
    onward = mark(start + limit) if start + limit < len(everything) else None
    tell(request, onward, limit)
    return page, onward


def tell(request: HttpRequest, onward: str | None, limit: int) -> None:
    """The Link header (RFC 8288) of the next page, with what else was asked for."""
    if onward is None:
        return
    asked = {name: value for name, value in request.GET.items() if name not in ("cursor", "limit")}
    query = urlencode({**asked, "limit": str(limit), "cursor": onward})
    visit_of(request).headers["Link"] = f'<{request.path}?{query}>; rel="next"'
