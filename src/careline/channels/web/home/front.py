"""The first page after signing in."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from careline.channels.web import pages
from careline.channels.web.visitor import Visitor, signed_in


@require_GET
@signed_in
def home(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """How things stand."""
    return pages.show(request, "home", "home.html", visitor)
