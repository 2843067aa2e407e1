"""The hotline is called: what is heard, whole and in order, and what becomes of it. All scenes run at the same time."""

import asyncio
import re
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from careline.carrier.adapters.sandbox.stumbling import stumble
from careline.channels.calls.lines import Told
from careline.values.msisdn import Msisdn
from tests.calls.hotline import QUIET, Evening, Hotline, find, frames
from tests.sms.street import rows

pytestmark = pytest.mark.django_db
QUIET_SECONDS = 0.06  # from a key to silence: three packets
SECRET = "602931"


async def balance(hotline: Hotline) -> tuple[list[str], list[bytes], list[bytes], list[Any]]:
    """Listens to everything: texts, all sound that was heard, all that was meant."""
    li = await hotline.somebody()
    guest = await hotline.call(li)
    texts = [await guest.told(0)]
    await guest.press("1")
    texts.append(await guest.told(1))
    await guest.press("1")
    texts.append(await guest.told(2))
    await guest.hang_up()
    heard = frames(guest.talk.audio())
    meant = [frame for text in texts for frame in hotline.frames_of(text)]
    await hotline.ended(li)
    return texts, heard, meant, await hotline.look(hotline.attempts, li)


async def service(hotline: Hotline) -> tuple[list[bool], list[Any]]:
    """Opens caller ID and closes it again: whether it was on after each, and the attempts."""
    li = await hotline.somebody()
    guest = await hotline.call(li)
    await guest.press("311")
    await guest.hears(await guest.answer("您要开通来电显示"))
    await guest.press("1")
    await guest.hears(await guest.answer("已办好来电显示"))
    on = [await hotline.look(is_on, li, "caller_id")]
    await guest.press("1")
    await guest.answer("取消，请按2")
    await guest.press("2")
    await guest.hears(await guest.answer("取消来电显示"))
    await guest.press("1")
    await guest.answer("回到菜单")
    await guest.hang_up()
    await hotline.ended(li)
    on.append(await hotline.look(is_on, li, "caller_id"))
    return on, await hotline.look(hotline.attempts, li)


async def barge_in(hotline: Hotline) -> float:
    """Seconds of the old prompt that were heard after the key."""
    guest = await hotline.call(await hotline.somebody())
    await guest.talk.heard(1.0)
    while not (np.abs(guest.talk.audio()[-160:]) > QUIET).any():  # noqa: ASYNC110
        await asyncio.sleep(0.005)
    length = len(guest.talk.audio())
    await guest.press("8")
    wrong = hotline.frames_of(await guest.answer("没有8这一项"))
    until = time.monotonic() + 4
    while (found := find(frames(guest.talk.audio()[length // 160 * 160 :]), wrong[:4], 0)) < 0:
        assert time.monotonic() < until, "the next prompt is not heard from its beginning"
        await asyncio.sleep(0.02)
    await guest.hang_up()
    return found * 0.02


async def ahead(hotline: Hotline) -> list[str]:
    li = await hotline.somebody()
    guest = await hotline.call(li)
    await guest.press("314")
    await guest.texts(4)
    await guest.hang_up()
    await hotline.ended(li)
    return [str(row[0]) for row in await hotline.look(visits, li)]


async def slow_carrier(hotline: Hotline) -> tuple[bool, str]:
    """The carrier takes 1.5 s: is 'one moment' heard, and is what is pressed meanwhile kept in order?"""
    li = await hotline.somebody()
    await hotline.look(stumble, "slow", seconds=1.5, msisdns=[li])
    guest = await hotline.call(li)
    await guest.press("11")
    await guest.hears(hotline.announcement("one_moment"))
    await guest.press("13")
    last = await guest.answer("请输入", 12)  # 1: back to the menu of bills, then 3: the bill of a month
    await guest.hang_up()
    return True, last


async def silent(hotline: Hotline) -> tuple[float, str, str, str]:
    """Says nothing after an answer: seconds of patience, the two texts that follow, how it ended."""
    guest = await hotline.call(await hotline.somebody())
    await guest.press("11")
    await guest.hears(await guest.answer("120.00元"))
    began = time.monotonic()
    asked = await guest.answer("您还需要什么", 12)
    patience = time.monotonic() - began
    last = await guest.answer("再见", 20)
    await guest.hears(last)
    ended = await guest.talk.ended(5)
    return patience, asked, last, ended.reason


async def clumsy(hotline: Hotline) -> tuple[str, list[Any]]:
    li = await hotline.somebody()
    guest = await hotline.call(li)
    for count in (2, 3, 4):
        await guest.press("8")
        await guest.texts(count)
    last = await guest.answer("没有8这一项")
    await guest.hang_up()
    return last, await hotline.ended(li)


async def carrier_down(hotline: Hotline) -> tuple[str, list[Any]]:
    li = await hotline.somebody()
    await hotline.look(stumble, "down", msisdns=[li])
    guest = await hotline.call(li)
    await guest.press("11")
    said = await guest.answer("系统出了故障")
    await guest.hears(said)
    await guest.hang_up()
    await hotline.ended(li)
    return said, await hotline.look(hotline.attempts, li)


async def leaver(hotline: Hotline) -> tuple[list[Any], list[Any], bool]:
    """Hangs up where an order waits for the yes."""
    li = await hotline.somebody()
    guest = await hotline.call(li)
    await guest.press("311")
    await guest.answer("您要开通来电显示")
    await guest.hang_up()
    return (
        await hotline.ended(li), await hotline.look(hotline.attempts, li), await hotline.look(is_on, li, "caller_id"),
    )  # fmt: skip


async def holder(hotline: Hotline) -> int:
    """Puts us on hold in the middle of an answer for longer than the patience, and comes back: how many answers?"""
    li = await hotline.somebody()
    guest = await hotline.call(li)
    await guest.press("11")
    said = await guest.answer("120.00元")
    await asyncio.sleep(0.5)
    assert await guest.talk.hold()
    await asyncio.sleep(7)
    count = len(await guest.texts())
    assert await guest.talk.resume()
    await guest.hears(said)
    assert len(await guest.texts()) == count
    await guest.hang_up()
    return count


async def secretive(hotline: Hotline) -> Msisdn:
    """Keys a service password."""
    li = await hotline.somebody()
    guest = await hotline.call(li)
    await guest.press("6")
    await guest.press(key_of(await guest.answer("办理服务密码"), "办理服务密码"))
    menu = await guest.answer("改")
    await guest.press(key_of(menu, "改"))
    await guest.answer("井号")
    count = len(await guest.texts())
    await guest.press(f"{SECRET}*{SECRET[::-1]}#")
    await guest.texts(count + 1)
    await guest.hang_up()
    await hotline.ended(li)
    return li


async def many(hotline: Hotline) -> int:
    """Three calls of one number."""
    li = await hotline.somebody()
    first, second = await hotline.call(li), await hotline.call(li)
    await first.texts(2)
    third = await hotline.call(li)
    await third.hears(hotline.announcement("too_many", "zh"), timeout_seconds=8)
    await third.talk.ended(8)
    await first.hang_up()
    await second.hang_up()
    await hotline.ended(li, 2)
    await asyncio.sleep(0.2)
    return len(await hotline.ended(li))


async def strangers(hotline: Hotline) -> list[str]:
    heard = []
    for number in (Msisdn("8615900000000"), Msisdn("0")):
        guest = await hotline.call(number)
        heard.append((await guest.texts(1))[-1])
        await guest.hang_up()
    return heard


async def twice(hotline: Hotline) -> tuple[Told, Told, list[Any]]:
    """One moment is brought twice, as after a crash of the hall process."""
    li = await hotline.somebody()
    ask = hotline.worker.house.line.ask

    async def moment(number: int, event: str, keys: str = "") -> Told:
        return await ask("moment", Told, session="twice", msisdn=li.digits, number=number, event=event, keys=keys)

    await moment(0, "hello")
    one, two = await moment(1, "keys", "11"), await moment(1, "keys", "11")
    await moment(2, "hung_up")
    await hotline.ended(li)
    return one, two, await hotline.look(hotline.attempts, li)


def key_of(menu: str, option: str) -> str:
    """The key of the option whose words hold this."""
    found = re.search(rf"{option}[^，。]*，请按([0-9])", menu)
    assert found, menu
    return found[1]


SCENES = (
    balance, service, barge_in, ahead, slow_carrier, silent, clumsy, carrier_down, leaver, holder, secretive, many,
    strangers, twice,
)  # fmt: skip


def is_on(msisdn: Msisdn, product: str) -> bool:
    return bool(
        rows(
            "SELECT 1 FROM sandbox_holding WHERE msisdn = %s AND product = %s AND ends_at IS NULL",
            msisdn.digits,
            product,
        )
    )


def visits(msisdn: Msisdn) -> list[tuple[Any, ...]]:
    return rows("SELECT unnest(visits) FROM ledger_journey WHERE msisdn = %s", msisdn.digits)


@pytest.fixture(scope="module")
def evening(hotline: Hotline) -> Iterator[Evening]:
    opened = Evening(hotline, SCENES)
    yield opened
    opened.close()


def test_a_caller_hears_exactly_the_prompts_of_the_way_to_the_balance(evening: Evening) -> None:
    texts, heard, meant, attempts = evening.of(balance)
    assert "120.00元" in texts[2]
    assert heard == meant, "these prompts, and not one packet of another"
    assert attempts == [("charges_and_balance", "query", "done", "")]


@pytest.mark.requirement("IVR-01")
def test_a_caller_queries_the_balance_and_opens_and_closes_a_service(evening: Evening) -> None:
    assert "120.00元" in evening.of(balance)[0][2]
    on, attempts = evening.of(service)
    assert on == [True, False]
    assert [one[:3] for one in attempts] == [("caller_id", "subscribe", "done"), ("caller_id", "cancel", "done")]


def test_a_key_stops_the_prompt_at_once(evening: Evening) -> None:
    assert evening.of(barge_in) < QUIET_SECONDS


def test_keys_ahead_are_walked_through_in_their_order(evening: Evening) -> None:
    assert evening.of(ahead)[:3] == ["main", "3", "301"]


def test_while_the_carrier_is_slow_nobody_hears_silence_and_no_key_is_lost(evening: Evening) -> None:
    assert "年份" in evening.of(slow_carrier)[1]


def test_silence_runs_from_the_end_of_the_prompt_and_the_goodbye_is_heard_whole(evening: Evening) -> None:
    patience, asked, last, ended = evening.of(silent)
    assert 5.0 < patience < 8.0
    assert asked != last
    assert ended == "hung_up"


@pytest.mark.requirement("IVR-20")
def test_after_three_wrong_keys_a_person_is_offered_and_the_misses_are_kept(evening: Evening) -> None:
    last, ((_, _, misses),) = evening.of(clumsy)
    assert "找人工客服，请按1" in last
    assert misses == 3


@pytest.mark.requirement("IVR-10")
def test_with_the_carrier_switched_off_the_fault_is_said_and_counted_as_the_systems(evening: Evening) -> None:
    said, attempts = evening.of(carrier_down)
    assert "没有收费" in said
    assert attempts == [("charges_and_balance", "query", "failed", "carrier_fault")]


def test_who_hangs_up_in_the_middle_of_an_order_has_abandoned_it(evening: Evening) -> None:
    journeys, attempts, on = evening.of(leaver)
    assert journeys == [("hung_up", "301", 0)]
    assert [one[:3] for one in attempts] == [("caller_id", "subscribe", "abandoned")]
    assert not on


def test_who_holds_us_hears_the_prompt_again_and_time_stands_still(evening: Evening) -> None:
    assert evening.of(holder) == 3


def test_passwords_and_numbers_are_in_no_log_and_no_table(evening: Evening) -> None:
    li = evening.of(secretive)
    log = evening.log.getvalue()
    for secret in (SECRET, SECRET[::-1], li.digits, li.national()):
        assert secret not in log
    for table in (
        "ledger_inbox",
        "outbox_message",
        "hall_conversation",
        "ledger_attempt",
        "ledger_open",
        "ledger_journey",
    ):
        kept = evening.hotline.do(rows, f"SELECT row_to_json(t)::text FROM {table} t")
        assert not [row for row in kept if SECRET in row[0] or SECRET[::-1] in row[0]], table


def test_one_number_has_two_calls_at_most_and_a_refused_one_is_no_session(evening: Evening) -> None:
    assert evening.of(many) == 2


def test_strangers_and_those_who_withhold_their_number_are_told_why(evening: Evening) -> None:
    assert all(evening.of(strangers))


def test_a_moment_that_comes_twice_is_answered_again_and_counts_once(evening: Evening) -> None:
    one, two, attempts = evening.of(twice)
    assert two.clips == one.clips
    assert two.cue.then == "keys", "a usable cue, not a goodbye"
    assert len(attempts) == 1
