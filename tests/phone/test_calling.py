"""Calls and USSD sessions from the handset page, as its script asks for them."""

import io
import secrets
import wave
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from careline import wiring
from careline.channels.phone import calling
from careline.channels.telephony import moments
from careline.channels.telephony.models import Session
from careline.demo import town
from careline.dialogue.book import Book
from careline.hall.reception import Reception
from careline.hall.serving import Serving
from careline.ledger.models import Attempt, Journey
from careline.outbox.models import Message
from careline.prompts import house
from careline.prompts.speaker import Speaker
from careline.values.msisdn import Msisdn
from tests.halls import Hall
from tests.prompts.voices_of_tests import Whistle

WHO = town.people()[0].msisdn


@dataclass
class Handset:
    """What the page's script keeps of one call or USSD session."""

    msisdn: Msisdn
    door: str = "call"
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    number: int = -1
    client: Client = field(default_factory=Client)
    status: int = 0

    def tell(self, event: str, *, again: bool = False, **more: str) -> dict[str, Any]:
        self.number += not again
        sent = {"call": self.id, "number": str(self.number), "event": event, "caller": self.msisdn.digits} | more
        response = self.client.post(f"/phone/{self.door}", sent)
        self.status = response.status_code
        return dict(response.json()) if response.headers.get("Content-Type") == "application/json" else {}

    def press(self, keys: str, *, heard: str = "100") -> dict[str, Any]:
        if self.door == "ussd":
            return self.tell("keys", text=keys)
        return self.tell("keys", keys=keys, heard=heard)

    def wav(self, number: int) -> Any:
        return self.client.get(f"/phone/call/{self.id}/{number}.wav")


@pytest.fixture
def handset(hall: Hall, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Handset:
    settings.DEMO = True
    town.settle(hall.clock())
    monkeypatch.setattr(calling, "reception", lambda: hall.reception)
    monkeypatch.setattr(wiring, "clock", hall.clock)
    return Handset(WHO)


@pytest.fixture
def whistling(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Speaker]:
    speaker = Speaker(tmp_path, Whistle(), patience_seconds=60)
    monkeypatch.setattr(house, "speaker", lambda: speaker)
    yield speaker
    speaker.close()


def choose(answer: dict[str, Any], label: str) -> str:
    """The key that the menu gives to what is called so."""
    line: str = next(line for line in answer["text"].splitlines() if label in line)
    return line.rstrip("。.")[-1]


def test_a_call_is_kept_as_a_journey_and_its_order_as_an_attempt(handset: Handset) -> None:
    answer = handset.tell("hello")
    assert "10086" in answer["text"]
    assert answer["path"] == ["主菜单"]
    assert answer["then"] == "keys"
    assert "72.30" in handset.press("1", heard="12")["text"]
    handset.tell("hung_up")
    assert handset.status == 204
    journey = Journey.objects.get()
    assert (journey.msisdn, journey.channel, journey.ended) == (WHO.digits, "voice", "done")
    assert journey.visits[0] == "main"
    assert Attempt.objects.get().outcome == "done"
    assert Session.objects.get().ended_at is not None


def test_a_moment_that_comes_again_hears_the_same_and_counts_once(handset: Handset) -> None:
    handset.tell("hello")
    said = handset.press("1")
    assert handset.tell("keys", again=True, keys="1") == said
    assert Attempt.objects.count() == 1


def test_a_yes_before_the_price_was_heard_is_not_taken(handset: Handset) -> None:
    answer = handset.tell("hello")
    for label in ("办理业务", "通话功能", "来电显示", "开通"):
        answer = handset.press(choose(answer, label))
    asked = handset.press("1", heard="5")
    assert not asked["barge_in"]
    assert not Attempt.objects.filter(service="caller_id", outcome="done").exists()


def test_nobody_can_come_to_the_browser_and_the_menu_is_said_again(handset: Handset) -> None:
    handset.tell("hello")
    assert handset.press("0")["then"] == "person"
    back = handset.tell("returned", keys="talked")
    assert "主菜单" in back["text"]
    assert back["then"] == "keys"


def test_the_prompt_is_the_words_and_only_those_of_now(handset: Handset, whistling: Speaker) -> None:
    answer = handset.tell("hello")
    response = handset.wav(0)
    assert response.headers["Content-Type"] == "audio/wav"
    assert "no-store" in response.headers["Cache-Control"]
    with wave.open(io.BytesIO(response.content)) as file:
        heard = file.readframes(file.getnframes())
    with wave.open(io.BytesIO(whistling.wav(answer["text"], "zh"))) as file:
        assert heard == file.readframes(file.getnframes())
    handset.press("1")
    assert handset.wav(0).status_code == 204
    assert handset.wav(1).status_code == 200
    assert handset.client.get(f"/phone/call/{secrets.token_hex(16)}/1.wav").status_code == 204
    assert isinstance(whistling.voice, Whistle)
    whistling.voice.fails = True
    handset.press("3")
    assert handset.wav(2).status_code == 204, "words that cannot be made have no sound"


def test_when_the_hall_fails_the_caller_is_told_in_the_language_of_the_page(
    handset: Handset, hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    handset.tell("hello")
    monkeypatch.setattr(calling, "reception", lambda: broken(hall))
    handset.client.cookies["django_language"] = "en"
    answer = handset.press("1")
    assert handset.status == 503
    assert "fault" in answer["text"]
    assert answer["then"] == "hang_up"


def test_a_call_of_which_the_browser_tells_no_end_is_lost(handset: Handset, hall: Hall) -> None:
    handset.tell("hello")
    hall.clock.pass_(minutes=61)
    assert moments.end_lost(hall.reception, hall.clock()) == 1
    assert Journey.objects.get().ended == "lost"
    assert "重新拨打" in handset.press("1")["text"]


def test_a_call_that_was_never_begun_hears_goodbye(handset: Handset) -> None:
    handset.number = 3
    answer = handset.press("1")
    assert answer["then"] == "hang_up"
    assert "重新拨打" in answer["text"]
    assert not Session.objects.exists()


def test_the_story_of_a_key_is_not_told_to_other_calls(handset: Handset) -> None:
    handset.tell("hello")
    turn = handset.press("1")["turn"]
    assert turn
    other = Handset(town.people()[1].msisdn)
    other.tell("hello")
    assert other.client.get(f"/phone/call/{other.id}/story", {"turn": turn}).status_code == 404


def test_a_ussd_session_shows_screens_and_sends_what_is_too_long_by_sms(handset: Handset) -> None:
    handset.door = "ussd"
    assert "1." in handset.tell("hello")["text"]
    shown = handset.press("1")
    assert "72.30" in shown["text"]
    assert not shown["ends"]
    assert handset.press("what?")["text"], "letters are a wrong key"
    handset.tell("hung_up")
    journey = Journey.objects.get()
    assert (journey.channel, journey.ended) == ("ussd", "hung_up")
    assert not Message.objects.filter(link="handset", state="failed").exists()


@pytest.mark.parametrize(
    "sent",
    [
        {"call": "short"},
        {"event": "said"},
        {"number": "-1"},
        {"number": "99999999"},
        {"event": "keys", "keys": ""},
        {"event": "keys", "keys": "12a"},
        {"event": "keys", "keys": "1" * 65},
        {"caller": "8613911112222"},
    ],
    ids=str,
)
def test_what_no_page_of_ours_sends_is_refused(handset: Handset, sent: dict[str, str]) -> None:
    whole = {"call": handset.id, "number": "0", "event": "hello", "caller": WHO.digits} | sent
    for door in ("call", "ussd"):
        assert handset.client.post(f"/phone/{door}", whole).status_code == 400
    assert not Session.objects.exists()


def test_other_sites_cannot_call(handset: Handset) -> None:
    handset.client = Client(enforce_csrf_checks=True)
    handset.tell("hello")
    assert handset.status == 403


def test_outside_the_demo_there_is_no_telephone(handset: Handset, settings: Any) -> None:
    settings.DEMO = False
    handset.tell("hello")
    assert handset.status == 404
    assert handset.wav(0).status_code == 404
    assert handset.client.get("/phone/dial").status_code == 404


def broken(hall: Hall) -> Reception:
    """A hall that fails at everything."""

    def no_book() -> Book:
        raise RuntimeError("no book")

    serving = Serving(wiring.office(), wiring.behaviours())
    return Reception(serving=serving, book=no_book, clock=hall.clock)
