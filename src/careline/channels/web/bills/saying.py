"""What the pages of bills share: whom they ask, and what they show when there is nothing, or nobody answers."""

from django.http import HttpRequest, HttpResponse

from careline.carrier.port import Carrier, CarrierError
from careline.catalogue.shipped import published
from careline.channels.web import pages
from careline.channels.web.templatetags.sums import moment, money
from careline.channels.web.visitor import Visitor
from careline.selfcare import reading
from careline.selfcare.disputing import Asked

PART = "bills"


def carrier() -> Carrier:
    return pages.reception().serving.carrier


def attempted(visitor: Visitor, heard: CarrierError | None = None) -> None:
    """A bill that was looked at, or could not be, is an attempt at that service like any other."""
    book = published()
    if book is None:
        return
    answered = reading.Answered.of("bill_by_month", heard if heard is not None else {})
    reading.note(visitor.subscriber, [answered], version=book.version, now=visitor.now)


def failed(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The carrier does not answer: said plainly, with a way to try again."""
    return pages.show(request, PART, "nothing.html", visitor, 503, name="down", lead="", again=request.get_full_path())


def lost(request: HttpRequest, visitor: Visitor, name: str) -> HttpResponse:
    """There is no such month or item on this customer's bills; whether it is another's is not told."""
    return pages.show(request, PART, "nothing.html", visitor, 404, name=name, lead=f"{name}_lead", again="")


def standing(asked: Asked | None, words: dict[str, str], language: str) -> str:
    """How a charge stands that was asked about before, as a sentence; "" of one that was not."""
    if asked is None:
        return ""
    if asked.step == "coming" and asked.due_at is None:  # with its order, any moment now
        return words["step_on_its_way"]
    due, paid = moment(asked.due_at, language), money(asked.paid, language)
    return words[f"step_{asked.step}"].format(docket=asked.docket, due=due, paid=paid)
