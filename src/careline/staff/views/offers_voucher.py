"""The goods of a promotion are handed out in a shop, by voucher and once (CRP-03)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from careline.identity.gates import Gate
from careline.offers import redeeming
from careline.orders import goods
from careline.staff.access import actor, now, through

_LONGEST = 20  # of a voucher, with spaces between its letters


@require_POST
@through(Gate.TAKE_CASES)
def hand_out(request: HttpRequest) -> HttpResponse:
    """Says what is to be handed out, or why nothing is."""
    try:
        row = redeeming.redeem(request.POST.get("voucher", "")[:_LONGEST], by=actor(request), now=now())
    except redeeming.NotAllowed as no:
        messages.error(request, _("It was fetched before.") if no.code == "fetched" else _("There is no such voucher."))
    else:
        thing = goods.goods().get(row.goods)
        language = "en" if (get_language() or "").startswith("en") else "zh"
        name = thing.name.read(language) if thing else row.goods
        messages.success(request, _("Hand out: %(goods)s.") % {"goods": name})
    return redirect("staff:offers-shop")
