"""The months beside each other, one month item by item, and the same as a table to keep."""

import csv
import io

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from careline import charts
from careline.carrier.port import CarrierDown, CarrierError
from careline.channels.portal.phrases import page_language
from careline.channels.web import pages
from careline.channels.web.bills.saying import attempted, carrier, failed, lost
from careline.channels.web.visitor import Visitor, signed_in
from careline.dialogue.saying import say_money, say_month
from careline.refunds.verifying import NoSuchCharge
from careline.selfcare import bills
from careline.selfcare.bills import Bill, Sums
from careline.values.money import yuan
from careline.values.period import Month
from careline.values.spreadsheet import harmless

PART = "bills"


@require_GET
@signed_in
def overview(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    count = bills.MONTHS_MAX if request.GET.get("months") == str(bills.MONTHS_MAX) else bills.MONTHS
    found = bills.months(carrier(), visitor.msisdn, visitor.now, count=count)
    if all(one.down for one in found):
        attempted(visitor, CarrierDown("no month could be read"))
        return failed(request, visitor)
    attempted(visitor)
    return pages.show(
        request,
        PART,
        "months.html",
        visitor,
        months=list(reversed(found)),
        running=found[-1],
        chart=_chart(found, page_language()),
        count=count,
        many=bills.MONTHS_MAX,
        any=any(one.total for one in found),
    )


@require_GET
@signed_in
def one(request: HttpRequest, visitor: Visitor, month: str) -> HttpResponse:
    try:
        bill = bills.read(carrier(), visitor.msisdn, month, visitor.now)
    except NoSuchCharge:
        return lost(request, visitor, "no_such_bill")
    except CarrierError as error:
        attempted(visitor, error)
        return failed(request, visitor)
    attempted(visitor)
    language = page_language()
    words = pages.phrases(PART, language)
    title = words["bill_of"].format(month=say_month(bill.month, language))
    gap = words["difference"].format(
        sum=say_money(bill.summed, language),
        total=say_money(bill.total, language),
        difference=say_money(bill.difference, language),
    )
    named = [(words[f"group_{group}"], group, fen, items) for group, fen, items in bill.groups]
    before, after = _beside(bill.month)
    return pages.show(
        request, PART, "month.html", visitor, title=title, bill=bill, groups=named, gap=gap if bill.difference else "",
        before=before, after="" if bill.running else after, owed=max(0, bill.total - bill.paid),
    )  # fmt: skip


@require_GET
@signed_in
def table(request: HttpRequest, visitor: Visitor, month: str) -> HttpResponse:
    """The bill as a table for spreadsheets."""
    try:
        bill = bills.read(carrier(), visitor.msisdn, month, visitor.now)
    except NoSuchCharge:
        return lost(request, visitor, "no_such_bill")
    except CarrierError:
        return failed(request, visitor)
    language = page_language()
    answer = HttpResponse(_csv(bill, language), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="bill-{bill.month}.csv"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _csv(bill: Bill, language: str) -> str:
    words, held = pages.phrases(PART, language), io.StringIO()
    rows = csv.writer(held)
    rows.writerow(words[name] for name in ("csv_group", "csv_item", "when", "provider", "csv_amount", "csv_record"))
    for group, _, items in bill.groups:
        for item in items:
            charge = item.charge
            cells = (charge.name.read(language), f"{charge.at:%Y-%m-%d}", charge.provider)
            rows.writerow((words[f"group_{group}"], *map(harmless, cells), yuan(charge.fen), charge.id))
    rows.writerow((words["csv_sum"], "", "", "", yuan(bill.summed), ""))
    rows.writerow((words["total"], "", "", "", yuan(bill.total), ""))
    return "\ufeff" + held.getvalue()  # without the mark Excel takes Chinese for something else


def _chart(found: list[Sums], language: str) -> charts.Chart:
    words = pages.phrases(PART, language)
    groups = [group for group in bills.GROUPS if group != "discounts" and any(one.groups.get(group) for one in found)]
    values = {words[f"group_{group}"]: [one.groups.get(group, 0) / 100 for one in found] for group in groups}
    labels = [one.month[2:] for one in found]
    title = words["months_chart"].format(n=len(found))
    return charts.bars(title, labels, values, first=words["month"], form=_yuan, language=language)


def _yuan(value: float) -> str:
    return charts.count(value)


def _beside(month: str) -> tuple[str, str]:
    year, number = map(int, month.split("-"))
    this = Month(year, number)
    return str(this.plus(-1)), str(this.plus(1))
