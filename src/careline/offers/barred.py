"""When nothing is recommended, whatever would fit: in a dispute, after a failure, to those who said never, too often."""

from datetime import datetime, timedelta

from django.db.models import Q

from careline.cases.models import Case
from careline.cases.states import OPEN, Kind
from careline.identity import preferences
from careline.ledger.models import Attempt, OpenAttempt
from careline.offers.models import Showing
from careline.offers.offer import DISPUTES
from careline.offers.policy import Recommending
from careline.refunds.models import Refund
from careline.refunds.states import DEAD, State
from careline.values.msisdn import Msisdn
from careline.values.outcome import Outcome

_SETTLED = frozenset({State.CREDITED, State.KEPT}) | DEAD
_ASKED_FOR = ("leaving", "desk", "counter")  # the customer is in a talk about it: no count of showings bars it


def barred(msisdn: Msisdn, moment: str, now: datetime, rules: Recommending) -> str:
    """Why nothing may be recommended to this number now; "" when something may. Six statements at most.

    complaint_page, never, open_case, open_refund, failed, in_doubt, too_often.
    """
    digits = msisdn.digits
    if moment in DISPUTES:
        return "complaint_page"
    if not preferences.wants([msisdn], "offers")[msisdn]:
        return "never"
    if Case.objects.filter(
        msisdn=digits, kind=Kind.COMPLAINT.value, state__in=[state.value for state in OPEN]
    ).exists():
        return "open_case"
    if Refund.objects.filter(msisdn=digits).exclude(state__in=[state.value for state in _SETTLED]).exists():
        return "open_refund"
    if OpenAttempt.objects.filter(msisdn=digits, unknown=True).exists():
        return "in_doubt"
    since = now - timedelta(hours=rules.after_failure_hours)
    last = (
        Attempt.objects.filter(msisdn=digits, begun_at__gt=since).order_by("-begun_at").values_list("outcome").first()
    )
    if last is not None and last[0] in (Outcome.FAILED.value, Outcome.UNKNOWN.value):
        return "failed"
    if moment not in _ASKED_FOR and _too_often(digits, now, rules):
        return "too_often"
    return ""


def _too_often(digits: str, now: datetime, rules: Recommending) -> bool:
    shown = Showing.objects.filter(msisdn=digits, shown_at__gt=now - timedelta(days=7)).filter(
        ~Q(moment__in=_ASKED_FOR)
    )
    times = list(shown.values_list("shown_at", flat=True))
    return len(times) >= rules.shown_a_week or sum(at > now - timedelta(days=1) for at in times) >= rules.shown_a_day
