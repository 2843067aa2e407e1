"""Cases put on the table directly, for questions that are asked of many: lists, reports, the archive."""

from datetime import UTC, datetime, timedelta
from typing import Any

from careline.cases.models import Case, Promise

NOW = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)  # a Monday, ten in the morning in Shanghai
NUMBER = "8613900000001"


def a_case(number: int, **given: Any) -> Case:
    """An open complaint with the docket 0000000000 + number; archived and closed ones say when."""
    values = {
        "docket": f"{number:010d}", "key": f"test:{number}", "msisdn": NUMBER, "region": "hangzhou", "words": "信号不好",
        "channel": "sms", "opened_at": NOW, "category": "", "matter": f"{number}", "owner": "wang",
    }  # fmt: skip
    return Case.objects.create(**values | given)


def a_promise(case: Case, what: str, due_at: datetime, **given: Any) -> Promise:
    values = {
        "case": case, "what": what, "calendar": "always", "minutes": 2880, "promiser": case.owner or "clock",
        "started_at": due_at - timedelta(hours=48), "due_at": due_at,
    }  # fmt: skip
    promise = Promise.objects.create(**values | given)
    owed = Promise.objects.filter(case=case, kept_at=None, cancelled_at=None, paused_at=None, broken_at=None)
    first = owed.order_by("due_at").first()
    Case.objects.filter(pk=case.pk).update(next_at=first.due_at if first else None)
    return promise
