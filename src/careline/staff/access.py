"""The gates of the pages: who is not signed in is asked to, who has no right is refused, and the refusal is journaled."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from careline.identity.gates import Gate
from careline.identity.models import Staff
from careline.journal.writing import write

Rest = ParamSpec("Rest")
View = Callable[Concatenate[HttpRequest, Rest], HttpResponse]


def through(gate: Gate) -> Callable[[View[Rest]], View[Rest]]:
    """A page behind a gate. Nothing of it is kept by browsers or proxies: the next person at the screen sees nothing."""

    def guard(view: View[Rest]) -> View[Rest]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
            if not isinstance(request.user, Staff):
                return redirect_to_login(request.get_full_path())
            if not request.user.may(gate):
                return refuse(request, gate)
            if any("\0" in text for text in (request.path, *request.GET.values(), *request.POST.values())):
                raise SuspiciousOperation("a NUL, which no form of ours sends and no database keeps")
            return view(request, *args, **kwargs)

        return cast(View[Rest], never_cache(guarded))

    return guard


def refuse(request: HttpRequest, gate: Gate) -> HttpResponse:
    """Say no with 403, and write down who tried what."""
    write(
        who=actor(request),
        did="refused",
        what="gate",
        record=gate.value,
        now=now(),
        # A NUL, which no database keeps, must not keep the entry out.
        detail={"page": request.path.replace("\0", "%00"), "method": request.method},
    )
    return page(request, "staff/refused.html", status=403, gate=gate)


def actor(request: HttpRequest) -> str:
    return request.user.get_username()


def may(request: HttpRequest, gate: Gate) -> bool:
    return isinstance(request.user, Staff) and request.user.may(gate)


def now() -> datetime:
    return datetime.now(UTC)


def page(request: HttpRequest, template: str, status: int = 200, **context: Any) -> HttpResponse:
    """The template with what every page shows: what this person may do (`can.edit_catalogue`)."""
    can = {gate.value: may(request, gate) for gate in Gate}
    languages = (("zh", "中文"), ("en", "English"))  # of the catalogue's texts, not of the page
    return render(request, template, {"can": can, "languages": languages, **context}, status=status)
