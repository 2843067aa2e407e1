"""An SMPP account on a real socket, against an SMSC that misbehaves as real ones do."""

import asyncio
import random
import socket
import threading

import pytest

from careline.links.link import (
    Inbound,
    LinkState,
    Refusal,
    Sent,
    acknowledge_many,
    refuse_many,
)
from careline.protocols.joining import Joiner, Piece
from careline.protocols.smpp import codes
from careline.protocols.smpp.pdu import HEADER, build, build_message
from careline.protocols.smstext import encode_parts
from careline.simulators.deliveries import message_of, texts
from careline.simulators.smsc import Smsc
from tests.wire.hearing import NUMBER, Hall, connected, esme, outbound, quick


async def test_a_text_comes_in_and_an_answer_goes_out(smsc: Smsc) -> None:
    async with connected(smsc) as hall:
        smsc.text(NUMBER, "10086", "查余额")
        await hall.until(lambda: bool(hall.messages))
        (message,) = hall.messages
        assert (message.source, message.destination, message.text) == (NUMBER, "10086", "查余额")
        assert message.place is None
        hall.link.submit([outbound("您的余额为12.34元")])
        await hall.until(lambda: bool(hall.results))
        (arrival,) = smsc.arrivals
        assert (arrival.source, arrival.destination, arrival.text) == ("10086", NUMBER, "您的余额为12.34元")
        assert hall.results[0].sent is Sent.ACCEPTED
        assert hall.results[0].parts[0].message_id == arrival.message_ids[0]
        assert smsc.unsettled == 0


async def test_nothing_is_acknowledged_before_the_hall_says_so(smsc: Smsc) -> None:
    """Crash before the commit: the SMSC must send again, so no answer may leave by itself."""
    async with connected(smsc) as hall:
        hall.react = lambda messages: None
        smsc.text(NUMBER, "10086", "CXYE")
        await hall.until(lambda: bool(hall.messages))
        hall.link.submit([outbound()])
        await hall.until(lambda: bool(hall.results))  # a whole round trip later
        assert smsc.acknowledged == 0
        hall.messages[0].acknowledge()
        await smsc.until(lambda: smsc.acknowledged == 1)


async def test_unacknowledged_texts_come_again_after_a_cut(smsc: Smsc) -> None:
    async with connected(smsc) as hall:
        hall.react = lambda messages: None
        smsc.text(NUMBER, "10086", "CXYE")
        await hall.until(lambda: len(hall.messages) == 1)
        smsc.cut()
        await hall.until(lambda: len(hall.messages) == 2)
        first, second = hall.messages
        first.acknowledge()  # too late: its connection is gone
        assert smsc.acknowledged == 0
        assert hall.link.statistics.answered_too_late == 1
        second.acknowledge()
        await smsc.until(lambda: smsc.acknowledged == 1)
        assert smsc.redelivered == 1
        assert hall.states == [LinkState.UP, LinkState.DOWN, LinkState.UP]


async def test_a_hall_whose_database_is_down_is_sent_the_text_again(smsc: Smsc) -> None:
    async with connected(smsc) as hall:
        hall.react = lambda messages: refuse_many(messages, Refusal.AGAIN)
        (delivery,) = smsc.text(NUMBER, "10086", "CXYE")
        await hall.until(lambda: len(hall.messages) == 1)
        hall.react = acknowledge_many
        await smsc.until(lambda: delivery.settled)
        assert (delivery.refusals, delivery.sendings) == (1, 2)
        assert hall.link.statistics.refused == 1


@pytest.mark.parametrize("refusal", [Refusal.BUSY, Refusal.FULL])
async def test_a_busy_hall_slows_the_smsc_down_without_losing_a_text(smsc: Smsc, refusal: Refusal) -> None:
    async with connected(smsc) as hall:
        hall.react = lambda messages: messages[0].refuse(refusal)
        (delivery,) = smsc.text(NUMBER, "10086", "CXYE")
        await hall.until(lambda: bool(hall.messages))
        hall.react = acknowledge_many
        await smsc.until(lambda: delivery.settled)
        assert delivery.acknowledged_at


async def test_a_hall_that_stumbles_loses_nothing(smsc: Smsc, caplog: pytest.LogCaptureFixture) -> None:
    """A bug in the hall ends the connection, so that the SMSC sends again what nobody kept."""
    async with connected(smsc) as hall:

        def stumble(messages: list[Inbound]) -> None:
            hall.react = acknowledge_many
            raise ZeroDivisionError

        hall.react = stumble
        (delivery,) = smsc.text(NUMBER, "10086", "CXYE")
        await smsc.until(lambda: delivery.settled)
        assert delivery.acknowledged_at
        assert delivery.sendings == 2
        assert "ZeroDivisionError" in caplog.text


async def test_a_text_refused_for_good_does_not_come_again(smsc: Smsc) -> None:
    async with connected(smsc) as hall:
        hall.react = lambda messages: refuse_many(messages, Refusal.NEVER)
        (delivery,) = smsc.text(NUMBER, "10086", "CXYE")
        await smsc.until(lambda: delivery.settled)
        assert delivery.refused == codes.PERMANENT_APPLICATION_ERROR


async def test_answers_may_come_from_any_thread(smsc: Smsc) -> None:
    async with connected(smsc) as hall:

        def elsewhere(messages: list[Inbound]) -> None:
            threading.Thread(target=acknowledge_many, args=(messages,)).start()

        hall.react = elsewhere
        smsc.send(delivery for n in range(50) for delivery in texts(f"139{n:08d}", "10086", "CXYE"))
        await smsc.until(lambda: smsc.acknowledged == 50)
        threading.Thread(target=hall.link.submit, args=([outbound(id=n) for n in range(5)],)).start()
        await hall.until(lambda: len(hall.results) == 5)


async def test_what_one_read_brings_is_one_batch(smsc: Smsc) -> None:
    async with connected(smsc) as hall:
        smsc.send(delivery for n in range(200) for delivery in texts(f"139{n:08d}", "10086", "CXYE"))
        await smsc.until(lambda: smsc.acknowledged == 200)
        assert max(hall.batches) > 20
        assert [message.source for message in hall.messages] == [f"139{n:08d}" for n in range(200)]


def commands(data: bytes) -> list[int]:
    """The commands of whole PDUs, in order."""
    found, position = [], 0
    while position < len(data):
        length, command, _, _ = HEADER.unpack_from(data, position)
        found.append(command)
        position += length
    return found


async def test_answers_and_replies_to_one_read_leave_in_one_write() -> None:
    """What sixteen texts in one segment cause comes back in one segment too, with Nagle's algorithm off."""
    accepted: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    server = await asyncio.start_server(lambda r, w: accepted.put_nowait((r, w)), "127.0.0.1", 0)
    hall = Hall(esme(port=server.sockets[0].getsockname()[1]))

    def react(messages: list[Inbound]) -> None:
        acknowledge_many(messages)
        hall.link.submit([outbound(destination=message.source) for message in messages])

    hall.react = react
    hall.link.start()
    reader, writer = await accepted.get()
    bind = await reader.readexactly(16)
    await reader.readexactly(HEADER.unpack(bind)[0] - 16)
    part = encode_parts("CXYE")[0]
    many = b"".join(build_message(message_of(f"139{n:08d}", "10086", part), 5, n + 1) for n in range(16))
    writer.write(build(codes.BIND_TRANSCEIVER | codes.RESPONSE, 0, 1, b"smsc\0") + many)
    segment = await asyncio.wait_for(reader.read(65536), 20)
    assert commands(segment) == [codes.DELIVER_SM_RESP] * 16 + [codes.SUBMIT_SM] * 16
    (wire,) = [wire for wire in hall.link._connections.wires if wire]
    assert wire._transport
    raw = wire._transport.get_extra_info("socket")
    assert raw.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
    writer.close()
    server.close()
    await hall.link.close(0)


async def test_two_subscribers_long_texts_never_mix(smsc: Smsc) -> None:
    """Parts of many subscribers under the same reference, in any order, on one link."""
    said = {f"139{n:08d}": f"我要投诉{n}号营业厅，" * 20 for n in range(20)}
    deliveries = [d for source, text in said.items() for d in texts(source, "10086", text, reference=7)]
    random.Random(5).shuffle(deliveries)
    async with connected(smsc) as hall:
        smsc.send(deliveries)
        await smsc.until(lambda: smsc.acknowledged == len(deliveries))
        joiner = Joiner()
        joined = [
            whole
            for m in hall.messages
            if m.place
            and (whole := joiner.add(Piece(m.source, m.destination, m.place, m.data_coding, m.body, m.received_at)))
        ]
        assert {whole.source: whole.text for whole in joined} == said


async def test_acknowledgements_are_proved_only_up_to_the_first_open_message(smsc: Smsc) -> None:
    async with connected(smsc, quick(prove_seconds=0.0)) as hall:
        smsc.text(NUMBER, "10086", "one")
        await hall.until(lambda: any(proof >= hall.messages[0].received_at for proof in hall.proofs))
        hall.react = lambda messages: None
        smsc.text(NUMBER, "10086", "two")
        await hall.until(lambda: len(hall.messages) == 2)
        hall.react = acknowledge_many
        smsc.text(NUMBER, "10086", "three")
        await hall.until(lambda: len(hall.messages) == 3)
        before = len(hall.proofs)
        await hall.until(lambda: len(hall.proofs) > before)
        assert max(hall.proofs) < hall.messages[1].received_at
        hall.messages[1].acknowledge()
        await hall.until(lambda: max(hall.proofs) >= hall.messages[2].received_at)


async def test_an_orderly_goodbye_proves_everything(smsc: Smsc) -> None:
    async with connected(smsc, quick(prove_seconds=60.0)) as hall:
        smsc.text(NUMBER, "10086", "one")
        await hall.until(lambda: bool(hall.messages))
        hall.proofs.clear()
        await hall.link.close()
        assert hall.proofs == [hall.messages[0].received_at]


async def test_a_cut_proves_nothing(smsc: Smsc) -> None:
    async with connected(smsc, quick(prove_seconds=60.0)) as hall:
        smsc.text(NUMBER, "10086", "one")  # the first proof is asked for at once
        await hall.until(lambda: bool(hall.proofs))
        smsc.text(NUMBER, "10086", "two")
        await smsc.until(lambda: smsc.acknowledged == 2)
        smsc.cut()
        await hall.until(lambda: LinkState.DOWN in hall.states)
        assert max(hall.proofs) < hall.messages[1].received_at


async def test_a_dead_smsc_is_noticed_and_left(smsc: Smsc) -> None:
    async with connected(smsc, quick(enquire_seconds=0.1, enquire_response_seconds=0.2)) as hall:
        smsc.deaf = True
        await hall.until(lambda: LinkState.DOWN in hall.states)
        assert "anybody is there" in hall.link.last_failure
        smsc.deaf = False
        await hall.link.wait_until_up()


async def test_enquiries_go_both_ways_while_messages_wait(smsc: Smsc) -> None:
    async with connected(smsc, quick(enquire_seconds=0.1)) as hall:
        hall.react = lambda messages: None
        smsc.text(NUMBER, "10086", "CXYE")
        await hall.until(lambda: bool(hall.messages))
        connection = smsc.connections[0]
        assert connection.session.enquire(0.0)
        connection.flush()
        await smsc.until(lambda: connection.session._enquiry is None)
        assert hall.states == [LinkState.UP]


async def test_garbage_closes_the_connection_and_the_link_comes_back(smsc: Smsc) -> None:
    async with connected(smsc) as hall:
        smsc.write_raw(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await hall.until(lambda: hall.states.count(LinkState.UP) == 2)
        assert hall.link.statistics.garbage == 1
        smsc.text(NUMBER, "10086", "CXYE")
        await hall.until(lambda: bool(hall.messages))


async def test_an_unknown_command_is_nacked_on_the_wire(smsc: Smsc) -> None:
    async with connected(smsc) as hall:
        smsc.write_raw(HEADER.pack(20, 0x0999, 0, 77) + b"what")
        await smsc.until(lambda: bool(smsc.garbage))  # a generic_nack to nothing it sent
        assert hall.states == [LinkState.UP]


async def test_an_smsc_that_asks_us_to_leave_is_left_and_visited_again(smsc: Smsc) -> None:
    async with connected(smsc) as hall:
        smsc.unbind()
        await hall.until(lambda: hall.states.count(LinkState.UP) == 2)


async def test_a_wrong_password_is_tried_again_slower_each_time(smsc: Smsc) -> None:
    async with connected(smsc, quick(backoff_max_seconds=30.0), up=False, password="wrong") as hall:
        await smsc.until(lambda: smsc.refused_binds == 3)
        with pytest.raises(TimeoutError, match="bind refused"):
            await hall.link.wait_until_up(0.01)
        assert hall.link.statistics.bind_failures == 3
        assert "wrong" not in repr(hall.link) + hall.link.last_failure
        smsc.accounts["careline"] = "wrong"
        await hall.link.wait_until_up()


async def test_nobody_there_is_not_the_end(smsc: Smsc) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    async with connected(smsc, up=False, port=port) as hall:
        with pytest.raises(TimeoutError, match="cannot connect"):
            await hall.link.wait_until_up(0.2)
        async with Smsc(port=port):
            await hall.link.wait_until_up()


async def test_a_bind_nobody_answers_is_given_up(smsc: Smsc) -> None:
    smsc.deaf = True
    async with connected(smsc, quick(bind_seconds=0.1), up=False) as hall:
        with pytest.raises(TimeoutError):
            await hall.link.wait_until_up(0.3)
        assert hall.link.last_failure == "the bind was not answered"
        smsc.deaf = False
        await hall.link.wait_until_up()


async def test_a_transmitter_and_a_receiver_make_one_link(smsc: Smsc) -> None:
    async with connected(smsc, bind="transmitter+receiver") as hall:
        assert smsc.binds == 2
        smsc.text(NUMBER, "10086", "CXYE")
        await hall.until(lambda: bool(hall.messages))
        hall.link.submit([outbound()])
        await hall.until(lambda: bool(hall.results))
        assert hall.results[0].sent is Sent.ACCEPTED
        smsc.connections[0].abort()
        await hall.until(lambda: hall.states == [LinkState.UP, LinkState.DOWN, LinkState.UP])


async def test_more_than_the_hall_can_hold_is_refused_by_the_link_itself(smsc: Smsc) -> None:
    async with connected(smsc, quick(unanswered_max=10)) as hall:
        hall.react = lambda messages: None
        smsc.send(delivery for n in range(30) for delivery in texts(f"139{n:08d}", "10086", "CXYE"))
        await hall.until(lambda: len(hall.messages) == 10)
        await smsc.until(lambda: sum(d.refusals for d in smsc.deliveries) >= 20)
        hall.react = acknowledge_many
        acknowledge_many(hall.messages)
        await smsc.until(lambda: smsc.acknowledged == 30)


async def test_an_id_in_a_tlv_is_taken_where_the_smsc_sends_one(smsc: Smsc) -> None:
    async with connected(smsc, message_id_tag=0x1401) as hall:
        (delivery,) = texts(NUMBER, "10086", "CXYE")
        delivery.message.tlvs = {0x1401: b"mo-77\0"}
        smsc.send([delivery, *texts(NUMBER, "10086", "CXYE")])
        await hall.until(lambda: len(hall.messages) == 2)
        assert [message.message_id for message in hall.messages] == ["mo-77", None]


async def test_nothing_is_lost_or_invented_when_everything_goes_wrong(smsc: Smsc) -> None:
    """Cuts, throttling and refusals while 400 people write: each text is acknowledged, each answer has one end."""
    chance = random.Random(3)
    smsc.redelivery_seconds = 0.01
    async with connected(smsc, quick(window=20)) as hall:
        seen: set[str] = set()
        submitted = 0

        def react(messages: list[Inbound]) -> None:
            nonlocal submitted
            for message in messages:
                if chance.random() < 0.1:
                    message.refuse(Refusal.AGAIN)
                    continue
                message.acknowledge()
                if message.source not in seen:
                    seen.add(message.source)
                    submitted += 1
                    hall.link.submit([outbound("好", message.source, message.source)])

        hall.react = react
        smsc.answer_status = lambda message: codes.THROTTLED if chance.random() < 0.02 else codes.OK
        smsc.send(delivery for n in range(400) for delivery in texts(f"139{n:08d}", "10086", "CXYE"))
        for share in (100, 200, 300):
            await smsc.until(lambda: smsc.acknowledged >= share, 10)  # noqa: B023
            smsc.cut()
        await smsc.until(lambda: smsc.unsettled == 0, 20)
        await hall.until(lambda: len(hall.results) == submitted, 20)
        assert len(seen) == submitted == 400
        arrived = [arrival.destination for arrival in smsc.arrivals]
        for result in hall.results:
            times = arrived.count(str(result.outbound.id))
            allowed = {Sent.ACCEPTED: {1}, Sent.NOT_SENT: {0}, Sent.UNANSWERED: {0, 1}}[result.sent]
            assert times in allowed
