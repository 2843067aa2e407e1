"""What is told of countermeasures and of what is kept."""

from careline.circle.decisions import Kept
from careline.circle.facts import Facts, Said
from careline.circle.story import Exhibit, Section

_STATES = {
    "planned": ("计划", "planned"),
    "going": ("进行中", "under way"),
    "done": ("完成", "done"),
    "dropped": ("放弃", "dropped"),
}


def measures(facts: Facts, say: Said) -> Section:
    names = {one.id: one.name.read(say.language) for one in facts.causes}
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
            " ".join(filter(None, (one.until, say(*_STATES[one.state]) if one.state != "planned" else "", one.done))),
            str(one.version) if one.version else "–",
        )
        for one in facts.decided.actions
    ]
    planned = {one.cause for one in facts.decided.actions if one.state != "dropped"}
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
    if budget := sum(one.budget_fen for one in facts.decided.actions if one.state != "dropped"):
        words.append(
            say(f"预算合计 {budget / 100:,.2f} 元。", f"The budget of all of them is CNY {budget / 100:,.2f}.")
        )
    return Section(
        "measures",
        say("七、对策", "7. Countermeasures"),
        words,
        [Exhibit("table", "6-1", say("对策表", "Plan of countermeasures"), head, rows)],
    )


def consolidation(facts: Facts, say: Said) -> Section:
    decided = facts.decided
    onward = [say("下一步：", "Next: ") + one.read(say.language) for one in decided.next]
    lessons = [say("体会：", "Lesson: ") + one.read(say.language) for one in decided.lessons]
    return Section(
        "consolidation",
        say("九、巩固与下一步", "9. Consolidation and what comes next"),
        [*(_kept(one, say) for one in decided.kept), *lessons, *onward] or [say("尚未填写。", "Not entered yet.")],
    )


def _kept(one: Kept, say: Said) -> str:
    where = " ".join(filter(None, (one.where.read(say.language), one.link)))
    words = one.words.read(say.language)
    return words + say(f"（{where}）", f" ({where})") if where else words
