"""What is told of the effect: before and after, how sure it is, and a chart that begins anew with each step."""

from fractions import Fraction

from careline.circle.bounds import Bounds, bounds
from careline.circle.facts import Facts, Said
from careline.circle.phases import Phase
from careline.circle.story import Exhibit, Figure, Section
from careline.circle.survey import Effect
from careline.insight.comparing import Difference
from careline.insight.rates import Rate, percent


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
    exhibits = [_table(facts, found, say)]
    phases = found.phases
    if phases:
        exhibits += [_phased(phases, say), _continued(facts, found, say)]
    return Section("effect", title, _words(facts, found, phases, say), exhibits)


def verdict(difference: Difference, say: Said) -> str:
    if difference.better is None:
        return say("无从判断", "it cannot be said")
    if not difference.significant:
        return say("差别可能是偶然", "the difference may be chance")
    if difference.better:
        return say("下降，且不是偶然", "lower, and not by chance")
    return say("上升，且不是偶然", "higher, and not by chance")


def goal_words(rate: Rate, goal: Fraction, say: Said) -> str:
    """Whether the goal is reached, by the figure and by its upper bound."""
    found = bounds(rate)
    if found is None or rate.share is None:
        return say("没有申请，无从判断。", "Nobody applied: it cannot be said.")
    aim, upper = percent(goal), percent(found.upper)
    if found.upper <= goal:
        return say(
            f"目标 ≤ {aim}：达到，而且有把握；真实失败率以 95 % 的把握不高于 {upper}。",
            f"Goal of at most {aim}: met, and surely so: with 95 % confidence the true rate is no more than {upper}.",
        )
    if rate.share <= goal:
        return say(
            f"目标 ≤ {aim}：按数值达到，但还没有把握；真实失败率可能高到 {upper}（95 % 置信上限），须再看一段时间。",
            f"Goal of at most {aim}: met by the figure, but not surely: the true rate may be as high as {upper} "
            "(95 % confidence); more days are needed.",
        )
    return say(
        f"目标 ≤ {aim}：没有达到；95 % 置信区间 {percent(found.lower)} 至 {upper}。",
        f"Goal of at most {aim}: not met; the 95 % confidence interval is {percent(found.lower)} to {upper}.",
    )


def _words(facts: Facts, found: Effect, phases: list[Phase], say: Said) -> list[str]:
    before, after, difference = facts.status.total, found.after, found.difference
    p = "n/a" if difference.p is None else "< 0.0001" if difference.p < 0.0001 else f"{difference.p:.3g}"
    words = [
        say(
            f"{before} → {after}，{difference.test} 检验 p = {p}：{verdict(difference, say)}。".replace("= <", "<"),
            f"{before} to {after}, {difference.test} test, p = {p}: {verdict(difference, say)}.".replace("= <", "<"),
        ),
        say(
            f"指导指标 < 1 %：{say.met(after.directive_met)}；挑战指标 ≤ 0.86 %：{say.met(after.challenge_met)}。",
            f"Directive below 1 %: {say.met(after.directive_met)}; challenge at most 0.86 %: {say.met(after.challenge_met)}.",
        ),
        goal_words(after, Fraction(facts.decided.goal) / 100, say),
    ]
    if len(phases) > 1:
        steps = say("，", ", ").join(f"{one.since} {one.rate}" for one in phases)
        quiet, changed = all(one.chart.stable for one in phases), difference.significant
        words.append(
            say(
                f"控制图分 {len(phases)} 段（段首日与段内失败率：{steps}）；"
                + (
                    "各段之内都稳定，" + ("变化发生在段与段之间。" if changed else "没有证明有变化。")
                    if quiet
                    else "有的段内还有异常点，须先查明再下结论。"
                ),
                f"The chart has {len(phases)} phases (first day and rate: {steps}); "
                + (
                    (
                        "each is stable in itself: "
                        + ("the change lies between them." if changed else "no change is proved.")
                    )
                    if quiet
                    else "some have signals of their own, which must be explained first."
                ),
            )
        )
    return words


def _table(facts: Facts, found: Effect, say: Said) -> Exhibit:
    head = (
        "", say("时段", "time"), say("失败", "failed"), say("申请", "applications"), say("失败率", "rate"),
        say("95 % 置信区间", "95 % interval"),
    )  # fmt: skip
    rows = [
        (
            name,
            f"{period.since} – {period.until}",
            f"{rate.failed:,}",
            f"{rate.applications:,}",
            str(rate),
            _interval(rate),
        )
        for name, period, rate in (
            (say("实施前", "before"), facts.status.period, facts.status.total),
            (say("实施后", "after"), found.period, found.after),
        )
    ]
    return Exhibit("evidence", "", say("实施前后", "Before and after"), head, rows)


def _interval(rate: Rate) -> str:
    found: Bounds | None = bounds(rate)
    return "–" if found is None else f"{percent(found.lower)} – {percent(found.upper)}"


def _told(tests: tuple[int, ...], say: Said) -> str:
    told = {1: say("超出控制限", "beyond the limits"), 2: say("连续九点在同侧", "nine in a row on one side")}
    return say("、", ", ").join(told.get(one, str(one)) for one in tests)


def _phased(phases: list[Phase], say: Said) -> Exhibit:
    points = [(day, point, one) for one in phases for (day, _), point in zip(one.days, one.chart.points, strict=True)]
    figure = Figure(
        "phases",
        [f"{day:%m-%d}" for day, _, _ in points],
        {"p": [point.share for _, point, _ in points]},
        "percent",
        lower=[point.lower for _, point, _ in points],
        upper=[point.upper for _, point, _ in points],
        centres=[float(one.chart.centre or 0.0) for _, _, one in points],
        signals={at: _told(point.tests, say) for at, (_, point, _) in enumerate(points) if point.tests},
    )
    rows = [
        (f"{one.since} – {one.until}", f"{one.rate.failed:,}", f"{one.rate.applications:,}", str(one.rate),
         f"{one.chart.sigma_z:.2f}", str(sum(bool(point.tests) for point in one.chart.points)))
        for one in phases
    ]  # fmt: skip
    head = (
        say("段", "phase"),
        say("失败", "failed"),
        say("申请", "applications"),
        say("中心线", "centre"),
        "σZ",
        say("异常点", "signals"),
    )
    return Exhibit(
        "evidence", "", say("分段 p′ 控制图，界限自对策之日重算", "p′ chart in phases, limits reckoned anew from each countermeasure"),
        head, rows, figure,
        say("规则：点超出控制限，或连续九点在中心线同侧。", "Tests: beyond the limits, or nine in a row on one side of the centre."),
    )  # fmt: skip


def _continued(facts: Facts, found: Effect, say: Said) -> Exhibit:
    """All days on one chart with the centre and sigma of the time before: points below its limit are no accident."""
    days = [one for one in found.days if one[1].applications]
    centre = facts.status.total.share or 0
    spread = float(centre * (1 - centre)) ** 0.5
    widths = [3 * spread / rate.applications**0.5 for _, rate in days]
    shares = [rate.failed / rate.applications for _, rate in days]
    signals = {at: "3σ" for at, width in enumerate(widths) if abs(shares[at] - centre) > width}
    below = sum(shares[at] < centre for at in signals)
    figure = Figure(
        "control",
        [f"{day:%m-%d}" for day, _ in days],
        {"p": shares},
        "percent",
        centre=float(centre),
        lower=[max(0.0, float(centre) - width) for width in widths],
        upper=[float(centre) + width for width in widths],
        signals=signals,
    )
    note = say(f"低于旧下限的有 {below} 天。", f"{below} days lie below the old lower limit.")
    return Exhibit(
        "evidence",
        "",
        say("前后 p 控制图，界限取自实施前", "p chart of both, limits from before"),
        figure=figure,
        note=note,
    )
