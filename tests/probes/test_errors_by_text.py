"""Every error that a text or an app can be answered with is brought about on marked lines, and its own words are read.

Each kind once on each of the two, in one language and in the other by turns: all of them in both would take minutes.
"""

import pytest

from careline.probes.deriving import errors
from careline.probes.models import Line, Run
from careline.probes.probe import Probe
from tests.probes.house import House, now
from tests.probes.house import house as house
from tests.sms.street import rows, the_book

pytestmark = pytest.mark.django_db


def kind_of(probe: str) -> str:
    return probe.rsplit("/", 1)[1]


@pytest.fixture(scope="module")
def chosen() -> list[Probe]:
    book, found = the_book(), list[Probe]()
    for probes in (errors.by_text(book, now()), errors.by_app(book, now())):
        for place, kind in enumerate(sorted({kind_of(one.id) for one in probes})):
            own = sorted((one for one in probes if kind_of(one.id) == kind), key=lambda one: one.language)
            found.append(own[place % len(own)])
    return found


@pytest.fixture(scope="module")
def runs(house: House, chosen: list[Probe]) -> dict[str, Run]:
    # A busy machine may be too slow once; so one may be tried again, as timetables do.
    return {one.probe: one for one in house.run(chosen, retries=2, timeout_seconds=300, together=16)}


def test_every_error_is_read(runs: dict[str, Run]) -> None:
    assert {name: (run.cause, run.why, run.steps) for name, run in runs.items() if not run.passed} == {}
    assert {token for run in runs.values() for token in run.covers if token.startswith("error")} == {
        f"{'error_sms' if name.startswith('sms/') else 'error_page'}:{kind_of(name)}{'@en' if '/en/' in name else ''}"
        for name in runs
    }


def test_what_was_spoilt_on_the_way_is_mended(runs: dict[str, Run]) -> None:
    """No conversation that cannot be read, no carrier that still fails, and nobody who is kept from people."""
    numbers = [run.msisdn for run in runs.values()]
    assert not rows("SELECT 1 FROM hall_conversation WHERE msisdn = ANY(%s) AND state LIKE '%%damage%%'", numbers)
    assert not rows("SELECT 1 FROM sandbox_stumble")
    assert not rows("SELECT 1 FROM desk_screening")
    assert not Line.objects.filter(msisdn__in=numbers).exclude(taken_until=None)
