"""One timeline of a customer over every channel, in pages, at a fixed cost."""

from datetime import timedelta
from uuid import uuid4

import pytest

from careline.cases import handling, opening
from careline.cases.looking import history
from careline.cases.states import NotAllowed
from careline.desk import screening
from careline.desk.models import Contact as Talk
from careline.ledger.models import Attempt, Contact
from careline.postgres import sql
from careline.values.msisdn import Msisdn
from tests.cases.desk import CUSTOMER, NOON, brought, settled

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def _past() -> None:
    """A call, a try by USSD, a talk at the desk, a complaint by SMS with its letters, and a screening."""
    settled()
    for channel, number, hours in (("call", CUSTOMER, 1), ("ussd", CUSTOMER, 2), ("sms", Msisdn("8613900000002"), 3)):
        contact, at = uuid4(), NOON + hours * HOUR
        Contact.objects.create(id=contact, msisdn=number.digits, channel=channel, address="10086", began_at=at)
        Attempt.objects.create(
            id=uuid4(), msisdn=number.digits, contact=contact, channel=channel, region="", brand="", table="", service="caller_id",
            verb="subscribe", version=1, begun_at=at, outcome="failed", cause="timeout", ended_at=at, carrier_words="13911112222",
        )  # fmt: skip
    Talk.objects.create(
        id=uuid4(), session="s", queue="care", msisdn=CUSTOMER.digits, summary="问账单", state="ended", outcome="talked",
        came_at=NOON, enqueued_at=NOON + 4 * HOUR, seen_at=NOON, ended_at=NOON + 5 * HOUR,
    )  # fmt: skip
    case = opening.accept(brought("话费多扣了20元"), by="subscriber", now=NOON + 6 * HOUR).case
    handling.remark(case.docket, "内部的话", by="wang", now=NOON + 7 * HOUR)
    handling.analyse(case.docket, "billing", "漫游", "normal", by="wang", now=NOON + 8 * HOUR)
    asked = screening.ask(CUSTOMER, NOON + 9 * HOUR, NOON + 90 * HOUR, "反复拨打", by="he", now=NOON)
    screening.approve(asked.pk, by="chen", now=NOON + 9 * HOUR)


@pytest.mark.requirement("CONS-01")
@pytest.mark.usefixtures("_past")
def test_everything_stands_in_one_line_whichever_channel_it_came_by() -> None:
    moments = history.of(CUSTOMER).moments
    assert [(one.source, one.channel) for one in moments] == [
        ("screening", "staff"), ("case_event", ""), ("letter", "sms"), ("case", "sms"), ("talk", "call"), ("contact", "ussd"),
        ("attempt", "ussd"), ("contact", "call"), ("attempt", "call"),
    ]  # fmt: skip
    assert [one.at for one in moments] == sorted((one.at for one in moments), reverse=True)
    assert "内部的话" not in f"{moments}"
    assert "13911112222" not in f"{moments}"
    assert not history.of(Msisdn("8613900000077")).moments


@pytest.mark.usefixtures("_past")
def test_pages_of_any_size_make_the_same_line_without_gap_or_repeat() -> None:
    whole = [(one.source, one.id) for one in history.of(CUSTOMER).moments]
    for size in (1, 2, 4):
        seen, after = [], ""
        while True:
            with sql.counting() as count:
                page = history.of(CUSTOMER, after=after, size=size)
            assert count.statements == 1
            seen += [(one.source, one.id) for one in page.moments]
            if not (after := page.after):
                break
        assert sorted(seen) == sorted(whole)
        assert len(seen) == len(set(seen))


@pytest.mark.usefixtures("_past")
def test_only_some_sources_can_be_asked_for_and_made_up_places_are_refused() -> None:
    assert {one.source for one in history.of(CUSTOMER, only=("case", "letter")).moments} == {"case", "letter"}
    with pytest.raises(KeyError):
        history.of(CUSTOMER, only=("nonsense",))
    with pytest.raises(NotAllowed, match="page"):
        history.of(CUSTOMER, after="nonsense")
