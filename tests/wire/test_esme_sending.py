"""Answers that leave by an SMPP account on a real socket: parts, order, pace, receipts, and each with one end."""

import asyncio
import random
from typing import Any

import pytest

from careline.links.link import (
    LinkState,
    Sent,
)
from careline.protocols.receipts import DeliveryState, receipt_key
from careline.protocols.smpp import codes
from careline.simulators.deliveries import ReceiptTime
from careline.simulators.smsc import Smsc
from tests.wire.hearing import LONG, NUMBER, connected, outbound, quick


@pytest.mark.parametrize("form", ["header", "sar", "payload"])
@pytest.mark.parametrize("wide", [False, True])
async def test_a_long_answer_arrives_whole_in_each_form(smsc: Smsc, form: str, wide: bool) -> None:
    async with connected(smsc, long_messages=form, wide_references=wide) as hall:
        hall.link.submit([outbound(LONG)])
        await hall.until(lambda: bool(hall.results))
        assert [arrival.text for arrival in smsc.arrivals] == [LONG]
        expected = 1 if form == "payload" else 3
        assert len(hall.results[0].parts) == expected
        assert len({part.message_id for part in hall.results[0].parts}) == expected


async def test_a_throttled_part_is_sent_again_and_nobody_hears_answers_out_of_order(smsc: Smsc) -> None:
    async with connected(smsc, quick(window=16)) as hall:
        smsc.throttle = 30
        chance = random.Random(1)
        smsc.answer_status = lambda message: codes.MESSAGE_QUEUE_FULL if chance.random() < 0.2 else codes.OK
        answers = [outbound(f"{n}", f"139{n % 7:08d}", n) for n in range(140)]
        hall.link.submit(answers)
        await hall.until(lambda: len(hall.results) == 140, 20)
        assert all(result.sent is Sent.ACCEPTED for result in hall.results)
        for person in range(7):
            heard = [int(a.text) for a in smsc.arrivals if a.destination == f"139{person:08d}"]
            assert heard == list(range(person, 140, 7))
        assert smsc.throttled == 30
        assert hall.link.statistics.throttled > 30


async def test_throttling_without_end_is_a_refusal(smsc: Smsc) -> None:
    async with connected(smsc, quick(throttle_retries_max=2, throttle_seconds=0.01)) as hall:
        smsc.throttle = 100
        hall.link.submit([outbound()])
        await hall.until(lambda: bool(hall.results))
        assert hall.results[0].sent is Sent.REFUSED
        assert hall.results[0].parts[0].status == codes.THROTTLED
        assert smsc.submissions == 3


async def test_the_window_is_kept(smsc: Smsc) -> None:
    async with connected(smsc, quick(window=5)) as hall:
        smsc.withholding = True
        hall.link.submit([outbound(destination=f"139{n:08d}", id=n) for n in range(12)])
        await smsc.until(lambda: smsc.submissions == 5)
        smsc.release()
        await hall.until(lambda: len(hall.results) == 12)
        assert smsc.submissions == 12


async def test_the_pace_counts_parts_not_messages(smsc: Smsc) -> None:
    """Three parts each at 100 parts a second: ten answers take at least a quarter of a second."""
    async with connected(smsc, quick(parts_per_second=100.0, burst_parts=3)) as hall:
        loop = asyncio.get_running_loop()
        started = loop.time()
        hall.link.submit([outbound(LONG, f"139{n:08d}", n) for n in range(10)])
        await hall.until(lambda: len(hall.results) == 10)
        assert smsc.submissions == 30
        assert 0.25 < loop.time() - started < 1.5


async def test_what_the_smsc_refuses_comes_back_with_its_status(smsc: Smsc) -> None:
    async with connected(smsc) as hall:
        smsc.answer_status = lambda message: codes.SUBMIT_FAILED
        hall.link.submit([outbound(LONG)])
        await hall.until(lambda: bool(hall.results))
        assert [part.status for part in hall.results[0].parts] == [codes.SUBMIT_FAILED] * 3
        assert hall.results[0].sent is Sent.REFUSED


async def test_an_answer_nobody_confirmed_is_neither_sent_nor_unsent(smsc: Smsc) -> None:
    """Cut between our submission and its response: the only honest end is 'unanswered'."""
    async with connected(smsc, quick(window=1)) as hall:
        smsc.withholding = True
        hall.link.submit([outbound("one", id=1), outbound("two", "13900000002", id=2)])
        await smsc.until(lambda: len(smsc.arrivals) == 1)
        smsc.cut()
        await hall.until(lambda: len(hall.results) == 2)
        assert {result.outbound.id: result.sent for result in hall.results} == {1: Sent.UNANSWERED, 2: Sent.NOT_SENT}


async def test_an_smsc_that_forgets_to_answer_is_not_waited_for_forever(smsc: Smsc) -> None:
    async with connected(smsc, quick(response_seconds=1.0)) as hall:
        smsc.withholding = True
        hall.link.submit([outbound("one", id=1), outbound("two", id=2)])
        await smsc.until(lambda: len(smsc.arrivals) == 1)
        smsc.withholding = False
        await hall.until(lambda: len(hall.results) == 2)
        assert [result.sent for result in hall.results] == [Sent.UNANSWERED, Sent.ACCEPTED]


async def test_only_the_missing_parts_are_sent_again(smsc: Smsc) -> None:
    async with connected(smsc) as hall:
        refused = iter([0, codes.SUBMIT_FAILED, 0])
        smsc.answer_status = lambda message: next(refused, 0)
        hall.link.submit([outbound(LONG, reference=9)])
        await hall.until(lambda: bool(hall.results))
        (result,) = hall.results
        missing = [
            part for part, end in zip(result.outbound.parts, result.parts, strict=True) if end.sent is not Sent.ACCEPTED
        ]
        assert [part.place.number for part in missing if part.place] == [2]
        hall.link.submit([outbound("", parts=missing)])
        await smsc.until(lambda: len(smsc.arrivals) == 1)
        assert smsc.arrivals[0].text == LONG
        assert smsc.submissions == 4


async def test_a_link_that_is_down_says_so_and_sends_nothing(smsc: Smsc) -> None:
    async with connected(smsc, up=False) as hall:
        hall.link.submit([outbound()])
        await hall.until(lambda: bool(hall.results))
        assert hall.results[0].parts[0].sent is Sent.NOT_SENT
        await hall.link.wait_until_up()
        assert smsc.arrivals == []


async def test_a_full_queue_says_so(smsc: Smsc) -> None:
    async with connected(smsc, quick(queue_parts_max=4, window=1)) as hall:
        smsc.withholding = True
        hall.link.submit([outbound(LONG, id=1), outbound(LONG, id=2)])
        await hall.until(lambda: bool(hall.results))
        assert hall.results[0].outbound.id == 2
        assert hall.results[0].parts[0].error == "queue full"
        assert hall.link.room == 1
        smsc.release()
        await hall.until(lambda: len(hall.results) == 2)
        assert hall.link.room == 4


async def test_a_text_longer_than_any_message_is_not_sent(smsc: Smsc) -> None:
    async with connected(smsc) as hall:
        hall.link.submit([outbound("中" * 20_000)])
        await hall.until(lambda: bool(hall.results))
        assert hall.results[0].sent is Sent.NOT_SENT
        assert "255" in hall.results[0].parts[0].error


@pytest.mark.parametrize("form", ["text", "tlv", "both"])
@pytest.mark.parametrize("time", [ReceiptTime.BEFORE, ReceiptTime.AFTER])
async def test_a_receipt_finds_its_part_even_when_it_comes_first(smsc: Smsc, form: Any, time: ReceiptTime) -> None:
    smsc.receipts, smsc.receipt_form = time, form
    smsc.receipt_id = lambda message_id: str(int(message_id, 16))  # answered in hexadecimal, told in decimal
    async with connected(smsc) as hall:
        hall.link.submit([outbound(LONG, registered=True)])
        await hall.until(lambda: len(hall.receipts) == 3 and bool(hall.results))
        ids = {receipt_key(part.message_id) for part in hall.results[0].parts}
        assert len(ids) == 3
        for receipt in hall.receipts:
            assert ids & set(receipt.keys)
            assert receipt.state is DeliveryState.DELIVERED
            assert receipt.source == NUMBER
        assert not hall.messages
        await smsc.until(lambda: smsc.unsettled == 0)


async def test_an_answer_and_its_receipt_in_one_read_are_told_in_that_order(smsc: Smsc) -> None:
    smsc.receipts = ReceiptTime.AFTER
    async with connected(smsc) as hall:
        hall.link.submit([outbound(registered=True)])
        await hall.until(lambda: len(hall.said) == 2)
        assert hall.said == ["result", "receipt"]


async def test_a_receipt_nobody_asked_for_is_not_sent(smsc: Smsc) -> None:
    smsc.receipts = ReceiptTime.AFTER
    async with connected(smsc) as hall:
        hall.link.submit([outbound(registered=False)])
        await hall.until(lambda: bool(hall.results))
        assert smsc.deliveries == []


async def test_closing_lets_answers_come_in_and_gives_the_rest_back(smsc: Smsc) -> None:
    async with connected(smsc, quick(window=2)) as hall:
        smsc.withholding = True
        hall.link.submit([outbound(destination=f"139{n:08d}", id=n) for n in range(4)])
        await smsc.until(lambda: smsc.submissions == 2)
        closing = asyncio.ensure_future(hall.link.close())
        await hall.until(lambda: len(hall.results) == 2)
        smsc.release()
        await closing
        ends = {result.outbound.id: result.sent for result in hall.results}
        assert ends == {0: Sent.ACCEPTED, 1: Sent.ACCEPTED, 2: Sent.NOT_SENT, 3: Sent.NOT_SENT}
        assert hall.link.state is LinkState.CLOSED
