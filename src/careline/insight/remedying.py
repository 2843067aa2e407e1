"""Who removes a cause of contact that returns: an owner, a measure, a day, and where it stands."""

from datetime import date, datetime

from django.db import transaction

from careline.insight.models import Remedy
from careline.journal.writing import write
from careline.values.secret import mask

MEASURE_MAX, LINK_MAX, OWNER_MAX = 300, 200, 150


class NotARemedy(ValueError):
    """Without an owner or a measure, or with a link that leads away from here."""


def set_remedy(
    service: str, verb: str, *, owner: str, measure: str, link: str = "", due_on: date | None = None,
    done_on: date | None = None, by: str, now: datetime,
) -> Remedy:  # fmt: skip
    """Write down who removes this cause and how; again replaces. Journaled. Raises NotARemedy."""
    owner, measure, link = owner.strip()[:OWNER_MAX], mask(measure.strip()[:MEASURE_MAX]), link.strip()
    if not owner or not measure:
        raise NotARemedy("an owner and a measure are needed")
    if link and (not link.startswith("/staff/") or len(link) > LINK_MAX):
        raise NotARemedy("the link leads to a page of ours")
    with transaction.atomic():
        remedy, _ = Remedy.objects.update_or_create(
            service=service[:64], verb=verb[:16],
            defaults={"owner": owner, "measure": measure, "link": link, "due_on": due_on, "done_on": done_on, "at": now, "by": by},
        )  # fmt: skip
        write(
            who=by,
            did="set",
            what="remedy",
            record=f"{service} {verb}",
            now=now,
            detail={"owner": owner, "measure": measure},
        )
    return remedy
