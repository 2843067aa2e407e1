"""The customer beside the case, behind the gate: only for a purpose, for half an hour, and every look is journaled."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from careline.cases.looking import profile, searching, timeline
from careline.cases.models import Case
from careline.identity import looking
from careline.identity.gates import Gate
from careline.identity.models import Look, Staff
from careline.staff.case_labels import CHANNELS
from careline.values.money import yuan
from careline.values.msisdn import Msisdn

CONTACTS = 20  # of the timeline across channels, and of earlier cases


def opened(request: HttpRequest, msisdn: str, at: datetime) -> Look | None:
    """The look that this person has open at this number now, if she may look at all."""
    if not msisdn or not isinstance(request.user, Staff) or not request.user.may(Gate.SEE_SUBSCRIBER):
        return None
    return looking.open_look(request.user, Msisdn(msisdn), at)


def seen(request: HttpRequest, case: Case, at: datetime) -> dict[str, Any] | None:
    """What this person may see of the customer now; None while the gate is shut."""
    look = opened(request, case.msisdn, at)
    if look is None:
        return None
    number = Msisdn(case.msisdn)
    return {
        "number": number.national(),
        "until": timezone.localtime(look.until),
        "purpose": look.purpose,
        "profile": profile_of(number, at),
        "cases": [one for one in searching.of_customer(number) if one.docket != case.docket][:CONTACTS],
        "moments": timeline.of_customer(number, CONTACTS),
    }


def profile_of(number: Msisdn, at: datetime) -> list[tuple[str, str]]:
    """What is known of the customer's complaints, as lines; what is nothing is left out."""
    found = profile.of(number, at)
    lines = [
        (_("Complaints"), _("%(n)s, of them %(lately)s in 90 days") % {"n": found.complaints, "lately": found.lately}),
        (_("Open now"), str(found.open or "")),
        (_("Our fault, or a partner's"), str(found.company_fault or "")),
        (_("Urged"), str(found.urged or "")),
        (_("Came back"), str(found.again + found.reopened or "")),
        (_("By channel"), ", ".join(f"{CHANNELS.get(key, key)} {count}" for key, count in found.channels.items())),
        (_("Refunded"), f"{yuan(found.refunded)} ({found.refunds})" if found.refunds else ""),
        (_("Waived"), f"{yuan(found.waived)} ({found.waivers})" if found.waivers else ""),
    ]
    if found.screened:
        until = timezone.localtime(found.screened.ends_at).strftime("%Y-%m-%d")
        lines.append(
            (
                _("Screened from the desk"),
                _("until %(day)s: %(reason)s") % {"day": until, "reason": found.screened.reason},
            )
        )
    return [(name, value) for name, value in lines if value]
