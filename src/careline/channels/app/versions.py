"""Versions of what is read and changed: ETag out, If-Match in."""

from django.http import HttpRequest

from careline.channels.app.problems import Problem
from careline.channels.app.visit import Visit


def tell(visit: Visit, version: str) -> None:
    visit.headers["ETag"] = f'"{version}"'


def check(request: HttpRequest, version: str) -> None:
    """Raises Problem: 428 without If-Match, 412 when it names another version."""
    given = request.headers.get("If-Match", "")
    if not given:
        raise Problem("version_needed")
    if given.strip() != "*" and f'"{version}"' not in [one.strip().removeprefix("W/") for one in given.split(",")]:
        raise Problem("version_moved", headers={"ETag": f'"{version}"'})
