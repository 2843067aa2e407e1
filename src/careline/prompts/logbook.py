"""The daily maintenance log of prompts (日常维护工作日志): every publishing, rendering, recording and audit, by itself."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.utils import timezone

from careline.prompts.models import Work


class Deed(StrEnum):
    PUBLISH = "publish"  # a version's prompts are complete
    RENDER = "render"
    RECORD = "record"
    CHOOSE = "choose"  # another recording, or none
    AUDIT = "audit"
    NOTICE = "notice"
    ALARM = "alarm"
    FORGET = "forget"


def note(deed: Deed, *, by: str, now: datetime, about: str = "", detail: Mapping[str, Any] | None = None) -> Work:
    """One entry; call it in the transaction of the deed."""
    return Work.objects.create(at=now, by=by, did=deed, about=about[:200], detail=dict(detail or {}))


def days(first: date, last: date) -> dict[date, int]:
    """How many entries people and system made on each local day, first and last included; days without any are 0."""
    zone = timezone.get_current_timezone()
    begin = datetime(first.year, first.month, first.day, tzinfo=zone)
    end = datetime(last.year, last.month, last.day, tzinfo=zone) + timedelta(days=1)
    counted = {first + timedelta(days=day): 0 for day in range((last - first).days + 1)}
    for at in Work.objects.filter(at__gte=begin, at__lt=end).values_list("at", flat=True):
        counted[at.astimezone(zone).date()] += 1
    return counted
