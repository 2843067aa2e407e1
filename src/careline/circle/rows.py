"""A circle's rows as the decisions that its story is told from, and the question that it asks of the records."""

from collections.abc import Iterable, Sequence

from django.conf import settings

from careline.circle import golden
from careline.circle.decisions import Action, Attested, Decisions, Grown, Kept, Plan, Topic, counted
from careline.circle.models import Circle, Confirmation, Line, Measure, Score
from careline.insight.asking import Filters
from careline.insight.folding import OWN
from careline.insight.sources import DEMO
from careline.values.language import Text


def pair(both: Sequence[str]) -> Text:
    zh, en = both or ("", "")
    return Text(zh, en)


def filters(circle: Circle) -> Filters:
    """Its source; without one our own records, in the demo with its invented month."""
    if circle.source:
        return Filters(sources=(circle.source,))
    return Filters(sources=(OWN, DEMO) if settings.DEMO else (OWN,))


def decided(circle: Circle) -> Decisions:
    """Eight statements. Machines and rounds are those of the upkeep room; of the example, those it was published with."""
    lines = list(circle.lines.all())
    cards = list(circle.cards.all())
    confirmations = list(circle.confirmations.defer("file"))
    published = golden.decisions() if circle.example else None
    return Decisions(
        name=pair(circle.name), profile=pair(circle.profile), terms=_said(lines, "term"),
        team=[(one.name, pair(one.role)) for one in circle.members.all()],
        problems=[pair(one.words) for one in cards if one.collected],
        topics=counted([
            Topic(one.key, pair(one.name), tuple(pair(card.words) for card in cards if card.topic_id == one.pk), scores, votes)
            for one in circle.topics.prefetch_related("scores__member") for scores, votes in [_votes(one.scores.all())]
        ]),
        concluded={kind: _said(lines, kind) for kind in sorted({one.kind for one in lines}) if kind.startswith(("survey-", "analysis"))},
        solved=circle.solved, goal=circle.goal, goal_on=circle.goal_on, capacity=circle.capacity,
        grown=[Grown(one.key, *(pair(getattr(one, name)) for name in ("branch", "name", "content", "method", "criterion", "dropped")))
               for one in circle.leaves.all()],
        plans={one.cause: Plan(one.who, one.due) for one in confirmations if one.who or one.due},
        attested={one.cause: seen for one in confirmations if (seen := _attested(one))},
        machines=published.machines if published else [], rounds=published.rounds if published else [],
        actions=[_action(one) for one in circle.measures.all()],
        after=circle.after,
        kept=[Kept(pair(one.words), pair(one.where), one.link) for one in lines if one.kind == "kept"],
        lessons=_said(lines, "lesson"), next=_said(lines, "next"),
    )  # fmt: skip


def _said(lines: Sequence[Line], kind: str) -> list[Text]:
    return [pair(one.words) for one in lines if one.kind == kind]


def _votes(scores: Iterable[Score]) -> tuple[dict[str, int], dict[str, dict[str, int]]]:
    together: dict[str, int] = {}
    votes: dict[str, dict[str, int]] = {}
    for one in scores:
        member, criterion, points = one.member, one.criterion, one.points
        if member is None:
            together[criterion] = points
        else:
            votes.setdefault(member.name, {})[criterion] = points
    return together, votes


def _attested(one: Confirmation) -> Attested | None:
    if one.met is None or one.on is None:
        return None
    return Attested(one.met, pair(one.words), one.by, one.on, one.link or one.file_name)


def _action(one: Measure) -> Action:
    return Action(
        one.cause, pair(one.what), pair(one.goal), pair(one.how), pair(one.where), one.who,
        one.due.isoformat() if one.due else "", one.catalogue or 0, one.done_on.isoformat() if one.done_on else "",
        one.state, one.budget_fen, one.improvement or 0,
    )  # fmt: skip
