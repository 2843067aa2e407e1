"""The demo town: who lives there, what they find, and that it can be settled again and again."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from careline.carrier.adapters.sandbox import stumbling
from careline.carrier.adapters.sandbox.carrier import Sandbox
from careline.carrier.adapters.sandbox.opening import Held
from careline.carrier.port import Answer, LineFacts, Request
from careline.demo import town
from careline.demo.places import TABLES
from careline.identity.recognising import recognise
from careline.postgres.sql import counting, run
from careline.values.cause import Cause
from careline.values.language import Text
from careline.values.msisdn import Msisdn
from careline.values.secret import Secret

NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def settled(db: None) -> None:
    stumbling.forget()
    town.settle(NOW)


def ask(msisdn: Msisdn, kind: str, subject: str = "", /, at: datetime = NOW, **values: Any) -> Answer:
    request = Request(f"test-{kind}-{subject}-{sorted(values)}-{at}", msisdn, kind, subject, values)
    [(_, answer)] = Sandbox().ask([request], now=at, time_limit_seconds=5)
    assert isinstance(answer, Answer)
    return answer


def called(name: str) -> town.Person:
    person = town.find(name)
    assert person is not None
    return person


def state() -> list[Any]:
    return [
        run(f"SELECT * FROM sandbox_{table} ORDER BY 1, 2")
        for table in ("line", "account", "holding", "entry", "bill", "usage", "deed", "short_number", "number_range")
    ]


def test_there_are_people_for_every_code_table_each_with_a_story_and_a_number_of_their_own() -> None:
    people = town.people()
    assert len(people) >= 20
    assert {person.table for person in people} == set(TABLES)
    assert len({person.msisdn for person in people}) == len({person.name for person in people}) == len(people)
    assert all(person.story.zh and person.story.en for person in people)
    assert all(person.number.startswith("139000") and len(person.number) == 11 for person in people)
    assert town.find(people[0].number) is people[0] is town.find(people[0].name)
    assert town.find("nobody") is None


def test_everyone_is_known_to_the_house_as_the_carrier_knows_them() -> None:
    known = recognise([person.msisdn for person in town.people()])
    lines = Sandbox().lines([person.msisdn for person in town.people()])
    for person in town.people():
        copy, line = known[person.msisdn], lines[person.msisdn]
        assert (copy.brand, copy.region, copy.language) == (person.brand, person.region, person.language)
        assert (copy.status, copy.abroad) == (line.status, line.abroad)
    assert known[called("Emma Clarke").msisdn].language == "en"
    assert known[called("周启航").msisdn].abroad


def test_settling_twice_changes_nothing_and_settling_afresh_takes_back_what_people_did() -> None:
    before = state()
    town.settle(NOW)
    assert state() == before
    ask(called("陈桂兰").msisdn, "top_up", amount=5000)
    assert state() != before
    town.settle(NOW)
    assert ask(called("陈桂兰").msisdn, "account").facts["basic"] == 11_230
    town.settle(NOW, afresh=True)
    assert ask(called("陈桂兰").msisdn, "account").facts["basic"] == 6_230


def test_the_suspended_man_owes_seven_yuan_and_has_fifty_of_gift_money() -> None:
    facts = ask(called("吴国强").msisdn, "account").facts
    assert (facts["status"], facts["debt"], facts["gift"]) == ("suspended", 700, 5000)
    assert facts["retained_until"] == (NOW + timedelta(days=81)).date()


def test_the_three_services_that_a_friend_subscribed_lead_back_to_her() -> None:
    held = ask(called("孙丽").msisdn, "holdings", "sp").facts["holdings"]
    assert len(held) == 3
    assert {one["by"] for one in held} == {f"line:{called('马阳').msisdn.masked()}"}
    assert {one["since"] for one in held} == {(NOW - timedelta(days=40)).date()}


@pytest.mark.parametrize(
    "now",
    [
        datetime(2006, 6, 17, 16, tzinfo=UTC),
        datetime(2009, 10, 31, 15, 59, tzinfo=UTC),
        datetime(2028, 2, 29, 12, tzinfo=UTC),
        datetime(2027, 1, 1, 0, tzinfo=UTC),
    ],
)
def test_the_town_can_be_settled_on_any_day(now: datetime) -> None:
    town.settle(now, afresh=True)
    facts = ask(called("吴国强").msisdn, "account", at=now).facts
    assert (facts["status"], facts["debt"]) == ("suspended", 700)
    assert ask(town.fresh("T2", now=now).msisdn, "bill", at=now).facts["total"] == 970
    assert Sandbox().roll_month(now + timedelta(days=40)) > 0


def test_each_story_is_true_at_the_carrier() -> None:
    assert ask(called("新卡用户").msisdn, "activate").refused is None
    poor = ask(called("赵铁柱").msisdn, "switch_on", "caller_id", fee=500)
    assert poor.refused is Cause.NOT_ENOUGH_MONEY
    assert ask(called("郭淑芬").msisdn, "account").facts["retained_until"] == (NOW + timedelta(days=5)).date()
    assert ask(called("何平").msisdn, "short_number", short="601").facts["number"] == called("陈桂兰").msisdn
    assert ask(called("韩磊").msisdn, "password", "reset", id_number=called("韩磊").id_number).refused is None
    ask(called("宋雅").msisdn, "charge", amount=2, product="calls")
    assert [alert.msisdn for alert in Sandbox().alerts_due()] == [called("宋雅").msisdn]
    assert ask(called("陈桂兰").msisdn, "number", number="13900040005").facts["region_en"] == "Yunling"


def test_the_accounts_of_the_town_are_the_sums_of_their_entries() -> None:
    town.fresh("T1", now=NOW)
    assert (
        run(
            "SELECT a.msisdn FROM sandbox_account a LEFT JOIN sandbox_entry e USING (msisdn)"
            " GROUP BY a.msisdn, a.basic, a.gift, a.points, a.rows"
            " HAVING (a.basic, a.gift, a.points) <> (coalesce(sum(e.basic), 0), coalesce(sum(e.gift), 0),"
            " coalesce(sum(e.points), 0)) OR coalesce(max(e.number), 0) > a.rows"
        )
        == []
    )


def test_an_id_number_of_the_town_has_a_right_check_digit_and_never_shows() -> None:
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2, 1]
    for person in town.people():
        digits = person.id_number.reveal()
        values = [10 if sign == "X" else int(sign) for sign in digits]
        assert sum(value * weight for value, weight in zip(values, weights, strict=True)) % 11 == 1
        assert digits not in repr(person)
        assert person.msisdn.digits not in repr(person)


@pytest.mark.parametrize("table", list(TABLES))
def test_a_fresh_subscriber_is_comfortable_and_belongs_to_the_table(table: str) -> None:
    one, other = town.fresh(table, now=NOW), town.fresh(table, now=NOW)
    assert one.msisdn != other.msisdn
    assert (one.region, one.brand) == TABLES[table]
    assert recognise([one.msisdn])[one.msisdn].region == one.region
    account = ask(one.msisdn, "account").facts
    assert (account["basic"], account["gift"], account["status"]) == (10_000, 2_000, "active")
    assert ask(one.msisdn, "points").facts["points"] == 3_000
    assert ask(one.msisdn, "holdings").facts["holdings"] == []
    assert ask(one.msisdn, "bill", month="2026-10").facts["total"] > 0
    assert ask(one.msisdn, "payments", "returned").facts["entries"]
    assert ask(one.msisdn, "usage", "left_ip1000").refused is None
    assert ask(one.msisdn, "short_number", short="602").refused is None
    assert ask(one.msisdn, "password", "apply", id_number=town.FRESH_ID_NUMBER).refused is None


def test_a_fresh_subscriber_can_have_what_is_no_longer_sold() -> None:
    legacy = Held("pkg_dgcz10", Text("动感超值10元包", "M-Zone value pack"), 1000)
    person = town.fresh("T2", "mzone", now=NOW, held=[legacy], allotted=False, password=Secret("246813"))
    assert person.brand == "mzone"
    assert ask(person.msisdn, "switch_off", "pkg_dgcz10").facts["ended"] == ["pkg_dgcz10"]
    assert ask(person.msisdn, "usage", "left_ip1000").refused is Cause.NOT_ON
    assert ask(person.msisdn, "password", "check", password=Secret("246813")).refused is None


def test_a_fresh_subscriber_costs_ten_statements_and_is_told_to_whoever_keeps_copies() -> None:
    told: list[LineFacts] = []

    def remember(lines: Iterable[LineFacts], now: datetime) -> None:
        told.extend(lines)

    with counting() as count:
        person = town.fresh("T5", now=NOW, remember=remember)
    assert count.statements <= 10
    assert [line.msisdn for line in told] == [person.msisdn]
    with pytest.raises(town.UnknownTable):
        town.fresh("T9", now=NOW)


def test_passwords_that_the_demo_prints_are_the_carriers() -> None:
    """They stand in the demo's welcome, for the way into the web hall."""
    known = {person.name: town.password_of(person) for person in town.people() if town.password_of(person)}
    assert {"孙丽", "Emma Clarke", "韩磊"} == set(known)
    for name, password in known.items():
        assert ask(called(name).msisdn, "password", "check", password=Secret(password)).refused is None
