"""Where providers tell us what became of a payment: signed, each notice once, whatever order they come in."""

import logging

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from careline import wiring
from careline.channels.web.visitor import now
from careline.payments.port import BadNotice
from careline.payments.states import Refusal

BODY_MAX = 64 * 1024  # bytes
log = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def notice(request: HttpRequest, provider: str) -> HttpResponse:
    """200 when it is kept, also when it was kept before; 400 for what is no notice; 503 asks to tell it again."""
    length = request.headers.get("Content-Length") or "0"
    if not length.isdecimal() or len(length) > 9 or int(length) > BODY_MAX:
        return JsonResponse({"error": "too_long"}, status=413)
    try:
        verdict = wiring.till().heard(provider, request.headers, request.body, now())
    except BadNotice as bad:
        log.warning("a notice of %s was not believed: %s", provider[:32], bad)
        return JsonResponse({"error": str(bad)}, status=400)
    except Refusal:
        return JsonResponse({"error": "no_provider"}, status=404)
    except DatabaseError:
        log.exception("a notice of %s could not be kept", provider[:32])
        return JsonResponse({"error": "later"}, status=503)
    return JsonResponse({"verdict": verdict})
