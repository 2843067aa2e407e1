"""One order: its story, its next step, its money, both standings, and its receiver after a look."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from careline import wiring
from careline.identity import looking
from careline.identity.gates import Gate
from careline.identity.models import Staff
from careline.orders import complaining, goods, logistics, reading, sending, slots, standing, telling
from careline.orders.records.order import Order
from careline.orders.states import BEFORE_DISPATCH, UNDER_WAY, NotAllowed, State
from careline.staff.access import actor, now, page, through
from careline.staff.order_labels import MARKS, STEPS, TONES, refusal
from careline.staff.views.cases_shown import people
from careline.staff.views.orders import _language, tabs
from careline.values.msisdn import Msisdn

# The steps of each state, the likeliest first.
STEPS_OF: dict[State, tuple[str, ...]] = {
    State.PLACED: ("accept", "turn_down"),
    State.WAITING: ("turn_down",),
    State.CONFIRMED: ("pack", "turn_down"),
    State.PACKED: ("hand_over", "turn_down"),
    State.DISPATCHED: ("mark",),
    State.OUT_FOR_DELIVERY: ("mark",),
    State.ARRIVED: ("mark",),
    State.LOST: ("send_anew", "give_up", "mark"),
    State.REFUSED: ("take_back",),
    State.RETURNING: ("collect", "take_back", "keep_not"),
}
_MARKS_OF = {State.ARRIVED: ("refused",), State.LOST: ("out_for_delivery", "arrived")}


@through(Gate.HANDLE_ORDERS)
def order(request: HttpRequest, number: str) -> HttpResponse:
    """The page of one order."""
    return _show(request, _found(number))


@require_POST
@through(Gate.HANDLE_ORDERS)
def look(request: HttpRequest, number: str) -> HttpResponse:
    """Open the receiver of this order to this person for half an hour, for a purpose; journaled."""
    found = _found(number)
    assert isinstance(request.user, Staff)
    purpose = request.POST.get("purpose", "").strip()
    try:
        looking.look(
            request.user,
            Msisdn(found.msisdn),
            f"{found.number} {purpose}" if purpose else "",
            now(),
            gate=Gate.HANDLE_ORDERS,
        )
    except looking.NoPurpose:
        messages.error(request, _("Say what for."))
    return redirect("staff:order", found.number)


@require_POST
@through(Gate.HANDLE_ORDERS)
def do(request: HttpRequest, number: str, deed: str) -> HttpResponse:
    """One step; refused ones say why and change nothing."""
    found, sent = _found(number), request.POST
    version = sent.get("version", "")
    terms: dict[str, Any] = {"by": actor(request), "now": now()}
    if deed != "note":
        terms["expected"] = int(version) if version.isascii() and version.isdecimal() else -1
    try:
        _do(found.number, deed, sent, terms)
    except NotAllowed as refused:
        messages.error(request, refusal(refused.code))
        return redirect("staff:order", found.number)
    messages.success(request, _("Done."))
    payment = Order.objects.values_list("payment", flat=True).get(number=found.number)
    if payment:
        wiring.till().go_on(payment, now())  # what the deed asked for; the sweep would do it as well
    return redirect("staff:order", found.number)


def _do(number: str, deed: str, sent: Any, terms: dict[str, Any]) -> None:
    reason, parcel = sent.get("reason", "")[:1_000], sent.get("parcel", "")[:100]
    match deed:
        case "accept":
            sending.accept(number, **terms)
        case "turn_down":
            sending.turn_down(number, reason, **terms)
        case "pack":
            sending.pack(number, **terms)
        case "hand_over" | "collect":
            courier = wiring.couriers().get(sent.get("courier", ""))
            if courier is None:
                raise NotAllowed("no_such_courier")
            (logistics.hand_over if deed == "hand_over" else logistics.collect)(number, courier, parcel=parcel, **terms)
        case "mark":
            sending.mark(number, sent.get("did", ""), place=sent.get("place", "")[:80], words=reason, **terms)
        case "take_back":
            sending.take_back(number, **terms)
        case "keep_not":
            sending.keep_not(number, reason, **terms)
        case "send_anew":
            sending.send_anew(number, sent.get("slot", ""), **terms)
        case "give_up":
            sending.give_up(number, **terms)
        case "note":
            sending.remark(number, reason, **terms)
        case _:
            raise Http404


def _show(request: HttpRequest, found: Order) -> HttpResponse:
    at, state, language, who = now(), State(found.state), _language(), Msisdn(found.msisdn)
    assert isinstance(request.user, Staff)
    moments = reading.timeline(found, public=False)
    names = people([one.by for one in moments])
    couriers = wiring.couriers()
    return page(
        request,
        "staff/order.html",
        here="orders",
        tabs=tabs(request),
        order=found,
        state=reading.words_of_state(found.state).read(language),
        tone=TONES[found.state],
        slot=telling.slot_of(found, timezone.now()).read(language),
        number=who.masked(),
        open=looking.may_see(request.user, who, at, gate=Gate.HANDLE_ORDERS),
        moments=[(one, one.label.read(language), _who(one, names, couriers)) for one in moments],
        lines=[(line, line.name_en if language == "en" else line.name_zh) for line in found.lines.order_by("id")],
        buyer=standing.of_buyer(who, at),
        seller=standing.of_seller(found.seller, at),
        seller_name=_seller(found, language),
        steps=[(name, STEPS[name]) for name in STEPS_OF.get(state, ())],
        before=state in BEFORE_DISPATCH,
        marks=[(did, MARKS[did]) for did in _MARKS_OF.get(state, tuple(MARKS) if state in UNDER_WAY else ())],
        couriers=[(one.name, one.label.read(language)) for one in couriers.values()],
        slots=slots.slots(found.region, at) if state is State.LOST else [],
        parcels=[(one, couriers[one.courier].label.read(language) if one.courier in couriers else one.courier)
                 for one in found.parcels.order_by("id")],
        cases=complaining.cases_of(found.number),
    )  # fmt: skip


def _who(moment: reading.Moment, names: dict[str, str], couriers: Any) -> str:
    if moment.who == "you":
        return _("the customer")
    if moment.who == "courier":
        name = moment.by.partition(":")[2]
        return couriers[name].label.read(_language()) if name in couriers else name
    return _("the system") if moment.by == "clock" else names.get(moment.by, moment.by)


def _seller(found: Order, language: str) -> str:
    known = goods.sellers().get(found.seller)
    return known.name.read(language) if known else found.seller


def _found(number: str) -> Order:
    found = Order.objects.filter(number=number).first()
    if found is None:
        raise Http404
    return found
