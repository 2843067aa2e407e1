"""What is told of team, topic and target."""

from careline.circle.decisions import CRITERIA, full_voters
from careline.circle.facts import Facts, Said
from careline.circle.story import Exhibit, Figure, Section
from careline.insight.rates import percent

MONTHS_MAX = 6  # beside each other in one table


def team(facts: Facts, say: Said) -> Section:
    decided, lines = facts.decided, []
    if decided.profile.zh:
        lines.append(decided.profile.read(say.language))
    told = ((name, role.read(say.language)) for name, role in decided.team)
    names = say("、", ", ").join(name + (say(f"（{role}）", f" ({role})") if role else "") for name, role in told)
    lines.append(say("成员：", "Members: ") + (names or say("尚未填写", "not entered yet")))
    lines += [
        say(
            "自助业务受理：用户自己在短信、语音菜单等渠道查询、开通、关闭业务。",
            "Self-service: customers query, open and close services by themselves, by message or on calls.",
        ),
        say(
            "失败率 = 失败量 ÷ 总申请量，只算开通与关闭；查询属于自助，但不进分母。",
            "Failure rate = failed / applications, of opening and closing only; queries are self-service, but not in the denominator.",
        ),
    ]
    lines += [one.read(say.language) for one in decided.terms]
    problems = [one.read(say.language) for one in decided.problems]
    lines += (
        [say("收集到的问题：", "Problems that were collected: ") + say("；", "; ").join(problems)] if problems else []
    )
    return Section("team", say("一、小组与术语", "1. Team and terms"), lines)


def topic(facts: Facts, say: Said) -> Section:
    names = {
        "importance": say("重要性", "importance"),
        "urgency": say("紧急性", "urgency"),
        "perception": say("客户感知", "customers' perception"),
    }
    topics, chosen = facts.decided.topics, facts.decided.chosen
    cards = [(one.name.read(say.language), card.read(say.language)) for one in topics for card in one.cards]
    scale = [
        (
            "5",
            say("直接影响全省指标", "moves a figure of the whole province"),
            say("已超过时限", "a limit is passed already"),
            say("每天有用户不满", "customers complain daily"),
        ),
        (
            "3",
            say("影响本部门指标", "moves a figure of the department"),
            say("本季度内要解决", "due this quarter"),
            say("有时被感到", "noticed at times"),
        ),
        ("1", say("影响很小", "hardly matters"), say("可以等", "can wait"), say("用户感觉不到", "not noticed")),
    ]
    scored = [
        (
            one.name.read(say.language),
            *(str(one.scores.get(name, "–")) for name in CRITERIA),
            "–" if one.total is None else str(one.total),
            say("选定", "chosen") if one is chosen else "",
        )
        for one in topics
    ]
    voters = full_voters(topics)
    verdict = (
        say(
            f"总分最高的是“{chosen.name.zh}”（{chosen.total} 分）。",
            f"The highest total, {chosen.total}: {chosen.name.en}.",
        )
        if chosen
        else say("尚未打分。", "Nobody has scored yet.")
    )
    tie = say(
        "同分时依次比重要性、紧急性、客户感知，再同取先提出的。",
        "Equal totals: importance decides, then urgency, then perception, then who came first.",
    )
    return Section(
        "topic",
        say("二、选题", "2. Choice of the topic"),
        [verdict, tie, *([_voted(voters, say)] if voters else [])],
        [
            Exhibit(
                "figure",
                "1-1",
                say("课题亲和图", "Affinity of problems and topics"),
                (say("课题", "topic"), say("问题卡片", "cards")),
                cards,
                Figure("affinity", (), {}, groups=_laid_out(facts, say)),
            ),
            Exhibit(
                "table",
                "1-1",
                say("评分标准", "What scores mean"),
                (say("分", "score"), *names.values()),
                scale,
                note=say("中间的分取其间。", "Scores between lie between."),
            ),
            Exhibit(
                "table",
                "1-2",
                say("课题评分", "Topics scored"),
                (say("课题", "topic"), *names.values(), say("合计", "total"), ""),
                scored,
            ),
        ],
    )


def _voted(voters: list[str], say: Said) -> str:
    return say(
        f"分数是 {len(voters)} 位组员所打之和：{'、'.join(voters)}；没有打全的不计。",
        f"Scores are sums of {len(voters)} members' ({', '.join(voters)}); who left one out is not counted.",
    )


def _laid_out(facts: Facts, say: Said) -> list[tuple[str, list[tuple[str, str]]]]:
    chosen = facts.decided.chosen
    return [
        (one.name.read(say.language) + (say("（选定）", " (chosen)") if one is chosen else ""),
         [(card.read(say.language), "") for card in one.cards])
        for one in facts.decided.topics
    ]  # fmt: skip


def target(facts: Facts, say: Said) -> Section:
    aim, title = facts.target, say("四、目标", "4. Target")
    if aim is None:
        return Section("target", title, [say("没有失败，无需设定。", "Nothing failed; there is nothing to aim at.")])
    solved, chain = (
        f"{float(aim.solved) * 100:g} %",
        f"{aim.baseline} % × {aim.system} % × {aim.crux} % × {float(aim.solved) * 100:g} %",
    )
    first, second, third = aim.products
    words = [
        say(
            f"指导指标 < 1 %，挑战指标 ≤ 0.86 %；估计能解决症结的 {solved}。",
            f"Directive below 1 %, challenge at most 0.86 %; {solved} of the crux can be solved, it is thought.",
        ),
        say(
            f"不取中间舍入：{aim.baseline} % − {chain} = {aim.printed:.4f} %。",
            f"Nothing rounded on the way: {aim.baseline} % − {chain} = {aim.printed:.4f} %.",
        ),
        say(
            f"每一步取两位小数：{first} → {second} → {third}，{aim.baseline} − {third} = {aim.stepwise} %。",
            f"Each product rounded to two places: {first}, {second}, {third}; {aim.baseline} − {third} = {aim.stepwise} %.",
        ),
    ]
    if aim.counts is not None:
        words.append(
            say(f"由次数直接算：{percent(aim.counts, 4)}。", f"From the counts themselves: {percent(aim.counts, 4)}.")
        )
    if aim.differ:
        words.append(
            say(
                f"注意：两种舍入相差；{aim.printed:.4f} % 写成两位是 {aim.printed:.2f} %，而不是 {aim.stepwise} %。",
                f"Beware: the two ways differ; {aim.printed:.4f} % is {aim.printed:.2f} % with two places, not {aim.stepwise} %.",
            )
        )
    words.append(
        say(
            f"不舍入的目标：指导指标{say.met(aim.directive_met)}，挑战指标{say.met(aim.challenge_met)}。",
            f"Unrounded: directive {say.met(aim.directive_met)}, challenge {say.met(aim.challenge_met)}.",
        )
    )
    if facts.decided.goal_on:
        words.append(
            say(
                f"小组的目标：{facts.decided.goal_on} 前降到 {facts.decided.goal} % 以下。",
                f"The circle's own goal: at most {facts.decided.goal} % by {facts.decided.goal_on}.",
            )
        )
    if aim.for_challenge is not None:
        words.append(
            say(
                f"要恰到 0.86 %，须解决症结的 {aim.for_challenge} %；要低于 1 %，须超过 {aim.for_directive} %。",
                f"{aim.for_challenge} % of the crux must be solved to end at 0.86 %, more than {aim.for_directive} % to end below 1 %.",
            )
        )
    return Section("target", title, words)
