"""Callbacks are made: the customer is dialled when a seat is free, told who calls, and brought to the front of the queue."""

import asyncio
import contextlib
import logging

from careline.channels.calls.conductor import Conductor, House
from careline.channels.calls.ear import Ear, Gone
from careline.channels.calls.hall_line import HallDown, HallFault
from careline.channels.calls.lines import Due
from careline.dialogue.talk import Handover
from careline.links.calls.endpoint import Unreached
from careline.values.msisdn import Msisdn

log = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
RING_SECONDS = 30.0


async def call_back(house: House) -> None:
    """Make callbacks until cancelled, one at a time."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        try:
            due = await house.line.ask("next_callback", Due | None)  # type: ignore[arg-type]
        except (HallDown, HallFault):
            continue
        if due is not None:
            done = False
            try:
                done = await _make(house, due)
            except (HallDown, HallFault, Gone) as error:
                log.info("callback %d: %s", due.id, type(error).__name__)
            except Exception:
                log.exception("callback %d failed", due.id)
            with contextlib.suppress(HallDown, HallFault):
                await house.line.ask("callback_done" if done else "callback_failed", bool, callback=due.id)


async def _make(house: House, due: Due) -> bool:
    """Whether the customer and a seat spoke."""
    if not house.settings.may_call_back(due.msisdn):
        log.warning("callback %d is to a number that is not called", due.id)
        return False
    uri = house.settings.callback_uri.format(number=due.msisdn)
    try:
        call = await house.endpoint.dial(
            uri, caller="10086", time_limit_seconds=RING_SECONDS, trunk=house.settings.callback_trunk
        )
    except Unreached as error:
        log.info("callback %d was not answered (%d)", due.id, error.status)
        return False
    one = Conductor(house, call)
    one.msisdn, one.language = Msisdn(due.msisdn), due.language
    one.ear = Ear(call)
    try:
        await one.announce("callback_hello")
        why = await one.at_desk(Handover("asked"), due.id)
        if why != "talked":
            await one.announce("nobody")
        return why == "talked"
    finally:
        one.ear.close()
        await call.hang_up()
