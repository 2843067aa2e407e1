"""What is told of countermeasures, effect and consolidation."""

from careline.circle.causes import END_CAUSES
from careline.circle.facts import Facts, Said
from careline.circle.story import Exhibit, Figure, Section

ROWS_MAX = 40  # of a log in an exhibit; how many there are is said below it


def measures(facts: Facts, say: Said) -> Section:
    names = {one.id: one.name.read(say.language) for one in END_CAUSES}
    head = tuple(
        say(*pair)
        for pair in (
            ("要因", "why"),
            ("对策", "what"),
            ("目标", "goal"),
            ("措施", "how"),
            ("地点", "where"),
            ("谁", "who"),
            ("何时", "when"),
            ("版本", "version"),
        )
    )
    rows = [
        (
            names.get(one.cause, one.cause),
            *(text.read(say.language) for text in (one.what, one.goal, one.how, one.where)),
            one.who,
            one.until + (f" {say('已完成', 'done')} {one.done}" if one.done else ""),
            str(one.version) if one.version else "–",
        )
        for one in facts.decided.actions
    ]
    planned = {one.cause for one in facts.decided.actions}
    rows += [
        (one.name.read(say.language), say("尚未制定", "not planned yet"), *[""] * 6)
        for one in facts.confirmed
        if one.id not in planned
    ]
    words = [
        say(
            "每项要因一条对策；版本是承载它的目录版本，经检查与复核后发布。",
            "One countermeasure for each cause; the version of the catalogue that carries it is linted and reviewed as any other.",
        )
    ]
    return Section(
        "measures",
        say("七、对策", "7. Countermeasures"),
        words,
        [Exhibit("table", "6-1", say("对策表", "Plan of countermeasures"), head, rows)],
    )


def effect(facts: Facts, say: Said) -> Section:
    title, found = say("八、效果", "8. Effect"), facts.effect
    before = facts.status.total
    if found is None:
        return Section(
            "effect",
            title,
            [
                say(
                    f"实施前 {before}（{before.failed:,}/{before.applications:,}）。",
                    f"Before: {before} ({before.failed:,}/{before.applications:,}).",
                ),
                say(
                    "实施后的时段尚未给出，没有可报的结果。",
                    "No time after is given yet; there is no result to report.",
                ),
            ],
        )
    after, difference = found.after, found.difference
    p = "n/a" if difference.p is None else f"{difference.p:.3g}"
    verdict = (
        say("无从判断", "it cannot be said")
        if difference.better is None
        else say("下降，且不是偶然", "lower, and not by chance")
        if difference.better and difference.significant
        else say("上升，且不是偶然", "higher, and not by chance")
        if difference.significant
        else say("差别可能是偶然", "the difference may be chance")
    )
    rows = [
        (
            say("实施前", "before"),
            f"{facts.status.period.since} – {facts.status.period.until}",
            f"{before.failed:,}",
            f"{before.applications:,}",
            str(before),
        ),
        (
            say("实施后", "after"),
            f"{found.period.since} – {found.period.until}",
            f"{after.failed:,}",
            f"{after.applications:,}",
            str(after),
        ),
    ]
    words = [
        say(
            f"{before} → {after}，{difference.test} 检验 p = {p}：{verdict}。",
            f"{before} to {after}, {difference.test} test, p = {p}: {verdict}.",
        ),
        say(
            f"指导指标 < 1 %：{say.met(after.directive_met)}；挑战指标 ≤ 0.86 %：{say.met(after.challenge_met)}。",
            f"Directive below 1 %: {say.met(after.directive_met)}; challenge at most 0.86 %: {say.met(after.challenge_met)}.",
        ),
    ]
    head = ("", say("时段", "time"), say("失败", "failed"), say("申请", "applications"), say("失败率", "rate"))
    return Section(
        "effect",
        title,
        words,
        [
            Exhibit("evidence", "", say("实施前后", "Before and after"), head, rows),
            Exhibit(
                "evidence",
                "",
                say("前后 p 控制图，界限取自实施前", "p chart of both, limits from before"),
                figure=_chart(facts),
            ),
        ],
    )


def _chart(facts: Facts) -> Figure:
    """Both times on one chart, with the centre and sigma of the time before: points below its limit are no accident."""
    assert facts.effect is not None
    days = [one for one in [*facts.status.days, *facts.effect.days] if one[1].applications]
    centre = facts.status.total.share or 0
    spread = float(centre * (1 - centre)) ** 0.5
    widths = [3 * spread / rate.applications**0.5 for _, rate in days]
    shares = [rate.failed / rate.applications for _, rate in days]
    signals = {at: "3σ" for at, width in enumerate(widths) if abs(shares[at] - centre) > width}
    return Figure(
        "control",
        [f"{day:%m-%d}" for day, _ in days],
        {"p": shares},
        "percent",
        centre=float(centre),
        lower=[max(0.0, float(centre) - width) for width in widths],
        upper=[float(centre) + width for width in widths],
        signals=signals,
    )


def consolidation(facts: Facts, say: Said) -> Section:
    kept = [one.read(say.language) for one in facts.decided.kept]
    onward = [say("下一步：", "Next: ") + one.read(say.language) for one in facts.decided.next]
    return Section(
        "consolidation",
        say("九、巩固与下一步", "9. Consolidation and what comes next"),
        [*kept, *onward] or [say("尚未填写。", "Not entered yet.")],
    )
