"""The pages of dial tests: what they show, what they start, what they refuse; nobody else gets in, and no number is shown."""

import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from careline.catalogue.version import Version
from careline.journal.models import Entry
from careline.postgres import sql
from careline.probes import alarming, timetables
from careline.probes.models import Alarm, Baseline, Due, Planned, Planning, Run, Runner, Timetable, Wanted
from careline.probes.running import keep
from tests.staff.conftest import SignIn

pytestmark = pytest.mark.django_db
NUMBER = "8617099000123"
MAIN, BALANCE = "voice/node/standard.main", "voice/deed/balance.query"
PAGES = ("", "list", f"of/{BALANCE}", "timetables", "timetables/new", "timetables/night", "alarms")


def now() -> datetime:
    return datetime.now(UTC)


def planned(count: int = 3) -> None:
    names = [MAIN, BALANCE, *(f"sms/deed/s{number}.query" for number in range(count - 2))]
    steps = [{"do": "dial", "what": "", "text": "欢迎致电", "keys": [], "words": [], "files": [], "within_seconds": 5.0},
             {"do": "press", "what": "1", "text": "", "keys": ["talk.balance"], "words": [], "files": []}]  # fmt: skip
    Planned.objects.bulk_create(
        Planned(id=name, place=at, name_zh=f"拨测{at}", name_en=f"Dial test {at}", channel=name.split("/")[0],
                covers=[f"deed:{name}"], steps=steps)
        for at, name in enumerate(names)
    )  # fmt: skip
    Wanted.objects.bulk_create([
        *(Wanted(token=f"deed:{name}", covered=True) for name in names),
        Wanted(token="deed:loan:order", covered=False, why="a provider would charge for it"),
    ])  # fmt: skip
    Planning.objects.create(version=7, day=now().date(), at=now())


def ran(probe: str = BALANCE, passed: bool = True, minutes: float = 1, **more: object) -> Run:
    at = now() - timedelta(minutes=minutes)
    steps = [{"step": 0, "do": "dial", "what": "", "heard": "text", "share": 0.98, "seconds": 4.2},
             {"step": 1, "do": "press", "what": "1", "heard": "talk.balance" if passed else "error:call.fault", "share": 0.4}]  # fmt: skip
    made: dict[str, object] = {
        "id": uuid.uuid4(), "batch": uuid.uuid4(), "probe": probe, "channel": probe.partition("/")[0], "vantage": "here", "version": 7,
        "msisdn": NUMBER, "region": "qinghe", "brand": "easyown", "begun_at": at - timedelta(seconds=9), "ended_at": at,
        "passed": passed, "cause": "" if passed else "carrier_fault", "kind": "" if passed else "system",
        "why": "" if passed else "heard: call.fault", "steps": steps, "figures": {"first_sound_seconds": 0.5},
        "ladder": [[0.0, "→", "INVITE"], [0.02, "←", "200 OK"], [0.021, "→", "ACK"]],
        "covers": [f"deed:{probe}"] if passed else [], **more,
    }  # fmt: skip
    row = Run(**made)
    keep(row)
    return row


@pytest.fixture
def lin(sign_in: SignIn, published: Version) -> Client:
    return sign_in("lin", "admin")


@pytest.fixture
def life(db: None) -> None:
    """A plan, runs, an alarm, a timetable and a runner."""
    planned()
    ran()
    for minutes in (3, 2):
        alarming.judge(ran(MAIN, False, minutes), ("mail",), now())
    Timetable.objects.create(name="night", probes="voice/*", next_at=now() + timedelta(hours=1), changed_by="he")
    Runner.objects.create(name="box:1", vantages=["here", "far"], begun_at=now(), seen_at=now())


def read(client: Client, page: str) -> str:
    answer = client.get(f"/staff/probes/{page}")
    assert answer.status_code == 200, page
    return answer.content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_in_both_languages_without_a_number(
    sign_in: SignIn, published: Version, life: None, page: str, language: str
) -> None:
    text = read(sign_in("lin", "admin", language=language), page)
    assert ("拨测" in text) == (language == "zh-hans")
    assert NUMBER not in text
    assert " style=" not in text


def test_pages_stand_before_anything_is_planned(lin: Client) -> None:
    for page in ("", "list", "timetables", "timetables/new", "alarms"):
        read(lin, page)


@pytest.mark.parametrize("page", PAGES)
def test_whoever_has_no_right_gets_in_nowhere(sign_in: SignIn, published: Version, life: None, page: str) -> None:
    client = sign_in("he", "clerk")
    assert client.get(f"/staff/probes/{page}").status_code == 403
    assert Client().get(f"/staff/probes/{page}").status_code == 302


def test_the_overview_tells_what_is_covered_and_what_is_missing_and_why(lin: Client, life: None) -> None:
    text = read(lin, "")
    assert "3 / 4" in text
    assert "deed:loan:order" in text
    assert "a provider would charge for it" in text
    assert "1 passed, 2 failed" in text


def test_what_is_left_out_on_purpose_stands_by_its_name_with_the_reason(lin: Client, life: None) -> None:
    Wanted.objects.create(token="deed:complain:register", covered=False, why="")
    text = read(lin, "")
    assert "left out on purpose" in text
    assert "deed:complain:register" in text


def test_the_list_has_failures_first_and_filters(lin: Client, life: None) -> None:
    text = read(lin, "list")
    assert text.index(MAIN) < text.index(BALANCE) < text.index("sms/deed/s0.query")
    assert BALANCE not in read(lin, "list?state=failed")
    assert MAIN not in read(lin, "list?channel=sms")
    assert "sms/deed/s0.query" in read(lin, "list?state=never")
    assert MAIN not in read(lin, "list?q=balance")


def test_the_pages_of_the_list_keep_its_filters(lin: Client, life: None) -> None:
    Planned.objects.bulk_create(Planned(id=f"sms/more/{n}", place=9 + n, channel="sms") for n in range(60))
    assert "?channel=sms&amp;page=2" in read(lin, "list?channel=sms")


def test_the_pages_cost_the_same_however_many_dial_tests_there_are(lin: Client, life: None) -> None:
    counted = []
    read(lin, "")  # the published book is read once
    for turn in range(2):
        numbers = []
        for page in ("", "list", f"of/{BALANCE}", "alarms", "timetables"):
            with sql.counting() as count:
                read(lin, page)
            numbers.append(count.statements)
        counted.append(numbers)
        for number in range(60):
            Planned.objects.create(id=f"voice/more{turn}/{number}", place=100 + number, channel="voice")
            ran(f"voice/more{turn}/{number}", number % 7 > 0, minutes=30)
    assert counted[0] == counted[1]


def test_a_run_shows_its_steps_ladder_cause_and_a_masked_number(lin: Client, life: None) -> None:
    run = ran(passed=False, minutes=0)
    text = read(lin, f"runs/{run.id}")
    assert "170****0123" in text
    assert NUMBER not in text
    assert "an error prompt: call.fault" in text
    assert "a fault of ours" in text
    assert text.count('class="rung') == 3
    assert "欢迎致电" in text


def test_a_run_tells_the_words_that_were_heard_and_which_of_the_wanted_were_not(lin: Client, life: None) -> None:
    phrases = [{"words": "请按二", "share": 0.67, "heard": False, "wanted": "二", "instead": "一"}]
    steps = [
        {"step": 0, "do": "dial", "what": "", "said": "不想等请按一", "phrases": phrases, "missed": "words", "failed": True},
        {"step": 1, "do": "press", "what": "1", "said": "慢速菜单", "heard": "words",
         "phrases": [{"words": "菜单", "share": 1.0, "heard": True}]},
    ]  # fmt: skip
    text = read(lin, f"runs/{ran(passed=False, steps=steps, cause='wrong_prompt', why='other words were heard').id}")
    assert "不想等请按一" in text
    assert "一 instead of 二" in text
    assert text.index("here it failed") < text.index("慢速菜单")
    assert text.count("here it failed") == 1


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_run_that_was_not_judged_is_neither_good_nor_bad_and_says_what_is_missing(
    sign_in: SignIn, published: Version, life: None, language: str
) -> None:
    client = sign_in("lin", "admin", language=language)
    why = "words are wanted, and the extra speech is not installed (ctranslate2): uv sync --extra speech"
    steps = [{"step": 0, "do": "dial", "what": "", "unjudged": why}]
    run = ran(passed=False, judged=False, cause="", kind="", why=why, covers=[], steps=steps, minutes=0)
    text = read(client, f"runs/{run.id}")
    assert "uv sync --extra speech" in text
    assert ("无法判定" if language == "zh-hans" else "not judged") in text
    assert ("在这一步失败" if language == "zh-hans" else "here it failed") not in text
    assert BALANCE in read(client, "list?state=unjudged")
    assert BALANCE not in read(client, "list?state=failed")
    batch = read(client, f"batches/{run.batch}?part=1")
    assert ("1 个无法判定" if language == "zh-hans" else "1 not judged") in batch


def test_the_sound_is_behind_the_gate_and_whoever_listens_is_journaled(
    lin: Client, sign_in: SignIn, settings: Any, tmp_path: Path
) -> None:
    settings.HOME = tmp_path
    run = ran(sound="x")
    name = f"{run.id}.flac"
    Run.objects.filter(pk=run.pk).update(sound=name)
    address = f"/staff/probes/runs/{run.id}/sound"
    assert lin.get(address).status_code == 404, "deleted by age"
    (tmp_path / "probes").mkdir()
    (tmp_path / "probes" / name).write_bytes(b"fLaC sound")
    answer = lin.get(address)
    assert (answer.content, answer["Content-Type"]) == (b"fLaC sound", "audio/flac")
    assert "no-store" in answer["Cache-Control"]
    entry = Entry.objects.get(did="probe_heard")
    assert (entry.who, entry.record) == ("lin", str(run.id))
    assert sign_in("he", "clerk").get(address).status_code == 403
    assert Client().get(address).status_code == 302
    Run.objects.filter(pk=run.pk).update(sound="../../secret.flac")
    assert lin.get(address).status_code == 404


def test_starting_queues_a_batch_that_shows_how_far_it_is_and_gives_junit(lin: Client, life: None) -> None:
    answer = lin.post("/staff/probes/start", {"probes": "voice/*", "vantage": "far"})
    batch = Due.objects.values_list("batch", flat=True).distinct().get()
    assert answer["Location"] == f"/staff/probes/batches/{batch}"
    assert Entry.objects.get(did="probes_started").detail["number"] == 2
    assert "0 of 2 done" in read(lin, f"batches/{batch}")
    taken = timetables.take("far", now(), 1, "box:1")
    ran(taken[0].probe, batch=batch)
    timetables.done([taken[0].id], "box:1")
    text = read(lin, f"batches/{batch}?part=1")
    assert "1 of 2 done" in text
    assert "<html" not in text
    root = ElementTree.fromstring(lin.get(f"/staff/probes/batches/{batch}/junit").content)
    assert (root.get("tests"), root.get("failures")) == ("1", "0")


@pytest.mark.parametrize(("sent", "told"), [
    ({"probes": "", "vantage": "here"}, "Say which dial tests"),
    ({"probes": "fax/*", "vantage": "here"}, "No dial test of the plan fits that"),
    ({"probes": "voice/*", "vantage": "moon"}, "Choose a vantage point"),
])  # fmt: skip
def test_a_start_that_is_refused_says_why(lin: Client, life: None, sent: dict[str, str], told: str) -> None:
    assert told in lin.post("/staff/probes/start", sent, follow=True).content.decode()
    assert not Due.objects.exists()


def test_too_many_at_once_are_refused_and_what_waits_is_not_queued_twice(lin: Client, life: None) -> None:
    lin.post("/staff/probes/start", {"probes": BALANCE, "vantage": "here"})
    again = lin.post("/staff/probes/start", {"probes": BALANCE, "vantage": "here"}, follow=True)
    assert "wait already" in again.content.decode()
    Planned.objects.bulk_create(Planned(id=f"voice/more/{n}", place=n, channel="voice") for n in range(3_001))
    many = lin.post("/staff/probes/start", {"probes": "*", "vantage": "here"}, follow=True)
    assert "too many at once" in many.content.decode()
    assert Due.objects.count() == 1


GOOD = {
    "name": "daily",
    "probes": "voice/*",
    "vantage": "here",
    "every": "",
    "times": "20:00 08:00",
    "calendar": "always",
    "retries": "2",
}


def test_a_timetable_is_made_changed_paused_resumed_and_deleted_and_all_of_it_is_journaled(
    lin: Client, life: None
) -> None:
    base = "/staff/probes/timetables"
    assert lin.post(f"{base}/new", GOOD).status_code == 302
    table = Timetable.objects.get(name="daily")
    assert (table.times, table.every_minutes, table.retries, table.changed_by) == ("08:00 20:00", 0, 2, "lin")
    assert table.next_at > now()
    assert lin.post(f"{base}/daily", GOOD | {"times": "", "every": "30"}).status_code == 302
    table.refresh_from_db()
    assert (table.times, table.every_minutes) == ("", 30)
    Due.objects.create(timetable="daily", probe=MAIN, vantage="here", retries=0, batch=uuid.uuid4(), due_at=now())
    for deed in ("pause", "resume"):
        lin.post(f"{base}/daily/{deed}")
        table.refresh_from_db()
        assert table.active == (deed == "resume")
        assert not Due.objects.exists(), "what waited from it is taken back"
    lin.post(f"{base}/daily/delete")
    assert not Timetable.objects.filter(name="daily").exists()
    told = list(Entry.objects.filter(what="timetable", record="daily").order_by("id").values_list("did", flat=True))
    assert told == [f"timetable_{did}" for did in ("made", "changed", "paused", "resumed", "deleted")]
    assert "There is no such timetable" in lin.post(f"{base}/daily/pause", follow=True).content.decode()


@pytest.mark.parametrize(("field", "value", "told"), [
    ("name", "Täglich", "A name begins with a small letter"), ("name", "night", "There is a timetable of that name already"),
    ("probes", "", "Say which dial tests"), ("probes", "fax/*", "No dial test of the plan fits that"),
    ("vantage", "moon", "Choose a vantage point"), ("times", "8 Uhr", "Write times such as"), ("times", "", "leave the other empty"),
    ("every", "15", "leave the other empty"), ("calendar", "nowhere", "Choose a calendar"), ("retries", "9", "from 0 to 5"),
    ("retries", "²", "from 0 to 5"),
])  # fmt: skip
def test_a_timetable_that_cannot_be_is_refused_beside_its_field_and_nothing_is_lost(
    lin: Client, life: None, field: str, value: str, told: str
) -> None:
    answer = lin.post("/staff/probes/timetables/new", GOOD | {field: value})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert told in text
    assert 'aria-invalid="true"' in text
    assert value in text or field == "calendar"
    assert Timetable.objects.count() == 1


def test_an_alarm_is_acknowledged_with_a_note_once(lin: Client, life: None) -> None:
    alarm = Alarm.objects.get()
    address = f"/staff/probes/alarms/{alarm.pk}/acknowledge"
    assert "Say what is done about it" in lin.post(address, {"note": " "}, follow=True).content.decode()
    assert (
        "the carrier was called" in lin.post(address, {"note": "the carrier was called"}, follow=True).content.decode()
    )
    assert "acknowledged this alarm already" in lin.post(address, {"note": "again"}, follow=True).content.decode()
    assert Entry.objects.get(did="alarm_acknowledged").who == "lin"


def test_a_good_run_becomes_the_baseline_and_a_failure_does_not(lin: Client, life: None) -> None:
    later, bad = ran(minutes=0), ran(passed=False, minutes=0)
    lin.post(f"/staff/probes/runs/{later.id}/baseline")
    assert Baseline.objects.get(probe=BALANCE).run == later.id
    refused = lin.post(f"/staff/probes/runs/{bad.id}/baseline", follow=True).content.decode()
    assert "cannot be a baseline" in refused


@pytest.mark.parametrize(
    "address", ["start", "alarms/1/acknowledge", "timetables/night/pause", "timetables/night/delete"]
)
def test_deeds_need_the_right_too(sign_in: SignIn, published: Version, life: None, address: str) -> None:
    assert sign_in("he", "clerk").post(f"/staff/probes/{address}").status_code == 403
    assert Timetable.objects.get().active


@pytest.mark.parametrize(
    "address", [f"runs/{uuid.UUID(int=7)}", f"batches/{uuid.UUID(int=7)}", "of/voice/no/such", "timetables/none"]
)
def test_what_is_not_there_is_not_found(lin: Client, life: None, address: str) -> None:
    assert lin.get(f"/staff/probes/{address}").status_code == 404
