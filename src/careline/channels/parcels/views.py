"""Where couriers tell what happened to parcels: signed JSON, taken in once."""

import json
from collections import Counter

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from careline import wiring
from careline.channels.requests import BadForm, Busy, Refusal, Unknown, call_of, refused
from careline.channels.signing import SIGNATURE, TIMESTAMP, check_signature, object_of
from careline.orders import logistics
from careline.orders.courier.reading import BadReport, read


@csrf_exempt
def events(request: HttpRequest, name: str) -> HttpResponse:
    """POST {"events": [{"key", "number", "did", "at", "place", "words"}]}; answers how many of each verdict."""
    try:
        call = call_of(request)
        courier = wiring.couriers().get(name)
        if courier is None:
            raise Unknown("there is no such courier here")
        if call.method != "POST":
            raise Refusal(405, "form", "events are posted")
        given, timestamp = call.headers.get(SIGNATURE.lower(), ""), call.headers.get(TIMESTAMP.lower(), "")
        check_signature(call, name, courier.secret, given, timestamp)
        try:
            told = read(object_of(call.body))
        except BadReport as error:
            raise BadForm(str(error)) from error
        made = logistics.hear(name, told, now=call.now)
    except Refusal as refusal:
        return refused(refusal)
    except (DatabaseError, InterfaceError):
        return refused(Busy("nothing was taken in; tell it again in a moment"))
    return HttpResponse(json.dumps(Counter(made)), content_type="application/json")
