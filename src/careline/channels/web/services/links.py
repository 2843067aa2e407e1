"""Links to pages of other parts, which may not be there; and where a form may lead back to."""

from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme

_NEXT_MAX = 300


def link(name: str, *arguments: object, **query: str) -> str:
    """The address of a page; "" when there is none of that name."""
    try:
        address = reverse(name, args=arguments)
    except NoReverseMatch:
        return ""
    return f"{address}?{urlencode(query)}" if query else address


def onward(request: HttpRequest) -> str:
    """Where the customer wanted to go on: a page of the web hall, or ""."""
    wanted = str(request.POST.get("next") or request.GET.get("next") or "")
    if len(wanted) > _NEXT_MAX or not wanted.startswith("/my/") or "\\" in wanted:
        return ""
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else ""
