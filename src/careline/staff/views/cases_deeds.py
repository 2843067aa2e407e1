"""What staff do with a case: every deed is a POST that goes to its verb; what is refused comes back with all that was typed."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from careline.cases import custody, drafts, escalating, handling, telling, urging
from careline.cases.looking import presence
from careline.cases.models import Case, Offer, Task
from careline.cases.promised import holding
from careline.cases.states import NotAllowed
from careline.identity.gates import Gate
from careline.outbox.models import Message
from careline.protocols.smstext import count_parts
from careline.staff.access import actor, may, now, refuse, through
from careline.staff.case_refusals import refusal
from careline.staff.views.cases_forms import ANSWER
from careline.staff.views.cases_page import case_or_404, others, show
from careline.staff.views.cases_steps import BY_NAME
from careline.values.money import NotAnAmount, parse_amount

Sent = Mapping[str, str]


class _Undone(Exception):
    """Ends a rehearsal."""


class Unreadable(ValueError):
    """Something in the form cannot be read; the message is the sentence for the page."""


@require_POST
@through(Gate.TAKE_CASES)
def do(request: HttpRequest, docket: str, deed: str) -> HttpResponse:
    """One deed on a case, if this person may and the state allows it."""
    case, known = case_or_404(docket), BY_NAME.get(deed)
    if known is None or deed not in VERBS:
        raise Http404
    if not may(request, known.gate):
        return refuse(request, known.gate)
    sent = {key: str(value) for key, value in request.POST.items()}
    stranger = case.owner not in ("", actor(request)) and not may(request, Gate.MANAGE_CASES)
    if known.gate == Gate.HANDLE_CASES and stranger:
        return refused_page(request, docket, deed, sent, refusal("not_owner"))  # what the page does not offer either
    try:
        if "preview" in sent:
            preview = _rehearsed(case, deed, sent, actor(request))
            return show(request, case, deed=deed, typed=sent, preview=preview)
        VERBS[deed](case, sent, actor(request), now(), _expected(sent))
    except NotAllowed as refused:
        return refused_page(request, docket, deed, sent, refusal(refused.code))
    except Unreadable as unread:
        return refused_page(request, docket, deed, sent, str(unread), status=400)
    for field in known.fields:
        if field.draft:
            drafts.drop(docket, field.draft, by=actor(request))
    messages.success(request, _("Done."))
    return redirect("staff:case", docket)


def refused_page(
    request: HttpRequest, docket: str, deed: str, sent: Sent, wrong: str, status: int = 409
) -> HttpResponse:
    """The case as it is now, with the sentence and everything that was typed."""
    return show(request, case_or_404(docket), wrong=wrong, deed=deed, typed=sent, status=status)


def _expected(sent: Sent) -> int | None:
    written = sent.get("version", "")
    return int(written) if written.isdecimal() and len(written) < 9 else None


def _when(sent: Sent) -> datetime:
    """The moment of a field datetime-local, in the carrier's own time."""
    try:
        read = datetime.strptime(sent.get("contact_at", "")[:16], "%Y-%m-%dT%H:%M")  # noqa: DTZ007 (made aware below)
    except ValueError:
        raise NotAllowed("no_time") from None
    return timezone.make_aware(read)


def _fen(written: str) -> int:
    try:
        return int(parse_amount(written)) if written.strip() else 0
    except NotAnAmount:
        raise Unreadable(_("Write an amount in yuan, such as 5 or 12.50.")) from None


def _analyse(case: Case, sent: Sent, by: str, at: datetime, version: int | None) -> None:
    handling.analyse(
        case.docket, sent.get("category", ""), sent.get("cause", ""), sent.get("severity", ""), sent.get("blame", ""),
        by=by, now=at, expected=version,
    )  # fmt: skip


def _solve(case: Case, sent: Sent, by: str, at: datetime, version: int | None) -> None:
    handling.solve_on_site(case.docket, sent.get("plan", ""), by=by, now=at, expected=version)


def _record(case: Case, sent: Sent, by: str, at: datetime, version: int | None) -> None:
    handling.record(case.docket, _when(sent), sent.get("words", ""), by=by, now=at, expected=version)


def _ask(case: Case, sent: Sent, by: str, at: datetime, version: int | None) -> None:
    handling.ask(
        case.docket, sent.get("department", ""), sent.get("question", ""), by=by, now=at, expected=version
    )  # fmt: skip


def _decide(case: Case, sent: Sent, by: str, at: datetime, version: int | None) -> None:
    handling.decide(
        case.docket, sent.get("plan", ""), sent.get("blame", ""), by=by, now=at, expected=version
    )  # fmt: skip


def _reconsider(case: Case, sent: Sent, by: str, at: datetime, version: int | None) -> None:
    handling.reconsider(case.docket, sent.get("reason", ""), by=by, now=at, expected=version)


def _question(case: Case, sent: Sent, by: str, at: datetime, version: int | None) -> None:
    handling.ask_satisfied(case.docket, channel=sent.get("channel", ""), by=by, now=at, expected=version)


def _reply(case: Case, sent: Sent, by: str, at: datetime, version: int | None) -> None:
    handling.reply(
        case.docket, sent.get("words", ""), apologise="apologise" in sent, alternative=sent.get("alternative", ""),
        by=by, now=at, expected=version,
    )  # fmt: skip


def _confirm(case: Case, sent: Sent, by: str, at: datetime, version: int | None) -> None:
    if sent.get("satisfied") not in ("yes", "no"):
        raise Unreadable(_("Say whether it is settled."))
    handling.customer_says(
        case.docket, sent["satisfied"] == "yes", channel=sent.get("channel", ""), words=sent.get("words", ""),
        by=by, now=at, expected=version,
    )  # fmt: skip


def _archive(case: Case, sent: Sent, by: str, at: datetime, version: int | None) -> None:
    handling.archive(case.docket, sent.get("summary", ""), by=by, now=at, expected=version)


def _close(case: Case, sent: Sent, by: str, at: datetime, version: int | None) -> None:
    handling.close(case.docket, by=by, now=at, expected=version)


def _reopen(case: Case, sent: Sent, by: str, at: datetime, version: int | None) -> None:
    handling.reopen(
        case.docket, sent.get("words", ""), channel=sent.get("channel", ""), by=by, now=at, expected=version
    )  # fmt: skip


def _offer(case: Case, sent: Sent, by: str, at: datetime, version: int | None) -> None:
    handling.offer(
        case.docket, sent.get("words", ""), _fen(sent.get("amount", "")), by=by, now=at, expected=version
    )  # fmt: skip


def _progress(case: Case, sent: Sent, by: str, at: datetime, version: int | None) -> None:
    telling.tell_progress(case.docket, sent.get("words", ""), by=by, now=at, expected=version)


def _note(case: Case, sent: Sent, by: str, at: datetime, version: int | None) -> None:
    # A note is no answer to anything: it may be added whoever changed the case meanwhile.
    handling.remark(case.docket, sent.get("words", ""), by=by, now=at)


def _urge(case: Case, sent: Sent, by: str, at: datetime, version: int | None) -> None:
    urging.urge(case.docket, channel=sent.get("channel", ""), words=sent.get("words", ""), by=by, now=at)


def _take(case: Case, sent: Sent, by: str, at: datetime, version: int | None) -> None:
    custody.take(case.docket, by=by, now=at, expected=version)


def _hand_over(case: Case, sent: Sent, by: str, at: datetime, version: int | None) -> None:
    custody.hand_over(
        case.docket, sent.get("to", ""), sent.get("reason", ""), by=by, now=at, expected=version
    )  # fmt: skip


def _escalate(case: Case, sent: Sent, by: str, at: datetime, version: int | None) -> None:
    escalating.escalate(case.docket, sent.get("reason", ""), by=by, now=at, expected=version)


def _pause(case: Case, sent: Sent, by: str, at: datetime, version: int | None) -> None:
    holding.pause(case.docket, sent.get("what", ""), sent.get("reason", ""), by=by, now=at, expected=version)


def _resume(case: Case, sent: Sent, by: str, at: datetime, version: int | None) -> None:
    holding.resume(case.docket, sent.get("what", ""), by=by, now=at, expected=version)


def _answers(case: Case, sent: Sent, by: str, at: datetime, version: int | None) -> None:
    given = {name.removeprefix(ANSWER): said for name, said in sent.items() if name.startswith(ANSWER)}
    handling.note_answers(case.docket, given, by=by, now=at)  # as with a note, whatever was changed meanwhile


VERBS: Mapping[str, Callable[[Case, Sent, str, datetime, int | None], None]] = {
    "analyse": _analyse,
    "solve": _solve,
    "record": _record,
    "ask": _ask,
    "decide": _decide,
    "reconsider": _reconsider,
    "question": _question,
    "reply": _reply,
    "confirm": _confirm,
    "archive": _archive,
    "close": _close,
    "reopen": _reopen,
    "offer": _offer,
    "answers": _answers,
    "progress": _progress,
    "note": _note,
    "urge": _urge,
    "take": _take,
    "hand_over": _hand_over,
    "escalate": _escalate,
    "pause": _pause,
    "resume": _resume,
}


def _rehearsed(case: Case, deed: str, sent: Sent, by: str) -> tuple[str, int]:
    """The letter that would leave, and in how many short messages: the deed is done, its letter read, and all of it undone."""
    text = ""
    with suppress(_Undone), transaction.atomic():
        since = set(Message.objects.filter(msisdn=case.msisdn).values_list("pk", flat=True))
        VERBS[deed](case, sent, by, now(), _expected(sent))
        posted = Message.objects.filter(msisdn=case.msisdn).exclude(pk__in=since)
        text = "\n".join(one.text for one in posted)
        raise _Undone
    return (text, count_parts(text)) if text else (_("No message leaves."), 0)


@require_POST
@through(Gate.HANDLE_CASES)
def offer(request: HttpRequest, docket: str, offer: int) -> HttpResponse:
    """What the customer says to an offer."""
    case = case_or_404(docket)
    found = get_object_or_404(Offer, pk=offer, case=case)
    try:
        handling.offer_answered(
            found.pk, request.POST.get("accepted") == "yes", "limits_told" in request.POST,
            by=actor(request), now=now(),
        )  # fmt: skip
    except NotAllowed as refused:
        return show(request, case_or_404(docket), wrong=refusal(refused.code), status=409)
    messages.success(request, _("Done."))
    return redirect("staff:case", docket)


@require_POST
@through(Gate.HANDLE_CASES)
def urge_task(request: HttpRequest, docket: str, task: int) -> HttpResponse:
    """Urge a department."""
    found = get_object_or_404(Task, pk=task, case=case_or_404(docket))
    try:
        urging.urge_task(found.pk, by=actor(request), now=now())
    except NotAllowed as refused:
        return show(request, case_or_404(docket), wrong=refusal(refused.code), status=409)
    messages.success(request, _("Urged."))
    return redirect("staff:case", docket)


@require_POST
@through(Gate.TAKE_CASES)
def being_here(request: HttpRequest, docket: str) -> HttpResponse:
    """The page is still on a screen, and may be written in: who else is there, as a sentence."""
    case, me, at = case_or_404(docket), actor(request), now()
    if request.POST.get("leave"):
        presence.leave(docket, by=me)
        return HttpResponse(status=204)
    presence.look(docket, by=me, now=at, writing=bool(request.POST.get("writing")))
    return JsonResponse({"said": others(case, me, at)})


@require_POST
@through(Gate.TAKE_CASES)
def draft(request: HttpRequest, docket: str) -> HttpResponse:
    """Keep what is being written."""
    case_or_404(docket)
    try:
        words = request.POST.get("words", "")
        drafts.save(docket, request.POST.get("purpose", ""), words, by=actor(request), now=now())
    except NotAllowed as refused:
        return HttpResponse(refusal(refused.code), status=409)
    return HttpResponse(status=204)
