"""What is on and who ordered it; and what third parties charge, with the way to end it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from careline.channels.portal.phrases import page_language
from careline.channels.web import pages
from careline.channels.web.services import links
from careline.channels.web.visitor import Visitor, signed_in
from careline.dialogue.saying import say_money, say_month
from careline.selfcare.reading import note
from careline.selfcare.running import running as running_of
from careline.selfcare.third_party import third_party


@require_GET
@signed_in
def running(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    reception = pages.reception()
    found = running_of(
        reception.book(),
        visitor.subscriber,
        reception.serving.carrier,
        visitor.now,
        channel="web",
        time_limit_seconds=reception.serving.time_limit_seconds,
    )
    note(visitor.subscriber, found.answered, version=reception.book().version, now=visitor.now)
    context: dict[str, Any] = {
        "found": found,
        "person": links.link("web-person"),
        "complain": links.link("portal-number"),
        "here": links.link("web-running"),
    }
    return pages.show(request, "services", "running.html", visitor, **context)


@require_GET
@signed_in
def third(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    reception, language = pages.reception(), page_language()
    found = third_party(
        reception.book(),
        visitor.subscriber,
        reception.serving.carrier,
        visitor.now,
        channel="web",
        time_limit_seconds=reception.serving.time_limit_seconds,
    )
    note(visitor.subscriber, found.answered, version=reception.book().version, now=visitor.now)
    providers = [
        (provider, [(charge, links.link("web-charge", charge.month, charge.id)) for charge in provider.charges])
        for provider in found.providers
    ]
    context: dict[str, Any] = {
        "found": found,
        "providers": providers,
        "missing": ", ".join(say_month(month, language) for month in found.missing),
        "taken": pages.phrases("services", language)["third_taken"].format(
            n=len(found.months), amount=say_money(found.taken, language)
        ),
        "all_numbers": ",".join(str(row.number) for row in found.endable),
        "person": links.link("web-person"),
        "here": links.link("web-third"),
    }
    return pages.show(request, "services", "third.html", visitor, **context)
