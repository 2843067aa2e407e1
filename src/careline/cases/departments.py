"""The departments that help: those that a new installation begins with, and the carrier's own changes to them."""

import re
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from careline.cases.records.help import Department
from careline.cases.states import NotAllowed
from careline.journal import writing
from careline.promises import calendars

NAME_MAX = 64  # characters
MINUTES_MAX = 60 * 24 * 60  # sixty days of a calendar that runs day and night
_NAME = re.compile(r"[a-z][a-z0-9_-]{1,39}")

_WORKING_DAY = 450  # minutes of the calendar `office`
# Three working days for an answer across departments (003); the network measures in the field, and gets five.
_FIRST = (
    ("billing", "计费部门", "billing", 3, False),
    ("partners", "合作业务部门", "partner services", 3, False),
    ("network", "网络部门", "the network department", 5, False),
    ("data", "数据业务部门", "mobile data", 3, False),
    ("service", "服务管理部门", "customer service management", 3, False),
    ("marketing", "市场部门", "marketing", 3, False),
    ("quality", "服务质量监督部门", "service quality", 1, True),
)


def settle_departments() -> int:
    """Make them where there is no department at all; returns how many. Safe to repeat."""
    if Department.objects.exists():
        return 0
    made = Department.objects.bulk_create(
        [
            Department(name=name, name_zh=zh, name_en=en, minutes=days * _WORKING_DAY, takes_major=major)
            for name, zh, en, days, major in _FIRST
        ],
        ignore_conflicts=True,
    )
    return len(made)


def keep(
    name: str,
    *,
    name_zh: str,
    name_en: str,
    calendar: str,
    minutes: int,
    email: str = "",
    takes_major: bool = False,
    new: bool = False,
    by: str,
    now: datetime,
) -> Department:
    """Change a department, or with `new` make one; promises that run keep the terms under which they were made.

    `minutes` are of the working time of `calendar`, in which it owes a plan. The caller has checked the gate
    MANAGE_STAFF. Raises NotAllowed: bad_name, taken, no_department, no_name, no_calendar, bad_minutes, bad_email.
    """
    fields = {"name_zh": name_zh.strip(), "name_en": name_en.strip(), "calendar": calendar, "minutes": minutes,
              "email": email.strip(), "takes_major": takes_major}  # fmt: skip
    if new and not _NAME.fullmatch(name):
        raise NotAllowed("bad_name")
    if not all(0 < len(one) <= NAME_MAX for one in (name_zh.strip(), name_en.strip())):
        raise NotAllowed("no_name")
    if calendar not in calendars.calendars():
        raise NotAllowed("no_calendar")
    if not 0 < minutes <= MINUTES_MAX:
        raise NotAllowed("bad_minutes")
    _check_email(email.strip())
    with transaction.atomic():
        if new:
            made = _made(name, fields)
            writing.write(who=by, did="open_department", what="department", record=name, now=now, detail=fields)
            return made
        found = Department.objects.select_for_update().filter(name=name).first()
        if found is None:
            raise NotAllowed("no_department")
        was = {key: getattr(found, key) for key, value in fields.items() if getattr(found, key) != value}
        if was:
            for key in was:
                setattr(found, key, fields[key])
            found.save(update_fields=list(was))
            detail = {"was": was, "is": {key: fields[key] for key in was}}
            writing.write(who=by, did="change_department", what="department", record=name, now=now, detail=detail)
    return found


def _made(name: str, fields: dict[str, object]) -> Department:
    try:
        with transaction.atomic():
            return Department.objects.create(name=name, **fields)
    except IntegrityError:
        raise NotAllowed("taken") from None


def _check_email(email: str) -> None:
    try:
        if email:
            validate_email(email)
    except ValidationError:
        raise NotAllowed("bad_email") from None
