"""The sandbox provider's own page: here the demo's customer pays, declines, pays late, or walks away."""

import logging
import os

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from careline import wiring
from careline.channels.web import pages
from careline.channels.web.visitor import now
from careline.payments.adapters._sandbox_tables import SandboxBill
from careline.payments.adapters.sandbox import Sandbox

log = logging.getLogger(__name__)
WAYS = ("pay", "twice", "late", "quiet", "decline")


@never_cache
@csrf_protect
@require_http_methods(["GET", "POST"])
def till(request: HttpRequest, token: str) -> HttpResponse:
    """What is to be paid, and the ways in which a customer and a provider can behave."""
    if not settings.DEMO and "sandbox" not in os.environ.get("CARELINE_PROVIDERS", ""):
        log.error("a payment came to the sandbox's till: name a provider in CARELINE_PROVIDERS")
        raise Http404  # whoever comes here pays with nothing: only where somebody has chosen that
    sandbox = wiring.providers().get("sandbox")
    bill = SandboxBill.objects.filter(token=token).first() if isinstance(sandbox, Sandbox) else None
    if bill is None or not isinstance(sandbox, Sandbox):
        raise Http404
    if request.method == "POST":
        at, how = now(), request.POST.get("how", "")
        if how in WAYS:
            sandbox.pay(token, how, at)
            # As most providers do it: the notice is on its way before the customer is back.
            sandbox.deliver(at, lambda headers, body: wiring.till().heard("sandbox", headers, body, at))
        back = bill.back if url_has_allowed_host_and_scheme(bill.back, {request.get_host()}) else _own(bill.back)
        return redirect(back)
    return pages.show(request, "money", "till.html", None, bill=bill, ways=WAYS)


def _own(back: str) -> str:
    """Where the shop asked us to send the customer, by its path: the demo's shop and till are one house."""
    return "/" + back.split("/", 3)[-1] if "://" in back else "/my/"
