"""Calls while the carrier is away: the run's cause is the one that the records hold, whatever was heard of it."""

from dataclasses import replace
from pathlib import Path

import pytest

from careline.probes.models import Run
from careline.probes.plan import plan
from careline.probes.running import Bench
from careline.probes.vantage import Vantage
from tests.calls.hotline import Hotline
from tests.probes.again import ends, settled
from tests.sms.street import NOON, clock, rows, the_book

pytestmark = pytest.mark.django_db
CAUSES = {"down": "carrier_fault", "busy": "carrier_busy", "silent": "carrier_silent"}
PROBES = {
    "query": "voice/deed/charges_and_balance.query",
    "order": "voice/pair/caller_id.subscribe",
    "points": "voice/deed/points.query",
}


@pytest.fixture(scope="module")
def runs(hotline: Hotline, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    derived = {one.id: one for one in plan(the_book(), NOON).probes}
    chosen = [
        replace(derived[identity], id=f"{name} {how}", stumbles=how)
        for name, identity in PROBES.items()
        for how in CAUSES
    ]
    folder: Path = tmp_path_factory.mktemp("heard")

    async def run() -> list[Run]:
        vantage = Vantage("here", calls=hotline.uri, together=9)
        async with Bench(the_book(), hotline.speaker, vantage, clock, folder, range(46400, 46800, 2)) as bench:
            return await settled(bench, chosen, {one.id: ends(CAUSES[one.stumbles]) for one in chosen})

    return {one.probe: one for one in hotline.loop.run(run(), 400)}


@pytest.mark.parametrize("how", CAUSES)
@pytest.mark.parametrize("name", PROBES)
def test_a_call_in_an_outage_fails_by_the_carriers_fault(runs: dict[str, Run], name: str, how: str) -> None:
    run = runs[f"{name} {how}"]
    recorded = rows(
        "SELECT outcome, cause FROM ledger_attempt WHERE msisdn = %s AND begun_at >= %s", run.msisdn, run.begun_at
    )
    assert (run.passed, run.cause) == (False, CAUSES[how]), (run.why, run.steps, recorded)
