"""The studio of prompts: what is said, by whom, what an upload changes, and the clock of notices."""

import io
import wave
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from careline.catalogue.version import Version
from careline.journal.models import Entry
from careline.prompts import house, notices, recordings
from careline.prompts.models import Notice, Recording, Work
from careline.staff.views import prompts as studio
from tests.prompts.speech import speech, written
from tests.prompts.voices_of_tests import Whistle
from tests.staff.conftest import SignIn

KEY = "talk.goodbye"
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clips_of_this_test(settings: Settings, tmp_path: Path, published: Version) -> Iterator[None]:
    """A folder and a voice for this test alone."""
    settings.HOME = tmp_path
    house.forget()
    studio._kept = None
    house._made().voice = Whistle()
    yield
    house.forget()
    studio._kept = None


def upload(data: bytes, name: str = "再见.wav", part: int = 0, **more: str) -> dict[str, object]:
    return {"part": str(part), "file": SimpleUploadedFile(name, data), **more}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(
    "address", ["", f"text/{KEY}", "notices", "notices?month=2026-03", "work", "?q=talk&kind=words&state=missing"]
)
def test_every_page_opens_in_both_languages(sign_in: SignIn, address: str, language: str) -> None:
    answer = sign_in("admin", "admin", language=language).get(f"/staff/prompts/{address}")
    assert answer.status_code == 200
    text = answer.content.decode()
    assert ("语音" in text) == (language == "zh-hans")
    assert " style=" not in text
    assert "<script>" not in text


def test_a_text_is_heard_as_calls_say_it(sign_in: SignIn) -> None:
    client = sign_in("lin", "maintainer")
    for address in (f"listen/zh/{KEY}", f"listen/en/{KEY}?slow", f"listen/zh/{KEY}?part=0"):
        answer = client.get(f"/staff/prompts/{address}")
        assert answer.headers["Content-Type"] == "audio/wav"
        with wave.open(io.BytesIO(answer.content)) as heard:
            assert heard.getnframes() > 2000
    for address in (
        f"listen/fr/{KEY}",
        f"listen/zh/{KEY}?part=99",
        "listen/zh/no.such.text",
        f"listen/zh/{KEY}?part=x",
    ):
        assert client.get(f"/staff/prompts/{address}").status_code == 404


def test_a_recording_is_uploaded_heard_replaced_and_taken_back(sign_in: SignIn) -> None:
    client = sign_in("lin", "maintainer")
    voice = client.get(f"/staff/prompts/listen/zh/{KEY}?part=0").content
    answer = client.post(f"/staff/prompts/record/zh/{KEY}", upload(written(speech(seed=1))), follow=True)
    assert "heard on calls from now on" in answer.content.decode()
    first = Recording.objects.get()
    mine = client.get(f"/staff/prompts/listen/zh/{KEY}?part=0").content
    assert mine != voice
    assert client.get(f"/staff/prompts/recordings/{first.pk}/listen").content == mine
    original = client.get(f"/staff/prompts/recordings/{first.pk}/original")
    assert original.content == written(speech(seed=1))
    assert original.headers["Content-Disposition"].startswith("attachment")
    client.post(f"/staff/prompts/record/zh/{KEY}", upload(written(speech(seed=2), "FLAC"), "two.flac"))
    assert client.get(f"/staff/prompts/listen/zh/{KEY}?part=0").content != mine
    client.post(f"/staff/prompts/choose/zh/{KEY}", {"part": "0", "recording": str(first.pk)})
    assert client.get(f"/staff/prompts/listen/zh/{KEY}?part=0").content == mine
    client.post(f"/staff/prompts/choose/zh/{KEY}", {"part": "0"})
    assert client.get(f"/staff/prompts/listen/zh/{KEY}?part=0").content == voice
    assert Entry.objects.filter(what="prompt", who="lin").count() == 4
    assert "two.flac" in client.get(f"/staff/prompts/text/{KEY}").content.decode()


@pytest.mark.parametrize(("language", "said"), [("en", "Nothing can be heard in it"), ("zh-hans", "录音里听不到声音")])
def test_a_refused_upload_says_why_in_the_language_of_the_page(sign_in: SignIn, language: str, said: str) -> None:
    client = sign_in("lin", "maintainer", language=language)
    answer = client.post(f"/staff/prompts/record/zh/{KEY}", upload(written(speech(level=0.001))), follow=True)
    assert said in answer.content.decode()
    assert not Recording.objects.exists()
    assert client.post(f"/staff/prompts/record/zh/{KEY}", {"part": "0"}, follow=True).status_code == 200
    assert client.post(f"/staff/prompts/record/zh/{KEY}", upload(b"x", part=99)).status_code == 404


def test_a_recording_of_another_text_cannot_be_chosen(sign_in: SignIn) -> None:
    client = sign_in("lin", "maintainer")
    other = recordings.take(written(speech()), "a.wav", text="别的话", language="zh", by="he", now=NOW)
    assert client.post(f"/staff/prompts/choose/zh/{KEY}", {"part": "0", "recording": str(other.pk)}).status_code == 404


def test_who_may_not_edit_may_listen_but_not_record(sign_in: SignIn) -> None:
    client = sign_in("he", "supervisor")
    assert client.get(f"/staff/prompts/text/{KEY}").status_code == 200
    assert 'type="file"' not in client.get(f"/staff/prompts/text/{KEY}").content.decode()
    notice = notices.arrive("新套餐", "", arrived_at=NOW, by="lin", now=NOW)
    for address, body in (
        (f"record/zh/{KEY}", upload(written(speech()))),
        (f"choose/zh/{KEY}", {"part": "0"}),
        ("notices/arrive", {"title": "x", "arrived": "2026-03-02T08:00"}),
        (f"notices/{notice.pk}/step", {"stage": "text"}),
        ("audit", {}),
    ):
        assert client.post(f"/staff/prompts/{address}", body).status_code == 403
        assert client.get(f"/staff/prompts/{address}").status_code == 405
    assert not Recording.objects.exists()
    assert Notice.objects.count() == 1


def test_a_notice_is_taken_through_its_steps_in_ones_own_name(sign_in: SignIn) -> None:
    client = sign_in("lin", "maintainer")
    page = client.post(
        "/staff/prompts/notices/arrive", {"title": "<b>新套餐</b>", "arrived": "2026-03-02T08:00"}, follow=True
    )
    assert "Entered" in page.content.decode()
    notice = Notice.objects.get()
    march = client.get("/staff/prompts/notices?month=2026-03").content.decode()
    assert "&lt;b&gt;新套餐" in march
    assert "does not conform" in march
    assert "1 notice is overdue" in march
    for stage in ("text", "recorded", "published"):
        client.post(f"/staff/prompts/notices/{notice.pk}/step", {"stage": stage})
    assert [(step.step, step.by) for step in notice.steps.order_by("id")] == [
        ("arrived", "lin"), ("text", "lin"), ("recorded", "lin"), ("published", "lin"),
    ]  # fmt: skip
    again = client.post(f"/staff/prompts/notices/{notice.pk}/step", {"stage": "published"}, follow=True)
    assert "taken this step already" in again.content.decode()
    future = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    for body in (
        {"title": "", "arrived": "2026-03-02T08:00"},
        {"title": "x", "arrived": "soon"},
        {"title": "x", "arrived": future},
    ):
        client.post("/staff/prompts/notices/arrive", body)
    assert Notice.objects.count() == 1


@pytest.mark.requirement("IVR-15")
def test_the_hours_at_which_notices_arrive_are_drawn(sign_in: SignIn) -> None:
    for hour in (8, 9, 9, 20):
        local = datetime(2026, 3, 2, hour, 30, tzinfo=UTC) - timedelta(hours=8)
        notices.arrive("通知", "", arrived_at=local, by="lin", now=local)
    page = sign_in("lin", "maintainer").get("/staff/prompts/notices?month=2026-03").content.decode()
    assert "3 of 4 arrived between 8:00 and 15:00" in page
    assert page.count('<rect class="usual"') == 2
    assert page.count('<rect class="odd"') == 1


def test_the_audit_is_shown_and_written_down(sign_in: SignIn) -> None:
    page = sign_in("lin", "maintainer").post("/staff/prompts/audit").content.decode()
    assert "does not conform" in page
    assert "Not rendered yet" in page
    assert Work.objects.get().did == "audit"
    log = sign_in("zhou", "reviewer").get("/staff/prompts/work").content.decode()
    assert "audited" in log
