"""Roles of staff, and the people of the demo who have them."""

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.models import Group, Permission

from careline.identity.gates import Gate
from careline.identity.models import Staff

_AGENT = frozenset({Gate.SEE_SUBSCRIBER, Gate.TAKE_CASES})
_HANDLER = _AGENT | {Gate.HANDLE_CASES, Gate.WAIVE_FEES}
_DUTY_MANAGER = _HANDLER | {
    Gate.HANDLE_ORDERS,
    Gate.MANAGE_CASES,
    Gate.APPROVE_REFUNDS,
    Gate.WATCH_DESK,
    Gate.EXPORT_EVIDENCE,
}
_STATISTICS = frozenset({Gate.SEE_STATISTICS, Gate.CALL_BACK, Gate.SET_REMEDIES})
ROLES: dict[str, frozenset[Gate]] = {
    "consultant": frozenset({Gate.TAKE_CASES}),
    "clerk": _AGENT,
    "handler": _HANDLER,
    "duty_manager": _DUTY_MANAGER | _STATISTICS | {Gate.REPORT_CASES},
    "hall_manager": _DUTY_MANAGER | _STATISTICS | {Gate.REPORT_CASES, Gate.SCREEN_CALLERS, Gate.READ_JOURNAL},
    "verifier": frozenset({Gate.SEE_SUBSCRIBER, Gate.TAKE_CASES, Gate.VERIFY_REFUNDS}),
    "support": frozenset({Gate.SUPPORT_CASES}),
    "shipper": frozenset({Gate.HANDLE_ORDERS, Gate.KEEP_STOCK}),
    "maintainer": frozenset(
        {
            Gate.READ_CATALOGUE,
            Gate.EDIT_CATALOGUE,
            Gate.SEE_STATISTICS,
            Gate.SET_REMEDIES,
            Gate.RUN_PROBES,
            Gate.KEEP_HOUSE,
        }
    ),
    "reviewer": frozenset({Gate.READ_CATALOGUE, Gate.REVIEW_CATALOGUE, Gate.PUBLISH_CATALOGUE}),
    "supervisor": frozenset(
        {
            Gate.READ_CATALOGUE,
            Gate.EXPLAIN,
            Gate.READ_JOURNAL,
            Gate.WATCH_DESK,
            Gate.SCREEN_CALLERS,
            Gate.SEE_STATISTICS,
            Gate.CALL_BACK,
            Gate.SET_REMEDIES,
            Gate.RUN_PROBES,
            Gate.KEEP_HOUSE,
        }
    ),
    "admin": frozenset(Gate),
}


class DemoLogin(NamedTuple):
    username: str
    password: str
    name: str
    roles: tuple[str, ...]


_DEMO = (
    ("lin", "林晓梅", ("maintainer",)),
    ("zhou", "周建国", ("reviewer",)),
    ("he", "何静", ("supervisor",)),
    ("wang", "王芳", ("handler",)),
    ("liu", "刘洋", ("clerk",)),
    ("chen", "陈志远", ("duty_manager",)),
    ("zhao", "赵敏", ("verifier",)),
    ("sun", "孙磊", ("support",)),
    ("gao", "高丽", ("hall_manager",)),
    ("ma", "马俊", ("consultant",)),
    ("tang", "唐悦", ("shipper",)),
    ("admin", "管理员", ("admin",)),
)


def settle_roles() -> None:
    """Make the group of every role hold exactly the gates named here; safe to repeat."""
    rights = {right.codename: right for right in Permission.objects.filter(content_type__app_label="identity")}
    for role, gates in ROLES.items():
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.set([rights[gate.value] for gate in gates if gate.value in rights])


def engage(username: str, password: str, name: str, roles: Iterable[str], language: str = "zh-hans") -> Staff:
    """Make, or bring up to date, the account of a member of staff; raises KeyError for a role that does not exist."""
    for role in roles:
        ROLES[role]
    person, _ = Staff.objects.get_or_create(username=username)
    person.first_name, person.last_name, person.language, person.is_active = name, "", language, True
    if not person.check_password(password):
        person.set_password(password)
    if set(person.groups.values_list("name", flat=True)) != set(roles):
        person.standing += 1
    person.save()
    person.groups.set(Group.objects.filter(name__in=list(roles)))
    return person


def settle_demo_staff() -> list[DemoLogin]:
    """The demo's people, made if missing, with their passwords in clear for the page that prints them.

    Raises RuntimeError outside the demo: outside it nobody's password is known beforehand.
    """
    if not settings.DEMO:
        raise RuntimeError("demo logins exist only where CARELINE_DEMO=1")
    settle_roles()
    logins = [DemoLogin(user, demo_password(user), name, roles) for user, name, roles in _DEMO]
    for login in logins:
        engage(login.username, login.password, login.name, login.roles)
    return logins


def demo_password(username: str) -> str:
    """The same in every demo, so that the page printed yesterday still works."""
    return "demo-" + hashlib.sha256(f"careline demo {username}".encode()).hexdigest()[:6]
