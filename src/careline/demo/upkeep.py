"""How the town's voice flow was kept lately: two weeks of duties, told by the verbs that pages use. Once, by the register of machines.

One day is missing and explained, one round was missed, one machine hung and was mended: what is amiss has something to show.
"""

from datetime import date, datetime, time, timedelta

from django.db import transaction

from careline.identity.models import Staff
from careline.insight import clock
from careline.prompts import notices
from careline.upkeep import machines, policy, quiz, rounds, signing
from careline.upkeep.duties import Slot, duties
from careline.upkeep.models import Finding, Machine
from careline.upkeep.policy import Part

KEEPER, DEPUTY, HEAD = "lin", "he", "admin"
DAYS = 14
GAP, MISSED, CRASHED = 4, 6, 9  # days ago
RULES = (
    "一、语音流程每天至少维护一次，以系统记录和本人签署为凭。\n二、业务通知到达后六小时内发布语音文本，月度 100 %。\n"
    "三、设备每天巡检两次；死机、数据丢失当天登记，跟到关闭。\n四、流程知识每年考查一次，八成答对为通过。\n"
    "五、每月按以上各项填写考核表，不合格的写明原因与改进。"
)
_NOTICES = ((13, 9, 3.5, "十一月流量包调整"), (10, 10, 2.0, "国际漫游资费提示更新"), (7, 8, 5.2, "节日彩铃活动上线"),
            (2, 13, 1.4, "停机保号说明更新"))  # fmt: skip


def settle(now: datetime) -> None:
    """Tell the story where no machine is in the register yet, and the people of the demo are there."""
    people = (KEEPER, DEPUTY, HEAD)
    if Machine.objects.exists() or Staff.objects.filter(username__in=people, is_active=True).count() < len(people):
        return
    with transaction.atomic():
        _begin(now)
        for ago in range(DAYS, -1, -1):
            _live(_day(now) - timedelta(days=ago), ago, now)


def _begin(now: datetime) -> None:
    first = _day(now) - timedelta(days=DAYS)
    at = _at(first, time(8, 5))
    for number, years in enumerate((6, 4, 4, 3, 2, 1), 1):
        bought = first.replace(day=min(first.day, 28), year=first.year - years)
        fields = {"name": f"IVR-{number}", "kind": "语音服务器", "place": "三楼机房", "bought_on": str(bought)}
        machines.keep(fields, by=KEEPER, now=at, today=first)
    policy.name(KEEPER, Part.DEDICATED, first, by=HEAD, now=at)
    policy.name(DEPUTY, Part.PART_TIME, first, by=HEAD, now=at)
    rules = policy.lay_down("语音流程维护人员考核办法", RULES, first, by=DEPUTY, now=at)
    policy.review(
        rules.number, True, "指标来自系统记录，可量化，能满足工作要求。", by=HEAD, now=at + timedelta(hours=3)
    )
    right = {one.key: one.right for one in duties().questions}
    for who in (KEEPER, DEPUTY):
        policy.acknowledge(rules.number, by=who, now=at + timedelta(hours=1))
        quiz.take(right, by=who, now=at + timedelta(hours=2))


def _live(day: date, ago: int, now: datetime) -> None:
    """What was done that day, as far as it has come."""
    if ago == GAP:
        return
    for slot in duties().slots:
        if ago != MISSED or slot is duties().slots[0]:
            _inspect(day, slot, ago, now)
    morning = _at(day, time(10, 5))
    if morning <= now:
        signing.sign("listen", "拨打一次：主菜单、余额、人工，均正常。", by=KEEPER, now=morning)
    if ago == MISSED - 1:
        rounds.explain(
            f"{day - timedelta(days=1)} {duties().slots[-1].key}", "值班人员临时外出，未交接。", by=DEPUTY, now=morning
        )
    if ago == GAP - 1:
        for slot in duties().slots:
            rounds.explain(
                f"{day - timedelta(days=1)} {slot.key}", "机房停电检修，见当天说明。", by=KEEPER, now=morning
            )
        signing.explain_day(day - timedelta(days=1), "机房停电检修，人员在现场，未留记录。", by=KEEPER, now=morning)
    if ago == CRASHED - 1:
        finding = Finding.objects.get(closed_at=None)
        rounds.follow(finding.pk, "厂家到场，更换内存条，观察两小时正常。", by=DEPUTY, now=morning, closes=True)
    for told, hour, hours, title in _NOTICES:
        if told == ago:
            _text(title, _at(day, time(hour, 10)), hours)


def _inspect(day: date, slot: Slot, ago: int, now: datetime) -> None:
    at = _at(day, slot.opens) + timedelta(minutes=20)
    if at > now:
        return
    checks = {key: True for key, _words in duties().checks}
    if ago == CRASHED and slot is duties().slots[0]:
        machine = Machine.objects.get(name="IVR-2")
        words = "二号机凌晨 3 点死机，自动重启后恢复，通话未受影响。"
        checks["running"] = False
        rounds.make(checks, by=KEEPER, now=at, found=rounds.Found.CRASH, words=words, machine=machine.pk)
    else:
        rounds.make(checks, by=DEPUTY if ago % 5 == 0 else KEEPER, now=at)


def _text(title: str, arrived: datetime, hours: float) -> None:
    notice = notices.arrive(title, "", arrived_at=arrived, by=KEEPER, now=arrived)
    for part, stage in enumerate((notices.Stage.TEXT, notices.Stage.RECORDED, notices.Stage.PUBLISHED), 1):
        notices.step(notice, stage, by=KEEPER, now=arrived + timedelta(hours=hours * part / 3))


def _day(now: datetime) -> date:
    return now.astimezone(clock.zone()).date()


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, clock.zone())
