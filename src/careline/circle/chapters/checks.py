"""What is told of causes and of their confirmation."""

from collections.abc import Sequence

from careline.charts.laying import OPEN
from careline.circle import tree
from careline.circle.causes import END_CAUSES, EndCause
from careline.circle.chapters.evidence import evidence
from careline.circle.facts import Facts, Said
from careline.circle.judging import Verdict
from careline.circle.story import Exhibit, Figure, Section
from careline.values.language import Text

ROWS_MAX = 40  # of a log in an exhibit; how many there are is said below it


def analysis(facts: Facts, say: Said) -> Section:
    grown = tree.branches(facts.causes)
    marks = {one.id: _mark(verdict, say) for one, verdict in facts.verdicts}
    rows = [
        (branch.read(say.language) if at == 0 else "", one.name.read(say.language))
        for branch, leaves in grown
        for at, one in enumerate(leaves)
    ]
    listed = [
        (str(at), one.name.read(say.language), one.branch.read(say.language)) for at, one in enumerate(facts.causes, 1)
    ]
    crux = facts.status.crux
    about = say.cause(crux.name) if crux else say("自助失败", "self-service fails")
    figure = Figure(
        "tree",
        (),
        {},
        root=about,
        groups=[
            (branch.read(say.language), [(one.name.read(say.language), marks[one.id]) for one in leaves])
            for branch, leaves in grown
        ],
    )
    words = [
        say(
            f"从“{about}”出发，分 {len(grown)} 支到 {len(facts.causes)} 项末端原因。",
            f"From “{about}”, {len(grown)} branches lead to {len(facts.causes)} end causes.",
        )
    ]
    words += [one.read(say.language) for one in facts.decided.concluded.get("analysis", ())]
    words += [
        say(f"不再追查“{_named(one.key, one.name, say)}”：", f"Not followed, “{_named(one.key, one.name, say)}”: ")
        + one.dropped.read(say.language)
        for one in facts.decided.grown
        if any(one.dropped)
    ]
    return Section(
        "analysis",
        say("五、原因分析", "5. Analysis of causes"),
        words,
        [
            Exhibit(
                "figure",
                "4-1",
                say("原因系统图", "Tree of causes"),
                (say("分支", "branch"), say("末端原因", "end cause")),
                rows,
                figure,
            ),
            Exhibit(
                "table",
                "4-1",
                say("末端原因", "End causes"),
                ("", say("末端原因", "end cause"), say("分支", "branch")),
                listed,
            ),
        ],
    )


def _named(key: str, name: Text, say: Said) -> str:
    ours = next((one.name for one in END_CAUSES if one.id == key), name)
    return (name if any(name) else ours).read(say.language)


def _mark(verdict: Verdict, say: Said) -> str:
    return {None: OPEN + say("未判", "open"), True: say("要因", "a cause"), False: ""}[verdict.cause]


def confirmation(facts: Facts, say: Said) -> list[Section]:
    """The plan, then one section for each end cause with its verdict and evidence."""
    head = tuple(
        say(*pair)
        for pair in (
            ("末端原因", "end cause"),
            ("内容", "content"),
            ("方法", "method"),
            ("判据", "criterion"),
            ("谁、何时", "who, when"),
        )
    )
    rows = []
    for one in facts.causes:
        who = _who(facts, one.id, say)
        rows.append((*(text.read(say.language) for text in (one.name, one.content, one.method, one.criterion)), who))
    plan = Exhibit("table", "5-1", say("要因确认计划", "Plan of confirmation"), head, rows)
    confirmed = [one.name.read(say.language) for one in facts.confirmed]
    unjudged = [one.name.read(say.language) for one, verdict in facts.verdicts if verdict.met is None]
    words = [
        say(
            "判据符合的不是要因，不符合的是要因；没有记录的不下结论。",
            "Whose criterion is met is no cause; whose is not is one; without records there is no verdict.",
        )
    ]
    words.append(
        say(f"要因 {len(confirmed)} 项：", f"{len(confirmed)} confirmed: ")
        + (say("、", ", ").join(confirmed) or say("无", "none"))
    )
    if unjudged:
        words.append(
            say(f"不能判断 {len(unjudged)} 项：", f"{len(unjudged)} cannot be judged: ")
            + say("、", ", ").join(unjudged)
        )
    found = evidence(facts, say)
    return [
        Section("confirmation", say("六、要因确认", "6. Confirmation of causes"), words, [plan]),
        *(_one(at, one, verdict, found.get(one.id, []), say) for at, (one, verdict) in enumerate(facts.verdicts, 1)),
    ]


def _who(facts: Facts, cause: str, say: Said) -> str:
    seen, plan = facts.ground.attested.get(cause), facts.decided.plans.get(cause)
    if seen:
        return say(f"{seen.by}，{seen.on}", f"{seen.by}, {seen.on}")
    if plan and plan.who:
        return say(f"{plan.who}，{plan.due}", f"{plan.who}, {plan.due}") if plan.due else plan.who
    return say("系统，", "the system, ") + f"{facts.made_at:%Y-%m-%d}"


def _one(at: int, one: EndCause, verdict: Verdict, exhibits: Sequence[Exhibit], say: Said) -> Section:
    cause = {None: say("不下结论", "no verdict"), True: say("是要因", "a cause"), False: say("非要因", "no cause")}[
        verdict.cause
    ]
    words = [
        say("判据：", "Criterion: ") + one.criterion.read(say.language),
        say("查得：", "Found: ") + verdict.measured.read(say.language),
        say(f"判据{say.met(verdict.met)}；{cause}。", f"Criterion {say.met(verdict.met)}; {cause}."),
    ]
    if verdict.met is None:
        words.append(say("要能判断：", "To have it judged: ") + one.needs.read(say.language))
    return Section(f"cause-{one.id}", f"6.{at} {_titled(one.name.read(say.language))}", words, exhibits)


def _titled(name: str) -> str:
    return name[:1].upper() + name[1:]
