"""What a shop keeps: its leaflets, handed out with words only, and what is heard of competitors (MKT-04)."""

from django.contrib import messages
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from careline.identity.gates import Gate
from careline.offers import shelf
from careline.offers.models import CompetitorNote, LeafletMove
from careline.staff.access import actor, now, page, through
from careline.staff.reader import language
from careline.values.secret import mask

LATEST = 50
COUNT_MAX = 10_000  # leaflets in one go


@require_GET
@through(Gate.TAKE_CASES)
def shop(request: HttpRequest) -> HttpResponse:
    """The stock by offer and place, the latest moves, and the latest notes."""
    stock = LeafletMove.objects.values("offer", "place").annotate(left=Sum("count")).order_by("offer", "place")
    names = {one.id: one.name.read(language()) for one in shelf.offers().values()}
    return page(
        request, "staff/offers_shop.html", here="offers", tab="shop", names=sorted(names.items()),
        stock=[(names.get(row["offer"], row["offer"]), row["place"], row["left"]) for row in stock],
        moves=[(row, names.get(row.offer, row.offer)) for row in LeafletMove.objects.order_by("-at")[:LATEST]],
        notes=CompetitorNote.objects.order_by("-at")[:LATEST],
    )  # fmt: skip


@require_POST
@through(Gate.TAKE_CASES)
def leaflets(request: HttpRequest) -> HttpResponse:
    """Leaflets came in, or were handed out with what was said: never in silence (MKT-03)."""
    sent = request.POST
    place, intro = _clean(sent.get("place", ""), 64), _clean(sent.get("intro", ""), 200)
    try:
        count = int(sent.get("count", ""))
    except ValueError:
        count = 0
    out = sent.get("way") == "out"
    have = (
        LeafletMove.objects.filter(offer=sent.get("offer", ""), place=place).aggregate(left=Sum("count"))["left"] or 0
    )
    if sent.get("offer") not in shelf.offers() or not place or not 0 < count <= COUNT_MAX:
        messages.error(request, _("Choose an offer, and say where and how many."))
    elif out and not intro:
        messages.error(request, _("A leaflet is never handed over in silence: write down what you said about it."))
    elif out and count > have:
        messages.error(request, _("There are not so many left."))
    else:
        LeafletMove.objects.create(
            offer=sent["offer"], place=place, count=-count if out else count, intro=intro, at=now(), by=actor(request)
        )
        messages.success(request, _("Written down."))
    return redirect("staff:offers-shop")


@require_POST
@through(Gate.TAKE_CASES)
def heard(request: HttpRequest) -> HttpResponse:
    """What somebody heard or saw of a competitor."""
    who, where, words = (
        _clean(request.POST.get(name, ""), most) for name, most in (("who", 64), ("where", 64), ("words", 500))
    )
    if who and words:
        CompetitorNote.objects.create(who=who, where=where, words=words, at=now(), by=actor(request))
        messages.success(request, _("Written down."))
    else:
        messages.error(request, _("Say who it is about, and what."))
    return redirect("staff:offers-shop")


def _clean(text: str, most: int) -> str:
    return mask(" ".join(text.split()))[:most]
