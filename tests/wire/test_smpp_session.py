"""The SMPP session: what goes in whole comes out whole, however it is cut, and nothing hostile breaks it."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careline.protocols.events import (
    Answered,
    BindAnswered,
    Broken,
    EnquireAnswered,
    Garbled,
    Unanswered,
    UnbindAnswered,
    UnbindRequested,
)
from careline.protocols.smpp import codes
from careline.protocols.smpp.pdu import (
    HEADER,
    BindRequest,
    Message,
    build,
    build_message,
    parse_bind,
    parse_message,
)
from careline.protocols.smpp.session import NotBound, Session
from careline.protocols.smpp.states import Side, State

BIND = BindRequest(codes.BIND_TRANSCEIVER, "hall", "secret")

octet = st.integers(0, 255)
word = st.text(st.characters(min_codepoint=33, max_codepoint=255), max_size=16)
tlvs = st.dictionaries(st.integers(0, 0xFFFF), st.binary(max_size=40), max_size=4)
messages = st.builds(
    Message,
    source=word,
    destination=word,
    short_message=st.binary(max_size=254),
    data_coding=octet,
    esm_class=octet,
    registered_delivery=octet,
    source_ton=octet,
    source_npi=octet,
    destination_ton=octet,
    destination_npi=octet,
    service_type=word,
    protocol_id=octet,
    priority=octet,
    schedule_time=word,
    validity_period=word,
    replace_if_present=octet,
    default_message_id=octet,
    tlvs=tlvs,
    sequence=st.integers(1, 0x7FFFFFFF),
    command=st.sampled_from([codes.SUBMIT_SM, codes.DELIVER_SM]),
)


def bound_pair(command: int = codes.BIND_TRANSCEIVER) -> tuple[Any, Any]:
    """An ESME and an SMSC, bound, with nothing outgoing."""
    esme: Any = Session(Side.ESME, now=0)
    smsc: Any = Session(Side.SMSC, now=0)
    esme.bind(replace(BIND, command=command))
    (request,) = smsc.receive(esme.take(), 0)
    smsc.answer_bind(request, codes.OK, "smsc")
    assert esme.receive(smsc.take(), 0) == [BindAnswered(0, "smsc")]
    return esme, smsc


def deliver_sm(text: bytes = b"CXYE", sequence: int = 1) -> bytes:
    return build_message(Message("13900000001", "10086", text), codes.DELIVER_SM, sequence)


def header(data: bytes) -> tuple[int, int, int, int]:
    return HEADER.unpack_from(data)


@given(messages)
def test_messages_come_back_from_the_wire(message: Message) -> None:
    data = build_message(message, message.command, message.sequence)
    assert parse_message(data[16:], message.command, message.sequence) == message


@given(messages)
def test_data_sm_keeps_what_it_has_room_for(message: Message) -> None:
    data = build_message(message, codes.DATA_SM, message.sequence)
    parsed = parse_message(data[16:], codes.DATA_SM, message.sequence)
    assert (parsed.source, parsed.destination, parsed.tlvs) == (message.source, message.destination, message.tlvs)
    assert (parsed.esm_class, parsed.data_coding) == (message.esm_class, message.data_coding)


@given(word, word, word)
def test_bind_requests_come_back_from_the_wire(system_id: str, password: str, system_type: str) -> None:
    request = BindRequest(codes.BIND_RECEIVER, system_id, password, system_type)
    assert parse_bind(request.body(), request.command, 0) == request


@settings(max_examples=30)
@given(st.lists(st.integers(1, 40), max_size=60))
def test_however_the_stream_is_cut_the_events_are_the_same(cuts: list[int]) -> None:
    stream = deliver_sm(b"one") + build(codes.ENQUIRE_LINK, 0, 2) + deliver_sm(b"two", 3) + build(0x99, 0, 4)
    whole, _ = bound_pair()
    expected, outgoing = whole.receive(stream, 1), whole.take()
    esme, _ = bound_pair()
    events, position = [], 0
    for length in [*cuts, len(stream)]:
        events += esme.receive(stream[position : position + length], 1)
        position += length
    assert events == expected
    assert esme.take() == outgoing


def test_byte_by_byte_is_enough() -> None:
    esme, _ = bound_pair()
    events = [event for octet in deliver_sm() for event in esme.receive(bytes((octet,)), 1)]
    assert [event.short_message for event in events] == [b"CXYE"]


def test_a_message_in_the_segment_of_the_bind_response_is_not_lost() -> None:
    esme = Session(Side.ESME, now=0)
    esme.bind(BIND)
    events = esme.receive(build(codes.BIND_TRANSCEIVER | codes.RESPONSE, 0, 1, b"smsc\0") + deliver_sm(), 0)
    assert events[0] == BindAnswered(0, "smsc")
    assert isinstance(events[1], Message)


@given(st.binary(max_size=400))
def test_no_bytes_crash_an_unbound_session(data: bytes) -> None:
    for side in Side:
        Session(side, now=0).receive(data, 0)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([*codes.KNOWN, *(c | codes.RESPONSE for c in codes.KNOWN), codes.GENERIC_NACK, 0x42]),
            octet,
            st.integers(0, 5),
            st.binary(max_size=60),
        ),
        max_size=6,
    )
)
def test_no_body_crashes_a_bound_session(pdus: list[tuple[int, int, int, bytes]]) -> None:
    for session in bound_pair():
        session.enquire(0)
        if session.side is Side.ESME:
            session.submit(Message("10086", "139"), "token", 0)
        for command, status, sequence, body in pdus:
            session.receive(build(command, status, sequence, body), 0)
        session.take()


@given(messages, st.integers(0, 300), st.integers(0, 255))
def test_a_damaged_message_never_crashes(message: Message, position: int, octet: int) -> None:
    data = bytearray(build_message(message, codes.DELIVER_SM, 1))
    data[16 + position % max(1, len(data) - 16) if len(data) > 16 else 0] = octet
    esme, _ = bound_pair()
    esme.receive(bytes(data), 0)


@pytest.mark.parametrize("length", [0, 15, 70_001, 0x47455420])
def test_an_impossible_length_ends_the_session(length: int) -> None:
    esme, _ = bound_pair()
    (event,) = esme.receive(HEADER.pack(length, codes.DELIVER_SM, 0, 1) + bytes(40), 0)
    assert isinstance(event, Broken)
    assert header(esme.take())[1:3] == (codes.GENERIC_NACK, codes.INVALID_COMMAND_LENGTH)
    assert esme.receive(deliver_sm(), 0) == []


def test_an_unknown_command_is_nacked_and_the_session_goes_on() -> None:
    esme, _ = bound_pair()
    events = esme.receive(build(0x0777, 0, 9, b"what") + deliver_sm(), 0)
    assert [type(event) for event in events] == [Garbled, Message]
    assert header(esme.take()) == (16, codes.GENERIC_NACK, codes.INVALID_COMMAND, 9)


def test_a_body_that_ends_too_early_is_refused_for_good() -> None:
    esme, _ = bound_pair()
    (event,) = esme.receive(build(codes.DELIVER_SM, 0, 5, b"\0\1\1139"), 0)
    assert isinstance(event, Garbled)
    assert header(esme.take())[1:] == (codes.DELIVER_SM_RESP, codes.PERMANENT_APPLICATION_ERROR, 5)


def test_a_length_that_lies_about_the_text_is_refused() -> None:
    data = bytearray(deliver_sm(b"CXYE"))
    data[data.index(b"CXYE") - 1] = 200
    esme, _ = bound_pair()
    assert isinstance(esme.receive(bytes(data), 0)[0], Garbled)


def test_unknown_tlvs_are_kept_and_a_cut_one_costs_nothing() -> None:
    message = Message("139", "10086", b"CXYE", tlvs={0x1400: b"vendor", 0x1401: b"more"})
    data = build_message(message, codes.DELIVER_SM, 1)[16:-2]
    assert parse_message(data, codes.DELIVER_SM, 1).tlvs == {0x1400: b"vendor"}


def test_a_message_may_come_as_payload_or_in_data_sm() -> None:
    payload = "查余额".encode("utf-16-be") * 50
    for command in (codes.DELIVER_SM, codes.DATA_SM):
        message = Message("139", "10086", data_coding=8, tlvs={codes.TAG_MESSAGE_PAYLOAD: payload})
        esme, _ = bound_pair()
        (event,) = esme.receive(build_message(message, command, 4), 0)
        assert event.text() == "查余额" * 50
        esme.answer(((4, codes.OK, ""),))
        assert header(esme.take()) == (17, command | codes.RESPONSE, 0, 4)


def test_a_header_wins_over_sar_tlvs() -> None:
    sar = {codes.TAG_SAR_REFERENCE: b"\0\x09", codes.TAG_SAR_TOTAL: b"\x03", codes.TAG_SAR_NUMBER: b"\x02"}
    both = Message("139", "10086", b"\x05\x00\x03\x07\x02\x01text", esm_class=0x40, tlvs=sar)
    assert both.split()[1:] == (b"text", (7, 2, 1))
    assert Message("139", "10086", b"text", tlvs=sar).split()[1:] == (b"text", (9, 3, 2))


@pytest.mark.parametrize("command", [codes.ALERT_NOTIFICATION, codes.OUTBIND])
def test_what_wants_no_answer_gets_none(command: int) -> None:
    esme, _ = bound_pair()
    esme.receive(build(command, 0, 3, b"\1\1139\0\1\1100\0"), 0)
    assert esme.take() == b""


def test_messages_before_the_bind_are_refused_by_state() -> None:
    esme = Session(Side.ESME, now=0)
    assert isinstance(esme.receive(deliver_sm(), 0)[0], Garbled)
    assert header(esme.take())[1:3] == (codes.DELIVER_SM_RESP, codes.WRONG_BIND_STATE)
    with pytest.raises(NotBound):
        esme.submit(Message("1", "2"), None, 0)


def test_a_receiver_does_not_submit_and_a_transmitter_is_not_delivered_to() -> None:
    esme, smsc = bound_pair(codes.BIND_RECEIVER)
    assert esme.state is State.BOUND_RX
    with pytest.raises(NotBound):
        esme.submit(Message("1", "2"), None, 0)
    smsc.receive(build_message(Message("1", "2"), codes.SUBMIT_SM, 8), 0)
    assert header(smsc.take())[1:3] == (codes.SUBMIT_SM_RESP, codes.WRONG_BIND_STATE)
    esme, smsc = bound_pair(codes.BIND_TRANSMITTER)
    with pytest.raises(NotBound):
        smsc.deliver(Message("1", "2"), None, 0)


def test_a_second_bind_is_refused() -> None:
    _, smsc = bound_pair()
    smsc.receive(build(codes.BIND_TRANSCEIVER, 0, 7, BIND.body()), 0)
    assert header(smsc.take())[1:3] == (codes.BIND_TRANSCEIVER | codes.RESPONSE, codes.ALREADY_BOUND)


def test_a_refused_bind_leaves_the_session_open() -> None:
    esme: Any = Session(Side.ESME, now=0)
    smsc: Any = Session(Side.SMSC, now=0)
    esme.bind(BIND)
    (request,) = smsc.receive(esme.take(), 0)
    smsc.answer_bind(request, codes.INVALID_PASSWORD, "")
    assert esme.receive(smsc.take(), 0) == [BindAnswered(codes.INVALID_PASSWORD, "")]
    assert esme.state is State.OPEN


def test_answers_find_their_submission_whatever_their_order() -> None:
    esme, smsc = bound_pair()
    for token in ("a", "b", "c"):
        esme.submit(Message("10086", "139", token.encode()), token, 0)
    sent = smsc.receive(esme.take(), 0)
    for message in reversed(sent):
        smsc.answer(((message.sequence, codes.OK, f"id-{message.text()}"),))
    assert esme.receive(smsc.take(), 0) == [Answered(token, 0, f"id-{token}") for token in "cba"]
    assert not esme.in_flight


def test_an_error_response_without_a_body_is_an_answer() -> None:
    esme, _ = bound_pair()
    sequence = esme.submit(Message("10086", "139"), "token", 0)
    assert esme.receive(build(codes.SUBMIT_SM_RESP, codes.THROTTLED, sequence), 0) == [
        Answered("token", codes.THROTTLED)
    ]


def test_a_generic_nack_answers_the_request_it_names() -> None:
    esme, _ = bound_pair()
    sequence = esme.submit(Message("10086", "139"), "token", 0)
    assert esme.receive(build(codes.GENERIC_NACK, 3, sequence), 0) == [Answered("token", 3)]
    esme.enquire(0, "proof")
    assert esme.receive(build(codes.GENERIC_NACK, 3, sequence + 1), 0) == [EnquireAnswered("proof")]


def test_an_answer_nobody_waits_for_is_only_counted() -> None:
    esme, _ = bound_pair()
    assert isinstance(esme.receive(build(codes.SUBMIT_SM_RESP, 0, 77, b"id\0"), 0)[0], Garbled)


def test_silence_about_a_submission_is_told_once() -> None:
    esme, _ = bound_pair()
    sequence = esme.submit(Message("10086", "139"), "first", 0)
    esme.submit(Message("10086", "139"), "second", 10)
    assert esme.tick(29.9) == []
    assert esme.tick(30) == [Unanswered("first")]
    assert isinstance(esme.receive(build(codes.SUBMIT_SM_RESP, 0, sequence, b"id\0"), 31)[0], Garbled)
    assert esme.tick(40) == [Unanswered("second")]


def test_a_silent_peer_is_asked_and_then_given_up() -> None:
    esme, smsc = bound_pair()
    assert esme.tick(29) == []
    assert esme.take() == b""
    esme.tick(30)
    assert smsc.receive(esme.take(), 30) == []
    assert esme.receive(smsc.take(), 31) == [EnquireAnswered(None)]
    esme.tick(61)
    assert header(esme.take())[1] == codes.ENQUIRE_LINK
    (event,) = esme.tick(71)
    assert isinstance(event, Broken)


def test_a_peer_that_talks_but_ignores_our_question_is_not_given_up() -> None:
    esme, _ = bound_pair()
    esme.tick(30)
    esme.receive(deliver_sm(), 35)
    assert esme.tick(40) == []
    assert esme.state is State.BOUND_TRX


def test_the_peers_question_is_answered_at_once_while_messages_wait() -> None:
    esme, _ = bound_pair()
    esme.receive(deliver_sm() + build(codes.ENQUIRE_LINK, 0, 2), 0)
    assert header(esme.take()) == (16, codes.ENQUIRE_LINK_RESP, 0, 2)


def test_unbinding_is_orderly_from_both_sides() -> None:
    esme, smsc = bound_pair()
    esme.unbind()
    assert smsc.receive(esme.take(), 0) == [UnbindRequested()]
    # What was on its way when we asked to leave is still received.
    last = deliver_sm()
    events = esme.receive(last + smsc.take(), 0)
    assert isinstance(events[0], Message)
    assert events[1] == UnbindAnswered()
    assert esme.state is State.CLOSED
    esme, smsc = bound_pair()
    smsc.unbind()
    assert esme.receive(smsc.take(), 0) == [UnbindRequested()]
    assert smsc.receive(esme.take(), 0) == [UnbindAnswered()]


def test_what_was_in_flight_is_told_when_the_connection_goes() -> None:
    esme, _ = bound_pair()
    esme.submit(Message("10086", "139"), "token", 0)
    assert esme.close() == ["token"]
    assert esme.close() == []


def test_sequence_numbers_stay_in_their_range() -> None:
    esme, _ = bound_pair()
    esme._sequence = 0x7FFFFFFE
    assert [esme.submit(Message("1", "2"), None, 0) for _ in range(3)] == [0x7FFFFFFF, 1, 2]


@pytest.mark.parametrize("message", [Message("1" * 80, "2"), Message("1", "2\0003"), Message("1", "2", bytes(255))])
def test_what_does_not_fit_is_not_sent(message: Message) -> None:
    esme, _ = bound_pair()
    with pytest.raises(ValueError):
        esme.submit(message, None, 0)
    assert esme.take() == b""
    assert not esme.in_flight


def test_numbers_texts_and_passwords_do_not_show() -> None:
    shown = repr(Message("13900000001", "13900000002", b"MM 123456")) + repr(BIND)
    assert not any(secret in shown for secret in ("1390000", "123456", "secret"))
