"""The service password: changed, applied for, reset. Nothing that is typed here is kept or shown again."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from careline.channels.web import pages
from careline.channels.web.services import links
from careline.channels.web.services.picking import grant, values_of
from careline.channels.web.visitor import Visitor, signed_in
from careline.dialogue.book import Service, Verb
from careline.dialogue.talk import Wish
from careline.selfcare.assortment import agreed

_DEEDS = {
    "change": (Verb.CONFIGURE, ("old", "new")),
    "set": (Verb.REGISTER, ("id_number",)),
    "reset": (Verb.CONFIGURE, ("id_number",)),
}


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@signed_in
def password(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """POST: `do` change (v.old, v.new, again), set or reset (v.id_number), and a key."""
    service = pages.reception().book().services.get("password")
    if service is None:
        return pages.show(request, "services", "no_service.html", visitor, 404)
    if request.method == "GET":
        return _form(request, visitor, service)
    do = request.POST.get("do", "")
    if do not in _DEEDS:
        return _form(request, visitor, service, 400)
    verb, names = _DEEDS[do]
    given = values_of(request)
    values = {name: given[name] for name in names if name in given}
    if len(values) < len(names):
        return _form(request, visitor, service, 422, wrong=do, missing=True)
    if do == "change" and request.POST.get("again", "") != request.POST.get("v.new", ""):
        return _form(request, visitor, service, 422, wrong=do)
    wish = Wish(
        service=service.id,
        verb=verb.value,
        values=values,
        agreed=agreed(service),
        assurance=int(visitor.assurance),
    )
    return grant(request, visitor, wish)


def _form(
    request: HttpRequest,
    visitor: Visitor,
    service: Service,
    status: int = 200,
    *,
    wrong: str = "",
    missing: bool = False,
) -> HttpResponse:
    back = links.link("web-me") or links.link("web-services")
    return pages.show(
        request, "services", "password.html", visitor, status, it=service, wrong=wrong, missing=missing, back=back
    )
