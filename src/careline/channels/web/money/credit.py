"""Credit standing: the number, what it is computed from, how to better it; and what was bought on credit."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from careline import wiring
from careline.channels.portal.phrases import page_language
from careline.channels.web import pages
from careline.channels.web.money.asking import Wanted, ask
from careline.channels.web.visitor import Visitor, signed_in
from careline.dialogue.saying import local
from careline.payments import moving, paying
from careline.payments.discounts import may_owe, terms
from careline.payments.models import Payment
from careline.payments.states import TAKEN, How, Refusal
from careline.values.period import Month

MONTHS = 12  # whose bills the carrier's rating looks at


@require_GET
@signed_in
def credit(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    this = Month.of(local(visitor.now).date())
    months = [str(this.plus(-back)) for back in range(1, MONTHS + 1)]
    wanted: Wanted = {"profile": ("profile", "", {}), "account": ("account", "", {})} | {
        month: ("bill", "", {"month": month}) for month in months
    }
    facts = ask(visitor, wanted)
    bills = [(month, bill["total"], bill["paid"]) for month in months if (bill := facts[month]) and bill["total"]]
    profile, account = facts["profile"], facts["account"]
    rating = profile["credit_rating"] if profile else None
    owed = paying.owed_on_credit(visitor.msisdn)
    steps = terms().credit
    better = next((step for step in steps if rating is not None and step[0] > rating), None)
    on_credit = Payment.objects.filter(
        msisdn=visitor.msisdn.digits, how=How.CREDIT.value, charged=False, state__in=[one.value for one in TAKEN]
    ).order_by("begun_at")
    return pages.show(
        request,
        "money",
        "credit.html",
        visitor,
        rating=rating,
        account=account,
        bills=bills,
        late=sum(paid < total for _, total, paid in bills),
        room=may_owe(steps, rating, account["debt"] if account else 0, owed),
        owed=owed,
        due=moving.next_bill(visitor.now),
        better=better,
        rows=list(on_credit),
    )


@require_POST
@signed_in
def pay_early(request: HttpRequest, visitor: Visitor, payment: UUID) -> HttpResponse:
    """What was bought on credit is taken from the account now."""
    words = pages.phrases("money", page_language())
    row = Payment.objects.filter(pk=payment, msisdn=visitor.msisdn.digits).first()
    try:
        if row is None:
            raise Refusal("no_such_payment")
        account = ask(visitor, {"account": ("account", "", {})})["account"]
        if account is None or account["basic"] < row.price - row.given_back:
            raise Refusal("not_enough")
        paying.collect_now(str(row.pk), by="subscriber", now=visitor.now)
    except Refusal as refusal:
        said = "early_short" if refusal.code == "not_enough" else "early_not"
        messages.error(request, words[said], extra_tags="bad")
        return redirect("web-credit")
    done = wiring.till().go_on(str(row.pk), visitor.now)
    messages.success(request, words["early_done" if done.charged else "early_soon"], extra_tags="good")
    return redirect("web-credit")
