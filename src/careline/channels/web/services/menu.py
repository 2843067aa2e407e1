"""The page of the personal menu: by buttons, no dragging; the same list that calls and texts use."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from careline.channels.portal.phrases import page_language
from careline.channels.web import pages
from careline.channels.web.visitor import Visitor, signed_in
from careline.dialogue.utterance import legible
from careline.selfcare import assortment, own_menu
from careline.selfcare.own_menu import NotPossible


@require_http_methods(["GET", "POST"])
@signed_in
def menu(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """POST: `do` add, remove, up or down, and `what`, a spelling."""
    if request.method == "POST":
        return _change(request, visitor)
    book, subscriber, now = pages.reception().book(), visitor.subscriber, visitor.now
    service = book.services.get(own_menu.SERVICE)
    entries = own_menu.entries(book, subscriber, now)
    most = own_menu.limit(book)
    context: dict[str, Any] = {
        "entries": entries,
        "most": most,
        "full": len(entries) >= most,
        "choosable": own_menu.choosable(book, subscriber, now) if subscriber.menu_on else [],
        "on": subscriber.menu_on,
        "service": service,
        "agreed": assortment.agreed(service) if service is not None else "",
    }
    return pages.show(request, "services", "menu.html", visitor, **context)


def _change(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    book, words = pages.reception().book(), pages.phrases("services", page_language())
    do, what = request.POST.get("do", ""), legible(request.POST.get("what", ""))[:64]
    try:
        if do == "add":
            own_menu.add(book, visitor.subscriber, what, visitor.now)
        elif do == "remove":
            own_menu.remove(book, visitor.subscriber, what, visitor.now)
        elif do in ("up", "down"):
            own_menu.move(book, visitor.subscriber, what, -1 if do == "up" else 1, visitor.now)
        else:
            raise NotPossible("no_such")
    except NotPossible as no:
        messages.warning(request, words[f"menu_no_{no.code}"].format(most=own_menu.limit(book)), extra_tags="warn")
    else:
        messages.success(request, words["menu_done"], extra_tags="good")
    return redirect("web-menu")
