"""Looking at a customer: only who may, only for a purpose, and every look is in the journal."""

from datetime import datetime, timedelta

from django.db import transaction

from careline.identity.gates import Gate, Shut
from careline.identity.models import Staff
from careline.identity.records import Look
from careline.journal.writing import write
from careline.postgres import sql
from careline.values.msisdn import Msisdn
from careline.values.secret import mask

VALID = timedelta(minutes=30)  # of one look, for one person and one number: a talk, not a working day
PURPOSE_MAX = 200  # characters
_PURPOSE_MIN = 2


class NoPurpose(ValueError):
    """Nobody looks at a customer without saying what for."""


def look(staff: Staff, msisdn: Msisdn | str, purpose: str, now: datetime, *, gate: Gate = Gate.SEE_SUBSCRIBER) -> Look:
    """Open this number to this person for half an hour; while it is open, looking again is the same look.

    `purpose`: the docket of a case, or the reason in words. `gate`: another right that opens this record, for pages
    that have one of their own. Raises Shut (no right) and NoPurpose. Written to the journal once for each look, with
    the number masked.
    """
    if not staff.may(gate):
        raise Shut(gate)
    reason = mask(" ".join(purpose.replace("\0", "").split()))[:PURPOSE_MAX]
    if len(reason) < _PURPOSE_MIN:
        raise NoPurpose("say what for")
    number, who = Msisdn(msisdn), staff.get_username()
    with transaction.atomic():
        # Open it anew unless it is open: of two pages that ask at once one writes, and the journal has one entry.
        opened = sql.run(
            "INSERT INTO identity_look AS look (who, msisdn, purpose, since, until) VALUES (%s, %s, %s, %s, %s)"
            " ON CONFLICT (who, msisdn) DO UPDATE SET purpose = excluded.purpose, since = excluded.since,"
            " until = excluded.until WHERE look.until <= excluded.since RETURNING id",
            [who, number.digits, reason, now, now + VALID],
        )
        if opened:
            write(who=who, did="look", what="subscriber", record=number.masked(), now=now, detail={"purpose": reason})
        return Look.objects.get(who=who, msisdn=number.digits)


def may_see(staff: Staff, msisdn: Msisdn | str, now: datetime, *, gate: Gate = Gate.SEE_SUBSCRIBER) -> bool:
    """Whether this person has this number open now. A right that was lost meanwhile closes it at once."""
    return staff.may(gate) and open_look(staff, msisdn, now) is not None


def open_look(staff: Staff, msisdn: Msisdn | str, now: datetime) -> Look | None:
    """The look that is open, with its purpose and its end."""
    return Look.objects.filter(
        who=staff.get_username(), msisdn=Msisdn(msisdn).digits, since__lte=now, until__gt=now
    ).first()


def demand(staff: Staff, msisdn: Msisdn | str, now: datetime, *, gate: Gate = Gate.SEE_SUBSCRIBER) -> None:
    """Raises Shut unless this person has this number open."""
    if not may_see(staff, msisdn, now, gate=gate):
        raise Shut(gate)
