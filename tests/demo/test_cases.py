"""The town's cases: they happen once, by the verbs that everybody uses, and every page has something true to show."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from careline.cases.models import Case, Custody, Event, Fault, Improvement, Promise, Task
from careline.cases.states import State
from careline.demo import cases, town
from careline.identity.staff import engage, settle_roles
from careline.refunds.models import Refund

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
STAFF = {
    "wang": "handler",
    "liu": "clerk",
    "chen": "duty_manager",
    "zhao": "verifier",
    "sun": "support",
    "gao": "hall_manager",
}
# A Sunday, and a first of the month that is a holiday.
DAYS = [NOW, datetime(2027, 1, 1, 0, tzinfo=UTC)]


def settle(now: datetime) -> int:
    settle_roles()
    for username, role in STAFF.items():
        engage(username, "a-long-password-1", username, [role])
    town.settle(now)
    return cases.settle(now)


def case_of(story: str) -> Case:
    return Case.objects.get(key=f"demo:{story}")


@pytest.mark.parametrize("now", DAYS, ids=str)
def test_the_town_has_cases_in_every_stage_on_any_day(db: None, now: datetime) -> None:
    assert settle(now) >= 12
    states = set(Case.objects.values_list("state", flat=True))
    assert states >= {State.ACCEPTED, State.ANALYSING, State.SUPPORT, State.PLAN, State.CONFIRMING, State.CLOSED}
    assert set(Case.objects.values_list("channel", flat=True)) >= {"sms", "web", "hall", "hotline"}
    assert set(Case.objects.values_list("kind", flat=True)) == {"complaint", "enquiry", "suggestion"}
    assert not Case.objects.filter(opened_at__gt=now).exists()
    assert not Event.objects.filter(at__gt=now).exists()
    first = town.people()[0].msisdn.digits
    assert not Case.objects.filter(msisdn=first).exists()  # who tries the demo begins with nothing open


@pytest.fixture
def town_with_cases(db: None) -> None:
    settle(NOW)


def test_settling_the_cases_again_tells_no_story_twice(town_with_cases: None) -> None:
    before = (Case.objects.count(), Event.objects.count(), Refund.objects.count(), Improvement.objects.count())
    assert cases.settle(NOW + timedelta(hours=1)) == 0
    assert before == (Case.objects.count(), Event.objects.count(), Refund.objects.count(), Improvement.objects.count())


def test_each_story_is_true_and_money_went_by_the_rule(town_with_cases: None) -> None:
    late = case_of("late")
    assert (late.urged, late.state) == (1, State.SUPPORT)
    assert Task.objects.get(case=late).late
    assert Promise.objects.filter(case=late, what="department").exclude(broken_at=None).exists()
    major = case_of("major")
    assert (major.severity, major.level) == ("major", 3)
    assert Task.objects.filter(case=major, report=True).exists()
    assert Fault.objects.get().cases.count() == 3
    assert case_of("again").repeats == 1
    chain = list(Custody.objects.filter(case=case_of("attitude")).order_by("since"))
    assert [one.holder for one in chain] == ["liu", "wang"]
    assert all(one.until == other.since for one, other in pairwise(chain))
    archived = case_of("archived")
    assert (archived.rating, bool(archived.summary), archived.satisfied) == (5, True, True)
    statuses = set(Improvement.objects.values_list("status", flat=True))
    assert {"doing", "done"} <= statuses
    refunds = {refund.docket: refund for refund in Refund.objects.all()}
    paid = refunds[case_of("refunded").docket]
    assert (paid.state, paid.charged, paid.due, paid.amount) == ("credited", 400, 300, 200)
    assert case_of("refunded").state == State.CONFIRMING
    waiting = refunds[case_of("second_person").docket]
    assert (waiting.state, waiting.second_person) == ("decided", True)
    assert refunds[case_of("to_verify").docket].state == "requested"
