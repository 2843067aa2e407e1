"""What was used this month: every quota that the carrier counts, with what is left where there is an allowance."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from careline.channels.portal.phrases import page_language
from careline.channels.web import pages
from careline.channels.web.home.front import READ_SECONDS
from careline.channels.web.home.rings import shown
from careline.channels.web.visitor import Visitor, signed_in
from careline.selfcare import reading
from careline.selfcare.reading import Answered
from careline.selfcare.usage import quotas


@require_GET
@signed_in
def usage(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """This month's usage; when the carrier does not say, that it does not."""
    language, hall = page_language(), pages.reception()
    words, now = pages.phrases("home", language), visitor.now
    read = reading.read(
        hall.serving.carrier, visitor.msisdn, {"usage": ("usage", "", {})},
        now=now, channel="web", time_limit_seconds=READ_SECONDS,
    )["usage"]  # fmt: skip
    answered = [Answered.of("free_resources_usage", read)]
    reading.note(visitor.subscriber, answered, version=hall.book().version, now=now)
    found = None if isinstance(read, Exception) else [shown(one, words, language) for one in quotas(read)]
    return pages.show(
        request,
        "home",
        "usage.html",
        visitor,
        status=200,
        known=found is not None,
        allotted=[one for one in found or () if one.ring is not None],
        counted=[one for one in found or () if one.ring is None],
        at=now,
        services=pages.address("web-services"),
    )
