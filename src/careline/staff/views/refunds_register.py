"""The register of refunds by month with its sums, as a page and as CSV; and waivers, each by one policy."""

import csv
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from careline import wiring
from careline.carrier.port import CarrierError
from careline.identity.gates import Gate
from careline.journal.writing import write
from careline.refunds import register, verifying, waiving
from careline.refunds.models import Waiver
from careline.refunds.states import Refusal
from careline.refunds.verifying import NoSuchCharge
from careline.staff import case_refusals
from careline.staff.access import actor, now, page, refuse, through
from careline.staff.case_labels import CHANNELS
from careline.staff.refund_labels import KINDS, WAYS, refusal
from careline.staff.views.cases_customer import opened
from careline.staff.views.cases_page import case_or_404
from careline.staff.views.cases_shown import masked
from careline.values.money import NotAnAmount, parse_amount, yuan
from careline.values.msisdn import Msisdn
from careline.values.period import Month, NotAMonth, parse_month
from careline.values.spreadsheet import harmless

LINES = 1_000  # payments on one page
CSV_LINES = 100_000  # payments of one file
COLUMNS = (
    *("paid_at", "number", "refund", "docket", "item", "month", "product", "charged", "due", "kind", "rule", "part"),
    *("paid", "how", "reason", "handed_by", "channel", "requested_by", "verified_by", "approved_by", "reference"),
)
_MONTHS = 13


@through(Gate.REPORT_CASES)
def shown(request: HttpRequest) -> HttpResponse:
    """The payments of a month, and their sums by kind, channel, partner and way."""
    month = _month(request)
    first, last = month.first, month.last
    this = Month.of(timezone.localdate())
    return page(
        request,
        "staff/refund_register.html",
        here="cases",
        month=str(month),
        months=[str(this.plus(-back)) for back in range(_MONTHS)],
        lines=[(one, masked(one.msisdn)) for one in register.lines(first, last, LINES)],
        total=register.total(first, last),
        ledger=register.of_ledger(first, last),
        cash=round(100 * register.cash_share(first, last)),
        timely=register.timeliness(first, last, now()),
        groups=[
            (_("By kind of error"), _named(register.sums("kind", first, last), KINDS)),
            (_("By channel"), _named(register.sums("channel", first, last), CHANNELS)),
            (_("By way of payment"), _named(register.sums("how", first, last), WAYS)),
        ],
        partners=register.partners(first, last),
        waivers=[
            (one, masked(one.msisdn)) for one in Waiver.objects.filter(at__date__range=(first, last)).order_by("-at")
        ],
    )


@through(Gate.REPORT_CASES)
def as_csv(request: HttpRequest) -> HttpResponse:
    """The same lines as a file, numbers masked; that somebody took it is in the journal."""
    month = _month(request)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="refunds-{month}.csv"'
    answer.write("\ufeff")  # spreadsheets take the file for UTF-8 by it
    paper = csv.writer(answer)
    paper.writerow(COLUMNS)
    lines = register.lines(month.first, month.last, CSV_LINES)
    for one in lines:
        paper.writerow(
            [
                harmless(value)
                for value in (
                    timezone.localtime(one.at).isoformat(), masked(one.msisdn), one.refund, one.docket, one.item,
                    one.month, one.product, yuan(one.charged), "" if one.due is None else yuan(one.due), one.kind,
                    one.rule, one.part, yuan(one.fen), one.how, one.reason, one.handed_by, one.channel,
                    one.requested_by, one.verified_by, one.approved_by, one.reference,
                )
            ]
        )  # fmt: skip
    detail = {"month": str(month), "lines": len(lines)}
    write(who=actor(request), did="look", what="refund", record="register", now=now(), detail=detail)
    return answer


@require_POST
@through(Gate.WAIVE_FEES)
def waive(request: HttpRequest, docket: str) -> HttpResponse:
    """Ask to waive an honest charge of the case's customer; within the limit of one's role it is granted at once."""
    case, at = case_or_404(docket), now()
    if opened(request, case.msisdn, at) is None:
        return refuse(request, Gate.SEE_SUBSCRIBER)
    if not case.is_open:
        messages.error(request, case_refusals.refusal("closed"))
        return redirect("staff:case", docket)
    sent = request.POST
    try:
        finding = verifying.look(wiring.carrier(), Msisdn(case.msisdn), sent.get("item", ""), now=at)
        made = waiving.waive(
            finding, int(parse_amount(sent.get("amount", ""))), reason=sent.get("reason", ""), channel="staff",
            by=actor(request), now=at, key=f"staff:{sent.get('key', '')}"[:80], docket=case.docket,
        )  # fmt: skip
    except NotAnAmount:
        messages.error(request, refusal("bad_amount"))
    except (Refusal, NoSuchCharge, CarrierError) as no:
        messages.error(request, refusal(_code(no)))
    else:
        if made.refund_id is not None:
            messages.success(request, _("Granted: it may be paid now."))
            return redirect("staff:refund", made.refund_id)
        said = _("It waits for a second person.") if made.state == "waiting" else _("Not granted by the policy.")
        messages.warning(request, said)
    return redirect("staff:case-bill", docket)


@require_POST
@through(Gate.WAIVE_FEES)
def answer(request: HttpRequest, waiver: int) -> HttpResponse:
    """The second person's answer to a waiver."""
    row, at, by = get_object_or_404(Waiver, pk=waiver), now(), actor(request)
    try:
        if request.POST.get("answer") == "yes":
            finding = verifying.look(wiring.carrier(), Msisdn(row.msisdn), row.item, now=at)
            waiving.approve(row.pk, finding, by=by, now=at)
        else:
            waiving.turn_down(row.pk, request.POST.get("reason", ""), by=by, now=at)
    except (Refusal, NoSuchCharge, CarrierError) as no:
        messages.error(request, refusal(_code(no)))
    else:
        messages.success(request, _("Done."))
    return redirect("staff:refunds")


def _month(request: HttpRequest) -> Month:
    try:
        return parse_month(request.GET.get("month") or str(Month.of(timezone.localdate())), timezone.localdate())
    except NotAMonth:
        raise Http404 from None


def _named(sums: list[register.Sum], names: Any) -> list[tuple[str, register.Sum]]:
    return [(str(names.get(one.what, one.what)), one) for one in sums]


def _code(no: Exception) -> str:
    if isinstance(no, Refusal):
        return no.code
    return "no_such_charge" if isinstance(no, NoSuchCharge) else "carrier"
