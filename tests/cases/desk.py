"""What tests of cases begin with: people, departments, something a customer brings, and the letters that left."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from careline.cases.opening import NewCase
from careline.cases.records.case import Case
from careline.cases.records.help import Department
from careline.identity.staff import engage, settle_roles
from careline.outbox.models import Message
from careline.values.msisdn import Msisdn

NOON = datetime(2026, 11, 10, 4, 0, tzinfo=UTC)  # Tuesday, noon in Shanghai
CUSTOMER = Msisdn("8613900000001")
PEOPLE = {"wang": "handler", "liu": "clerk", "chen": "duty_manager", "sun": "support"}
_keys = count(1)


def settled() -> None:
    """The people of a small centre and the departments that help it."""
    settle_roles()
    for username, role in PEOPLE.items():
        hire(username, role)
    for name, major in (("billing", False), ("quality", True)):
        Department.objects.get_or_create(
            name=name, defaults={"name_zh": f"{name}部", "name_en": f"The {name} people", "takes_major": major}
        )


def hire(username: str, role: str) -> None:
    engage(username, "a-long-password-1", username, [role])


def brought(words: str = "话费多扣了20元", **more: Any) -> NewCase:
    """What a customer brings by SMS, with a key of its own."""
    fields: dict[str, Any] = {
        "key": f"sms:test:{next(_keys)}",
        "msisdn": CUSTOMER,
        "kind": "complaint",
        "category": "",
        "words": words,
        "channel": "sms",
        "link": "test",
    }
    return NewCase(**(fields | more))


def letters(case: Case) -> list[str]:
    """Every text that was posted to the customer of the case, in its order."""
    return list(Message.objects.filter(msisdn=case.msisdn).order_by("created_at", "id").values_list("text", flat=True))
