"""A person, one tap away: the number to call, when people answer, and a promise to call back."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from careline.channels.web import pages, visitor


@never_cache
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest) -> HttpResponse:
    """Also for who has not signed in: the number is no secret."""
    return pages.show(request, "home", "person.html", visitor.visitor(request, visitor.now()))
