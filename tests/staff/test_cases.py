"""The pages of cases: who sees what, what is refused and how it is said, and that nothing typed is lost."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

import careline.cases
from careline.cases import custody, handling, opening
from careline.cases.departments import settle_departments
from careline.cases.looking import presence
from careline.cases.models import Case, Draft, Event, Offer, Pause, Task
from careline.cases.opening import NewCase
from careline.cases.promised import holding
from careline.cases.states import WAYS, State
from careline.cases.subjects import categories
from careline.identity.gates import Gate
from careline.journal.models import Entry
from careline.outbox.models import Message
from careline.staff.case_refusals import REFUSALS
from careline.staff.views.cases_deeds import VERBS
from careline.staff.views.cases_steps import DEEDS, offered
from careline.values.msisdn import Msisdn
from tests.staff.conftest import SignIn

pytestmark = pytest.mark.django_db
LI = Msisdn("8613900000001")
BILLING = next(iter(categories.categories()))
ANALYSED = {"category": BILLING, "severity": "normal", "cause": "重复话单"}


@pytest.fixture
def wang(sign_in: SignIn) -> Client:
    return sign_in("wang", "handler")


def bring(by: str = "subscriber", words: str = "多收了十块钱", key: str = "sms:1", number: Msisdn = LI) -> Case:
    new = NewCase(key=key, msisdn=number, kind="complaint", category="", words=words, channel="sms", language="en")
    return opening.accept(new, by=by, now=timezone.now()).case


@pytest.fixture
def case(wang: Client) -> Case:
    """A complaint whose owner is Wang, who was asked first."""
    settle_departments()
    return bring(by="wang")


def do(client: Client, case: Case, deed: str, **sent: Any) -> Any:
    case.refresh_from_db()
    return client.post(f"/staff/cases/{case.docket}/do/{deed}", {"version": case.version, **sent})


def read(client: Client, case: Case) -> str:
    return str(client.get(f"/staff/cases/{case.docket}").content.decode())


def planned(case: Case) -> None:
    now = timezone.now()
    handling.analyse(case.docket, BILLING, "重复话单", "normal", by="wang", now=now)
    handling.solve_on_site(case.docket, "退还", by="wang", now=now)


def test_the_inbox_shows_the_case_with_masked_number_time_left_and_owner(wang: Client, case: Case) -> None:
    shown = wang.get("/staff/cases/").content.decode()
    assert case.docket in shown
    assert "139****0001" in shown
    assert "13900000001" not in shown
    assert re.search(r"\d+ h left", shown)
    assert "Wang" in shown
    for tab in ("unowned", "at_risk", "escalated", "all", "archive", "nonsense"):
        assert wang.get(f"/staff/cases/?tab={tab}").status_code == 200
    assert wang.get("/staff/cases/?after=made-up").status_code == 302


def test_the_inbox_says_by_how_much_a_promise_is_late_and_why_one_stands_still(wang: Client, case: Case) -> None:
    long_ago = timezone.now() - timedelta(hours=60)
    new = NewCase(key="sms:2", msisdn=Msisdn("8613900000002"), kind="complaint", category="", words="慢", channel="sms")
    late = opening.accept(new, by="wang", now=long_ago).case
    shown = wang.get("/staff/cases/").content.decode()
    assert re.search(r"late by \d+ h", shown)
    assert shown.index(late.docket) < shown.index(case.docket), "what is late stands first"


def test_the_inbox_says_who_has_a_case_open(wang: Client, case: Case, sign_in: SignIn) -> None:
    sign_in("chen", "duty_manager")
    presence.look(case.docket, by="chen", now=timezone.now(), writing=True)
    assert "Chen is writing" in wang.get("/staff/cases/").content.decode()
    assert "Chen is writing" in read(wang, case)
    answer = wang.post(f"/staff/cases/{case.docket}/presence", {"writing": "1"})
    assert answer.json() == {"said": "Chen is writing"}


def test_a_case_is_found_by_docket_by_number_and_by_words_of_the_archive(wang: Client, case: Case) -> None:
    assert wang.post("/staff/cases/search", {"q": case.docket})["Location"] == f"/staff/cases/{case.docket}"
    assert case.docket in wang.post("/staff/cases/search", {"q": "139 0000 0001"}).content.decode()
    planned(case)
    now = timezone.now()
    handling.reply(case.docket, "退还两元", by="wang", now=now)
    handling.customer_says(case.docket, True, channel="sms", by="subscriber", now=now)
    handling.archive(case.docket, "查话单，双倍退还。", by="wang", now=now)
    assert case.docket in wang.post("/staff/cases/search", {"q": "双倍退还"}).content.decode()
    assert wang.post("/staff/cases/search", {"q": "双"}).status_code == 400
    assert wang.get("/staff/cases/search").status_code == 405, "no address holds a number"


@pytest.mark.requirement("CMP-24")
def test_who_asks_why_there_was_no_reply_is_answered_by_cause_state_and_next_step(wang: Client, case: Case) -> None:
    shown = read(wang, case)
    place = [shown.index(word) for word in ("How it stands", "Cause", "State", "Next step", "The story")]
    assert place == sorted(place)
    assert "not known yet" in shown
    assert "Still missing:" in shown


@pytest.mark.parametrize("state", list(State))
def test_exactly_the_steps_that_a_state_allows_are_offered(state: State) -> None:
    everything = frozenset(Gate)
    ways = {deed.to for deed in offered(state, everything) if deed.to and deed.to != state}
    assert ways == WAYS[state]
    assert not offered(state, frozenset()), "who may do nothing is offered nothing"


def test_every_step_has_its_verb() -> None:
    assert {deed.name for deed in DEEDS} == VERBS.keys()


def test_every_refusal_has_its_own_sentence_in_both_languages() -> None:
    home = Path(careline.cases.__file__).parent
    codes = {code for file in home.rglob("*.py") for code in re.findall(r'NotAllowed\("([a-z_]+)"', file.read_text())}
    assert len(codes) > 30
    assert codes <= REFUSALS.keys(), codes - REFUSALS.keys()
    assert len({str(text) for text in REFUSALS.values()}) >= len(REFUSALS) - 2


@pytest.mark.requirement("CMP-06")
def test_a_case_goes_its_whole_way_by_the_forms(wang: Client, case: Case, sign_in: SignIn) -> None:
    sun = sign_in("sun", "support")
    assert do(wang, case, "solve", plan="x").status_code == 409, "not before it is analysed"
    assert do(wang, case, "analyse", **ANALYSED, blame="company").status_code == 302
    when = timezone.localtime(timezone.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    assert do(wang, case, "record", contact_at=when, words="").status_code == 302
    assert do(wang, case, "ask", department="billing", question="谁开通的？").status_code == 302
    task = Task.objects.get(case=case, report=False)
    assert "谁开通的？" in sun.get("/staff/cases/departments").content.decode()
    assert wang.post(f"/staff/cases/{case.docket}/tasks/{task.pk}/urge").status_code == 302
    assert sun.post(f"/staff/cases/departments/{task.pk}", {"plan": ""}).status_code == 409
    assert sun.post(f"/staff/cases/departments/{task.pk}", {"plan": "退还"}).status_code == 302
    assert do(wang, case, "decide", plan="双倍退还", blame="company").status_code == 302
    preview = do(wang, case, "reply", words="We return 2 yuan", preview="1").content.decode()
    assert case.docket in preview
    assert "We return 2 yuan" in preview
    assert "short message" in preview
    case.refresh_from_db()
    assert case.state == State.PLAN, "a preview does nothing"
    assert not Message.objects.filter(key="case.reply").exists()
    assert do(wang, case, "reply", words="We return 2 yuan").status_code == 302
    assert Message.objects.filter(key="case.reply").count() == 1
    assert do(wang, case, "archive", summary="x").status_code == 409, "not before the customer is satisfied"
    assert do(wang, case, "confirm", satisfied="yes", channel="hotline").status_code == 302
    assert do(wang, case, "archive", summary="查话单，双倍退还").status_code == 302
    assert do(wang, case, "close").status_code == 302
    case.refresh_from_db()
    assert case.state == State.CLOSED
    assert do(wang, case, "reopen", words="又来了", channel="hotline").status_code == 302
    shown = read(wang, case)
    assert "round" not in shown or "Opened again" in shown


@pytest.mark.parametrize(
    ("deed", "sent", "said"),
    [
        ("analyse", {"category": BILLING}, "First say what it is"),
        ("analyse", ANALYSED | {"category": "nonsense"}, "Choose the category"),
        ("escalate", {"reason": ""}, "Say why."),
        ("progress", {"words": " "}, "Write what is to be said."),
        ("offer", {"words": "x", "amount": "lots"}, "Write an amount in yuan"),
        ("offer", {"words": "x", "amount": "9999"}, "more than you may offer"),
        ("pause", {"what": "first_reply", "reason": "x"}, "not possible in the present state"),
        ("reply", {"words": "x"}, "not possible in the present state"),
    ],
)
def test_what_is_refused_is_said_and_what_was_typed_stays(
    wang: Client, case: Case, deed: str, sent: dict[str, str], said: str
) -> None:
    answer = do(wang, case, deed, **sent)
    assert answer.status_code in (400, 409)
    assert said in answer.content.decode()


def test_what_somebody_else_changed_meanwhile_is_not_written_over_and_the_text_stays(wang: Client, case: Case) -> None:
    planned(case)
    old = Case.objects.get(pk=case.pk).version
    handling.remark(case.docket, "gone on", by="chen", now=timezone.now())
    sent = {"version": old, "words": "my long reply", "alternative": "another plan"}
    answer = wang.post(f"/staff/cases/{case.docket}/do/reply", sent)
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody else changed the case" in shown
    assert "my long reply" in shown
    assert "another plan" in shown
    assert Case.objects.get(pk=case.pk).state == State.PLAN


def test_a_draft_is_kept_for_its_writer_and_dropped_when_it_is_sent(wang: Client, case: Case, sign_in: SignIn) -> None:
    planned(case)
    sent = {"purpose": "reply", "words": "half a sen"}
    assert wang.post(f"/staff/cases/{case.docket}/draft", sent).status_code == 204
    assert wang.post(f"/staff/cases/{case.docket}/draft", {"purpose": "evil", "words": "x"}).status_code == 409
    assert "half a sen" in read(wang, case)
    assert "half a sen" not in read(sign_in("chen", "duty_manager"), case)
    do(wang, case, "reply", words="whole")
    assert not Draft.objects.exists()


def test_a_note_stays_with_us_and_looks_so(wang: Client, case: Case) -> None:
    do(wang, case, "note", words="拨打 13912345678 无人接听")
    event = Event.objects.get(case=case, did="noted")
    assert not event.public
    assert "12345678" not in event.words
    assert '<li class="internal note">' in read(wang, case)


def test_a_promise_is_paused_with_its_reason_and_runs_again(wang: Client, case: Case) -> None:
    assert do(wang, case, "pause", what="solution", reason="客户找收据").status_code == 302
    assert Pause.objects.get().reason == "客户找收据"
    assert "paused" in read(wang, case)
    assert do(wang, case, "resume", what="solution").status_code == 302
    assert do(wang, case, "resume", what="solution").status_code == 409
    holding.pause(case.docket, "solution", "x", by="wang", now=timezone.now())
    assert Event.objects.filter(case=case, did="paused").count() == 2


def test_an_offer_is_declined_only_with_the_limits_told(wang: Client, case: Case) -> None:
    planned(case)
    assert do(wang, case, "offer", words="送流量", amount="10").status_code == 302
    made = Offer.objects.get()
    address = f"/staff/cases/{case.docket}/offers/{made.pk}"
    assert "Tell the customer openly" in wang.post(address, {"accepted": "no"}).content.decode()
    assert wang.post(address, {"accepted": "no", "limits_told": "on"}).status_code == 302


def test_only_the_owner_or_a_manager_goes_on_and_only_a_manager_hands_over(
    wang: Client, case: Case, sign_in: SignIn
) -> None:
    ma, chen = sign_in("ma", "handler"), sign_in("chen", "duty_manager")
    assert "Analyse and classify" not in read(ma, case)
    assert "belongs to somebody else" in do(ma, case, "analyse", **ANALYSED).content.decode()
    assert do(wang, case, "hand_over", to="ma", reason="x").status_code == 403
    assert do(chen, case, "hand_over", to="ma", reason="").status_code == 409
    assert do(chen, case, "hand_over", to="ma", reason="休假").status_code == 302
    assert [one.holder for one in custody.chain(case.docket)] == ["wang", "ma"]
    assert do(ma, case, "analyse", **ANALYSED).status_code == 302


def test_the_customer_is_seen_only_for_a_purpose_and_every_look_is_journaled(wang: Client, case: Case) -> None:
    assert "13900000001" not in read(wang, case)
    assert wang.post(f"/staff/cases/{case.docket}/look", {"purpose": " "}).status_code == 400
    assert not Entry.objects.filter(did="look", what="subscriber").exists()
    assert wang.post(f"/staff/cases/{case.docket}/look", {"purpose": "回电话"}).status_code == 302
    entry = Entry.objects.get(did="look", what="subscriber")
    assert (entry.who, entry.record) == ("wang", "139****0001")
    assert "回电话" in entry.detail["purpose"]
    assert "13900000001" in read(wang, case)


@pytest.mark.requirement("VER-04")
def test_who_has_no_gate_gets_nothing_whatever_the_address(wang: Client, case: Case, sign_in: SignIn) -> None:
    sun, lin, zhu = sign_in("sun", "support"), sign_in("lin", "maintainer"), sign_in("zhu", "consultant")
    planned(case)
    task = handling.ask(case.docket, "billing", "问题", by="wang", now=timezone.now()).tasks.get()
    pages = (
        "/staff/cases/",
        f"/staff/cases/{case.docket}",
        "/staff/cases/new",
        "/staff/cases/faults",
        "/staff/refunds/",
    )
    for client in (sun, lin):
        for address in (*pages, "/staff/cases/reports", "/staff/refunds/register", "/staff/refunds/register.csv"):
            assert client.get(address).status_code == 403, address
        for deed in VERBS:
            assert client.post(f"/staff/cases/{case.docket}/do/{deed}").status_code == 403, deed
    assert lin.get("/staff/cases/departments").status_code == 403
    assert lin.post(f"/staff/cases/departments/{task.pk}", {"plan": "x"}).status_code == 403
    seen = sun.get("/staff/cases/departments").content.decode()
    assert "问题" in seen
    assert "多收了十块钱" not in seen, "a department sees the question, not the customer"
    assert "139****0001" not in seen
    assert zhu.post(f"/staff/cases/{case.docket}/look", {"purpose": "x y"}).status_code == 403
    assert zhu.get(f"/staff/cases/{case.docket}/bill").status_code == 403
    assert wang.post(f"/staff/cases/{case.docket}/evidence").status_code == 403
    assert wang.get("/staff/cases/reports").status_code == 403
    assert Client().get("/staff/cases/").status_code == 302


def test_forged_addresses_are_not_found_and_deeds_need_post(wang: Client, case: Case) -> None:
    for address in ("/staff/cases/0000000000", "/staff/cases/faults/99999", "/staff/refunds/99999"):
        assert wang.get(address).status_code == 404, address
    for address in (
        f"/staff/cases/{case.docket}/do/explode",
        "/staff/cases/0/do/take",
        f"/staff/cases/{case.docket}/offers/7",
    ):
        assert wang.post(address).status_code == 404, address
    for address in ("do/take", "look", "evidence", "presence", "draft", "dispute"):
        assert wang.get(f"/staff/cases/{case.docket}/{address}").status_code in (403, 405), address
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = wang.cookies
    assert strict.post(f"/staff/cases/{case.docket}/do/take").status_code == 403


def test_a_case_is_accepted_at_the_counter_with_the_history_first_and_once(wang: Client, case: Case) -> None:
    asked = {"number": "13900000001", "channel": "hall"}
    assert wang.post("/staff/cases/new", asked | {"number": "x"}).status_code == 400
    shown = wang.post("/staff/cases/new", asked).content.decode()
    assert case.docket in shown
    assert Entry.objects.filter(did="look", what="subscriber").count() == 1
    key = re.findall(r'name="key" value="([^"]+)"', shown)[0]
    new = asked | {"step": "accept", "key": key, "kind": "complaint", "category": BILLING, "severity": "normal"}
    assert wang.post("/staff/cases/new", new | {"words": " "}).status_code == 409
    assert wang.post("/staff/cases/new", new | {"words": "另一件事"}).status_code == 302
    assert wang.post("/staff/cases/new", new | {"words": "另一件事"}).status_code == 302
    assert Case.objects.count() == 2, "the same form twice is one case"
    mine = Case.objects.exclude(pk=case.pk).get()
    assert (mine.owner, mine.channel) == ("wang", "hall")
    again = new | {"key": "", "join": mine.docket, "words": "还是那件事"}
    assert wang.post("/staff/cases/new", again)["Location"] == f"/staff/cases/{mine.docket}"
    mine.refresh_from_db()
    assert mine.repeats == 1


def test_a_fault_is_opened_bound_told_and_answered_by_a_manager(wang: Client, case: Case, sign_in: SignIn) -> None:
    chen = sign_in("chen", "duty_manager")
    now = timezone.now()
    for number in (2, 3):
        msisdn = Msisdn(f"861390000000{number}")
        new = NewCase(
            key=f"k{number}", msisdn=msisdn, kind="complaint", category="network", words="没信号", channel="sms"
        )
        opening.accept(new, by="subscriber", now=now)
    assert wang.post("/staff/cases/faults", {"title": "断电", "category": "network"}).status_code == 403
    assert chen.post("/staff/cases/faults", {"title": "", "category": "network"}).status_code == 400
    page = chen.post("/staff/cases/faults", {"title": "断电", "category": "network"})["Location"]
    fitting = re.findall(r'name="docket" value="(\d+)"', chen.get(page).content.decode())
    assert len(fitting) == 2
    assert chen.post(f"{page}/bind", {"docket": fitting}).status_code == 302
    assert wang.post(f"{page}/news", {"words": "在修"}).status_code == 403
    assert chen.post(f"{page}/news", {"words": ""}).status_code == 409
    assert chen.post(f"{page}/unbind", {"docket": fitting[0], "reason": "是别的事"}).status_code == 302
    assert chen.post(f"{page}/answer", {"words": "已经修好"}).status_code == 302
    assert "1 of 1 answered" in chen.get(page).content.decode()
    assert chen.post(f"{page}/explode").status_code == 404


def test_the_reports_draw_bars_with_tables_and_keep_improvements(case: Case, sign_in: SignIn) -> None:
    chen = sign_in("chen", "duty_manager")
    assert chen.post("/staff/cases/reports/submit", {"words": ""}).status_code == 409
    assert chen.post("/staff/cases/reports/submit", {"words": "账单写清楚", "category": BILLING}).status_code == 302
    shown = chen.get("/staff/cases/reports?days=7").content.decode()
    assert shown.count("<svg") >= 3
    assert "账单写清楚" in shown
    item = re.findall(r"items/(\d+)", shown)[0]
    assert chen.post(f"/staff/cases/reports/items/{item}", {"status": "done", "reply": "x"}).status_code == 409
    assert chen.post(f"/staff/cases/reports/items/{item}", {"owner": "chen"}).status_code == 302
    assert chen.post(f"/staff/cases/reports/items/{item}", {"status": "done", "reply": "改好了"}).status_code == 302
    assert "style=" not in shown, "nothing inline"


def test_the_evidence_pack_is_taken_behind_its_gate_and_journaled(case: Case, sign_in: SignIn) -> None:
    chen = sign_in("chen", "duty_manager")
    pdf = chen.post(f"/staff/cases/{case.docket}/evidence", {"format": "pdf"})
    assert pdf.content.startswith(b"%PDF")
    assert case.docket in pdf["Content-Disposition"]
    packed = chen.post(f"/staff/cases/{case.docket}/evidence", {"format": "json"})
    assert "13900000001" not in packed.content.decode()
    assert chen.post(f"/staff/cases/{case.docket}/evidence", {"whole": "on"}).status_code == 409
    assert Entry.objects.filter(did="export_evidence", record=case.docket).count() == 2


def test_who_works_with_cases_begins_there(wang: Client, sign_in: SignIn) -> None:
    assert wang.get("/staff/")["Location"] == "/staff/cases/"
    assert sign_in("sun", "support").get("/staff/")["Location"] == "/staff/cases/departments"
    assert sign_in("he", "supervisor").get("/staff/").status_code == 200
