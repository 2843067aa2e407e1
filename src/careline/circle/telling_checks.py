"""What is told of causes and of their confirmation."""

from collections.abc import Sequence
from itertools import groupby

from careline.circle.causes import END_CAUSES, EndCause
from careline.circle.facts import Facts, Said
from careline.circle.judging import Verdict
from careline.circle.story import Exhibit, Section
from careline.circle.telling_evidence import evidence

ROWS_MAX = 40  # of a log in an exhibit; how many there are is said below it


def analysis(facts: Facts, say: Said) -> Section:
    ordered = sorted(END_CAUSES, key=lambda one: one.branch.en)
    tree = [
        (branch if at == 0 else "", one.name.read(say.language))
        for branch, leaves in groupby(ordered, key=lambda one: one.branch.read(say.language))
        for at, one in enumerate(leaves)
    ]
    listed = [
        (str(at), one.name.read(say.language), one.branch.read(say.language)) for at, one in enumerate(END_CAUSES, 1)
    ]
    crux = facts.status.crux
    about = say.cause(crux.name) if crux else say("自助失败", "self-service fails")
    return Section(
        "analysis",
        say("五、原因分析", "5. Analysis of causes"),
        [
            say(
                f"从“{about}”出发，分四支到 {len(END_CAUSES)} 项末端原因。",
                f"From “{about}”, four branches lead to {len(END_CAUSES)} end causes.",
            )
        ],
        [
            Exhibit(
                "figure",
                "4-1",
                say("原因系统图", "Tree of causes"),
                (say("分支", "branch"), say("末端原因", "end cause")),
                tree,
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
    for one in END_CAUSES:
        seen = facts.ground.attested.get(one.id)
        who = f"{seen.by}, {seen.on}" if seen else say("系统，", "the system, ") + f"{facts.made_at:%Y-%m-%d}"
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
        *(_one(at, one, verdict, found[one.id], say) for at, (one, verdict) in enumerate(facts.verdicts, 1)),
    ]


def _one(at: int, one: EndCause, verdict: Verdict, exhibits: Sequence[Exhibit], say: Said) -> Section:
    cause = {None: say("不下结论", "no verdict"), True: say("是要因", "a cause"), False: say("非要因", "no cause")}[
        verdict.cause
    ]
    words = [
        say("判据：", "Criterion: ") + one.criterion.read(say.language),
        say("查得：", "Found: ") + verdict.measured.read(say.language),
        say(f"判据{say.met(verdict.met)}；{cause}。", f"Criterion {say.met(verdict.met)}; {cause}."),
    ]
    return Section(f"cause-{one.id}", f"6.{at} {_titled(one.name.read(say.language))}", words, exhibits)


def _titled(name: str) -> str:
    return name[:1].upper() + name[1:]
