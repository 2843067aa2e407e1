"""The same hall behind a CMPP gateway: its messages have ids, its subscribers' numbers no country code."""

from collections.abc import Iterator

import pytest

from careline.channels.sms.accounts import Accounts, SmscAccount
from careline.daemons.sms import SmsService
from careline.demo import town
from careline.ledger.models import Arrived, Attempt
from careline.links.link import Limits
from careline.outbox.models import Message
from careline.protocols.cmpp.codes import VERSION_2, VERSION_3
from careline.simulators.cmpp_gateway import CmppGateway
from careline.simulators.deliveries import ReceiptTime

from .street import Loop, clock, eventually, receptions


@pytest.fixture
def loop(transactional_db: None) -> Iterator[Loop]:
    loop = Loop()
    yield loop
    loop.close()


@pytest.mark.parametrize("version", ["2.0", "3.0"])
def test_a_text_through_a_cmpp_gateway_is_answered_and_its_receipt_found(loop: Loop, version: str) -> None:
    gateway = CmppGateway(version=VERSION_2 if version == "2.0" else VERSION_3, receipts=ReceiptTime.AFTER)
    loop.run(gateway.__aenter__())
    account = SmscAccount(
        name="ismg", kind="cmpp", port=gateway.port, system_id="910086", secret="secret", receipts=True,
        version=version,  # type: ignore[arg-type]
    )  # fmt: skip
    service = SmsService(
        Accounts(links=(account,)), reception_of=receptions(), clock=clock, parts_max=lambda: 5,
        limits=Limits(backoff_first_seconds=0.02, prove_seconds=0.1),
    )  # fmt: skip
    loop.run(service.start())
    try:
        customer = town.fresh("T5", None, now=clock()).msisdn
        loop.call(lambda: gateway.text(customer.national(), "10086", "CXYE", link_id="order-17"))
        eventually(lambda: gateway.arrivals)
        assert "余额" in gateway.arrivals[0].text
        assert gateway.arrivals[0].destination == customer.national()
        eventually(lambda: Message.objects.get().state == "delivered")
        # The gateway's own id names the message; so a repetition is known for good, whatever its connection.
        arrived = Arrived.objects.get()
        assert arrived.message_id.isdecimal()
        assert Attempt.objects.count() == 1
        assert gateway.submissions[0].link_id == ("order-17" if version == "3.0" else "")
    finally:
        loop.run(service.stop())
        loop.run(gateway.__aexit__())
