"""What callers do in the menu: scenes for an Evening, each of which gives what its tests look at."""

import asyncio
import re
import time
from typing import Any

import numpy as np

from careline.carrier.adapters.sandbox.stumbling import stumble
from careline.channels.calls.lines import Told
from careline.values.msisdn import Msisdn
from tests.calls.hotline import QUIET, Hotline, find, frames
from tests.sms.street import rows

SECRET = "602931"


async def balance(hotline: Hotline) -> tuple[list[str], list[bytes], list[Any]]:
    """Listens to everything: texts, what of all the sound that was heard is not these texts, attempts."""
    li = await hotline.somebody()
    guest = await hotline.call(li)
    texts = [await guest.told(0)]
    await guest.press("1")
    texts.append(await guest.told(1))
    await guest.press("1")
    texts.append(await guest.told(2))
    await guest.hang_up()
    heard = frames(guest.talk.audio())
    meanwhile = [  # in both languages, while none is known
        hotline.frames_of(hotline.announcement(key, language), language)
        for key in ("one_moment", "still_there")
        for language in ("zh", "en")
    ]
    left = rest(heard, [hotline.frames_of(text) for text in texts], meanwhile)
    await hotline.ended(li)
    return texts, left, await hotline.look(hotline.attempts, li)


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
    """Seconds of the old prompt that were heard after the key; the best of three, since the machine may stall at one."""
    return min([await once_barged_in(hotline) for _ in range(3)])


async def once_barged_in(hotline: Hotline) -> float:
    guest = await hotline.call(await hotline.somebody("T1"))  # whose main menu has no 8
    await guest.talk.heard(1.0)
    while not (np.abs(guest.talk.audio()[-160:]) > QUIET).any():  # noqa: ASYNC110
        await asyncio.sleep(0.005)
    length = len(guest.talk.audio())
    await guest.press("8")
    wrong = hotline.frames_of(await guest.answer("没有8这一项"))
    until = time.monotonic() + 20
    while (found := find(frames(guest.talk.audio()[length // 160 * 160 :]), wrong[:4], 0)) < 0:
        assert time.monotonic() < until, "the next prompt is not heard from its beginning"
        await asyncio.sleep(0.02)
    await guest.hang_up()
    return found * 0.02


async def ahead(hotline: Hotline) -> list[str]:
    li = await hotline.somebody()
    guest = await hotline.call(li)
    await guest.press("314")
    await guest.answer("您没有开通来电显示")  # keys that came together are answered together: how often is not known
    await guest.hang_up()
    await hotline.ended(li)
    return [str(row[0]) for row in await hotline.look(visits, li)]


async def slow_carrier(hotline: Hotline) -> tuple[bool, str]:
    """The carrier takes 3 s: is 'one moment' heard, and is what is pressed meanwhile kept in order?"""
    li = await hotline.somebody()
    await hotline.look(stumble, "slow", seconds=3.0, msisdns=[li])
    guest = await hotline.call(li)
    await guest.press("11")
    await guest.hears(hotline.announcement("one_moment"))
    await guest.press("13")
    last = await guest.answer("请输入")  # 1: back to the menu of bills, then 3: the bill of a month
    await guest.hang_up()
    return True, last


async def silent(hotline: Hotline) -> tuple[float, str, str, str]:
    """Says nothing after an answer: seconds of patience, the two texts that follow, how it ended.

    The patience is counted in what was heard: a machine that stalls hears late that the answer is over.
    """
    guest = await hotline.call(await hotline.somebody())
    await guest.press("11")
    await guest.hears(await guest.answer("120.00元"))
    asked = await guest.answer("您还需要什么")
    await guest.hears(asked)
    loud = (np.abs(packets(guest.talk.audio())) > QUIET).any(axis=1)
    patience = 0.02 * longest_silence(loud)
    last = await guest.answer("再见")
    await guest.hears(last)
    ended = await guest.talk.ended(20)
    return patience, asked, last, ended.reason


async def clumsy(hotline: Hotline) -> tuple[str, list[Any]]:
    li = await hotline.somebody("T1")  # whose main menu has no 8
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


async def holder(hotline: Hotline) -> list[int]:
    """Puts us on hold in the middle of an answer for longer than the patience, and comes back: how many answers then?"""
    li = await hotline.somebody()
    guest = await hotline.call(li)
    await guest.press("11")
    said = await guest.answer("120.00元")
    await asyncio.sleep(0.5)
    assert await guest.talk.hold()
    counts = [len(await guest.texts())]
    await asyncio.sleep(7)
    counts.append(len(await guest.texts()))
    assert await guest.talk.resume()
    await guest.hears(said)
    counts.append(len(await guest.texts()))
    await guest.hang_up()
    return counts


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


def rest(heard: list[bytes], meant: list[list[bytes]], meanwhile: list[list[bytes]]) -> list[bytes]:
    """From where on something else was heard than this; before each a busy hall may let the line say that it takes a moment.

    What is said meanwhile is cut short when the answer is there.
    """
    at = 0
    for one in meant:
        while heard[at : at + len(one)] != one:
            said = max((common(heard[at:], words) for words in meanwhile), default=0)
            if not said:
                return heard[at:]
            at += said
        at += len(one)
    return heard[at:]


def common(one: list[bytes], other: list[bytes]) -> int:
    """How many packets are the same from the beginning."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def packets(audio: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Of 20 ms each."""
    return audio[: len(audio) // 160 * 160].reshape(-1, 160)


def longest_silence(loud: np.ndarray[Any, Any]) -> int:
    """Packets between two loud ones, where most are."""
    return int(np.diff(np.flatnonzero(loud)).max()) - 1


def key_of(menu: str, option: str) -> str:
    """The key of the option whose words hold this."""
    found = re.search(rf"{option}[^，。]*，请按([0-9])", menu)
    assert found, menu
    return found[1]


SCENES = (
    balance, service, barge_in, ahead, slow_carrier, silent, clumsy, carrier_down, leaver, holder, secretive,
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
