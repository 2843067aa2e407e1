"""CMPP 2.0 and 3.0: bytes, sessions and a link on a real socket."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careline.links.cmpp import CmppLink, CmppSettings
from careline.links.link import (
    Limits,
    Refusal,
    Sent,
    acknowledge_many,
)
from careline.protocols.cmpp import codes
from careline.protocols.cmpp.connecting import connect_request, gateway_authenticators, parse_connect
from careline.protocols.cmpp.pdu import (
    HEADER,
    Deliver,
    ReceiptContent,
    Submit,
    build,
    deliver_body,
    parse_deliver,
    parse_receipt,
    parse_submit,
    receipt_content,
    submit_body,
)
from careline.protocols.cmpp.session import Session, Side
from careline.protocols.events import Answered, BindAnswered, Broken, Garbled, UnbindAnswered, UnbindRequested
from careline.protocols.joining import Joiner, Piece
from careline.protocols.receipts import DeliveryState
from careline.simulators.cmpp_gateway import CmppGateway
from careline.simulators.deliveries import ReceiptTime
from tests.wire.hearing import LONG, NUMBER, Hall, open_hall, outbound

versions = pytest.mark.parametrize("version", [codes.VERSION_2, codes.VERSION_3])

octet = st.integers(0, 255)


def word(size: int) -> st.SearchStrategy[str]:
    return st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=size)


submits = st.builds(
    Submit,
    source=word(21),
    destinations=st.lists(word(21), min_size=1, max_size=4).map(tuple),
    content=st.binary(max_size=159),
    message_format=octet,
    has_header=st.booleans(),
    total=octet,
    number=octet,
    registered=st.booleans(),
    service_id=word(10),
    message_source=word(6),
    fee_user_type=octet,
    fee_number=word(21),
    fee_type=word(2),
    fee_code=word(6),
    link_id=word(20),
    sequence=st.just(1),
)
delivers = st.builds(
    Deliver,
    message_id=st.integers(0, 2**64 - 1),
    source=word(21),
    destination=word(21),
    content=st.binary(max_size=255),
    message_format=octet,
    has_header=st.booleans(),
    is_receipt=st.booleans(),
    service_id=word(10),
    link_id=word(20),
    sequence=st.just(1),
)


@given(submits, st.booleans(), st.booleans())
def test_submissions_come_back_from_the_wire_whatever_version_is_expected(
    message: Submit, wide: bool, expected: bool
) -> None:
    parsed = parse_submit(submit_body(message, wide=wide), 1, wide_expected=expected)
    if parsed.wide == wide:  # a hostile content can make one length fit both versions
        message.wide, message.link_id = wide, message.link_id if wide else ""
        assert parsed == message
    else:
        assert wide != expected


@given(delivers, st.booleans())
def test_deliveries_come_back_from_the_wire(message: Deliver, wide: bool) -> None:
    parsed = parse_deliver(deliver_body(message, wide=wide), 1, wide_expected=wide)
    message.wide, message.link_id = wide, message.link_id if wide else ""
    assert parsed == message


@pytest.mark.parametrize("wide", [False, True])
def test_a_delivery_is_read_by_its_length_not_by_the_version(wide: bool) -> None:
    message = Deliver(77, NUMBER, "10086", "查余额".encode("utf-16-be"), 8)
    parsed = parse_deliver(deliver_body(message, wide=wide), 1, wide_expected=not wide)
    assert (parsed.text(), parsed.source, parsed.wide) == ("查余额", NUMBER, wide)


@given(
    st.builds(
        ReceiptContent,
        st.integers(0, 2**64 - 1),
        word(7),
        word(10),
        word(10),
        word(21),
        st.integers(0, 2**32 - 1),
    ),
    st.booleans(),
)
def test_receipts_come_back_from_the_wire(receipt: ReceiptContent, wide: bool) -> None:
    assert parse_receipt(receipt_content(receipt, wide=wide)) == receipt


@given(st.binary(max_size=500))
def test_no_bytes_crash_a_session(data: bytes) -> None:
    for side in Side:
        Session(side, now=0).receive(data, 0)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([c | r for c in (1, 2, 4, 5, 8, 99) for r in (0, codes.RESPONSE)]),
            st.integers(0, 3),
            st.binary(max_size=200),
        ),
        max_size=5,
    )
)
def test_no_body_crashes_a_connected_session(pdus: list[tuple[int, int, bytes]]) -> None:
    for session in connected_pair():
        session.enquire(0)
        for command, sequence, body in pdus:
            session.receive(build(command, sequence, body), 0)
        session.take()


def connected_pair(version: int = codes.VERSION_3) -> tuple[Any, Any]:
    provider: Any = Session(Side.PROVIDER, version=version, now=0)
    gateway: Any = Session(Side.GATEWAY, version=version, now=0)
    provider.connect("910086", "secret", 102030405)
    (request,) = gateway.receive(provider.take(), 0)
    assert request.knows("secret")
    assert not request.knows("other")
    gateway.answer_connect(request, codes.OK, "secret")
    assert provider.receive(gateway.take(), 0) == [BindAnswered(0, "")]
    return provider, gateway


def test_the_leading_zeros_of_the_timestamp_are_put_back_before_hashing() -> None:
    """The second of January, 03:04:05, is 0102030405 in the hash and 102030405 on the wire."""
    import hashlib

    request = connect_request("910086", "secret", codes.VERSION_3, 102030405)
    expected = hashlib.md5(b"910086" + bytes(9) + b"secret" + b"0102030405").digest()
    assert request.authenticator == expected
    assert parse_connect(request.body(), 0) == request


@versions
@pytest.mark.parametrize("form", [0, 1])
@pytest.mark.parametrize("status_octets", [1, 4])
def test_either_form_of_the_gateways_proof_is_taken(version: int, form: int, status_octets: int) -> None:
    provider = Session(Side.PROVIDER, version=version, now=0)
    provider.connect("910086", "secret", 1121000000)
    ours = connect_request("910086", "secret", version, 1121000000).authenticator
    proof = gateway_authenticators(0, ours, "secret")[form]
    answer = build(codes.CONNECT_RESP, 1, bytes(status_octets) + proof + bytes((version,)))
    assert provider.receive(answer, 0) == [BindAnswered(0, "")]
    assert provider.bound


def test_a_wrong_proof_is_remarked_and_not_dropped() -> None:
    provider: Any = Session(Side.PROVIDER, now=0)
    provider.connect("910086", "secret", 1121000000)
    (answered,) = provider.receive(build(codes.CONNECT_RESP, 1, bytes(20) + b"\x30"), 0)
    assert answered.remark
    assert provider.bound


def test_a_refusal_of_version_2_in_the_form_of_version_3_is_understood() -> None:
    provider = Session(Side.PROVIDER, version=codes.VERSION_2, now=0)
    provider.connect("910086", "wrong", 1121000000)
    refusal = build(codes.CONNECT_RESP, 1, (3).to_bytes(4) + bytes(16) + b"\x30")
    assert provider.receive(refusal, 0) == [BindAnswered(codes.AUTHENTICATION_FAILED, "")]
    assert not provider.bound


@versions
def test_answers_have_the_width_the_request_came_in(version: int) -> None:
    provider, gateway = connected_pair(version)
    body = deliver_body(Deliver(77, NUMBER, "10086", b"CXYE"), wide=version == codes.VERSION_2)
    provider.receive(build(codes.DELIVER, 9, body), 0)
    provider.answer([(9, codes.OK)])
    answer = provider.take()
    assert len(answer) == 12 + (12 if version == codes.VERSION_2 else 9)
    assert HEADER.unpack_from(answer)[1:] == (codes.DELIVER_RESP, 9)
    provider.submit(Submit("10086", (NUMBER,), b"hi", 0), "token", 0)
    (message,) = gateway.receive(provider.take(), 0)
    gateway.answer_submit(message, codes.OK, 2**64 - 1)
    assert provider.receive(gateway.take(), 0) == [Answered("token", 0, str(2**64 - 1))]


def test_byte_by_byte_is_enough() -> None:
    provider, gateway = connected_pair()
    gateway.deliver(Deliver(77, NUMBER, "10086", b"CXYE"), None, 0)
    events = [event for octet in gateway.take() for event in provider.receive(bytes((octet,)), 0)]
    assert [event.text() for event in events] == ["CXYE"]


def test_what_cannot_be_read_is_answered_as_malformed() -> None:
    provider, _ = connected_pair()
    (event,) = provider.receive(build(codes.DELIVER, 5, (77).to_bytes(8) + b"short"), 0)
    assert isinstance(event, Garbled)
    assert provider.take() == build(codes.DELIVER_RESP, 5, (77).to_bytes(8) + (1).to_bytes(4))


@pytest.mark.parametrize("length", [0, 11, 65_537, 0x48545450])
def test_an_impossible_length_ends_the_session(length: int) -> None:
    provider, _ = connected_pair()
    assert isinstance(provider.receive(HEADER.pack(length, 5, 1) + bytes(20), 0)[0], Broken)
    assert provider.closed


def test_active_tests_and_terminate_go_both_ways() -> None:
    for asking, answering in (connected_pair(), connected_pair()[::-1]):
        asking.enquire(0, "proof")
        assert answering.receive(asking.take(), 0) == []
        (event,) = asking.receive(answering.take(), 0)
        assert event.token == "proof"
        asking.unbind()
        assert answering.receive(asking.take(), 0) == [UnbindRequested()]
        assert asking.receive(answering.take(), 0) == [UnbindAnswered()]


def test_numbers_and_secrets_do_not_show() -> None:
    shown = repr(Submit("10086", (NUMBER,), b"MM 1", 0)) + repr(Deliver(1, NUMBER, "10086", b"MM 1"))
    shown += repr(connect_request("910086", "secret", 0x30, 1)) + repr(CmppSettings("a", "h", 1, "910086", "secret"))
    assert NUMBER not in shown
    assert "MM 1" not in shown
    assert "secret'" not in shown


# On a socket


def connected(gateway: CmppGateway, *, up: bool = True, **settings: Any) -> AbstractAsyncContextManager[Hall]:
    """A hall with an account at this gateway."""
    base: dict[str, Any] = {"name": "g", "host": gateway.host, "port": gateway.port, "source": "910086"}
    base |= {"secret": "secret", "version": gateway.version, "service_id": "HALL"}
    limits = Limits(backoff_first_seconds=0.02, backoff_max_seconds=0.1, throttle_seconds=0.05, prove_seconds=0.1)
    return open_hall(lambda **told: CmppLink(CmppSettings(**base | settings), limits=limits, **told), up=up)


@pytest.fixture(params=[codes.VERSION_2, codes.VERSION_3], ids=["2.0", "3.0"])
async def gateway(request: pytest.FixtureRequest) -> AsyncIterator[CmppGateway]:
    async with CmppGateway(version=request.param) as running:
        yield running


async def test_a_text_comes_in_and_a_long_answer_goes_out(gateway: CmppGateway) -> None:
    async with connected(gateway) as hall:
        gateway.text(NUMBER, "10086", "查余额", link_id="L7")
        await hall.until(lambda: bool(hall.messages))
        (message,) = hall.messages
        assert (message.source, message.destination, message.text) == (NUMBER, "10086", "查余额")
        assert message.message_id == str(gateway.deliveries[0].message.message_id)
        hall.link.submit([outbound(LONG, extra=message.extra)])
        await hall.until(lambda: bool(hall.results))
        assert [(a.destination, a.text) for a in gateway.arrivals] == [(NUMBER, LONG)]
        assert tuple(part.message_id for part in hall.results[0].parts) == gateway.arrivals[0].message_ids
        on_demand = "L7" if gateway.version == codes.VERSION_3 else ""
        assert {submit.link_id for submit in gateway.submissions} == {on_demand}
        assert gateway.deliveries[0].acknowledged


async def test_nothing_is_acknowledged_before_the_hall_says_so(gateway: CmppGateway) -> None:
    async with connected(gateway) as hall:
        hall.react = lambda messages: None
        gateway.text(NUMBER, "10086", "CXYE")
        await hall.until(lambda: len(hall.messages) == 1)
        hall.link.submit([outbound()])
        await hall.until(lambda: bool(hall.results))
        assert not gateway.deliveries[0].acknowledged
        gateway.cut()
        await hall.until(lambda: len(hall.messages) == 2)
        assert hall.messages[0].message_id == hall.messages[1].message_id
        hall.messages[1].acknowledge()
        await gateway.until(lambda: gateway.deliveries[0].acknowledged)


@pytest.mark.parametrize("refusal", [Refusal.AGAIN, Refusal.BUSY])
async def test_a_text_we_cannot_take_now_comes_again(gateway: CmppGateway, refusal: Refusal) -> None:
    async with connected(gateway) as hall:
        hall.react = lambda messages: messages[0].refuse(refusal)
        gateway.text(NUMBER, "10086", "CXYE")
        await hall.until(lambda: bool(hall.messages))
        hall.react = acknowledge_many
        await gateway.until(lambda: gateway.deliveries[0].acknowledged)
        assert gateway.deliveries[0].sendings == 2


@pytest.mark.parametrize("time", [ReceiptTime.BEFORE, ReceiptTime.AFTER])
async def test_each_part_has_its_receipt_even_an_early_one(gateway: CmppGateway, time: ReceiptTime) -> None:
    gateway.receipts = time
    async with connected(gateway) as hall:
        hall.link.submit([outbound(LONG, registered=True)])
        await hall.until(lambda: len(hall.receipts) == 3 and bool(hall.results))
        ids = {part.message_id for part in hall.results[0].parts}
        assert {receipt.keys[0] for receipt in hall.receipts} == ids
        assert {receipt.state for receipt in hall.receipts} == {DeliveryState.DELIVERED}
        assert {receipt.source for receipt in hall.receipts} == {NUMBER}
        await gateway.until(lambda: all(delivery.acknowledged for delivery in gateway.deliveries))


async def test_two_subscribers_long_texts_never_mix(gateway: CmppGateway) -> None:
    said = {f"139{n:08d}": f"我要投诉{n}号营业厅，" * 20 for n in range(10)}
    async with connected(gateway) as hall:
        for source, text in said.items():
            gateway.text(source, "10086", text, reference=7)
        await gateway.until(lambda: all(delivery.acknowledged for delivery in gateway.deliveries))
        joiner = Joiner(default="ascii")
        joined = [
            whole
            for m in reversed(hall.messages)
            if m.place
            and (whole := joiner.add(Piece(m.source, m.destination, m.place, m.data_coding, m.body, m.received_at)))
        ]
        assert {whole.source: whole.text for whole in joined} == said


async def test_flow_control_is_obeyed_and_order_kept(gateway: CmppGateway) -> None:
    async with connected(gateway) as hall:
        gateway.throttle = 5
        hall.link.submit([outbound(f"{n}", id=n) for n in range(20)])
        await hall.until(lambda: len(hall.results) == 20)
        assert [arrival.text for arrival in gateway.arrivals] == [f"{n}" for n in range(20)]
        assert all(result.sent is Sent.ACCEPTED for result in hall.results)


async def test_a_wrong_secret_is_tried_again(gateway: CmppGateway) -> None:
    async with connected(gateway, up=False, secret="wrong") as hall:
        await gateway.until(lambda: gateway.refused_connects == 2)
        gateway.accounts["910086"] = "wrong"
        await hall.link.wait_until_up()


async def test_acknowledgements_are_proved_by_an_active_test(gateway: CmppGateway) -> None:
    async with connected(gateway) as hall:
        gateway.text(NUMBER, "10086", "CXYE")
        await hall.until(lambda: any(proof >= hall.messages[0].received_at for proof in hall.proofs))


async def test_a_number_too_long_for_the_protocol_is_not_sent(gateway: CmppGateway) -> None:
    async with connected(gateway) as hall:
        hall.link.submit([outbound(destination="1" * 33), outbound(id=2)])
        await hall.until(lambda: len(hall.results) == 2)
        assert {result.outbound.id: result.sent for result in hall.results} == {1: Sent.NOT_SENT, 2: Sent.ACCEPTED}
        assert "1111" not in hall.results[0].parts[0].error
