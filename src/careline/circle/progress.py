"""How far a circle is: its nine steps, which are done, and what an open one waits for."""

from dataclasses import dataclass

from careline.circle.facts import Facts

STEPS = ("team", "topic", "survey", "target", "analysis", "confirmation", "measures", "effect", "consolidation")


@dataclass(frozen=True, slots=True)
class Step:
    """`waits` names what is missing first; empty when the step is done. `absent`: the published story ends before it."""

    key: str
    waits: str
    absent: bool = False

    @property
    def done(self) -> bool:
        return not self.waits


def steps(facts: Facts) -> list[Step]:
    """All nine, in order."""
    return [Step(key, waits, facts.golden and bool(waits)) for key in STEPS for waits in [_WAITS[key](facts)]]


def _team(facts: Facts) -> str:
    return "members" if len(facts.decided.team) < 2 else "" if facts.decided.problems else "problems"


def _topic(facts: Facts) -> str:
    if not any(one.cards for one in facts.decided.topics):
        return "cards"
    return "" if facts.decided.chosen else "scores"


def _survey(facts: Facts) -> str:
    if not facts.status.total.applications:
        return "records"
    return "" if any(one.startswith("survey-") for one in facts.decided.concluded) else "conclusions"


def _target(facts: Facts) -> str:
    return "" if facts.decided.goal_on or facts.golden else "goal_day"  # the published circle names no day


def _analysis(facts: Facts) -> str:
    return "" if facts.decided.concluded.get("analysis") else "tree"


def _confirmation(facts: Facts) -> str:
    return "verdicts" if any(verdict.met is None for _, verdict in facts.verdicts) else ""


def _measures(facts: Facts) -> str:
    alive = [one for one in facts.decided.actions if one.state != "dropped"]
    if any(one.id not in {action.cause for action in alive} for one in facts.confirmed):
        return "measures"
    if not facts.golden and not all(one.state == "done" for one in alive):  # published is the plan, not what came of it
        return "doing"
    return _confirmation(facts)  # which causes there are is not known before


def _effect(facts: Facts) -> str:
    if facts.effect is None:
        return "after"
    if facts.effect.period.until >= facts.ground.today:
        return "waiting"
    return "" if facts.effect.after.applications else "after_records"


def _consolidation(facts: Facts) -> str:
    return "" if facts.decided.kept else "rules"


_WAITS = {
    "team": _team,
    "topic": _topic,
    "survey": _survey,
    "target": _target,
    "analysis": _analysis,
    "confirmation": _confirmation,
    "measures": _measures,
    "effect": _effect,
    "consolidation": _consolidation,
}
