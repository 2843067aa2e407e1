"""When an alarm is raised, told and cleared, what flaps, who acknowledges it, and that telling goes on until it is taken."""

import hashlib
import hmac
import json
import threading
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from careline.journal.models import Entry
from careline.postgres import sql
from careline.probes import alarming, telling, timetables
from careline.probes.models import Alarm, Planned, Run, Runner, Telling
from careline.probes.probe import Probe, Step
from careline.probes.refusing import Refused
from careline.probes.telling import words
from careline.values.language import Text

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 10, 4, 0, tzinfo=UTC)
SECRET = "webhook secret"


def ran(passed: bool, minutes: int = 0) -> Run:
    at = NOON + timedelta(minutes=minutes)
    return Run.objects.create(
        id=uuid.uuid4(), batch=uuid.uuid4(), probe="voice/node/n1", channel="voice", vantage="here", version=1,
        msisdn="8617099000001", region="qinghe", brand="easyown", begun_at=at, ended_at=at, passed=passed,
        cause="" if passed else "carrier_fault", kind="" if passed else "system", why="" if passed else "heard: carrier",
    )  # fmt: skip


class Heard:
    """A way that takes what it is told, or not."""

    def __init__(self, *refusals: Exception) -> None:
        self.told: list[tuple[bool, datetime]] = []
        self.refusals = list(refusals)

    def __call__(self, alarm: Alarm, run: Run | None, raised: bool, now: datetime) -> str:
        if self.refusals:
            raise self.refusals.pop(0)
        self.told.append((raised, now))
        return "sent"


def play(pattern: str, way: Heard, step_minutes: int = 1) -> None:
    """One run a minute, o passed and x failed; each is judged, and what is due is told."""
    for number, sign in enumerate(pattern):
        minutes = number * step_minutes
        now = NOON + timedelta(minutes=minutes)
        alarming.judge(ran(sign == "o", minutes), ("mail",), now)
        telling.sweep(now, {"mail": way})


def fail() -> Alarm:
    play("xx", Heard())
    return Alarm.objects.get()


def test_an_alarm_is_raised_after_two_failures_told_once_and_cleared_after_two_good_runs() -> None:
    way = Heard()
    play("oxoxxxoxoo", way)
    assert [raised for raised, _ in way.told] == [True, False]
    alarm = Alarm.objects.get()
    assert (alarm.cause, alarm.told) == ("carrier_fault", {"raised": {"mail": "sent"}, "cleared": {"mail": "sent"}})
    assert alarm.cleared_at == NOON + timedelta(minutes=9)


def test_a_probe_that_flaps_is_told_no_more_while_it_comes_and_goes() -> None:
    way = Heard()
    play("xxoo" * 6, way)
    assert [raised for raised, _ in way.told] == [True, False] * alarming.FLAPS
    assert Alarm.objects.filter(flapping=True).count() == 3


def test_a_probe_that_flapped_and_stays_down_is_told_after_all() -> None:
    way = Heard()
    play("xxoo" * 3 + "x" * 45, way)
    raised = [at for up, at in way.told if up]
    assert len(raised) == alarming.FLAPS + 1
    last = Alarm.objects.get(cleared_at=None)
    assert last.flapping
    assert raised[-1] == last.raised_at + alarming.FLAP_HOLD


def test_telling_is_tried_again_with_longer_pauses_and_what_is_over_waits_for_it() -> None:
    way = Heard(OSError("no mail server"), OSError("no mail server"))
    play("xx", way)
    alarm = Alarm.objects.get()
    assert alarm.told == {"raised": {"mail": "try 1: OSError"}}
    at = NOON + timedelta(minutes=1)
    assert telling.sweep(at + telling.FIRST_PAUSE / 2, {"mail": way}) == 0
    assert telling.sweep(at + telling.FIRST_PAUSE, {"mail": way}) == 1
    for minute in (2, 3):
        alarming.judge(ran(True, minute), ("mail",), NOON + timedelta(minutes=minute))
    assert telling.sweep(at + telling.FIRST_PAUSE * 2, {"mail": way}) == 0, "that it is over waits for that it began"
    later = NOON + timedelta(minutes=10)
    assert (telling.sweep(later, {"mail": way}), telling.sweep(later, {"mail": way})) == (1, 1)
    assert [raised for raised, _ in way.told] == [True, False]


def test_a_way_that_never_takes_it_is_given_up_and_holds_up_no_other() -> None:
    bad, good = Heard(*[OSError()] * 50), Heard()
    for minute in (0, 1):
        alarming.judge(ran(False, minute), ("mail", "sms"), NOON)
    now = NOON
    for _ in range(telling.TRIES_MAX + 3):
        telling.sweep(now, {"mail": bad, "sms": good})
        now += telling.LONGEST_PAUSE
    assert len(good.told) == 1
    assert Alarm.objects.get().told["raised"] == {"mail": "given up: OSError", "sms": "sent"}
    assert not Telling.objects.filter(done_at=None).exists()


def test_two_that_tell_at_once_tell_once() -> None:
    way = Heard()
    for minute in (0, 1):
        alarming.judge(ran(False, minute), ("mail",), NOON)
    assert len(telling._claim(NOON)) == 1
    assert telling.sweep(NOON, {"mail": way}) == 0


def test_a_person_acknowledges_an_alarm_once_with_a_note_and_it_is_journaled() -> None:
    alarm = fail()
    with pytest.raises(Refused, match="no_note"):
        alarming.acknowledge(alarm.pk, "  ", by="lin", now=NOON)
    alarming.acknowledge(alarm.pk, "the carrier was called", by="lin", now=NOON)
    with pytest.raises(Refused, match="acknowledged"):
        alarming.acknowledge(alarm.pk, "me too", by="he", now=NOON)
    alarm.refresh_from_db()
    assert (alarm.acknowledged_by, alarm.acknowledged_at, alarm.note) == ("lin", NOON, "the carrier was called")
    entry = Entry.objects.get(did="alarm_acknowledged")
    assert (entry.who, entry.record, entry.detail["note"]) == ("lin", str(alarm.pk), "the carrier was called")


def test_an_alarm_that_is_over_or_unknown_is_not_acknowledged() -> None:
    play("xxoo", Heard())
    with pytest.raises(Refused, match="cleared"):
        alarming.acknowledge(Alarm.objects.get().pk, "seen", by="lin", now=NOON)
    with pytest.raises(Refused, match="no_such_alarm"):
        alarming.acknowledge(4711, "seen", by="lin", now=NOON)


def test_a_vantage_point_where_nobody_runs_what_is_due_is_an_alarm_until_it_is_run() -> None:
    probe = Probe("voice/node/n1", Text("", ""), "voice", (Step("dial"),))
    timetables.start([probe], "far", NOON, by="lin")
    assert alarming.watch(("mail",), NOON + timedelta(minutes=14)) == 0
    late = NOON + timedelta(minutes=16)
    assert (alarming.watch(("mail",), late), alarming.watch(("mail",), late)) == (1, 0)
    alarm = Alarm.objects.get()
    assert (alarm.vantage, alarm.run, alarm.cause) == ("far", None, "channel_fault")
    assert "far 的拨测没有执行" in words(alarm, raised=True).zh
    assert "15 分钟前" in words(alarm, raised=True).zh
    taken = timetables.take("far", late, 10, "one")
    timetables.done([one.id for one in taken], "one")
    assert alarming.watch(("mail",), late) == 1
    alarm.refresh_from_db()
    assert alarm.cleared_at == late


def test_what_people_started_waits_its_turn_without_an_alarm_while_a_runner_lives_there() -> None:
    probe = Probe("voice/node/n1", Text("", ""), "voice", (Step("dial"),))
    timetables.start([probe], "far", NOON, by="lin")
    late = NOON + timedelta(minutes=16)
    Runner.objects.create(name="one", vantages=["far"], begun_at=NOON, seen_at=late, running=2)
    assert alarming.watch((), late) == 0
    timetables._insert(timetables.due_rows([probe], "far", NOON, timetable="hourly"), NOON)
    assert alarming.watch((), late) == 1, "a timetable is not kept"


def test_an_alarm_of_a_probe_that_the_plan_has_no_more_is_over_after_a_day() -> None:
    alarm = fail()
    assert alarming.watch((), NOON + timedelta(days=2)) == 0, "nobody has planned yet"
    Planned.objects.create(id="voice/node/other", place=0, channel="voice")
    assert alarming.watch((), NOON + timedelta(hours=23)) == 0
    assert alarming.watch((), NOON + timedelta(days=2)) == 1
    alarm.refresh_from_db()
    assert alarm.cleared_at == NOON + timedelta(days=2)


def test_a_text_goes_by_the_outbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARELINE_PROBES_SMS", "13900000001 13900000002")
    for minute in (0, 1):
        alarming.judge(ran(False, minute), tuple(telling.ways()), NOON)
    telling.sweep(NOON)
    rows = sql.run("SELECT msisdn, channel, state, text, key FROM outbox_message ORDER BY msisdn")
    assert [row[0] for row in rows] == ["8613900000001", "8613900000002"]
    assert {(row[1], row[2], row[4]) for row in rows} == {("sms", "queued", "probes")}
    assert "voice/node/n1" in rows[0][3]
    assert "8617099000001" not in rows[0][3]


@pytest.fixture
def hook() -> Iterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    """Somebody's server on loopback, and what it was sent."""
    got: list[tuple[dict[str, str], bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((dict(self.headers), body))
            self.send_response(302 if self.path == "/away" else 204)
            self.send_header("Location", "http://127.0.0.1:1/")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", got
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_webhook_is_signed_and_told_nothing_of_the_line(
    hook: tuple[str, list[tuple[dict[str, str], bytes]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, got = hook
    monkeypatch.setenv("CARELINE_PROBES_WEBHOOK", f"{url}/alarm")
    monkeypatch.setenv("CARELINE_PROBES_WEBHOOK_SECRET", SECRET)
    monkeypatch.setenv("CARELINE_PROBES_WEBHOOK_NETWORKS", "127.0.0.0/8")
    for minute in (0, 1):
        alarming.judge(ran(False, minute), tuple(telling.ways()), NOON)
    telling.sweep(NOON)
    headers, body = got[0]
    signed = headers["Careline-Timestamp"].encode() + b"." + body
    assert headers["Careline-Signature"] == hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    told = json.loads(body)
    assert (told["state"], told["probe"], told["cause"], told["class"]) == (
        "raised", "voice/node/n1", "carrier_fault", "system",
    )  # fmt: skip
    assert b"8617099000001" not in body
    assert Alarm.objects.get().told == {"raised": {"webhook": "204"}}


@pytest.mark.parametrize(("path", "networks", "why"), [
    ("/alarm", "", "not in CARELINE_PROBES_WEBHOOK_NETWORKS"), ("/away", "127.0.0.0/8", "it answered 302"),
])  # fmt: skip
def test_a_webhook_never_leads_into_our_own_network_and_follows_nothing(
    hook: tuple[str, list[tuple[dict[str, str], bytes]]],
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    networks: str,
    why: str,
) -> None:
    url, got = hook
    monkeypatch.setenv("CARELINE_PROBES_WEBHOOK", url + path)
    monkeypatch.setenv("CARELINE_PROBES_WEBHOOK_NETWORKS", networks)
    for minute in (0, 1):
        alarming.judge(ran(False, minute), tuple(telling.ways()), NOON)
    telling.sweep(NOON)
    assert len(got) == (1 if networks else 0)
    became = Alarm.objects.get().told["raised"]["webhook"]
    assert became.startswith("try 1: ")
    assert why in became


def test_a_mail_names_the_probe_and_its_page(monkeypatch: pytest.MonkeyPatch, settings: object) -> None:
    from django.core import mail

    settings.EMAIL_HOST, settings.SITE = "mail.example", "https://care.example"  # type: ignore[attr-defined]
    monkeypatch.setenv("CARELINE_PROBES_MAIL", "watch@care.example")
    for minute in (0, 1):
        alarming.judge(ran(False, minute), tuple(telling.ways()), NOON)
    telling.sweep(NOON)
    (sent,) = mail.outbox
    assert "voice/node/n1" in sent.subject
    assert f"https://care.example/staff/probes/runs/{Alarm.objects.get().run}\n" in sent.body
    zh, en, _page = sent.body.split("\n\n")
    assert (zh, en) == (words(Alarm.objects.get(), raised=True).zh, words(Alarm.objects.get(), raised=True).en)
    assert "carrier_fault" not in sent.body, "causes are told by their names"
    assert "8617099000001" not in f"{sent.subject}{sent.body}"
