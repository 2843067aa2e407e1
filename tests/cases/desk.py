"""What tests of cases begin with: people, departments, something a customer brings, and the letters that left."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from careline.cases import handling, opening
from careline.cases.opening import NewCase
from careline.cases.records.case import Case
from careline.cases.records.help import Department, Task
from careline.cases.states import State
from careline.identity.staff import engage
from careline.outbox.models import Message
from careline.values.msisdn import Msisdn

NOON = datetime(2026, 11, 10, 4, 0, tzinfo=UTC)  # Tuesday, noon in Shanghai
CUSTOMER = Msisdn("8613900000001")
PEOPLE = {"wang": "handler", "liu": "clerk", "chen": "duty_manager", "sun": "support"}
_keys = count(1)


def settled() -> None:
    """The people of a small centre; its departments and roles stand already."""
    for username, role in PEOPLE.items():
        hire(username, role)
    for name, major in (("billing", False), ("network", False), ("quality", True)):
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


def opened(by: str = "wang", now: datetime = NOON, **more: Any) -> Case:
    """A case that wang was asked about first."""
    return opening.accept(brought(**more), by=by, now=now).case


def analysed(now: datetime = NOON, severity: str = "normal", **more: Any) -> str:
    """The docket of a case that is being analysed."""
    case = opened(now=now, **more)
    handling.analyse(case.docket, "billing", "计费规则配错", severity, by="wang", now=now)
    return case.docket


def led(state: State, now: datetime = NOON, **more: Any) -> str:
    """The docket of a case that went by the verbs into this state."""
    docket = opened(now=now, **more).docket
    do: dict[str, Any] = {"by": "wang", "now": now}
    steps: dict[State, Callable[[], object]] = {
        State.ANALYSING: lambda: handling.analyse(docket, "billing", "计费规则配错", "normal", **do),
        State.ON_SITE: lambda: handling.solve_on_site(docket, **do),
        State.RECORDED: lambda: handling.record(docket, now + timedelta(hours=3), **do),
        State.SUPPORT: lambda: handling.ask(docket, "billing", "请核对话单", **do),
        State.PLAN: lambda: handling.decide(docket, "退还多收的话费", **do),
        State.REPLIED: lambda: handling.reply(docket, "已退还20元", **do),
        State.CONFIRMING: lambda: None,  # the letter asks
        State.ARCHIVED: lambda: (
            handling.customer_says(docket, True, channel="sms", by="subscriber", now=now),
            handling.archive(docket, "计费规则配错，已改正并退费", **do),
        ),
        State.CLOSED: lambda: handling.close(docket, **do),
    }
    ways = {State.ON_SITE: [State.ANALYSING], State.RECORDED: [State.ANALYSING]}
    ways[State.SUPPORT] = [State.ANALYSING, State.RECORDED]
    ways[State.PLAN] = [State.ANALYSING, State.ON_SITE]
    for later, before in (
        (State.REPLIED, State.PLAN),
        (State.CONFIRMING, State.REPLIED),
        (State.ARCHIVED, State.CONFIRMING),
        (State.CLOSED, State.ARCHIVED),
    ):
        ways[later] = [*ways[before], before]
    if state is not State.ACCEPTED:
        for step in (*ways.get(state, []), state):
            steps[step]()
    assert read(docket).state == state
    return docket


def read(docket: str) -> Case:
    return Case.objects.get(docket=docket)


def task_of(docket: str) -> Task:
    """The open question to a department."""
    return Task.objects.get(case__docket=docket, report=False, answered_at=None)


def deeds_of(docket: str) -> list[str]:
    """What was done, in its order."""
    return list(read(docket).events.order_by("id").values_list("did", flat=True))


def letters(case: Case | str) -> list[tuple[str, str]]:
    """Key and text of everything that was posted to the customer of the case, in its order."""
    msisdn = (case if isinstance(case, Case) else read(case)).msisdn
    return list(Message.objects.filter(msisdn=msisdn).order_by("created_at", "id").values_list("key", "text"))


def promised(docket: str) -> dict[str, str]:
    """What is promised -> open, kept, broken or cancelled; of several the latest."""
    states = {}
    for one in read(docket).promises.order_by("id"):
        late = "late " if one.broken_at else ""
        states[one.what] = late + ("kept" if one.kept_at else "cancelled" if one.cancelled_at else "open")
    return states
