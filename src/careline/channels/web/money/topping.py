"""Topping up: the amount with its discount, for one's own number or somebody else's, shown whole before anything is paid."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from careline import wiring
from careline.carrier.port import CarrierError
from careline.channels.portal import knocking
from careline.channels.portal.phrases import page_language
from careline.channels.web import pages
from careline.channels.web.money.asking import ask, device
from careline.channels.web.visitor import Visitor, signed_in
from careline.dialogue.saying import local
from careline.payments import discounts, limits, paying
from careline.payments.discounts import Discount
from careline.payments.paying import NewPayment
from careline.payments.states import How, Purpose, Refusal, State
from careline.values.money import NotAnAmount, parse_amount
from careline.values.msisdn import Msisdn, NotANumber
from careline.values.reference import new_reference

AMOUNTS = (3_000, 5_000, 10_000, 20_000, 30_000, 50_000)  # fen, to choose from


@dataclass(frozen=True, slots=True)
class Wrong(Exception):
    """What was typed cannot be used: the field, and the phrase that says why."""

    field: str
    why: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """A top-up as it would be paid; fen."""

    payee: Msisdn
    own: bool
    fen: int
    discount: Discount | None

    @property
    def price(self) -> int:
        return self.fen - (self.discount.fen if self.discount else 0)


@require_http_methods(["GET", "POST"])
@signed_in
def top_up(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Choose, look at the total, pay."""
    if request.method == "GET":
        return _form(request, visitor, {"fen": request.GET.get("fen", ""), "whose": "own"})
    sent = {
        name: str(request.POST.get(name, ""))[:40]
        for name in ("whose", "number", "again", "fen", "other", "agreed", "key")
    }
    try:
        chosen = _chosen(visitor, sent)
    except Wrong as wrong:
        return _form(request, visitor, sent, wrong, status=422)
    if "pay" not in request.POST or sent["agreed"] != str(chosen.price) or not sent["key"]:
        changed = "pay" in request.POST and sent["agreed"] != str(chosen.price)
        return _look(request, visitor, sent, chosen, changed)
    return _begin(request, visitor, sent, chosen)


def _begin(request: HttpRequest, visitor: Visitor, sent: dict[str, str], chosen: Chosen) -> HttpResponse:
    new = NewPayment(
        msisdn=visitor.msisdn,
        purpose=Purpose.TOP_UP.value,
        subject="",
        fen=chosen.fen,
        how=How.PROVIDER.value,
        key=f"web:{sent['key']}",
        payee=chosen.payee,
        discount=chosen.discount,
        provider=next(iter(wiring.providers())),
        device=device(request),
    )
    try:
        begun = paying.begin(new, by="subscriber", channel="web", now=visitor.now)
    except Refusal as refusal:
        known = {"bad_amount", "too_many_today", "too_much_today"}
        why = f"wrong_{refusal.code}" if refusal.code in known else "wrong_key"
        return _form(request, visitor, sent, Wrong("fen", why), status=409)
    paid = wiring.till().go_on(str(begun.pk), visitor.now)
    if State(paid.state) is State.REDIRECTED and paid.page:
        return redirect(paid.page)
    return redirect("web-pay", paid.pk)


def _chosen(visitor: Visitor, sent: dict[str, str]) -> Chosen:
    payee = visitor.msisdn
    if sent["whose"] == "other":
        payee = _somebody(visitor, sent)
    fen = _amount(sent)
    return Chosen(payee, payee == visitor.msisdn, fen, _discount(visitor, fen))


def _amount(sent: dict[str, str]) -> int:
    written = sent["fen"]
    if written and written != "other":
        fen = int(written) if written.isascii() and written.isdigit() and len(written) < 9 else 0
    else:
        try:
            fen = int(parse_amount(sent["other"]))
        except NotAnAmount:
            raise Wrong("other", "wrong_amount") from None
    if not limits.LEAST_TOP_UP_FEN <= fen <= limits.MOST_TOP_UP_FEN:
        raise Wrong("other", "wrong_bad_amount")
    return fen


def _somebody(visitor: Visitor, sent: dict[str, str]) -> Msisdn:
    """Somebody else's number, typed twice. Nothing is told of it but whether it can be topped up."""
    door = f"top-up:{visitor.msisdn.digits}"  # whoever signs in anew has tried no less often
    if knocking.too_many(door, visitor.now):
        raise Wrong("number", "wrong_too_many_numbers")
    try:
        first, second = (Msisdn.parse(sent[name], settings.COUNTRY_CODE) for name in ("number", "again"))
    except NotANumber:
        raise Wrong("number", "wrong_number") from None
    if first.digits != second.digits:
        raise Wrong("again", "wrong_again")
    if first.digits == visitor.msisdn.digits:
        return visitor.msisdn
    try:
        line = wiring.carrier().lines([first]).get(first)
    except CarrierError:
        raise Wrong("number", "wrong_away") from None
    if line is None or line.status not in ("active", "suspended"):
        knocking.wrong(door, visitor.now)
        raise Wrong("number", "wrong_no_top_up")
    return first


def _discount(visitor: Visitor, fen: int) -> Discount | None:
    return discounts.best(
        discounts.terms().rules,
        purpose=Purpose.TOP_UP.value,
        how=How.PROVIDER.value,
        fen=fen,
        brand=visitor.subscriber.brand,
        day=local(visitor.now).date(),
    )


def _form(
    request: HttpRequest, visitor: Visitor, sent: dict[str, Any], wrong: Wrong | None = None, status: int = 200
) -> HttpResponse:
    known = ask(visitor, {"account": ("account", "", {})})["account"]
    words = pages.phrases("money", page_language())
    amounts = [(fen, found.fen if (found := _discount(visitor, fen)) else 0) for fen in AMOUNTS]
    chosen = sent.get("fen") or ("other" if sent.get("other") else "10000")
    day = local(visitor.now).date()
    fitting = [
        rule.name
        for rule in discounts.terms().rules
        if rule.fits(Purpose.TOP_UP.value, How.PROVIDER.value, visitor.subscriber.brand, day)
    ]
    return pages.show(
        request,
        "money",
        "top_up.html",
        visitor,
        status,
        account=known,
        amounts=[(str(fen), fen, fen - off, off) for fen, off in amounts],
        chosen=chosen,
        sent=sent,
        rules=fitting,
        wrong={wrong.field: words[wrong.why]} if wrong else {},
        number=visitor.msisdn.national(),
    )


def _look(request: HttpRequest, visitor: Visitor, sent: dict[str, str], chosen: Chosen, changed: bool) -> HttpResponse:
    """The total and what will happen, before anything is paid."""
    account = ask(visitor, {"account": ("account", "", {})})["account"] if chosen.own else None
    return pages.show(
        request,
        "money",
        "top_up_look.html",
        visitor,
        chosen=chosen,
        to=chosen.payee.national() if chosen.own else sent["number"],
        sent=sent,
        account=account,
        after=account["basic"] + chosen.fen if account else None,
        debt=max(0, -account["basic"]) if account else 0,
        key=sent["key"] or new_reference()[0],
        changed=changed,
    )
