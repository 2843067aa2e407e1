"""What customers are told of their money: worded from the published catalogue, posted in the transaction of the state."""

from datetime import datetime

from django.utils import timezone

from careline.catalogue.shipped import hall_address, text
from careline.dialogue.rendering import fill
from careline.dialogue.saying import both, say_money, say_month, say_who
from careline.hall.reminding import last_links
from careline.identity import recognising
from careline.outbox import posting
from careline.outbox.posting import Letter
from careline.refunds.models import Credit, Refund
from careline.refunds.rules import ErrorKind
from careline.refunds.states import How
from careline.refunds.verifying import Trace
from careline.values.language import Text
from careline.values.msisdn import Msisdn
from careline.values.period import Month
from careline.values.reference import new_reference


def key_of(refund: Refund, credit: Credit) -> str:
    """Which words tell this payment."""
    if refund.goodwill:
        return "refund.goodwill"
    if credit.part in ("first", "rest"):
        return f"refund.{credit.part}"
    if credit.how == How.CASH.value:
        return "refund.cash"
    return "refund.single" if refund.kind == ErrorKind.OTHER.value else "refund.done"


def words_of(refund: Refund, credit: Credit, language: str) -> str:
    """The payment told, in that language."""
    return fill(text(key_of(refund, credit)), _values(refund, credit.fen), language)


def explained(refund: Refund, language: str) -> str:
    """The decision in words for the customer: what was found, and why this and not more."""
    rule = refund.rule or "verify_first"
    order = (refund.evidence.get("proposal") or {}).get("order") or {}
    if rule == "no_error" and str(order.get("by", "")).startswith("line:"):
        day = timezone.localtime(datetime.fromisoformat(order["at"]))
        values = _values(refund, refund.amount) | {"who": order["by"][5:], "date": f"{day:%Y-%m-%d}"}
        return fill(text("refund.why.ordered_by_another"), values, language)
    said = fill(text(f"refund.why.{rule}"), _values(refund, refund.amount), language)
    if refund.given_back and rule != "given_back":
        said += "\n" + fill(text("refund.why.given_back_in_part"), _values(refund, refund.amount), language)
    return said


def bill(trace: Trace, language: str) -> str:
    """A month's charges for the customer's eyes, one a line, with who ordered what; the sum at the end."""
    year, month = trace.month.split("-")
    lines = [say_month(Month(int(year), int(month)), language)]
    for finding in trace.findings:
        charge, order = finding.charge, finding.proposal.order
        line = f"{charge.name.read(language)} {say_money(charge.fen, language)}"
        if charge.provider:
            line += f" ({charge.provider})"
        if order is not None:
            day = timezone.localtime(order.at)
            line += f" [{say_who(order.by, order.channel, language=language)}, {day:%Y-%m-%d}]"
        lines.append(line)
    total = Text("合计", "Total").read(language)
    return "\n".join([*lines, f"{total} {say_money(trace.total, language)}"])


def post(refund: Refund, credit: Credit, *, link: str, now: datetime) -> str:
    """Post the one letter that tells of this payment; its text. Three statements."""
    number = Msisdn(refund.msisdn)
    subscriber = recognising.recognise([number]).get(number)
    words = words_of(refund, credit, subscriber.language if subscriber else "zh")
    letter = Letter(
        id=new_reference()[0],
        msisdn=number,
        channel="sms",
        link=last_links([refund.msisdn]).get(refund.msisdn, link),
        address=hall_address(),
        text=words,
        key=key_of(refund, credit),
        attempt=str(credit.pk),
    )
    posting.post([letter], now=now, due_at=now)
    return words


def _values(refund: Refund, fen: int) -> dict[str, str | Text]:
    year, month = refund.month.split("-")
    return {
        "item": Text(refund.name_zh, refund.name_en),
        "month": both(say_month, Month(int(year), int(month))),
        "charged": both(say_money, refund.charged),
        "due": both(say_money, refund.due if refund.due is not None else refund.charged),
        "difference": both(say_money, max(0, refund.charged - (refund.due or 0))),
        "amount": both(say_money, fen),
        "owed": both(say_money, refund.owed),
        "given": both(say_money, refund.given_back),
    }
