"""A rehearsal in words and charts, with what of it is real, simulated and assumed; the same model as the circle's story."""

from dataclasses import replace

from careline.circle.bounds import bounds
from careline.circle.chapters import effect
from careline.circle.decisions import Action, Decisions
from careline.circle.facts import Facts, Said
from careline.circle.facts import collect as facts_of
from careline.circle.story import Exhibit, Figure, Section, Story, in_words
from careline.demo.month.figures import WISHES, Month, Result
from careline.demo.month.measures import EDITOR, MEASURES
from careline.insight import clock
from careline.insight.rates import class_of, percent
from careline.values.language import Text

REAL = (
    Text("接待、按键与短信的理解、菜单、已发布的目录、账本、统计与控制图：产品本身，未作改动",
         "reception, keys and texts understood, menus, the published catalogue, ledger, statistics and control chart: the product itself"),
    Text("运营商：沙箱（真的表，真的办理与拒绝），前面加了按规则发生的故障",
         "the carrier: the sandbox (real tables, real deeds and refusals) behind faults that come by rule"),
    Text("对策：目录草稿经检查、他人复核后发布；接单代办是产品的设置",
         "countermeasures: drafts that were linted, reviewed by a second person and published; taking orders over is a setting"),
    Text("每个失败都是账本里的一次受理，原因由产品自己判定", "each failure is an attempt of the ledger, its cause judged by the product"),
)  # fmt: skip
SIMULATED = (
    Text("客户：要什么、听到什么、忍多久、怎么按、怎么写，全部按下面的假设掷骰子（固定种子）",
         "customers: what they want, hear, endure, press and write, all by dice with a fixed seed and the assumptions below"),
    Text("声音：没有放音，听一段话的时间按文本估算；录音格式的影响纯属假设",
         "sound: nothing is played, listening time is reckoned from the text; what odd formats do is assumed as a whole"),
    Text("“以前的目录”是把现在的目录改坏得来的：术语、部门次序、同一句错误提示",
         "the catalogue before: today's, made worse by trade words, the departments' order and one text for all errors"),
    Text("时间：两小时的客户一起接待，时钟由程序拨动", "time: people of two hours are served together, by a clock that is moved"),
)  # fmt: skip


def facts(result: Result) -> Facts:
    """The rehearsal as facts of a circle, for its own telling and for taking it in."""
    return facts_of(result.rehearsed.plan.before, WISHES, decisions(result), result.made_at)


def decisions(result: Result) -> Decisions:
    """The countermeasures that were done, with the version that carries them, and the time after."""
    plan = result.rehearsed.plan
    done = f"{plan.after.since}"
    return Decisions(
        name=Text("模拟月：自助办理失败率", "A rehearsed month: failures of self-service"),
        actions=[
            Action(
                cause=one.cause, what=one.name, goal=Text("≤ 0.86 %", "at most 0.86 %"), how=one.real,
                where=Text("语音与短信自助", "calls and texts"), who=EDITOR, until=done, done=done, state="done",
                version=result.rehearsed.versions[1] if one.cause != "formats" else 0,
            )
            for one in MEASURES if one.cause in plan.mended
        ],
        after=plan.after,
    )  # fmt: skip


def tell(result: Result, language: str = "zh") -> Story:
    say, plan = Said(language), result.rehearsed.plan
    made = f"{result.made_at.astimezone(clock.zone()):%Y-%m-%d %H:%M}"
    return Story(
        language=say.language,
        title=say("模拟一个月：对策前后的自助办理失败率", "A rehearsed month: failures of self-service before and after"),
        below=say(f"{plan.before.since} 至 {plan.after.until}，种子 {plan.seed}，{made} 生成",
                  f"{plan.before.since} to {plan.after.until}, seed {plan.seed}, made {made}"),
        warning=say("客户是模拟的，数字不是任何运营商的实绩；哪些是真的、哪些是模拟、哪些是假设，见下。",
                    "The customers are simulated, the figures nobody's record. What is real, simulated and assumed is listed below."),
        sections=in_words([
            _outcome(result, say), _effect(result, say), _causes(result, say), _measures(result, say),
            _nature(say), _assumed(result, say),
        ], say.language),
        figures=result.as_json(),
        made_at=result.made_at.isoformat(),
    )  # fmt: skip


def verdict(result: Result, say: Said) -> list[str]:
    """The outcome in sentences."""
    before, after, p = result.before, result.after, result.difference.p
    chance = "n/a" if p is None else "< 0.0001" if p < 0.0001 else f"= {p:.2g}"
    crux = before.system[0] if before.system else None
    told = [
        say(
            f"按客户所想计，失败率 {before.rate}（{before.rate.failed:,}/{before.rate.applications:,}）→ {after.rate}"
            f"（{after.rate.failed:,}/{after.rate.applications:,}），p {chance}：{effect.verdict(result.difference, say)}。",
            f"Of all wishes {before.rate} failed ({before.rate.failed:,}/{before.rate.applications:,}), then {after.rate} "
            f"({after.rate.failed:,}/{after.rate.applications:,}), p {chance}: {effect.verdict(result.difference, say)}.",
        ),
        say(
            f"此前系统原因占全部失败的 {percent(before.system_share)}；其中“{say.cause(crux.name)}”占 {percent(crux.share)}。",
            f"Before, {percent(before.system_share)} of failures were of the system, and of these {percent(crux.share)}: "
            f"{say.cause(crux.name)}.",
        ) if crux else say("此前没有系统原因的失败。", "Before, nothing failed by the system."),
        say(
            f"按产品自己的口径（已开始的申请）：{result.hall_before.rate} → {result.hall_after.rate}。",
            f"By the hall's own definition (applications begun): {result.hall_before.rate}, then {result.hall_after.rate}.",
        ),
        say(
            f"指标 < 1 %：{say.met(after.rate.directive_met)}；≤ 0.86 %：{say.met(after.rate.challenge_met)}。",
            f"Below 1 %: {say.met(after.rate.directive_met)}; at most 0.86 %: {say.met(after.rate.challenge_met)}.",
        ),
    ]  # fmt: skip
    left = after.strata[0] if after.strata else None
    if left is not None and not after.rate.challenge_met:
        told.append(
            say(
                f"剩下最多的是“{say.cause(left.name)}”，{left.count} 次。",
                f"What is left most: {say.cause(left.name)}, {left.count}.",
            )
        )
    return told


def _outcome(result: Result, say: Said) -> Section:
    head = ("", say("失败", "failed"), say("申请", "applications"), say("失败率", "rate"), say("95 % 置信区间", "95 % interval"),
            say("未留记录", "left no record"), say("计入后", "with these"))  # fmt: skip
    names = (
        (say("客户所想，此前", "wishes, before"), result.before),
        (say("客户所想，此后", "wishes, after"), result.after),
        (say("产品口径，此前", "hall's own, before"), result.hall_before),
        (say("产品口径，此后", "hall's own, after"), result.hall_after),
    )
    note = say(
        "客户所想：每次想开通或关闭业务的来访算一次，以账本里代表它的受理判定；没选到任何业务的通话也在内。"
        "产品口径：只算已开始的开通、关闭申请。未留记录：办了别的就走，账本里没有失败。",
        "Wishes: each visit of somebody who wanted something opened or closed counts once, judged by the ledger's attempt that stands "
        "for it; calls that chose nothing are among them. Hall's own: applications that were begun. Left no record: went away with "
        "something else; the ledger holds no failure of it.",
    )
    table = Exhibit(
        "evidence", "", say("两个月", "Both months"), head, [(name, *_cells(month)) for name, month in names], note=note
    )
    return Section("outcome", say("结果", "Outcome"), verdict(result, say), [table])


def _cells(month: Month) -> tuple[str, ...]:
    found = bounds(month.rate)
    return (
        f"{month.rate.failed:,}", f"{month.rate.applications:,}", str(month.rate),
        f"{percent(found.lower)} – {percent(found.upper)}" if found else "–", f"{month.lost:,}", str(month.with_lost),
    )  # fmt: skip


def _effect(result: Result, say: Said) -> Section:
    """As the circle tells it, under a title without the number that it has there."""
    return replace(effect.effect(facts(result), say), title=say("效果与控制图", "Effect, and control charts"))


def _causes(result: Result, say: Said) -> Section:
    shown = []
    for name, month in ((say("此前", "before"), result.before), (say("此后", "after"), result.after)):
        figure = Figure(
            "pareto", [say.cause(one.name) for one in month.strata], {"n": [one.count for one in month.strata]}
        )
        rows = [
            (
                say.cause(one.name),
                _class(one.name, say),
                f"{one.count:,}",
                percent(one.share),
                percent(one.cumulative),
            )
            for one in month.strata
        ]
        head = (
            say("原因", "cause"),
            say("类别", "class"),
            say("次数", "failed"),
            say("占比", "share"),
            say("累计", "cumulative"),
        )
        shown.append(Exhibit("evidence", "", say(f"失败原因，{name}", f"Causes of failures, {name}"), head, rows,
                             figure if rows else None))  # fmt: skip
    return Section("causes", say("原因", "Causes"), [], shown)


def _class(cause: str, say: Said) -> str:
    return {"system": say("系统", "system"), "operation": say("操作", "operation")}.get(str(class_of(cause) or ""), "")


def _measures(result: Result, say: Said) -> Section:
    rows = [
        (one.name.read(say.language), one.real.read(say.language), one.simulated.read(say.language))
        for one in MEASURES
        if one.cause in result.rehearsed.plan.mended
    ]
    head = (
        say("对策", "countermeasure"),
        say("产品做的", "done by the product"),
        say("效果里模拟的部分", "simulated of its effect"),
    )
    versions, found = result.rehearsed.versions, result.rehearsed.findings
    words = say(
        f"目录第 {versions[0]} 版 → 第 {versions[1]} 版；检查发现（错误与提醒）{found[0]} → {found[1]}。",
        f"Catalogue version {versions[0]}, then {versions[1]}; lint found {found[0]} (errors and warnings), then {found[1]}.",
    )
    return Section("measures", say("四项对策", "Countermeasures"), [words],
                   [Exhibit("evidence", "", say("对策", "Countermeasures"), head, rows)] if rows else [])  # fmt: skip


def _nature(say: Said) -> Section:
    rows = [(say("真的", "real"), one.read(say.language)) for one in REAL]
    rows += [(say("模拟", "simulated"), one.read(say.language)) for one in SIMULATED]
    return Section("nature", say("真的与模拟的", "Real and simulated"), [],
                   [Exhibit("evidence", "", say("什么是真的", "What is what"), ("", ""), rows)])  # fmt: skip


def _assumed(result: Result, say: Said) -> Section:
    rows = [
        (words.read(say.language), name, f"{value:g}", source.read(say.language))
        for name, value, words, source in result.rehearsed.plan.assumed.told()
    ]
    head = (say("含义", "meaning"), say("名称", "name"), say("值", "value"), say("出处", "source"))
    return Section(
        "assumed", say("假设", "Assumptions"), [], [Exhibit("evidence", "", say("全部假设", "All of them"), head, rows)]
    )
