"""My orders: a list, and one order with its timeline and everything that can be done with it now."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from careline import wiring
from careline.cases.states import NotAllowed as CaseRefused
from careline.channels.portal.phrases import page_language
from careline.channels.web import pages
from careline.channels.web.shop.card import shown
from careline.channels.web.shop.ordering import onward
from careline.channels.web.visitor import Visitor, signed_in
from careline.orders import cards, changing, complaining, reading, slots, standing
from careline.orders import goods as selling
from careline.orders.placing import Receiver
from careline.orders.records.order import Order
from careline.orders.states import How, NotAllowed
from careline.payments.states import Refusal
from careline.values.assurance import Assurance
from careline.values.reference import new_reference

DEEDS = ("cancel", "change", "pay", "receive", "return", "rate", "complain", "activate")
_LONGEST = 600  # characters of one field


@require_GET
@signed_in
def listed(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    try:
        page = reading.of_customer(visitor.msisdn, after=request.GET.get("after", "")[:20])
    except NotAllowed:
        raise Http404 from None
    rows = [(one, reading.state_words(one), list(one.lines.all())) for one in page.orders]
    return pages.show(
        request, "shop", "orders.html", visitor, rows=rows, after=page.after, first="after" not in request.GET
    )


@require_GET
@signed_in
def order(request: HttpRequest, visitor: Visitor, number: str) -> HttpResponse:
    return _shown(request, visitor, _own(visitor, number))


@require_POST
@signed_in
def do(request: HttpRequest, visitor: Visitor, number: str, deed: str) -> HttpResponse:
    """One deed of the customer; what is refused is said on the page of the order, and what was typed is kept."""
    row = _own(visitor, number)
    if deed not in DEEDS:
        raise Http404
    sent = {name: str(value)[:_LONGEST].strip() for name, value in request.POST.items()}
    words = pages.phrases("shop", page_language())
    try:
        said, done = _done(visitor, row, deed, sent)
    except (NotAllowed, CaseRefused, Refusal) as refused:
        code = str(refused.args[0])
        why = words.get(f"no_{code.removeprefix('no_')}", words["no_other"])
        return _shown(request, visitor, _own(visitor, number), deed, why, sent, status=422)
    if done.payment and deed not in ("pay", "activate"):
        wiring.till().go_on(done.payment, visitor.now)
    if deed == "pay":
        return onward(visitor, done)
    messages.success(request, words[f"did_{deed}"].replace("{}", said), extra_tags="good")
    return redirect("web-order", number)


def _done(visitor: Visitor, row: Order, deed: str, sent: dict[str, str]) -> tuple[str, Order]:
    """What is to be said of it, and the order afterwards."""
    who: dict[str, Any] = {"msisdn": visitor.msisdn, "channel": "web", "now": visitor.now}
    match deed:
        case "cancel":
            return "", changing.cancel(row.number, sent.get("reason", ""), **who)
        case "change":
            receiver = Receiver(*(sent.get(name, "") for name in ("name", "phone", "address", "region")))
            kept = (row.receiver, row.phone, row.address, row.region)
            same = (receiver.name, receiver.phone, receiver.address, receiver.region) == kept
            return "", changing.change(
                row.number,
                receiver=None if same else receiver,
                slot=sent.get("slot", ""),
                expected=_version(sent),
                **who,
            )
        case "pay":
            return "", changing.pay_again(row.number, sent.get("how", ""), **who)
        case "receive":
            return "", changing.receive(row.number, **who)
        case "return":
            return "", changing.return_(row.number, sent.get("reason", ""), **who)
        case "activate":
            sure = visitor.assurance >= Assurance.PASSWORD
            card = cards.confirm(row.number, sure=sure, **who)
            if card.state == "confirmed":  # asked at once; what the carrier leaves open stays with the sweep
                wiring.card_desk().go_on(card, visitor.now)
            return "", row
        case "rate":
            return "", changing.rate(
                row.number, _stars(sent, "goods"), _stars(sent, "service"), sent.get("words", ""), **who
            )
        case _:
            accepted = complaining.complain(
                row.number,
                sent.get("words", ""),
                msisdn=visitor.msisdn,
                key=f"web:{visitor.msisdn.digits}:{sent.get('key', '')[:40] or new_reference()[0]}",
                channel="web",
                by="subscriber",
                now=visitor.now,
            )
            return accepted.case.docket, row


def _shown(
    request: HttpRequest,
    visitor: Visitor,
    row: Order,
    deed: str = "",
    why: str = "",
    sent: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    can = reading.possible(row, visitor.now)
    own = {"name": row.receiver, "phone": row.phone.removeprefix("86"), "address": row.address, "region": row.region}
    things = selling.goods()
    ways = [
        how.value
        for how in How
        if all(how in things[line.goods].pays for line in row.lines.all() if line.goods in things)
    ]
    if "pay" in can and How.ARRIVAL in ways and not standing.of_buyer(visitor.msisdn, visitor.now).arrival:
        ways.remove(How.ARRIVAL)  # it would be refused with pay_first
    return pages.show(
        request,
        "shop",
        "order.html",
        visitor,
        status,
        order=row,
        state=reading.state_words(row),
        lines=list(row.lines.all()),
        moments=list(reversed(reading.timeline(row))),
        parcels=list(row.parcels.all()),
        can=can,
        phone=row.phone.removeprefix("86"),
        owes=reading.owes_on_arrival(row),
        seller=selling.sellers().get(row.seller),
        region=pages.reception().book().regions.get(row.region),
        regions=pages.reception().book().regions.items() if "change" in can else [],
        slots=slots.slots(row.region, visitor.now) if "change" in can else [],
        ways=ways,
        stars=["5", "4", "3", "2", "1"],
        deed=deed,
        why=why,
        sent=sent or {},
        filled=own | (sent if sent and deed == "change" else {}),
        key=new_reference()[0],
        card=shown(row, visitor),
    )


def _version(sent: dict[str, str]) -> int | None:
    """What the page showed: a tab that was left open must not write over what was changed in another."""
    written = sent.get("version", "")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 10 else None


def _stars(sent: dict[str, str], name: str) -> int:
    written = sent.get(name, "")
    return int(written) if written in ("1", "2", "3", "4", "5") else 0


def _own(visitor: Visitor, number: str) -> Order:
    """This customer's order; a stranger's is not found, like one that there is not."""
    try:
        return reading.order_of(number, visitor.msisdn)
    except NotAllowed:
        raise Http404 from None
