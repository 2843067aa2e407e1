"""Several callers at the same moment, and what they may not do to each other: scenes for an Evening."""

import asyncio
import time
from typing import Any

from careline.carrier.adapters.sandbox.stumbling import stumble
from careline.channels.calls.batching import PATIENCE_SECONDS, Batches
from careline.channels.calls.lines import Told
from careline.dialogue.talk import Event
from careline.hall.telephone import Act, Moment
from careline.values.msisdn import Msisdn
from tests.calls.hotline import Hotline
from tests.sms.street import clock, receptions, rows

CONTACTS_OF_NAMELESS = "SELECT count(*) FROM ledger_contact WHERE msisdn = '0'"


async def two_at_once(hotline: Hotline) -> list[Any]:
    """A second call of one number while the first is in the menu; the first falls silent, and a third is served."""
    li = await hotline.somebody()
    first = await hotline.call(li)
    await first.texts(1)
    second = await hotline.call(li)
    await second.hears(hotline.announcement("served"))
    await second.hears(hotline.announcement("served_goodbye"))
    await second.talk.ended(20)
    await first.press("11")
    await first.answer("120.00元")
    first.talk.call.stream.direct(None)  # its network is gone: no packet comes any more, and no goodbye
    until = time.monotonic() + 40
    while hotline.hall.roll.is_served(li, "another"):
        assert time.monotonic() < until, "the silent call counts for ever"
        await asyncio.sleep(0.1)
    third = await hotline.call(li)
    await third.answer("欢迎致电")  # the first may have been asked meanwhile whether it is still there
    await third.press("11")
    await third.answer("120.00元")
    await third.hang_up()
    await first.hang_up()
    await hotline.ended(li, 2)
    return await hotline.ended(li)


async def crowd(hotline: Hotline) -> dict[str, Any]:
    """Twenty ask for their balance in one batch: for one the carrier takes three seconds, for another it never answers."""
    people = [await hotline.somebody() for _ in range(20)]
    slow, silent_, *quick = people
    await hotline.look(stumble, "slow", seconds=3.0, msisdns=[slow])
    await hotline.look(stumble, "silent", msisdns=[silent_])
    patient = receptions(patience_seconds=PATIENCE_SECONDS, time_limit_seconds=6.0)("crowd")
    batches = Batches(patient, threads=1)
    told: dict[tuple[Msisdn, int], float] = {}

    def put(li: Msisdn, number: int, keys: str) -> asyncio.Future[Act | None]:
        moment = Moment(f"crowd-{li.digits}", number, li, Event.KEYS, clock(), keys=keys)
        future = batches.put(moment)
        future.add_done_callback(lambda _: told.setdefault((li, number), time.monotonic()))
        return asyncio.wrap_future(future)

    acts = [put(li, 1, "11") for li in people]
    after = [put(slow, 2, "13"), put(quick[0], 2, "13")]  # 1: back to the menu of bills, 3: the bill of a month
    began = time.monotonic()
    batches.start()
    texts = [act.text for act in await asyncio.gather(*acts, *after) if act is not None]
    await asyncio.get_running_loop().run_in_executor(None, batches.stop)
    return {
        "texts": texts,
        "quick": max(told[li, 1] for li in quick) - began,
        "after_quick": told[quick[0], 2] - began,
        "slow": told[slow, 1] - began,
        "silent": told[silent_, 1] - began,
        "in_order": told[slow, 2] > told[slow, 1],
        "figures": batches.figures,
        "attempts": [await hotline.look(hotline.attempts, li) for li in people],
    }


async def nameless(hotline: Hotline) -> dict[str, Any]:
    """Twenty callers without a number at the same time: half ask for a person, half say nothing."""
    ask = hotline.worker.house.line.ask

    async def moment(session: str, number: int, event: str, keys: str = "") -> Told:
        return await ask("moment", Told, session=session, msisdn="0", number=number, event=event, keys=keys)

    async def calls(index: int) -> list[str]:
        session, wants = f"nameless-{index}", index % 2 == 0
        first = await moment(session, 0, "hello")
        second = await (moment(session, 1, "keys", "1") if wants else moment(session, 1, "silence"))
        again = await (moment(session, 1, "keys", "1") if wants else moment(session, 1, "silence"))
        await moment(session, 2, "hung_up")
        return [first.cue.then, second.cue.then, str(again.clips == second.clips)]

    again = hotline.hall.batches.figures["again"]
    cues = await asyncio.gather(*(calls(index) for index in range(20)))
    return {
        "cues": cues,
        "again": hotline.hall.batches.figures["again"] - again,
        "contacts": (await hotline.look(rows, CONTACTS_OF_NAMELESS))[0][0],
        "rows": await hotline.look(rows, "SELECT 1 FROM hall_conversation WHERE msisdn = '0'"),
    }


SCENES = (crowd, nameless, two_at_once)
