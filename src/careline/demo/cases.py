"""What the town has complained of lately: some twenty days of cases, told by the same verbs that doors and pages use.

Each story begins once, by the key of its first contact. Chen Guilan, with whom the demo is tried, has none of her own.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from careline.carrier.adapters.sandbox.carrier import Sandbox
from careline.cases import custody, ending, escalating, faults, handling, refunding, urging
from careline.cases.opening import NewCase, accept
from careline.cases.promised import sweeping
from careline.cases.records.case import Case
from careline.cases.records.help import Task
from careline.cases.reporting import improving
from careline.cases.telling import notice_link, tell_progress
from careline.demo import town
from careline.refunds import deciding, verifying
from careline.refunds.crediting import Cashier
from careline.refunds.models import Refund

HANDLER, CLERK, MANAGER, HALL_MANAGER = "wang", "liu", "chen", "gao"
VERIFIER, SUPPORT = "zhao", "sun"
KEY = "demo"
FAULT = "云岭基站市电中断"


@dataclass
class Days:
    """The days before `now`: each story says how many hours ago something was; the clocks run on meanwhile."""

    now: datetime

    def ago(self, days: float = 0, hours: float = 0, minutes: float = 0) -> datetime:
        """That moment; what fell due before it has been found late by the sweep."""
        at = self.at(days, hours, minutes)
        sweeping.sweep(at)
        return at

    def at(self, days: float = 0, hours: float = 0, minutes: float = 0) -> datetime:
        """That moment as something to agree on: the clocks do not run on to it."""
        return self.now - timedelta(days=days, hours=hours, minutes=minutes)


def settle(now: datetime) -> int:
    """Let the stories happen that have not yet; returns how many did. Needs the town, its staff and a catalogue.

    Quick when all is there: one statement a story.
    """
    days, told = Days(now), 0
    for name, story in _STORIES.items():
        if not Case.objects.filter(key=f"{KEY}:{name}").exists():
            story(days, name)
            told += 1
    return told


def _brought(
    key: str, who: str, words: str, at: datetime, *, channel: str, category: str = "", kind: str = "complaint",
    by: str = "subscriber", answers: Iterable[tuple[str, str]] = (),
) -> str:  # fmt: skip
    """Somebody of the town brings it; returns the docket."""
    person = town.find(who)
    assert person is not None, who
    new = NewCase(
        f"{KEY}:{key}", person.msisdn, kind, category, words, channel,
        link=notice_link() if channel == "sms" else "", answers=dict(answers),
    )  # fmt: skip
    return accept(new, by=by, now=at).case.docket


def _owner(docket: str) -> str:
    return Case.objects.get(docket=docket).owner


def _analysed(
    docket: str, category: str, cause: str, at: datetime, *, severity: str = "normal", blame: str = ""
) -> str:
    by = _owner(docket)
    handling.analyse(docket, category, cause, severity, blame, by=by, now=at)
    return by


def _answered(docket: str, plan: str, by: str, at: datetime) -> None:
    """Every department that was asked, or told of a major complaint, answers."""
    for task in Task.objects.filter(case__docket=docket, answered_at=None):
        handling.answer_task(task.pk, plan, by=by, now=at)


def _disputed(days: Days, docket: str, product: str, by: str, at: datetime) -> Refund:
    """The charge of this product on last month's bill, as it is now, is asked back."""
    case, carrier = Case.objects.get(docket=docket), Sandbox()
    person = next(one for one in town.people() if one.msisdn.digits == case.msisdn)
    month = f"{timezone.localtime(days.now).replace(day=1) - timedelta(days=1):%Y-%m}"
    found = verifying.trace(carrier, person.msisdn, month, now=at).findings
    dearest = max((one.charge for one in found if one.charge.product == product), key=lambda charge: charge.fen)
    return refunding.ask(
        docket, dearest.id, carrier=carrier, channel=case.channel, by=by, now=at, key=f"{KEY}:{docket}:{product}"
    )


def _verified(refund: Refund, at: datetime) -> Refund:
    """The verifier confirms what the records propose."""
    person = next(one for one in town.people() if one.msisdn.digits == refund.msisdn)
    finding = verifying.look(Sandbox(), person.msisdn, refund.item, now=at)
    proposal = finding.proposal
    return deciding.verify(refund.pk, finding, kind=proposal.kind, due=proposal.due, by=VERIFIER, now=at)


def _archived(days: Days, name: str) -> None:
    """A bill that was wrong, answered by the department, judged five of five, filed with a summary; and what was learnt."""
    docket = _brought(name, "徐文博", "同一笔套餐费这个月扣了两次", days.ago(19), channel="sms", category="billing")
    by = _analysed(docket, "billing", "换套餐当天新旧两个月租都计了", days.ago(18, 22), blame="company")
    handling.record(docket, days.at(16), "等计费部门核对", by=by, now=days.ago(18, 22))
    handling.ask(docket, "billing", "请核对换套餐当日的两笔月租", by=by, now=days.ago(18, 21))
    _answered(docket, "属重复计收，当日旧套餐月租已冲回。", SUPPORT, days.ago(18, 2))
    handling.decide(docket, "冲回旧套餐月租，并告知客户计费日", "company", by=by, now=days.ago(17, 23))
    handling.reply(
        docket, "换套餐当天的旧月租已经冲回，您下一张账单上能看到。", True, by=by, now=days.ago(17, 22)
    )  # fmt: skip
    handling.customer_says(docket, True, channel="sms", by="subscriber", now=days.ago(17, 20))
    handling.archive(
        docket, "换套餐当日新旧月租重复计收；冲回旧月租即可，先看换套餐时间。", by=by, now=days.ago(17, 19)
    )  # fmt: skip
    handling.close(docket, by=by, now=days.ago(17, 19))
    ending.rate(docket, 5, channel="sms", by="subscriber", now=days.ago(17, 12))
    item = improving.submit(
        "换套餐当天应只收一个月租，建议计费系统按时刻判断。", by=by, now=days.ago(17), docket=docket
    )
    improving.assign(item.pk, HALL_MANAGER, by=MANAGER, now=days.ago(15))


def _refunded(days: Days, name: str) -> None:
    """A provider took a yuan more than was agreed: verified, returned twofold, told; whether it satisfies is open."""
    docket = _brought(
        name, "孙丽", "每日一笑说好三块，账单上是四块", days.ago(3, 4), channel="sms", category="third_party"
    )  # fmt: skip
    by = _analysed(docket, "third_party", "提供商收费高于约定", days.ago(3), blame="partner")
    refund = _verified(_disputed(days, docket, "sp_joke", by, days.ago(2, 22)), days.ago(2, 8))
    Cashier(Sandbox()).pay(refund.pk, by=VERIFIER, now=days.ago(2, 8))
    plan = refunding.reply_text(docket, "zh")
    handling.solve_on_site(docket, plan, by=by, now=days.ago(2, 7))
    handling.reply(docket, plan, True, by=by, now=days.ago(2, 7))


def _late(days: Days, name: str) -> None:
    """The department has had its time and more; the customer urged, and was told how it stands."""
    docket = _brought(
        name, "林小雨", "流量包没用完却收了超出费", days.ago(9), channel="web", category="data",
        answers=[("amount", "26元")],
    )  # fmt: skip
    by = _analysed(docket, "data", "流量包生效时间与扣费先后不明", days.ago(8, 20))
    handling.record(docket, days.at(4), "等数据业务部门的记录", by=by, now=days.ago(8, 20))
    handling.ask(docket, "data", "请调出当月流量包的生效时间和扣减记录", by=by, now=days.ago(8, 19))
    tell_progress(docket, "我们在等数据业务部门调出扣减记录，拿到就告诉您。", by=by, now=days.ago(7))
    urging.urge(docket, channel="sms", by="subscriber", now=days.ago(1, 3), key=f"{KEY}:{name}:urge", words="催办")
    urging.urge_task(Task.objects.get(case__docket=docket, answered_at=None).pk, by=by, now=days.ago(1))


def _major(days: Days, name: str) -> None:
    """Major from the first analysis: reported at once, and taken one level further up by the customer's wish."""
    docket = _brought(
        name, "周启航", "在国外漫游全程打不出电话，误了签约，要见你们负责人", days.ago(1, 6), channel="hotline",
        category="network", by=HANDLER,
    )  # fmt: skip
    by = _analysed(docket, "network", "漫游方信令中断", days.ago(1, 5), severity="major")
    escalating.escalate(docket, "客户要求负责人直接回电", by=by, now=days.ago(1, 4), channel="hotline")
    handling.record(docket, days.at(hours=-5), "负责人回电前先核实漫游方通告", by=by, now=days.ago(1, 3))
    handling.ask(docket, "network", "请核实漫游方当日信令中断的时段", by=by, now=days.ago(1, 3))


def _fault(days: Days, name: str) -> None:
    """Three in one district have no signal: one fault, to which their complaints are bound, and one piece of news."""
    told = (("马阳", "家里没有信号", "sms"), ("Emma Clarke", "no signal at school since this morning", "sms"),
            ("韩磊", "打电话老是掉线，没信号", "web"))  # fmt: skip
    for place, (who, words, channel) in enumerate(told):
        key = name if not place else f"{name}:{place}"
        _brought(key, who, words, days.ago(hours=20 - place), channel=channel, category="network")
    opened = days.ago(hours=17)
    region = Case.objects.get(key=f"{KEY}:{name}").region
    fault = faults.open(FAULT, "network", region, by=MANAGER, now=opened)
    dockets = Case.objects.filter(key__startswith=f"{KEY}:{name}").values_list("docket", flat=True)
    faults.bind(fault.pk, by=MANAGER, now=days.ago(hours=16), dockets=list(dockets))
    faults.news(
        fault.pk,
        "云岭部分基站停电，抢修队已到现场，预计今晚恢复。Power cut at some stations in Yunling; repair is expected tonight.",
        by=MANAGER,
        now=days.ago(hours=15),
    )


def _second_person(days: Days, name: str) -> None:
    """A call that never ended on the bill: verified, more than one person may decide, so a second one is waited for."""
    docket = _brought(
        name, "罗莎", "一个晚上的长途收了两百多块，我没打那么久", days.ago(2), channel="hall", category="billing", by=CLERK
    )  # fmt: skip
    by = _analysed(docket, "billing", "话单时长异常", days.ago(1, 22), blame="company")
    _verified(_disputed(days, docket, "long", by, days.ago(1, 21)), days.ago(hours=20))


def _to_verify(days: Days, name: str) -> None:
    """More was taken than the form says: asked back, and waits for the verifier."""
    docket = _brought(name, "唐一鸣", "彩铃说好五块扣了八块", days.ago(1, 2), channel="web", category="billing")
    by = _analysed(docket, "billing", "与业务受理单不符", days.ago(1))
    _disputed(days, docket, "ringback", by, days.ago(hours=22))


def _again(days: Days, name: str) -> None:
    """Who wrote twice of one matter has one case, and it became more urgent."""
    docket = _brought(
        name, "吴国强", "没订过手机小说也扣了十块", days.ago(hours=30), channel="sms", category="unknown_service"
    )
    _brought(
        f"{name}:1", "吴国强", "那十块钱查得怎么样了", days.ago(hours=6), channel="sms", category="unknown_service"
    )
    _analysed(docket, "unknown_service", "查无受理记录", days.ago(hours=5))


def _attitude(days: Days, name: str) -> None:
    """Handed over by a manager, with the reason; the chain shows who had it when."""
    docket = _brought(
        name, "黄秀英", "柜台的人态度差，问两句就不耐烦", days.ago(hours=27), channel="hall", category="attitude", by=CLERK
    )  # fmt: skip
    custody.hand_over(docket, HANDLER, "被投诉的就是受理人所在的营业厅", by=MANAGER, now=days.ago(hours=25))
    by = _analysed(docket, "attitude", "高峰时段只开一个窗口", days.ago(hours=24), severity="minor", blame="company")
    handling.solve_on_site(docket, "道歉，并说明高峰时段增开窗口", by=by, now=days.ago(hours=4))


def _fresh(days: Days, name: str) -> None:
    """Came in just now; nobody has looked yet."""
    _brought(
        name, "刘建国", "我一直在市里跑车，账单上怎么有漫游费", days.ago(minutes=25), channel="sms", category="billing"
    )


def _enquiry(days: Days, name: str) -> None:
    _brought(
        name, "高敏", "积分换话费什么时候到账", days.ago(minutes=50), channel="hotline", kind="enquiry", by=HANDLER
    )  # fmt: skip


def _suggestions(days: Days, name: str) -> None:
    """Two wishes; of one an improvement was made, and done."""
    first = _brought(name, "宋雅", "余额提醒能不能选时间，别半夜发", days.ago(6), channel="sms", kind="suggestion")
    _brought(f"{name}:1", "郑小军", "天气预报短信早上五点发就好了", days.ago(2, 5), channel="sms", kind="suggestion")
    item = improving.submit("余额提醒只在白天发出。", by=_owner(first), now=days.ago(5), docket=first)
    improving.assign(item.pk, HALL_MANAGER, by=MANAGER, now=days.ago(4, 20))
    improving.end(item.pk, "done", "已改为八点到二十一点之间发出。", by=HALL_MANAGER, now=days.ago(1, 2))
    by = _analysed(first, "other", "提醒的发送时段没有限制", days.ago(1, 1), severity="minor")
    handling.solve_on_site(first, "告知客户已改时段", by=by, now=days.ago(1, 1))
    handling.reply(first, "余额提醒现在只在八点到二十一点之间发出，谢谢您的建议。", by=by, now=days.ago(1))


_STORIES: dict[str, Callable[[Days, str], None]] = {
    "archived": _archived,
    "late": _late,
    "suggestions": _suggestions,
    "refunded": _refunded,
    "second_person": _second_person,
    "major": _major,
    "again": _again,
    "attitude": _attitude,
    "to_verify": _to_verify,
    "fault": _fault,
    "enquiry": _enquiry,
    "fresh": _fresh,
}
