"""That something happened, written in the transaction of the deed; of cases the database itself writes it (migration 0001)."""

from datetime import datetime
from typing import Any

from careline.channels.tmf.models import Happening, Subscription


def note(
    api: str, resource: str, what: str, now: datetime, status: str = "", document: dict[str, Any] | None = None
) -> None:
    """`what`: created, changed, status, deleted (with the document as it was). Nothing is written that nobody listens to."""
    if Subscription.objects.filter(api=api, ended_at=None).exists():
        Happening.objects.create(api=api, resource=resource, what=what, status=status, at=now, document=document)
