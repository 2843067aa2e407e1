"""Files that people open in a spreadsheet: nothing that somebody wrote is computed there."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from careline.catalogue.version import Version
from careline.identity.gates import Gate
from careline.identity.models import Staff
from careline.upkeep.models import Explained, Finding, Machine, Maintainer, Round
from careline.values.spreadsheet import figure, harmless
from tests.staff.conftest import SignIn

COMPUTED = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1+1",
    '=HYPERLINK("https://evil.example")',
]


@pytest.mark.parametrize("written", COMPUTED)
def test_what_would_be_computed_is_told_as_words(written: str) -> None:
    assert harmless(written) == f"'{written}"


@pytest.mark.parametrize("told", ["", "a=b", "-12.5", "+3", "-0.4 %", "1,024", "'=1", 7, date(2026, 1, 1), None])
def test_everything_else_stays_as_it_is(told: object) -> None:
    assert harmless(told) == told


def test_figures_of_pages_are_numbers_in_their_files() -> None:
    told = ["1,471", "-16,269.23", "12", "1,47", "2.75 %", "1,471 / 2,000", "=1+1"]
    assert [figure(one) for one in told] == ["1471", "-16269.23", "12", "1,47", "2.75 %", "1,471 / 2,000", "'=1+1"]


def test_no_file_of_the_duties_computes_what_somebody_wrote(sign_in: SignIn, published: Version) -> None:
    client, now, today = sign_in("he", "supervisor"), datetime.now(UTC), timezone.localdate()
    lin = Staff.objects.create_user("lin")
    assert not lin.may(Gate.KEEP_HOUSE)
    first = today.replace(day=1)
    Maintainer.objects.create(who="=lin", part="dedicated", since=first, named_by="he", named_at=now)
    machine = Machine.objects.create(
        name="=1+1", kind="@x", place="-1+1", bought_on=first, changed_by="he", changed_at=now
    )
    made = Round.objects.create(day=today, slot="", by="=lin", at=now, found="crash", words="+1+1")
    Finding.objects.create(round=made, machine=machine, opened_at=now)
    for one in range((today - first).days + 1):
        day = first + timedelta(days=one)
        Explained.objects.create(kind="day", key=str(day), by="he", at=now, words="=2+2")
        for slot in ("morning", "afternoon"):
            Explained.objects.create(kind="round", key=f"{day} {slot}", by="he", at=now, words="@3")
    for name in ("diary", "rounds", "machines", "notices"):
        told = client.get(f"/staff/upkeep/{name}.csv").content.decode("utf-8-sig")
        cells = [cell for row in csv.reader(io.StringIO(told)) for cell in row]
        assert cells
        assert [cell for cell in cells if harmless(cell) != cell] == [], name
        if name != "notices":
            assert any(cell.startswith("'") for cell in cells), name
