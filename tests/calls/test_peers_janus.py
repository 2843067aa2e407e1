"""A browser calls the hotline through Janus: WebRTC on its side, SIP and G.711 on ours."""

import asyncio
import contextlib
import time
from collections.abc import Iterator
from typing import Any

import pytest

from careline.values.msisdn import Msisdn
from tests.calls.browser_phone import BrowserPhone, Janus
from tests.calls.by_ear import NotHeard, follow
from tests.calls.evening import Evening
from tests.calls.hotline import Hotline

pytestmark = [pytest.mark.django_db, pytest.mark.peer("janus")]
STEP_SAMPLES = 2000


async def browses(hotline: Hotline) -> dict[str, Any]:
    """Goes to the balance with keys by INFO, hears two answers whole, and hangs up."""
    li = await hotline.somebody()
    async with Janus(hotline.folder / "janus") as gateway, BrowserPhone(gateway, li.digits) as browser:
        await browser.dial(hotline.uri)
        await answers(hotline, li, 1)
        await browser.connected()  # what was said before that, no browser hears
        at = len(browser.heard())
        await browser.press("1")
        at = await hears(hotline, browser, (await answers(hotline, li, 2))[1], at)
        await browser.press("1")
        texts = await answers(hotline, li, 3)
        await hears(hotline, browser, texts[2], at)
        codec = [line for line in browser.peer.remoteDescription.sdp.splitlines() if line.startswith("a=rtpmap")]
        await browser.hang_up()
        journeys = await hotline.ended(li)
        attempts = await hotline.look(hotline.attempts, li)
    return {"texts": texts, "codec": codec, "journeys": journeys, "attempts": attempts}


async def answers(hotline: Hotline, msisdn: Msisdn, count: int) -> list[str]:
    """The hall's answers, once there are so many."""
    until = time.monotonic() + 30
    while len(texts := await hotline.look(hotline.answers, msisdn)) < count:
        assert time.monotonic() < until, f"{len(texts)} of {count} answers"
        await asyncio.sleep(0.02)
    return texts


async def hears(hotline: Hotline, browser: BrowserPhone, text: str, at: int) -> int:
    """Wait until the clips of this text were heard after a sample, whole and in order; the sample after them."""
    clips = hotline.speaker.clips(text, "zh")
    until = time.monotonic() + 30 + sum(clip.seconds for clip in clips)
    while True:
        await asyncio.sleep(0.25)
        recording = browser.heard() / 32768
        for begin in range(at, len(recording), STEP_SAMPLES):  # the end of what was said before may sound like it
            with contextlib.suppress(NotHeard):
                return follow(recording, clips, begin)[0]
        assert time.monotonic() < until, f"not heard: {text[:60]}"


@pytest.fixture(scope="module")
def evening(hotline: Hotline) -> Iterator[Evening]:
    opened = Evening(hotline, (browses,))
    yield opened
    opened.close()


def test_a_browser_hears_the_menu_and_the_balance_whole(evening: Evening) -> None:
    told = evening.of(browses)
    assert "120.00元" in told["texts"][2]
    assert any("PCMA" in line or "PCMU" in line for line in told["codec"])


def test_keys_of_a_browser_come_by_info_and_its_end_is_kept(evening: Evening) -> None:
    told = evening.of(browses)
    assert told["attempts"] == [("charges_and_balance", "query", "done", "")]
    assert [one[0] for one in told["journeys"]] == ["done"]
