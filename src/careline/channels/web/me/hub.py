"""Me: the way to everything that is about this number and its owner."""

from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET

from careline.cases.models import Case
from careline.cases.states import OPEN
from careline.channels.portal.phrases import page_language
from careline.channels.web import pages
from careline.channels.web.visitor import Visitor, signed_in

PART = "me"
# Group -> pages; those that this installation does not have are left out.
_GROUPS = {
    "care": ("cases", "tell", "notices", "privacy"),
    "number": ("running", "third", "menu", "leaving"),
    "money": ("orders", "payments", "points", "credit"),
}


@require_GET
@signed_in
def page(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    words = pages.phrases(PART, page_language())
    open_ = Case.objects.filter(msisdn=visitor.msisdn.digits, state__in=[state.value for state in OPEN]).count()
    told = {"cases": words["open_cases"].format(n=open_)} if open_ else {}
    groups = [
        (
            words[f"group_{group}"],
            [
                (address, words[f"to_{name}"], words.get(f"to_{name}_about", ""), told.get(name, ""))
                for name in names
                if (address := _address(name))
            ],
        )
        for group, names in _GROUPS.items()
    ]
    return pages.show(request, PART, "me.html", visitor, groups=[(name, rows) for name, rows in groups if rows])


def _address(name: str) -> str:
    try:
        return reverse(f"web-{name}")
    except NoReverseMatch:
        return ""
