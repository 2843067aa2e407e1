"""All that was paid: online with us, each with its receipt, and by the carrier's record."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from careline.channels.web import pages
from careline.channels.web.money.asking import ask
from careline.channels.web.money.paying import standing
from careline.channels.web.visitor import Visitor, signed_in
from careline.payments.models import Payment
from careline.values.msisdn import Msisdn

PAGE = 20  # payments


@require_GET
@signed_in
def payments(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The newest first; older ones by `?before=` an id."""
    ours = Payment.objects.filter(msisdn=visitor.msisdn.digits).order_by("-begun_at", "-id")
    before = request.GET.get("before", "")
    last = ours.filter(pk=before).first() if _is_id(before) else None
    if last is not None:
        ours = ours.filter(begun_at__lt=last.begun_at)
    found = list(ours[: PAGE + 1])
    facts = ask(visitor, {"paid": ("payments", "payments", {}), "returned": ("payments", "returned", {})})
    record = None if facts["paid"] is None else facts["paid"]["entries"]
    back = [] if facts["returned"] is None else facts["returned"]["entries"]
    return pages.show(
        request,
        "money",
        "payments.html",
        visitor,
        rows=[(row, standing(row), _to(row, visitor)) for row in found[:PAGE]],
        before=str(found[PAGE - 1].pk) if len(found) > PAGE else "",
        first=last is None,
        record=record,
        returned=back,
    )


def _to(row: Payment, visitor: Visitor) -> str:
    return "" if row.payee == visitor.msisdn.digits else Msisdn(row.payee).masked()


def _is_id(text: str) -> bool:
    return len(text) == 36 and all(sign in "0123456789abcdef-" for sign in text.lower()) and text.count("-") == 4
