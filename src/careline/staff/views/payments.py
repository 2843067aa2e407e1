"""Online payments: what is stuck, one with all its steps, money given back by a person, and a provider's statement beside our rows."""

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from careline import wiring
from careline.identity.gates import Gate
from careline.journal.writing import write
from careline.payments import paying, reconciling
from careline.payments.models import Payment, Step
from careline.payments.reconciling import NotAStatement, Reconciled
from careline.payments.states import Refusal, StepState
from careline.payments.wording import short
from careline.refunds.policy import policy
from careline.staff.access import actor, may, now, page, refuse, through
from careline.staff.payment_labels import HOWS, PURPOSES, STATES, STEP_STATES, TONES, WHATS, refusal
from careline.staff.views.cases_shown import masked, people
from careline.values.money import NotAnAmount, parse_amount
from careline.values.reference import new_reference

SHOWN = 100  # payments on one page
FILE_MAX = 8 * 1024 * 1024  # bytes of a statement
_STUCK = Q(steps__ended_at=None, steps__tries__gt=2) | Q(steps__state=StepState.WAITING.value)
_NOT_BACK = Q(steps__what="give_back", steps__state=StepState.REFUSED.value) & ~Q(steps__cause="turned_down")


@through(Gate.TAKE_CASES)
def listed(request: HttpRequest) -> HttpResponse:
    """What waits for somebody, the oldest first; `?all` the newest of all; `?q` a reference or a number of an order."""
    sought, everything = request.GET.get("q", "").strip()[:64], "all" in request.GET
    found = Payment.objects.filter(_STUCK | _NOT_BACK).distinct().order_by("begun_at")
    if sought:
        found = Payment.objects.filter(
            Q(subject=sought.upper()) | Q(pk=sought) if _is_id(sought) else Q(subject=sought.upper())
        )
    elif everything:
        found = Payment.objects.order_by("-begun_at")
    today = timezone.localdate()
    return page(
        request,
        "staff/payments.html",
        here="payments",
        rows=[_row(one) for one in found[:SHOWN]],
        everything=everything,
        sought=sought,
        days=[_sums(today - timedelta(days=back)) for back in range(7)],
        may_reconcile=may(request, Gate.REPORT_CASES),
    )


@through(Gate.TAKE_CASES)
def payment(request: HttpRequest, payment: UUID) -> HttpResponse:
    return _shown(request, get_object_or_404(Payment, pk=payment))


@require_POST
@through(Gate.HANDLE_CASES)
def give_back(request: HttpRequest, payment: UUID) -> HttpResponse:
    """So much goes back, with a reason; above the limit of refunds a second person says yes."""
    row = get_object_or_404(Payment, pk=payment)
    try:
        step = paying.give_back(
            str(row.pk),
            int(parse_amount(request.POST.get("fen", ""))),
            key=f"staff:{request.POST.get('key', '')[:60]}",
            reason=request.POST.get("reason", ""),
            by=actor(request),
            now=now(),
            above=policy().limits.second_person_above_fen,
        )
    except NotAnAmount:
        return _shown(request, row, refusal("bad_amount"), 409)
    except Refusal as no:
        return _shown(request, row, refusal(no.code), 409)
    if step.state == StepState.WAITING.value:
        messages.warning(request, _("It waits for a second person."))
    else:
        wiring.till().go_on(str(row.pk), now())
        messages.success(request, _("Written down; the provider is asked."))
    return redirect("staff:payment", row.pk)


@require_POST
@through(Gate.APPROVE_REFUNDS)
def answer(request: HttpRequest, payment: UUID, step: UUID) -> HttpResponse:
    """The second person says yes or no."""
    row = get_object_or_404(Payment, pk=payment)
    get_object_or_404(Step, pk=step, payment=row)
    try:
        paying.approve(str(step), request.POST.get("answer") == "yes", by=actor(request), now=now())
    except Refusal as no:
        return _shown(request, row, refusal(no.code), 409)
    wiring.till().go_on(str(row.pk), now())
    messages.success(request, _("Done."))
    return redirect("staff:payment", row.pk)


@require_POST
@through(Gate.HANDLE_CASES)
def ask_again(request: HttpRequest, payment: UUID) -> HttpResponse:
    """Ask whoever is silent now instead of later; every step is done once, so this is always safe."""
    row = get_object_or_404(Payment, pk=payment)
    at = now()
    row.steps.filter(ended_at=None, state__in=["asking", "unknown"]).exclude(what="collect").update(due_at=at)
    write(who=actor(request), did="payment_asked_again", what="payment", record=str(row.pk), now=at)
    wiring.till().poll(str(row.pk), at)
    return redirect("staff:payment", row.pk)


@through(Gate.REPORT_CASES)
def reconcile(request: HttpRequest) -> HttpResponse:
    """A provider's statement of one day beside our rows: what agrees, what is missing, what is extra."""
    providers = list(wiring.providers())
    provider = request.POST.get("provider", providers[0])
    day = _day(request.POST.get("day", "") or request.GET.get("day", ""))
    found: Reconciled | None = None
    wrong = ""
    if request.method == "POST":
        if (sent := request.FILES.get("statement")) is None or (sent.size or 0) > FILE_MAX:
            wrong = _("Choose the statement as a CSV file of at most 8 MB.")
        elif not may(request, Gate.REPORT_CASES):
            return refuse(request, Gate.REPORT_CASES)
        else:
            try:
                told = reconciling.read(sent.read().decode("utf-8"))
                found = reconciling.compare(reconciling.ours(provider, day), told)
            except (NotAStatement, UnicodeDecodeError) as error:
                wrong = str(error) if isinstance(error, NotAStatement) else _("The file is not UTF-8.")
        if found is not None:
            detail = {"provider": provider, "day": str(day), "matched": found.matched}
            detail |= {name: len(getattr(found, name)) for name in ("missing", "extra", "differing")}
            write(
                who=actor(request),
                did="payments_reconciled",
                what="payments",
                record=str(day),
                now=now(),
                detail=detail,
            )
    groups = (
        [
            (_("Missing at the provider"), found.missing),
            (_("Extra at the provider"), found.extra),
            (_("Other amounts"), found.differing),
        ]
        if found
        else []
    )
    return page(
        request,
        "staff/payments_reconcile.html",
        409 if wrong else 200,
        here="payments",
        providers=providers,
        provider=provider,
        day=str(day),
        found=found,
        groups=[(name, [(one, _known(one.reference)) for one in rows]) for name, rows in groups if rows],
        wrong=wrong,
    )


def _shown(request: HttpRequest, row: Payment, wrong: str = "", status: int = 200) -> HttpResponse:
    me = actor(request)
    steps = list(row.steps.order_by("begun_at", "pk"))
    names = people([one.by for one in steps] + [one.approved_by for one in steps])
    left = row.captured - paying.promised(row)
    return page(
        request,
        "staff/payment.html",
        status,
        here="payments",
        payment=row,
        row=_row(row),
        payee="" if row.payee == row.msisdn else masked(row.payee),
        steps=[
            {
                "step": one,
                "what": WHATS[one.what],
                "state": STEP_STATES[one.state],
                "by": names.get(one.by, one.by),
                "approved": names.get(one.approved_by, one.approved_by),
                "waits": one.state == StepState.WAITING.value,
                "own": one.by == me,
            }
            for one in steps
        ],
        notices=list(row.notices.order_by("at")),
        left=left if not row.credited else 0,
        left_yuan=f"{left / 100:.2f}",
        limit=policy().limits.second_person_above_fen,
        may_give=may(request, Gate.HANDLE_CASES),
        may_approve=may(request, Gate.APPROVE_REFUNDS),
        open=any(one.ended_at is None and one.what != "collect" for one in steps),
        key=new_reference()[0],
        wrong=wrong,
    )


def _row(one: Payment) -> dict[str, object]:
    return {
        "payment": one,
        "short": short(one),
        "number": masked(one.msisdn),
        "state": STATES[one.state],
        "tone": TONES[one.state],
        "how": HOWS[one.how],
        "purpose": PURPOSES[one.purpose],
    }


def _sums(day: date) -> Mapping[str, object]:
    """What came in by providers on that day and what went back; fen."""
    found = reconciling.ours(next(iter(wiring.providers())), day)
    credited = Payment.objects.filter(captured_at__date=day).aggregate(fen=Sum("credited"))["fen"] or 0
    return {
        "day": day,
        "taken": sum(fen for (_id, kind), fen in found.items() if kind == "payment"),
        "back": sum(fen for (_id, kind), fen in found.items() if kind == "refund"),
        "count": sum(kind == "payment" for _id, kind in found),
        "credited": credited,
    }


def _known(reference: str) -> bool:
    return _is_id(reference) and Payment.objects.filter(pk=reference).exists()


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return timezone.localdate()
