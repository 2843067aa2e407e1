"""Points: how many, what they are worth, which expire; redeemed at the hall's counter, with both sides shown."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from careline.channels.web import pages
from careline.channels.web.money.asking import ask
from careline.channels.web.visitor import Visitor, signed_in
from careline.hall import window
from careline.hall.turn import Served
from careline.values.outcome import Outcome
from careline.values.reference import new_reference

SERVICE, VERB = "points_redeem", "redeem"
AMOUNT_MAX = 12  # characters


@require_http_methods(["GET", "POST"])
@signed_in
def points(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    served = _redeem(request, visitor) if request.method == "POST" else None
    facts = ask(visitor, {"points": ("points", "", {}), "account": ("account", "", {})})
    done = served is not None and served.outcome is Outcome.DONE
    worth = facts["points"]["worth"] if facts["points"] else 0
    return pages.show(
        request,
        "money",
        "points.html",
        visitor,
        200 if served is None or served.outcome in (None, Outcome.DONE) else 422,
        points=facts["points"],
        account=facts["account"],
        served=served,
        said=served.letter.text if served is not None and served.letter is not None else "",
        asks=served is not None and served.asks == "confirm",
        done=served.facts if done and served is not None else None,
        tone="good" if done else "bad" if served is not None and served.outcome is not None else "note",
        most=worth // 100,
        amounts=[yuan for yuan in (5, 10, 20, 50, 100) if yuan * 100 <= worth],
        amount=request.POST.get("amount", "")[:AMOUNT_MAX],
        key=new_reference()[0],
    )


def _redeem(request: HttpRequest, visitor: Visitor) -> Served:
    """One wish at the window, or the answer to its question; the form's key counts once."""
    key = request.POST.get("key", "")[:40] or new_reference()[0]
    answers = request.POST.get("answers", "")[:40]
    if answers:
        return window.pick(
            pages.reception(), visitor.msisdn, key, visitor.now, answers=answers, yes="yes" in request.POST
        )
    values = {"amount": request.POST.get("amount", "")[:AMOUNT_MAX].strip()}
    return window.pick(
        pages.reception(),
        visitor.msisdn,
        key,
        visitor.now,
        service=SERVICE,
        verb=VERB,
        values=values,
        assurance=visitor.assurance,
    )
