"""Complaints that ended well: the customer kept the service, took a fitting one, or said thank you (RET-04)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from careline.cases.models import Case
from careline.offers.models import Kept
from careline.offers.records.shop import RESULTS
from careline.values.secret import mask


class NotKept(ValueError):
    """There is no such result, or no such case."""


def keep(docket: str, result: str, *, service: str = "", words: str = "", by: str, now: datetime) -> Kept:
    """Record the good end of a case, once for each result and service. Raises NotKept."""
    case = Case.objects.filter(docket=docket).only("msisdn", "docket").first()
    if result not in RESULTS or case is None:
        raise NotKept(result)
    said = mask(" ".join(words.replace("\0", "").split()))[:200]
    with transaction.atomic():
        row, _ = Kept.objects.get_or_create(
            docket=case.docket,
            result=result,
            service=service[:64],
            defaults={"msisdn": case.msisdn, "words": said, "at": now, "by": by},
        )
    return row


def of_case(docket: str) -> Sequence[Kept]:
    return list(Kept.objects.filter(docket=docket).order_by("at"))


def counted(since: datetime, until: datetime) -> dict[str, int]:
    """How many cases ended so in this time, by result."""
    rows = Kept.objects.filter(at__gte=since, at__lt=until).values_list("result", flat=True)
    return {result: sum(one == result for one in rows) for result in RESULTS}
