"""Accounts: what is owed to whom is taken from where, seen through the hall and in the carrier's books."""

import pytest

from careline.demo import town
from careline.values.cause import Cause
from careline.values.outcome import Outcome
from tests.halls import Hall, answer_of

from .carrier_side import facts, held, yuan


@pytest.mark.requirement("ACC-01")
def test_gift_money_does_not_pay_a_provider_and_seven_yuan_bring_the_line_back(hall: Hall) -> None:
    town.settle(hall.clock())
    wu = town.find("吴国强")
    assert wu is not None
    told = answer_of(hall.say(wu.msisdn, "查余额"))
    assert "已停机" in told
    assert "欠7.00元" in told
    assert "赠送账户有50.00元" in told
    assert hall.say(wu.msisdn, "KTFX").cause is Cause.SUSPENDED
    facts(hall, wu.msisdn, "top_up", amount=700, account="basic", how="card")
    hall.clock.pass_(minutes=10)
    assert facts(hall, wu.msisdn, "account")["status"] == "active"
    assert hall.say(wu.msisdn, "KTFX").outcome is Outcome.DONE


@pytest.mark.requirement("ACC-03")
@pytest.mark.parametrize(
    ("order", "query", "megabytes"),
    [("GPRS5", "CXGPRS5", 30), ("GPRS20", "CXGPRS20", 150), ("GPRS50", "CXGPRS50", 500)],
)
def test_a_package_brings_the_allowance_that_its_query_tells(
    hall: Hall, order: str, query: str, megabytes: int
) -> None:
    customer = hall.fresh("T4", allotted=False)
    assert hall.say(customer, query).cause is Cause.NOT_ON
    assert hall.say(customer, order).outcome is Outcome.DONE
    assert f"共{megabytes}M" in answer_of(hall.say(customer, query))


@pytest.mark.requirement("ACC-06")
@pytest.mark.parametrize("said", [("KTLDXS",), ("KTSJLL#20",), ("DZZD",), ("开通彩铃", "是"), ("KTYETX#10.00",)])
def test_an_accepted_order_is_in_the_carriers_books_at_once(hall: Hall, said: tuple[str, ...]) -> None:
    customer = hall.fresh("T5")
    before = facts(hall, customer, "account")
    served = hall.say(customer, *said)
    assert served.outcome is Outcome.DONE
    assert served.understood is not None
    assert served.understood.service in held(hall, customer)
    after = facts(hall, customer, "account")
    spent = before["basic"] + before["gift"] - after["basic"] - after["gift"]
    assert not spent or f"扣费{yuan(spent)}" in answer_of(served)
    assert after["charges_now"] - before["charges_now"] == spent
