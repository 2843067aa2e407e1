"""Six things by one customer interface, each with its record: nobody has to call or come."""

from typing import Any

import pytest

from careline.cases.models import Case
from careline.ledger.models import Attempt
from careline.orders.records.order import Event, Order
from tests.app.conftest import App, SignUp, fresh
from tests.app.test_orders import order_for


@pytest.mark.requirement("CH-10")
def test_consulting_asking_ordering_cancelling_following_and_complaining_are_online_and_leave_records(
    sign_up: SignUp,
) -> None:
    number = fresh()
    own: App = sign_up(number)

    def sent(path: str, body: Any, status: int) -> dict[str, Any]:
        answer = own.post(path, body)
        assert answer.status_code == status, answer.content
        return dict(answer.json())

    # Consult and query.
    asked = sent("/cases", {"kind": "enquiry", "words": "副卡怎么收费？"}, 201)
    assert Case.objects.get(docket=asked["docket"]).kind == "enquiry"
    assert own.get("/balances").json()["basic"]["fen"] == 100_00
    query = Attempt.objects.get(msisdn=number.digits, verb="query")
    assert (query.channel, query.outcome) == ("app", "done")
    # Order, follow, cancel.
    placed = sent("/orders", order_for(own), 201)["number"]
    told = own.get(f"/orders/{placed}").json()["timeline"]
    assert [(one["who"], bool(one["at"])) for one in told[:1]] == [("you", True)]
    sent(f"/orders/{placed}/cancel", {"reason": "不想要了"}, 200)
    assert Order.objects.get(number=placed).state == "cancelled"
    did = list(Event.objects.filter(order__number=placed).order_by("id").values_list("did", "channel"))
    assert did[0] == ("placed", "app")
    assert ("cancelled", "app") in did
    # Complain.
    docket = sent(f"/orders/{placed}/complaint", {"words": "一直没有人联系我"}, 201)["docket"]
    complaint = Case.objects.get(docket=docket)
    assert (complaint.kind, complaint.matter, complaint.channel) == ("complaint", placed, "app")
    assert {one["docket"] for one in own.get("/cases").json()["items"]} == {asked["docket"], docket}
