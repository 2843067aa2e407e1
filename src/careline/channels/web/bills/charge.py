"""Why was I charged? One item of a bill, down to its record and to the order behind it."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from careline.carrier.port import CarrierError
from careline.catalogue.shipped import published
from careline.channels.portal.phrases import page_language
from careline.channels.web import pages
from careline.channels.web.bills.saying import PART, carrier, failed, lost, standing
from careline.channels.web.visitor import Visitor, signed_in
from careline.dialogue.saying import say_money, say_who
from careline.refunds.verifying import NoSuchCharge
from careline.selfcare import why
from careline.selfcare.why import Call, Why

_WITHOUT_ORDER = {"plan": "plan_no_order", "data": "usage_no_order", "discounts": "discount_no_order"}


@require_GET
@signed_in
def page(request: HttpRequest, visitor: Visitor, month: str, item: str) -> HttpResponse:
    try:
        found = why.explain(carrier(), visitor.msisdn, month, item, published(), visitor.now)
    except NoSuchCharge:
        return lost(request, visitor, "no_such_charge")
    except CarrierError:
        return failed(request, visitor)
    language = page_language()
    words = pages.phrases(PART, language)
    charge, order, ordered = found.finding.charge, found.order, found.ordered
    record = words["ordered_how_record"].format(
        channel=say_who("subscriber", ordered.channel, language), reference=ordered.reference[:8]
    ) if ordered else ""  # fmt: skip
    return pages.show(
        request, PART, "charge.html", visitor,
        found=found, charge=charge, order=order, ordered=ordered,
        group=words[f"group_{found.group}"],
        verdict=words[f"why_{found.finding.proposal.why}"],
        doubtful=found.finding.proposal.kind is not None,
        who=say_who(order.by, order.channel, language) if order else "",
        story=[(one, say_who(one.by, one.channel, language)) for one in found.story],
        record=record,
        no_order=_no_order(found, words),
        call=_call(found.call, words, language) if found.call else [],
        bounds=words["bounds"].format(short=why.bounds()[0], long=why.bounds()[1] // 3600),
        asked=standing(found.asked, words, language),
        may=found.asked is None or found.asked.again or (found.asked.step == "open" and charge.fen > 0),
    )  # fmt: skip


def _no_order(found: Why, words: dict[str, str]) -> str:
    """What stands in place of the order behind a charge that has none."""
    if found.order is not None or found.call is not None or found.group == "calls":
        return ""
    return words[_WITHOUT_ORDER.get(found.group, "no_order")]


def _call(call: Call, words: dict[str, str], language: str) -> list[tuple[str, str]]:
    minutes, seconds = divmod(call.seconds, 60)
    place = call.cell + (f" ({words['call_border']})" if call.border else "")
    rate = words["call_no_rate"]
    if call.fen_a_minute is not None:
        rate = words["call_rate_is"].format(price=say_money(call.fen_a_minute, language))
    rows = [
        (words["call_kind"], words.get(f"call_{call.kind}", call.kind)),
        (words["call_lasted"], words["seconds"].format(m=minutes, s=seconds)),
        (words["call_place"], place or "—"),
        (words["call_rate"], rate),
    ]
    if call.home_fee is not None:
        rows.append((words["call_home_fee"], say_money(call.home_fee, language)))
    return rows
