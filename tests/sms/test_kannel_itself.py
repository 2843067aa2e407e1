"""Kannel itself between the SMSC and our hall: over HTTP in, the answer in its response or by sendsms with a receipt."""

import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from careline.daemons.sms import SmsService
from careline.ledger.models import Arrived
from careline.outbox.models import Message
from careline.simulators.deliveries import ReceiptTime
from careline.simulators.smsc import Smsc
from tests.house.programs import missing

from .aggregator import SECRET, Aggregator, fresh
from .street import Loop, eventually

pytestmark = pytest.mark.peer("bearerbox")

CONFIGURATION = """
group = core
admin-port = {admin}
admin-password = adminpass
admin-interface = 127.0.0.1
smsbox-port = {boxes}
smsbox-interface = 127.0.0.1
dlr-storage = internal
log-level = 2

group = smsc
smsc = smpp
smsc-id = careline
host = 127.0.0.1
port = {smsc}
smsc-username = careline
smsc-password = secret
system-type = VMA
transceiver-mode = true
reconnect-delay = 1
msg-id-type = 1

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = {boxes}
sendsms-port = {send}
sendsms-interface = 127.0.0.1
http-request-retry = 3
log-level = 2

group = sendsms-user
username = hall
password = pw
max-messages = 10
concatenation = true

group = sms-service
keyword = default
max-messages = 10
concatenation = true
omit-empty = true
accept-x-kannel-headers = true
get-url = "{hall}/gateway/kannel/agg-kannel?secret={secret}&id=%I&from=%p&to=%P&text=%a&charset=%C&coding=%c"
"""


@pytest.fixture
def smsc(loop: Loop) -> Iterator[Smsc]:
    smsc = Smsc(receipts=ReceiptTime.AFTER)
    loop.run(smsc.start())
    yield smsc
    loop.run(smsc.close())


@pytest.fixture
def kannel(aggregator: Aggregator, smsc: Smsc, tmp_path: Path) -> Iterator[Aggregator]:
    """Kannel running, bound to our SMSC and calling our hall; its sendsms is the aggregator's port."""
    programs = [
        shutil.which(name, path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin") for name in ("bearerbox", "smsbox")
    ]
    if not all(programs):
        missing("smsbox is not beside bearerbox")
    admin, boxes, send = free_ports(3)
    file = tmp_path / "kannel.conf"
    file.write_text(
        CONFIGURATION.format(admin=admin, boxes=boxes, send=send, smsc=smsc.port, hall=aggregator.live, secret=SECRET)
    )
    log = (tmp_path / "kannel.log").open("wb")
    running: list[subprocess.Popen[bytes]] = []
    try:
        for program in programs:
            running.append(subprocess.Popen([str(program), str(file)], cwd=tmp_path, stdout=log, stderr=log))
            eventually(lambda: smsc.binds == 1, 60)
        eventually(lambda: listens(send), 60)
        aggregator.port = send
        yield aggregator
    finally:
        for process in reversed(running):
            process.terminate()
            process.wait(60)
        log.close()


def free_ports(count: int) -> list[int]:
    held = [socket.socket() for _ in range(count)]
    for one in held:
        one.bind(("127.0.0.1", 0))
    ports = [int(one.getsockname()[1]) for one in held]
    for one in held:
        one.close()
    return ports


def listens(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def test_kannel_carries_a_text_in_chinese_to_the_hall_and_its_answer_back(
    kannel: Aggregator, smsc: Smsc, loop: Loop
) -> None:
    kannel.account("kannel")
    customer = fresh()
    loop.call(smsc.text, customer.digits, "10086", "查余额")
    eventually(lambda: smsc.arrivals)
    assert "余额" in smsc.arrivals[0].text
    assert (smsc.arrivals[0].source, smsc.arrivals[0].destination) == ("10086", customer.digits)
    assert Arrived.objects.get().said == "查余额"
    eventually(lambda: Message.objects.get().state == "answered")


def test_kannel_takes_the_answer_by_sendsms_and_calls_with_its_receipt(
    kannel: Aggregator, smsc: Smsc, loop: Loop, sending: Callable[[], SmsService]
) -> None:
    kannel.account(
        "kannel", at_once=False, receipts=True, username="hall", password="pw",
        send_url=f"http://127.0.0.1:{kannel.port}/cgi-bin/sendsms",
        callback_url=f"{kannel.live}/gateway/kannel/agg-kannel",
    )  # fmt: skip
    sending()
    customer = fresh()
    loop.call(smsc.text, customer.digits, "10086", "CXYE")
    eventually(lambda: smsc.arrivals)
    assert "余额" in smsc.arrivals[0].text
    eventually(lambda: Message.objects.get().state == "delivered")
    assert len(smsc.arrivals) == 1  # the empty response was not sent as a text
