"""Real processes: the simulator and the SMS process as the demo starts them, and a sender that is killed with -9."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from careline.catalogue.importing import publish_packs
from careline.demo import town
from careline.ledger.models import Attempt
from careline.outbox.models import Message
from careline.settings import PACKS
from careline.wiring import behaviours

from .street import Street, eventually


@dataclass
class Stage:
    """A database with packs and town, and commands that run against it."""

    home: Path
    environment: dict[str, str]
    children: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        log = (self.home / f"{arguments[0]}.log").open("wb")
        child = subprocess.Popen(
            [sys.executable, "-m", "careline.cli", *arguments],
            env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
        log.close()
        self.children.append(child)
        return child

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "careline.cli", *arguments],
            env=self.environment, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip


@pytest.fixture
def stage(transactional_db: None, database_url: str, tmp_path: Path) -> Iterator[Stage]:
    now = datetime.now(UTC)
    publish_packs(PACKS, by="system", now=now, manifests=behaviours().values())
    town.settle(now)
    environment = os.environ | {
        "CARELINE_HOME": str(tmp_path), "CARELINE_DEMO": "1", "DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": "careline.settings", "CARELINE_LANG": "en",
    }  # fmt: skip
    stage = Stage(tmp_path, environment)
    yield stage
    for child in stage.children:
        child.kill()
        child.wait()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def write_links(stage: Stage, port: int) -> None:
    links = stage.home / "links.toml"
    links.write_text(f'[[link]]\nname = "demo"\nport = {port}\nsystem_id = "careline"\nsecret = "secret"\n')
    stage.environment["CARELINE_LINKS"] = str(links)


def test_a_text_from_the_command_line_goes_through_the_simulator_and_its_answer_comes_back(stage: Stage) -> None:
    person = town.people()[0]
    straight = stage.run("sms", "send", "--from", person.number, "--json", "CXYE")
    assert (straight.returncode, json.loads(straight.stdout)["by"]) == (0, "hall"), straight.stderr
    port = free_port()
    write_links(stage, port)
    smsc = stage.start("smsc", "--port", str(port))
    eventually((stage.home / "smsc.json").exists, 120)
    sms = stage.start("serve", "sms")
    through = stage.run("sms", "send", "--from", person.number, "--wait-seconds", "110", "--json", "CXYE")
    assert through.returncode == 0, through.stderr
    told = json.loads(through.stdout)
    assert told["by"] == "smsc"
    assert told["answer"] == json.loads(straight.stdout)["answer"]
    eventually(lambda: Message.objects.filter(link="demo", state="sent").exists())
    # SIGTERM ends both in order, and the next process has nothing to doubt.
    sms.terminate()
    assert sms.wait(120) == 0
    smsc.terminate()
    assert smsc.wait(120) == 0
    assert not (stage.home / "smsc.json").exists()


def test_stuck_letters_are_listed_and_sent_again_by_command(stage: Stage) -> None:
    person = town.people()[0]
    assert stage.run("sms", "send", "--from", person.number, "CXYE").returncode == 0
    assert stage.run("sms", "outbox").returncode == 0
    one = Message.objects.get()
    Message.objects.update(state="failed", error="status 0xb", link="demo")
    listed = stage.run("sms", "outbox", "--json")
    assert listed.returncode == 1
    [stuck] = json.loads(listed.stdout)["stuck"]
    assert (stuck["id"], stuck["error"]) == (str(one.id), "status 0xb")
    assert person.number not in listed.stdout
    assert stage.run("sms", "resend", str(one.id)).returncode == 0
    assert Message.objects.get().state == "queued"
    assert stage.run("sms", "resend", str(one.id)).returncode == 1


def test_a_hall_killed_between_sending_and_writing_it_down_loses_nothing_and_counts_what_it_repeats(
    stage: Stage, street: Street
) -> None:
    write_links(stage, street.smsc.port)
    street.smsc.withholding = True  # the SMSC has the answers and its own answers do not arrive
    first = stage.start("serve", "sms")
    people = [person for person in town.people() if person.msisdn][:4]
    for person in people:
        street.text(person.msisdn, "CXYE")
    eventually(lambda: len(street.smsc.arrivals) >= len(people), 120)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    assert Message.objects.filter(state="queued").count() == len(people)
    attempts = Attempt.objects.count()
    # Its claims run out; we do not wait a minute for that.
    Message.objects.update(due_at=datetime.now(UTC))
    street.loop.call(street.smsc.release)
    stage.start("serve", "sms")
    eventually(lambda: Message.objects.filter(state="sent").count() == len(people), 120)
    assert set(Message.objects.values_list("doubts", flat=True)) == {1}
    street.settled()
    assert Attempt.objects.count() == attempts == len(people)
    for person in people:
        assert len(street.answers(person.msisdn)) == 2
