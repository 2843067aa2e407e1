"""Channels: what they cost their customers."""

import pytest

from careline.ledger.models import Attempt
from careline.values.outcome import Outcome
from tests.halls import Hall
from tests.requirements.carrier_side import facts
from tests.requirements.test_ivr import calling


@pytest.mark.requirement("CH-13")
def test_calls_to_the_hotline_and_what_is_asked_there_leave_no_charge_in_the_carriers_books(hall: Hall) -> None:
    li = hall.fresh("T5")
    month = f"{hall.clock():%Y-%m}"

    def books() -> tuple[object, ...]:
        account = facts(hall, li, "account")
        return account["basic"], account["gift"], account["charges_now"], facts(hall, li, "charges", month=month)

    before = books()
    for path in ("@charges_and_balance.query", "@complaint_progress.query", "@order_status.query"):
        caller, _ = calling(hall, li, path)
        caller.hang_up()
    assert hall.say(li, "CXYE").outcome is Outcome.DONE
    assert Attempt.objects.filter(msisdn=li.digits, outcome="done").count() == 4
    assert books() == before
