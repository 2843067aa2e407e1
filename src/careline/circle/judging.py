"""The checks that judge end causes: criterion met, not met, or nothing to judge by.

A cause is confirmed where its criterion is not met; the two are told apart throughout.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from careline.circle.decisions import Attested, Machine, Round
from careline.values.language import Text

COMPREHENSION = Fraction(95, 100)  # of customers who were called back
OLD_YEARS, OLD_SHARE = 5, Fraction(20, 100)  # so much of the equipment may be older


@dataclass(frozen=True, slots=True)
class Ordered:
    """A choice of a menu: where it stands, and how it ranks by demand, both from 1."""

    node: str
    name: Text
    place: int
    demand: int
    rank: int
    title: Text = Text("", "")  # of the node


@dataclass(frozen=True, slots=True)
class Assessed:
    """The rules of assessment as they stand: used of last month, adequate by who reviewed them, known to all."""

    title: str
    used: bool
    adequate: bool | None  # None: nobody has reviewed them
    lacking: Sequence[str]  # who has not acknowledged them


@dataclass(frozen=True, slots=True)
class Ground:
    """What the checks look at. An empty list is "nothing was recorded", and is never taken for good."""

    today: date
    notices: Sequence[tuple[str, str, str, bool]] = ()  # title, arrived, published, in time
    attested: Mapping[str, Attested] = field(default_factory=dict)
    rules: Assessed | None = None  # by which maintainers are assessed; None: nobody wrote any
    maintainers: int | None = None
    roster: bool = False  # `maintainers` are those who were named and do nothing else, not whoever has the right
    asked: int = 0
    understood: int = 0
    jargon: Sequence[tuple[str, Text]] = ()  # keys of spoken texts, with their words
    machines: Sequence[Machine] = ()
    rounds: Sequence[Round] = ()
    upkeep: Mapping[date, int] = field(default_factory=dict)  # entries by day, of the days that were due
    kept_by: Mapping[date, str] = field(default_factory=dict)  # who or what
    load: Sequence[tuple[str, int, int]] = ()  # day, by the machine, by people
    capacity: int = 0
    volumes: Sequence[tuple[Text, int]] = ()  # leaves of the menu, and how often they were chosen
    orders: Sequence[Ordered] = ()
    formats: Mapping[str, int] | None = None  # None: no audit was made
    prompts: Sequence[tuple[str, str, Text, bool]] = ()  # kind of error, class, words, told in words of its own
    watched: Mapping[date, int] = field(default_factory=dict)  # dial tests by day
    timetables: int = 0
    steps: int = 0  # of the process of watching
    knows: bool | None = None  # whether all maintainers passed its test; None: nobody is named


@dataclass(frozen=True, slots=True)
class Verdict:
    met: bool | None
    measured: Text

    @property
    def cause(self) -> bool | None:
        return None if self.met is None else not self.met


_NOTHING = Text("没有记录可查，不下结论", "nothing is recorded; no judgement")


def _share(met: int, of: int, zh: str, en: str) -> Verdict:
    if not of:
        return Verdict(None, _NOTHING)
    return Verdict(met == of, Text(f"{zh}{met}/{of}", f"{met} of {of} {en}"))


def late(ground: Ground) -> Verdict:
    return _share(sum(one[3] for one in ground.notices), len(ground.notices), "按时发布", "published in time")


def attested(name: str) -> Callable[[Ground], Verdict]:
    def judge(ground: Ground) -> Verdict:
        seen = ground.attested.get(name)
        if seen is None:
            return Verdict(None, Text("须由人核对，尚未核对", "a person must look, and nobody has yet"))
        who = Text(f"（{seen.by}，{seen.on}）", f" ({seen.by}, {seen.on})")
        return Verdict(seen.met, Text(seen.words.zh + who.zh, seen.words.en + who.en))

    return judge


def assessment(ground: Ground) -> Verdict:
    """By the rules that the upkeep room keeps; where there are none, by what a person attests."""
    rules = ground.rules
    if rules is None:
        return attested("no_assessment")(ground)
    parts = (rules.used, rules.adequate, not rules.lacking)
    met = False if False in parts else None if None in parts else True
    zh = {True: "是", False: "否", None: "未审"}
    en = {True: "yes", False: "no", None: "not reviewed"}
    return Verdict(met, Text(
        f"《{rules.title}》；上月已据以考核：{zh[rules.used]}；合要求：{zh[rules.adequate]}；未确认知悉 {len(rules.lacking)} 人",
        f"“{rules.title}”; used last month: {en[rules.used]}; adequate: {en[rules.adequate]}; not acknowledged by {len(rules.lacking)}",
    ))  # fmt: skip


def people(ground: Ground) -> Verdict:
    if ground.maintainers is None:
        return Verdict(None, _NOTHING)
    if ground.roster:
        told = Text(f"专职维护 {ground.maintainers} 人", f"{ground.maintainers} maintain it and do nothing else")
        return Verdict(ground.maintainers >= 1, told)
    return Verdict(
        ground.maintainers >= 1,
        Text(f"可维护语音流程的有 {ground.maintainers} 人", f"{ground.maintainers} people may maintain it"),
    )


def texts(ground: Ground) -> Verdict:
    if not ground.asked:
        return Verdict(None, _NOTHING)
    share = Fraction(ground.understood, ground.asked)
    told = f"{ground.understood}/{ground.asked} = {float(share) * 100:.2f} %"
    jargon = len(ground.jargon)
    return Verdict(
        share >= COMPREHENSION,
        Text(f"听懂 {told}；含术语的文本 {jargon} 条", f"understood {told}; texts with jargon: {jargon}"),
    )


def hardware(ground: Ground) -> Verdict:
    if not ground.machines or not ground.rounds:
        return Verdict(None, _NOTHING)
    old = sum(_old(one.bought, ground.today) for one in ground.machines)
    crashes = sum(one.crashed for one in ground.rounds)
    fine = Fraction(old, len(ground.machines)) <= OLD_SHARE and not crashes
    return Verdict(
        fine,
        Text(
            f"超过五年的 {old}/{len(ground.machines)} 台；巡检 {len(ground.rounds)} 次，故障 {crashes} 次",
            f"{old} of {len(ground.machines)} are used for more than five years; {crashes} breakdowns in {len(ground.rounds)} rounds",
        ),
    )


def _old(bought: date, today: date) -> bool:
    """Used for more than five years; the fifth anniversary itself is still within."""
    return (today.year - bought.year, today.month, today.day) > (OLD_YEARS, bought.month, bought.day)


def _daily(days: Mapping[date, int], zh: str, en: str) -> Verdict:
    if not any(days.values()):
        return Verdict(None, _NOTHING)
    return _share(sum(number > 0 for number in days.values()), len(days), zh, en)


def upkeep(ground: Ground) -> Verdict:
    return _daily(ground.upkeep, "有维护记录的天数 ", "days have an entry")


def capacity(ground: Ground) -> Verdict:
    if not ground.load or not ground.capacity:
        return Verdict(None, _NOTHING)
    most = max(machine + people for _, machine, people in ground.load)
    return Verdict(
        most <= ground.capacity,
        Text(
            f"最忙一天 {most:,}，可处理 {ground.capacity:,}",
            f"{most:,} on the busiest day, {ground.capacity:,} can be handled",
        ),
    )


def inversions(orders: Sequence[Ordered]) -> int:
    """Pairs at one node of which the one further behind is asked for more."""
    return sum(
        one.node == other.node and one.place < other.place and one.demand < other.demand
        for one in orders
        for other in orders
    )


def menu(ground: Ground) -> Verdict:
    if not any(number for _, number in ground.volumes) and not any(one.demand for one in ground.orders):
        return Verdict(None, _NOTHING)
    touched, wrong = sum(number > 0 for _, number in ground.volumes), inversions(ground.orders)
    return Verdict(
        touched == len(ground.volumes) and not wrong,
        Text(
            f"用到的节点 {touched}/{len(ground.volumes)}；次序颠倒 {wrong} 对",
            f"{touched} of {len(ground.volumes)} leaves were used; {wrong} pairs stand the wrong way round",
        ),
    )


def formats(ground: Ground) -> Verdict:
    if not ground.formats:
        return Verdict(None, _NOTHING)
    told = "、".join(f"{name} {number}" for name, number in ground.formats.items())
    return Verdict(len(ground.formats) == 1, Text(told, told.replace("、", ", ")))


def prompts(ground: Ground) -> Verdict:
    if not ground.prompts:
        return Verdict(None, _NOTHING)
    own = sum(one[3] for one in ground.prompts)
    faults = [one for one in ground.prompts if one[1] == "system"]
    fault = any(one[3] for one in faults)
    return Verdict(
        own == len(ground.prompts) and fault,
        Text(
            f"有各自提示语的错误 {own}/{len(ground.prompts)} 种；系统故障提示{'有' if fault else '无'}",
            f"{own} of {len(ground.prompts)} errors have words of their own; a fault of the system {'has' if fault else 'has none'}",
        ),
    )


def monitoring(ground: Ground) -> Verdict:
    if "monitoring" in ground.attested and not ground.timetables:
        return attested("monitoring")(ground)
    if not ground.timetables and not any(ground.watched.values()):
        return Verdict(None, _NOTHING)
    daily = sum(number > 0 for number in ground.watched.values())
    runs = ground.timetables > 0 and daily == len(ground.watched)
    met = ground.knows if runs else False
    zh = {True: "都已通过测验", False: "有人未通过测验", None: "尚未指名"}[ground.knows]
    en = {True: "all know it", False: "some have not passed its test", None: "nobody is named yet"}[ground.knows]
    return Verdict(met, Text(
        f"流程 {ground.steps} 步；拨测时间表 {ground.timetables} 个；有拨测的天数 {daily}/{len(ground.watched)}；维护人员{zh}",
        f"{ground.steps} steps; {ground.timetables} timetables of dial tests; {daily} of {len(ground.watched)} days have some; "
        f"maintainers: {en}",
    ))  # fmt: skip
