"""Scripted scenes of complaints, as customers and staff live them: by text, by call, by web and at the pages of staff."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from careline.cases.models import Case, Contact, Event, Promise
from careline.cases.promised import sweeping
from careline.cases.reporting import reports
from careline.demo import town
from careline.demo.calling import Caller
from careline.identity import passes
from careline.outbox.models import Message
from careline.staff import case_labels
from careline.values.msisdn import Msisdn
from tests.halls import Hall, answer_of
from tests.requirements.staffed import accepted, analysed, do, done, in_hours, open_task, read, signed_in
from tests.tmf.conftest import TICKETS, Partner, partner, partner_of  # noqa: F401

A_NUMBER = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


@pytest.fixture
def today(hall: Hall) -> Hall:
    """A hall whose clock shows what the pages show."""
    hall.clock.now = timezone.now()
    return hall


def texts(customer: Msisdn, key: str = "case.") -> list[str]:
    """What was written to this customer, the oldest first."""
    found = Message.objects.filter(msisdn=customer.digits, key__startswith=key).order_by("created_at", "id")
    return list(found.values_list("text", flat=True))


def docket_of(customer: Msisdn) -> str:
    return Case.objects.get(msisdn=customer.digits).docket


def passed(docket: str, **time: float) -> None:
    """So much time has gone by for this case: everything about it lies so much earlier."""
    ago = timedelta(**time)
    case = Case.objects.get(docket=docket)
    Case.objects.filter(pk=case.pk).update(opened_at=case.opened_at - ago)
    for one in Promise.objects.filter(case=case):
        moved = {name: getattr(one, name) - ago for name in ("started_at", "due_at", "warn_at") if getattr(one, name)}
        Promise.objects.filter(pk=one.pk).update(**moved)


@pytest.mark.requirement("CMP-12")
@pytest.mark.parametrize(
    ("blame", "script", "sorry"),
    [
        ("company", "这是我们的错，向您道歉", True),
        ("misunderstanding", "陪您一项一项看记录", False),
        ("unreasonable", "不和您争", False),
        ("partner", "替合作方收的", False),
    ],
)
def test_scene_5_what_is_said_depends_on_whose_fault_it_was(today: Hall, blame: str, script: str, sorry: bool) -> None:
    li, wang = today.fresh("T5"), signed_in("wang", "handler", "zh")
    docket = accepted(wang, li, "你们的人态度太差", category="attitude")
    assert script not in read(wang, docket), "nothing of fault before the facts are clear"
    analysed(wang, docket, "attitude", cause="解释不清楚", blame=blame)
    assert script in read(wang, docket)
    if blame == "unreasonable":
        done(wang, docket, "escalate", reason="客户情绪激动，请上级出面")
        assert Case.objects.get(docket=docket).level == 2
    done(wang, docket, "solve", plan="当面说清楚")
    done(wang, docket, "decide", plan="当面说清楚")
    done(wang, docket, "reply", words="我们核实过了")
    assert ("很抱歉" in texts(li, "case.reply")[0]) is sorry


@pytest.mark.requirement("CMP-17")
def test_scene_6_and_h3_who_wants_the_boss_gets_the_next_level_in_time_and_no_number_of_a_leader(today: Hall) -> None:
    li = today.fresh("T5")
    wang, chen = signed_in("wang", "handler"), signed_in("chen", "duty_manager")
    told = answer_of(today.say(li, "投诉 马上把总经理电话给我"))
    docket = docket_of(li)
    assert docket in told
    assert do(wang, docket, "escalate", reason="").status_code == 409
    done(wang, docket, "escalate", reason="客户要求见上级")
    case = Case.objects.get(docket=docket)
    assert (case.level, case.owner) == (2, "wang")
    due = Promise.objects.get(case=case, what="contact", kept_at=None).due_at
    longest = timedelta(days=14)  # over a festival: the office rests up to nine days
    assert timezone.now() < due < timezone.now() + longest, "the next level has its time"
    assert docket in chen.get("/staff/cases/?tab=escalated").content.decode()
    done(chen, docket, "note", words="客户在接待室，简单记下：要求今天答复")
    done(chen, docket, "urge", channel="hotline")
    (told,) = texts(li, "case.escalated")
    assert "上一级" in told
    seen = [*texts(li, ""), answer_of(today.say(li, "投诉进度"))]
    assert not [text for text in seen if A_NUMBER.search(text)], "nobody's number is given away"
    assert not A_NUMBER.search(read(chen, docket))


@pytest.mark.requirement("CMP-13", "CMP-19", "CMP-20")
def test_scene_7_what_cannot_be_solved_now_is_parked_with_a_time_told_and_another_way_offered(today: Hall) -> None:
    li, wang = today.fresh("T5"), signed_in("wang", "handler")
    docket = accepted(wang, li, "小区一直没有信号", category="network")
    analysed(wang, docket, "network", cause="基站未建")
    assert do(wang, docket, "record", contact_at="").status_code in (400, 409), "no parking without a time"
    done(wang, docket, "record", contact_at=in_hours(5))
    (parked,) = texts(li, "case.parked")
    assert "请您谅解" in parked
    assert re.search(r"\d{1,2}:\d{2}前联系您", parked)
    assert "contact" in [clock.what for clock in Promise.objects.filter(case__docket=docket, promiser="wang")]
    done(wang, docket, "progress", words="建站已经排进下个月的计划")
    suggestion = accepted(wang, li, "希望在小区装一个信号放大器", kind="suggestion", category="network")
    assert Case.objects.get(docket=suggestion).kind == "suggestion"
    assert suggestion in texts(li, "case.suggestion")[0]
    done(wang, docket, "decide", plan="先装家庭信号放大器")
    instead = "像对面小区那样，先免费借用信号放大器"
    done(wang, docket, "reply", words="新基站下个月开通", alternative=instead)
    assert instead in texts(li, "case.reply")[0]
    assert Case.objects.get(docket=docket).alternative == instead


@pytest.mark.requirement("CMP-08", "CMP-24")
def test_scene_h1_who_asks_why_there_was_no_answer_in_48_hours_hears_how_it_stands_and_is_urged(today: Hall) -> None:
    li, wang = today.fresh("T5"), signed_in("wang", "handler", "zh")
    today.say(li, "投诉 上个月多扣了10元")
    docket = docket_of(li)
    assert Case.objects.get(docket=docket).owner == "wang"
    case = Case.objects.get(docket=docket)
    first = Promise.objects.get(case=case, what="first_reply")
    assert first.due_at == case.opened_at + timedelta(hours=48)
    sweeping.sweep(first.due_at - timedelta(seconds=1))
    assert _broken(docket) == []
    sweeping.sweep(first.due_at + timedelta(seconds=1))
    assert _broken(docket) == ["first_reply"]
    assert reports.first_replies(
        case.opened_at - timedelta(hours=1), case.opened_at + timedelta(hours=1), first.due_at + timedelta(seconds=1)
    )[0]["share"] == 0.0  # fmt: skip
    passed(docket, hours=49)
    customer = Client(headers={"Accept-Language": "zh-hans"}).get(f"/c/{passes.give(docket, timezone.now())}")
    assert "晚了" in customer.content.decode()
    shown = read(wang, docket)
    assert "超时" in shown or "晚" in shown
    titles = [shown.index(f'id="{name}"') for name in ("now-title", "calm-title", "story-title")]
    assert titles == sorted(titles), "how it stands comes first"
    told = answer_of(today.say(li, "投诉进度"))
    assert "已经晚了，是我们的责任" in told
    assert "专人" in told
    before = Case.objects.get(docket=docket).priority
    assert "已加急" in answer_of(today.say(li, "催办"))
    case = Case.objects.get(docket=docket)
    assert (case.urged, case.priority > before) == (1, True)
    for text in [told, *texts(li, ""), *(str(one) for one in case_labels.STATES.values())]:
        assert "答复过" not in text, "nobody argues that we did answer"


def _broken(docket: str) -> list[str]:
    broken = Promise.objects.filter(case__docket=docket, what="first_reply", broken_at__isnull=False)
    return list(broken.values_list("what", flat=True))


def test_scene_h2_abuse_is_written_down_and_answered_calmly(today: Hall) -> None:
    li, wang = today.fresh("T5"), signed_in("wang", "handler", "zh")
    said = answer_of(today.say(li, "投诉 你们就是一帮骗子，服务态度太差"))
    docket = docket_of(li)
    assert docket in said
    for word in ("不对", "您错", "误会", "请文明", "不是骗"):
        assert word not in said
    shown = read(wang, docket)
    calm, questions = shown.index("让您受了委屈"), shown.index("在哪个营业厅")
    assert calm < questions, "calm words stand before the questions about facts"


def test_scene_h4_who_has_gift_money_and_cannot_call_hears_why_how_much_and_until_when(hall: Hall) -> None:
    town.settle(hall.clock())
    wu = town.find("吴国强")
    assert wu is not None
    told = answer_of(hall.say(wu.msisdn, "查余额"))
    assert "已停机" in told
    assert "欠7.00元" in told
    assert "50.00元" in told
    assert "保留" in told


@pytest.mark.requirement("CMP-01")
def test_scene_h5_one_matter_is_one_case_by_text_call_hotline_hall_web_and_chat(
    today: Hall,
    partner: Partner,  # noqa: F811
) -> None:
    li, wang = today.fresh("T5"), signed_in("wang", "handler")
    today.say(li, "投诉 话费多扣了10元")
    docket = docket_of(li)
    for _ in range(2):  # hangs up, and calls again
        caller = Caller(today.reception, li, today.clock, "voice")
        caller.dial()
        caller.press("@complain.register")
        caller.press("1")
    assert accepted(wang, li, "还是那十元", category="billing", channel="hotline") == docket
    assert accepted(wang, li, "营业厅也问问", category="billing", channel="hall") == docket
    web = Client(headers={"Accept-Language": "en"})
    address = f"/c/{passes.give(docket, timezone.now())}"
    version = str(Case.objects.get(docket=docket).version)
    assert web.post(f"{address}/add", {"version": version, "words": "by the web too"}).status_code == 302
    assert docket in web.get(address).content.decode()
    party = {"id": f"+{li.digits}", "role": "subscriber", "@referredType": "Individual"}
    ticket = {"description": "话费多扣了10元", "severity": "Low", "ticketType": "billing", "relatedParty": [party]}
    by_chat = partner.post(TICKETS, ticket | {"channel": {"id": "chat"}}).json()
    assert by_chat["id"] == docket
    assert partner.get(f"{TICKETS}/{docket}").json()["id"] == docket
    assert Case.objects.count() == 1
    assert Case.objects.get().repeats == Contact.objects.count() - 1 == 6
    assert docket in answer_of(today.say(li, "投诉进度"))
    shown = read(wang, docket)
    for words in ("还是那十元", "营业厅也问问", "by the web too"):
        assert words in shown


@pytest.mark.requirement("CMP-22")
def test_the_customer_s_rating_reaches_the_work_of_departments_not_only_the_agent(today: Hall) -> None:
    li, wang, sun = today.fresh("T5"), signed_in("wang", "handler"), signed_in("sun", "support")
    docket = accepted(wang, li, "话费多扣了10元", category="billing")
    analysed(wang, docket)
    done(wang, docket, "record", contact_at=in_hours(5))
    done(wang, docket, "ask", department="billing", question="请核对话单")
    task = open_task(docket)
    assert sun.post(f"/staff/cases/departments/{task.pk}", {"plan": "退还"}).status_code == 302
    done(wang, docket, "decide", plan="退还", blame="company")
    done(wang, docket, "reply", words="已退还10元")
    today.say(li, "满意")
    assert "评分记下了" in answer_of(today.say(li, "评分 2"))
    task.refresh_from_db()
    assert (task.rating, Case.objects.get().rating) == (2, 2)
    now = timezone.now()
    rows = reports.work_orders(now - timedelta(days=1), now + timedelta(minutes=1), now + timedelta(minutes=1))
    assert [(row["department"], row["issued"], row["closed"], row["open"], row["rating"]) for row in rows] == [
        ("billing", 1, 1, 0, 2.0)
    ]
    assert Event.objects.filter(case__docket=docket, did="rated").count() == 1
