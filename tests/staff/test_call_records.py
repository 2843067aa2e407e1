"""The verifier's list of call records: those below and above the carrier's bounds, and those rated wrongly."""

import re
import shutil
from pathlib import Path

import pytest
from django.utils import timezone

from careline.carrier.adapters.sandbox.charging import Charged
from careline.cases import opening
from careline.cases.opening import NewCase
from careline.catalogue.packs import packs_folder
from tests.refunds.conftest import line
from tests.staff.conftest import SignIn

pytestmark = pytest.mark.django_db(transaction=True)
MONTH = "2026-10"
BOUNDS = "[calls]\nultra_short_below_seconds = {short}\nultra_long_from_seconds = {long}\n"
# seconds of each record -> what it is on the page
RECORDS = {2: "2 s", 3: "3 s", 232: "232 s", 7_199: "7199 s", 7_200: "7200 s"}


def listed(sign_in: SignIn) -> str:
    calls = [
        Charged("calls", 20 + place, day=2 + place, hour=9, cdr={"kind": "local", "seconds": seconds, "cell": "A-1"})
        for place, seconds in enumerate(RECORDS)
    ]
    wrong = [
        Charged("announcement", 77, day=9, hour=9, cdr={"kind": "announcement", "seconds": 41, "cell": "A-1"}),
        Charged("calls", 900, day=10, hour=9, cdr={"kind": "local", "seconds": 42, "cell": "A-1"}, agreed=60),
        Charged("data", 500, day=11),
    ]
    number = line(charged={1: [*calls, *wrong]})
    wang = sign_in("wang", "handler")
    new = NewCase(key="k", msisdn=number, kind="complaint", category="", words="话单不对", channel="sms")
    case = opening.accept(new, by="wang", now=timezone.now()).case
    wang.post(f"/staff/cases/{case.docket}/look", {"purpose": "核对话单"})
    whole = wang.get(f"/staff/cases/{case.docket}/bill?month={MONTH}").content.decode()
    assert all(seconds in whole for seconds in RECORDS.values())
    return str(wang.get(f"/staff/cases/{case.docket}/bill?month={MONTH}&records=on").content.decode())


def lengths(page: str) -> list[int]:
    return sorted(int(seconds) for seconds in re.findall(r"· (\d+) s\b", page))


@pytest.mark.requirement("ACC-05")
@pytest.mark.parametrize(
    ("short", "long", "shown"), [(3, 7_200, [2, 41, 42, 7_200]), (4, 200, [2, 3, 41, 42, 232, 7_199, 7_200])]
)
def test_records_below_and_above_the_bounds_and_those_rated_wrongly_are_listed(
    sign_in: SignIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, short: int, long: int, shown: list[int]
) -> None:
    shutil.copytree(packs_folder() / "common", tmp_path / "common")
    (tmp_path / "common" / "refunds.toml").write_text(BOUNDS.format(short=short, long=long), encoding="utf-8")
    monkeypatch.setenv("CARELINE_PACKS", str(tmp_path))
    page = listed(sign_in)
    assert lengths(page) == shown
    assert f"shorter than {short} seconds" in page
