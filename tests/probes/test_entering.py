"""A pretend customer signs in once and stays signed in; whoever tests the way in signs in anew; and nobody pushes."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from django.contrib.sessions.models import Session

from careline.catalogue import library
from careline.channels.app.models import Device, Token
from careline.probes.models import Run
from careline.probes.plan import plan
from careline.probes.probe import Probe, Step
from careline.probes.visiting.entering import Entered, Entrance, Pace, shares
from careline.values.msisdn import Msisdn
from tests.probes.house import House, now
from tests.probes.house import house as house
from tests.sms.street import the_book

LINE = Msisdn("8617099000001")


@pytest.fixture(scope="module")
def derived() -> dict[str, Probe]:
    return {one.id: one for one in plan(the_book(), now()).probes}


def of_one_line(derived: dict[str, Probe], channel: str, number: int) -> list[Probe]:
    """Questions of customers of the same kind, so that they use the same line one after the other."""
    like = derived[f"{channel}/deed/balance.query"]
    return [
        one
        for one in derived.values()
        if one.id.startswith(f"{channel}/deed/") and one.id.endswith(".query") and shares(one)
        and (one.region, one.brand, one.language) == (like.region, like.brand, like.language)
    ][:number]  # fmt: skip


def told(runs: list[Run]) -> dict[str, tuple[str, str]]:
    return {run.probe: (run.cause, run.why) for run in runs if not run.passed}


@pytest.mark.django_db
@pytest.mark.parametrize("channel", ["app", "web"])
def test_probes_of_one_line_share_a_sign_in(house: House, derived: dict[str, Probe], channel: str) -> None:
    chosen = of_one_line(derived, channel, 4)
    runs = house.run(chosen, together=1, retries=2)  # a busy machine may be too slow once
    assert told(runs) == {}
    assert len({run.msisdn for run in runs}) == 1
    ways_in = [sum("/my/password" in rung[2] or "/tokens" in rung[2] for rung in run.ladder) for run in runs]
    assert ways_in[1:] == [0, 0, 0]
    if channel == "app":
        devices = list(Device.objects.filter(msisdn=runs[0].msisdn, client="probes"))
        assert len(devices) == 1
        assert devices[0].revoked_at is not None, "it signs out with the last of them"


@pytest.mark.django_db
def test_who_tests_the_way_in_goes_it(house: House, derived: dict[str, Probe]) -> None:
    first = of_one_line(derived, "app", 1)[0]
    wrong = replace(
        first, id="wrong", source="by hand", steps=(Step("sign_in", "864209"), *first.steps[1:]), records=()
    )
    anew = replace(first, id="anew", steps=(Step("sign_in", "password"), *first.steps[1:]))
    for _ in range(3):  # a busy machine may be too slow once
        runs = {run.probe: run for run in house.run([first, wrong, anew], together=1)}
        if runs["wrong"].why.startswith("not signed in:") and runs["anew"].passed:
            break
    assert len({run.msisdn for run in runs.values()}) == 1
    assert (runs["wrong"].passed, runs["wrong"].why[:14], runs["anew"].passed) == (False, "not signed in:", True)
    assert Device.objects.filter(msisdn=runs["anew"].msisdn, revoked_at=None).count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("channel", ["app", "web"])
def test_a_sign_in_that_ended_meanwhile_is_made_anew(house: House, derived: dict[str, Probe], channel: str) -> None:
    first, second = of_one_line(derived, channel, 2)

    async def running() -> list[Run]:
        async with house.bench(together=1) as bench:
            before, *_ = await bench.run([first], retries=2)  # a busy machine may be too slow once
            await bench.look(end_sign_ins)
            after, *_ = await bench.run([second], retries=2)
            return [before, after]

    library.hold(the_book())  # after each test it is forgotten
    runs = house.loop.run(running(), 120)
    assert told(runs) == {}
    assert any("/my/password" in rung[2] or "/tokens" in rung[2] for rung in runs[1].ladder)


def end_sign_ins() -> None:
    Token.objects.update(until=now())
    Session.objects.all().delete()


def test_which_probes_share(derived: dict[str, Probe]) -> None:
    visits = [one for one in derived.values() if one.channel in ("web", "app")]
    alone = {one.id: one for one in visits if not shares(one)}
    assert len(alone) * 10 < len(visits)
    assert {f"{channel}/sign_in/{how}" for channel in ("web", "app") for how in ("code", "password")} <= alone.keys()
    for one in visits:
        if one.status != "active" or any(step.do == "sign_in" and step.what for step in one.steps):
            assert one.id in alone
    like = derived["app/deed/balance.query"]
    assert not shares(replace(like, stumbles="down"))
    assert not shares(replace(like, steps=like.steps[:1] + like.steps))


async def turns(pace: Pace, number: int) -> float:
    clock = asyncio.get_running_loop().time
    began = clock()
    await asyncio.gather(*(pace.turn() for _ in range(number)))
    return clock() - began


def limits(most: int, left: int, seconds: int = 60) -> dict[str, str]:
    return {"ratelimit-policy": f'"device";q={most};w={seconds}', "ratelimit": f'"device";r={left};t=9'}


async def test_turns_come_as_fast_as_the_server_says() -> None:
    pace = Pace()
    pace.heard(limits(60_000, 59_000))
    assert (
        min([await turns(pace, 20) for _ in range(3)]) < 4.0
    )  # at the pace of a server that says nothing it were 4.75
    pace.heard(limits(600, 100))
    assert await turns(pace, 4) >= 0.25  # the first at once, then one each tenth of a second
    pace.heard({})
    assert await turns(pace, 4) >= 0.25, "an answer that says nothing changes nothing"


async def test_nobody_comes_while_the_server_lets_nobody_in() -> None:
    pace = Pace()
    pace.hold(0.3)
    assert await turns(pace, 1) >= 0.3


async def test_who_is_signed_in_already_has_no_queue() -> None:
    entrance, clock = Entrance(), asyncio.get_running_loop().time
    probe = a_probe("app")
    entrance.paces["app"].hold(60)
    entrance.keep("app", LINE, Entered("token", clock() + 1_800))
    await asyncio.wait_for(entrance.ready(probe, LINE), 20)
    entrance.keep("app", LINE, Entered("another", clock() + 10))
    assert entrance.of("app", LINE) is None, "it ends before the probe does"
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(entrance.ready(probe, LINE), 0.1)
    assert [one.access for one in entrance.leave()] == ["token", "another"]
    assert not entrance.leave()


def a_probe(channel: str) -> Probe:
    text: Any = None
    return Probe("one", text, channel, (Step("sign_in"), Step("pick", "balance:query")))
