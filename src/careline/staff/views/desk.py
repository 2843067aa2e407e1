"""The desk: who waits, which seats answer, what was promised, what was talked; and whom we do not bring there."""

from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from careline.desk import screening, seats
from careline.desk.models import Callback, Contact, ContactState, Screening, Seat, SeatState
from careline.identity.gates import Gate
from careline.journal.writing import write
from careline.staff.access import actor, now, page, through
from careline.values.msisdn import Msisdn, NotANumber
from careline.values.period import YEAR_FIRST, YEAR_LAST

LATEST = 100  # contacts of a day on one page
NOT_ALLOWED = {  # by the code of screening.NotAllowed
    "reason": later("Say why."),
    "times": later("The end lies before the beginning, or has passed."),
    "too_long": later("A screening lasts 92 days at most."),
    "same_person": later("Somebody else must approve what you asked for."),
    "over": later("That screening is over."),
}


@through(Gate.WATCH_DESK)
def desk(request: HttpRequest) -> HttpResponse:
    """The present: queue, seats, callbacks. With ?part the tables alone, for the page that looks again by itself."""
    at = now()
    waiting = list(Contact.objects.exclude(state=ContactState.ENDED).order_by("came_at")[:LATEST])
    return page(
        request,
        "staff/desk_now.html" if "part" in request.GET else "staff/desk.html",
        here="desk",
        at=at,
        waiting=[(one, masked(one.msisdn), at - one.enqueued_at) for one in waiting],
        seats=Seat.objects.order_by("name").prefetch_related("places"),
        callbacks=[
            (one, masked(one.msisdn), one.due_at < at)
            for one in Callback.objects.filter(state__in=["due", "calling"]).order_by("due_at")[:LATEST]
        ],
    )


@through(Gate.WATCH_DESK)
def contacts(request: HttpRequest) -> HttpResponse:
    """The talks of a day, yesterday's unless asked otherwise."""
    today = timezone.localdate()
    try:
        day = datetime.strptime(request.GET.get("day", ""), "%Y-%m-%d").date()  # noqa: DTZ007 (a day has no zone)
        if not YEAR_FIRST <= day.year <= YEAR_LAST:
            raise ValueError(day)
    except ValueError:
        day = today - timedelta(days=1)
    start = timezone.make_aware(datetime.combine(day, datetime.min.time()))
    found = Contact.objects.filter(enqueued_at__gte=start, enqueued_at__lt=start + timedelta(days=1))
    ended = found.filter(state=ContactState.ENDED)
    return page(
        request,
        "staff/desk_contacts.html",
        here="desk",
        day=day,
        contacts=[(one, masked(one.msisdn)) for one in found.order_by("-enqueued_at")[:LATEST]],
        count=found.count(),
        talked=ended.filter(outcome="talked").count(),
        in_three_rings=ended.filter(outcome="talked", rings__lte=3).count(),
    )


@require_POST
@through(Gate.WATCH_DESK)
def number(request: HttpRequest, contact: str) -> HttpResponse:
    """The whole number of one contact; looking is journaled."""
    found = get_object_or_404(Contact, pk=contact)
    write(
        who=actor(request), did="look", what="contact", record=str(found.pk), now=now(),
        detail={"number": masked(found.msisdn)},
    )  # fmt: skip
    return page(request, "staff/desk_number.html", here="desk", contact=found, number=Msisdn(found.msisdn).national())


@require_POST
@through(Gate.WATCH_DESK)
def seat(request: HttpRequest, seat: int) -> HttpResponse:
    """A seat is taken, or left: free or away. One that rings or speaks stays as it is."""
    found = get_object_or_404(Seat, pk=seat)
    state = SeatState.FREE if request.POST.get("state") == "free" else SeatState.AWAY
    if seats.set_state(found.pk, state, now()):
        write(
            who=actor(request), did="set_seat", what="seat", record=found.name, now=now(), detail={"state": state.value}
        )
    else:
        messages.warning(request, _("%(seat)s is on a call.") % {"seat": found.name})
    return redirect("staff:desk")


@sensitive_post_parameters("number")
@through(Gate.SCREEN_CALLERS)
def screened(request: HttpRequest) -> HttpResponse:
    """Screenings that are in force or asked for, and the form that asks for one."""
    wrong = ""
    if request.method == "POST":
        try:
            days = int(request.POST.get("days", ""))
            msisdn = Msisdn.parse(request.POST.get("number", ""))
            at = now()
            screening.ask(
                msisdn, at, at + timedelta(days=days), request.POST.get("reason", ""), by=actor(request), now=at
            )
        except NotANumber:
            wrong = _("That is not a telephone number.")
        except (ValueError, OverflowError):
            wrong = _("Say for how many days.")
        except screening.NotAllowed as refused:
            wrong = str(NOT_ALLOWED[str(refused)])
        else:
            messages.success(request, _("Asked for. It begins when a second person approves it."))
            return redirect("staff:screened")
    rows = Screening.objects.filter(lifted_at=None, ends_at__gt=now()).order_by("approved_at", "-starts_at")
    return page(
        request,
        "staff/screened.html",
        here="desk",
        rows=[(one, masked(one.msisdn)) for one in rows[:LATEST]],
        me=actor(request),
        wrong=wrong,
        status=400 if wrong else 200,
    )


@require_POST
@through(Gate.SCREEN_CALLERS)
def screen(request: HttpRequest, screened: int, deed: str) -> HttpResponse:
    """Approve what another asked for, or lift it."""
    found = get_object_or_404(Screening, pk=screened)
    try:
        if deed == "approve":
            screening.approve(found.pk, by=actor(request), now=now())
        else:
            screening.lift(found.pk, by=actor(request), now=now())
    except screening.NotAllowed as refused:
        messages.error(request, str(NOT_ALLOWED[str(refused)]))
    return redirect("staff:screened")


def masked(digits: str) -> str:
    """A number as pages show it."""
    return "–" if digits == "0" else Msisdn(digits).masked()
