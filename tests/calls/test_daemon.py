"""The processes of the telephone side: who is started again, whose calls are ended, which ports are whose."""

import asyncio
import os
import signal
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from careline.channels.calls.announcements import read
from careline.channels.calls.voice import Voice
from careline.daemons.calls_children import Child
from careline.daemons.calls_hall import is_whole
from careline.daemons.calls_worker import listening, share
from careline.daemons.sweeps import end_lost_calls
from careline.desk import live, queue, seats
from careline.desk.models import Contact, Live, Seat
from careline.dialogue.talk import Event
from careline.hall import telephone
from careline.hall.telephone import Moment
from careline.links.calls.config import demo
from careline.prompts.sound import Sound
from careline.prompts.speaker import Speaker
from careline.prompts.voices import VoiceFails
from careline.values.reference import new_reference
from tests.calls.hotline import Tones
from tests.halls import NOON, Hall
from tests.sms.street import rows, the_book


async def test_a_child_that_is_killed_is_started_again_and_one_that_is_stopped_is_not() -> None:
    said: asyncio.Queue[str] = asyncio.Queue()
    script = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
    child = Child("sleeper", [sys.executable, "-c", script], lambda _name, line: said.put_nowait(line))
    child.start()
    first = int(await asyncio.wait_for(said.get(), 20))
    os.kill(first, signal.SIGKILL)
    second = int(await asyncio.wait_for(said.get(), 20))
    assert second != first
    await child.stop()
    assert child.starts == 2
    with pytest.raises(ProcessLookupError):
        os.kill(second, 0)
    assert said.empty()


def test_workers_share_the_ports_and_each_begins_even() -> None:
    parts = [share((20_000, 30_000), number, 3) for number in range(3)]
    ports = [port for part in parts for port in part]
    assert len(ports) == len(set(ports))
    assert all(port % 2 == 0 and 20_000 <= port < 30_000 for port in ports)


def test_the_address_of_the_command_line_replaces_that_of_the_file() -> None:
    config = listening(demo(), "0.0.0.0:5070")
    assert {str(one) for one in config.listen} == {"udp:0.0.0.0:5070", "tcp:0.0.0.0:5070"}
    assert listening(config, "") == config
    for wrong in ("5060", ":5060", "host:", "host:99999", "host:x"):
        with pytest.raises(ValueError, match="HOST:PORT"):
            listening(replace(config), wrong)


def test_announcements_whose_voice_was_late_are_made_again(tmp_path: Path) -> None:
    class Tired(Tones):
        awake = False

        def speak(self, text: str, language: str, *, slow: bool) -> Sound:
            if not self.awake:
                raise VoiceFails("asleep")
            return super().speak(text, language, slow=slow)

    voice = Tired()
    speaker = Speaker(tmp_path, voice)
    speech = Voice(speaker, the_book)
    first = asyncio.run(speech.announce(tmp_path / "written", ""))
    assert not is_whole(first, speaker)
    voice.awake = True
    second = asyncio.run(speech.announce(tmp_path / "written", ""))
    assert is_whole(second, speaker)
    assert read(tmp_path / "written") == second
    speech.close()
    speaker.close()


@pytest.mark.django_db
def test_calls_that_no_process_knows_any_more_are_ended_as_lost(hall: Hall) -> None:
    li, session, contact = hall.fresh(), "call-1", new_reference()[0]
    hello = Moment(session, 0, li, Event.HELLO, hall.clock())
    telephone.answer(hall.reception, [hello])
    live.keep([live.Call(session, "worker-0", li, "calls", "10086", NOON, "main")], [], NOON)
    seats.settle("801", "sip:801@127.0.0.1", "care", NOON)
    queue.enter(queue.Caller(contact, session, li), NOON)
    rung = seats.claim(contact, NOON)
    seats.answered(contact, rung[0].seat, NOON)

    assert end_lost_calls(NOON + timedelta(seconds=30), lambda: hall.reception) == 0, "they may be alive"
    hall.clock.pass_(seconds=90)
    assert end_lost_calls(hall.clock(), lambda: hall.reception) == 2
    assert not Live.objects.exists()
    assert Contact.objects.get().outcome == "lost"
    assert Seat.objects.get().state == "free"
    assert rows("SELECT ended FROM ledger_journey WHERE msisdn = %s", li.digits) == [("lost",)]
    assert end_lost_calls(hall.clock(), lambda: hall.reception) == 0
