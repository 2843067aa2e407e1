"""Dial tests before hostile patterns, names of files, and whoever wants to hear what was recorded."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from careline.catalogue.version import Version
from careline.journal.models import Entry
from careline.probes.models import Due, Planned, Run, Timetable
from careline.probes.probe import chosen
from careline.values.msisdn import Msisdn
from tests.staff.conftest import SignIn

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
NUMBER = "8617099000001"


@dataclass(frozen=True)
class Named:
    id: str


CATASTROPHIC = ["*a" * 150 + "b", "[" * 300, "[!" + "]" * 200, "*" * 300, "?" * 300, "(a+)+$", "[z-a]*", "\\" * 100]


@pytest.mark.parametrize("pattern", CATASTROPHIC)
def test_no_pattern_keeps_the_choice_busy(pattern: str) -> None:
    probes = [Named("voice/" + "a" * 120 + str(number)) for number in range(50)]
    assert len(chosen(probes, [pattern])) in {0, 50}


def test_ids_are_found_as_they_stand_and_patterns_beside_them() -> None:
    probes = [Named(one) for one in ("voice/a", "voice/b[1]", "sms/a", "web/c")]
    assert [one.id for one in chosen(probes, ["sms/a", "voice/b[1]", "we*"])] == ["voice/b[1]", "sms/a", "web/c"]
    assert chosen(probes, []) == probes


def test_thousands_of_patterns_start_nothing_and_thousands_of_ids_are_looked_up(
    sign_in: SignIn, published: Version
) -> None:
    client = sign_in("he", "supervisor")
    Planned.objects.create(id="voice/a", place=1, channel="voice")
    answer = client.post("/staff/probes/start", {"probes": " ".join(f"*{n}*" for n in range(2_000)), "vantage": "here"})
    assert answer.headers["Location"] == "/staff/probes/"
    assert not Due.objects.exists()
    names = " ".join(["voice/a", *(f"voice/{n}" for n in range(1_500))])
    client.post("/staff/probes/start", {"probes": names, "vantage": "here"})
    assert [one.probe for one in Due.objects.all()] == ["voice/a"]


ODD = {
    "name": "a",
    "probes": "voice/*",
    "vantage": "here",
    "every": "60",
    "times": "",
    "calendar": "always",
    "retries": "1",
}


@pytest.mark.parametrize(
    "odd",
    [
        {"name": "../a"}, {"name": "A" * 65}, {"name": "\u0430"}, {"name": "a\u202eb"}, {"every": "0"}, {"every": "-5"},
        {"every": "9" * 400}, {"every": "٣"}, {"every": "", "times": "24:00"}, {"every": "", "times": "07:60"},
        {"every": "", "times": "07:00 " * 25}, {"every": "", "times": "０７:00"}, {"calendar": "../always"},
        {"calendar": "x" * 500}, {"vantage": "nowhere"}, {"vantage": "sip:13900000001@evil.example"}, {"retries": "99"},
        {"retries": "9" * 400}, {"probes": "x" * 301}, {"probes": ""}, {"probes": "nothing/like/this"},
    ],
)  # fmt: skip
def test_odd_timetables_are_not_written_down(sign_in: SignIn, published: Version, odd: dict[str, str]) -> None:
    Planned.objects.create(id="voice/a", place=1, channel="voice")
    answer = sign_in("he", "supervisor").post("/staff/probes/timetables/new", ODD | odd)
    assert answer.status_code == 422
    assert not Timetable.objects.exists()


@pytest.fixture
def heard(settings: Any, tmp_path: Path, db: None) -> Run:
    settings.HOME = tmp_path
    (tmp_path / "probes").mkdir()
    (tmp_path / "secret.flac").write_bytes(b"fLaC secret")
    run = Run.objects.create(
        id=uuid.uuid4(), batch=uuid.uuid4(), probe="voice/a", channel="voice", vantage="here", version=1, passed=True, begun_at=NOW,
        ended_at=NOW, msisdn=NUMBER, figures={}, steps=[{"step": 0, "do": "dial", "answer": f"<script>{NUMBER}"}],
    )  # fmt: skip
    (tmp_path / "probes" / f"{run.id}.flac").write_bytes(b"fLaC heard")
    return run


@pytest.mark.parametrize("name", ["", "../secret.flac", "/etc/passwd", "other.flac", "..%2fsecret.flac"])
def test_no_other_file_is_heard_than_the_runs_own(sign_in: SignIn, published: Version, heard: Run, name: str) -> None:
    client = sign_in("he", "supervisor")
    Run.objects.filter(pk=heard.pk).update(sound=name)
    for headers in ({}, {"Range": "bytes=0-"}, {"Range": "bytes=-5"}):
        assert client.get(f"/staff/probes/runs/{heard.pk}/sound", headers=headers).status_code == 404
    assert client.get(f"/staff/probes/runs/{uuid.uuid4()}/sound").status_code == 404
    assert not Entry.objects.filter(did="probe_heard").exists()


def test_each_hearing_is_journaled_whatever_part_is_asked_for(sign_in: SignIn, published: Version, heard: Run) -> None:
    client = sign_in("he", "supervisor")
    Run.objects.filter(pk=heard.pk).update(sound=f"{heard.pk}.flac")
    for number, part in enumerate(("", "bytes=0-3", "bytes=9999-", "bytes=x", "bytes=0-0,1-1,2-2"), 1):
        answer = client.get(f"/staff/probes/runs/{heard.pk}/sound", headers={"Range": part} if part else {})
        assert answer.status_code in {200, 206, 416}
        assert answer.headers["Content-Type"] == "audio/flac"
        assert Entry.objects.filter(did="probe_heard", record=str(heard.pk)).count() == number


def test_pages_of_runs_show_no_whole_number_and_run_nothing(sign_in: SignIn, published: Version, heard: Run) -> None:
    client = sign_in("he", "supervisor")
    for address in (f"runs/{heard.pk}", "list", "of/voice/a", "", "alarms"):
        text = client.get(f"/staff/probes/{address}").content.decode()
        assert NUMBER not in text.replace(f"&lt;script&gt;{NUMBER}", ""), address
        assert Msisdn(NUMBER).national() not in text.replace(f"&lt;script&gt;{NUMBER}", ""), address
        assert "<script>8" not in text
