"""What is given back of one charge, whoever gives it (a cancelled order, a case, a waiver), promised before the carrier is asked.

A charge is named by the reference under which the carrier was asked for it. Rooms that give back do not know each other;
here each sees what the others have promised of the same charge, one at a time.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Sum

from careline.ledger.models import Return
from careline.postgres import sql


def elsewhere(charge: str, room: str) -> int:
    """What others than this room have promised or given back of this charge; fen.

    Nobody else promises anything of it until this transaction ends.
    """
    sql.run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7422)) IS NULL", [charge])
    others = Return.objects.filter(charge=charge).exclude(room=room)
    return int(others.aggregate(fen=Sum("fen"))["fen"] or 0)


def promise(charge: str, fen: int, *, room: str, reference: str, now: datetime) -> None:
    """So much of the charge is given back under this reference; after `elsewhere`, in its transaction."""
    Return.objects.create(reference=reference, charge=charge, room=room, fen=fen, at=now)


def let_go(reference: str) -> None:
    """What was promised under this reference is not given: it was refused."""
    Return.objects.filter(reference=reference).delete()


def given(charges: Iterable[str], room: str) -> Mapping[str, int]:
    """Charge -> what this room has promised or given back of it, of those of which anything was; fen. One statement."""
    found = Return.objects.filter(charge__in=[charge for charge in charges if charge], room=room)
    return dict(found.values_list("charge").annotate(Sum("fen")))
