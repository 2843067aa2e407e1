"""The story of a circle in a language, with all of its exhibits."""

from typing import Any

from careline.circle.chapters import checks, choice, effect, measures, survey
from careline.circle.facts import Facts, Said
from careline.circle.story import Story, in_words
from careline.insight import sources
from careline.insight.clock import zone
from careline.insight.rates import percent

EXHIBITS = (
    "figure-1-1", "table-1-1", "table-1-2", "table-2-1", "table-2-2", "figure-2-1", "table-2-3", "figure-2-2", "table-2-4",
    "figure-2-3", "table-2-5", "table-2-6", "table-2-7", "figure-4-1", "table-4-1", "table-5-1", "figure-5-1", "figure-5-2",
    "figure-5-3", "figure-5-4", "figure-5-5", "table-5-2", "table-5-3", "table-5-4", "table-5-5", "table-6-1",
)  # fmt: skip


def tell(facts: Facts, language: str = "zh") -> Story:
    say, status = Said(language), facts.status
    made = f"{facts.made_at.astimezone(zone()):%Y-%m-%d %H:%M}"
    told = sources.listed(status.sources, say.language)
    warning = say(
        "金标数据：2.56 %、84.16 %、88.00 %、86.67 % 与要因结论合于已发表的故事；逐日分布、号码、日志与评分是为补齐而造的。"
        "故事没有发表实施后的结果，所以这里也没有。",
        "Golden set: 2.56 %, 84.16 %, 88.00 %, 86.67 % and the verdicts are those of a published story; days, numbers, logs and "
        "scores are made up to fill it. The story published no result afterwards, so there is none here.",
    ) if facts.golden else ""  # fmt: skip
    return Story(
        language=say.language,
        title=facts.decided.name.read(say.language),
        below=say(f"{status.period.since} 至 {status.period.until}，{told}，{made} 生成",
                  f"{status.period.since} to {status.period.until}, {told}, made {made}"),
        warning=warning,
        sections=in_words([
            choice.team(facts, say), choice.topic(facts, say), *survey.survey(facts, say),
            choice.target(facts, say), checks.analysis(facts, say), *checks.confirmation(facts, say),
            measures.measures(facts, say), effect.effect(facts, say), measures.consolidation(facts, say),
        ], say.language),
        figures=_figures(facts),
        made_at=facts.made_at.isoformat(),
    )  # fmt: skip


def _figures(facts: Facts) -> dict[str, Any]:
    status, aim = facts.status, facts.target
    crux, told = status.crux, status.callbacks
    return {
        "failed": status.total.failed, "applications": status.total.applications, "rate": str(status.total),
        "system": status.classes["system"], "system_share": percent(status.system_share),
        "crux": crux.name if crux else None, "crux_failed": crux.count if crux else 0,
        "crux_share_of_system": percent(crux.share if crux else None),
        "callbacks_failed": status.told.failed, "callbacks_crux": told[0].name if told else None,
        "callbacks_share": percent(told[0].share if told else None), "agrees": status.agrees,
        "days_below_directive": status.below, "stable": status.chart.stable,
        "target_unrounded": f"{aim.printed:.4f} %" if aim else None, "target_stepwise": f"{aim.stepwise} %" if aim else None,
        "target_from_counts": percent(aim.counts, 4) if aim else None,
        "verdicts": {one.id: {"met": verdict.met, "cause": verdict.cause} for one, verdict in facts.verdicts},
        "confirmed": [one.id for one in facts.confirmed],
        "topic": facts.decided.chosen.id if facts.decided.chosen else None,
        "after": str(facts.effect.after) if facts.effect else None,
        "significant": facts.effect.difference.significant if facts.effect else None,
        "p": facts.effect.difference.p if facts.effect else None,
    }  # fmt: skip
