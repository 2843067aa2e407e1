"""A circle made from decisions: taken in from a file, or the published example."""

from datetime import date, datetime

from django.db import transaction

from careline.circle import golden
from careline.circle.decisions import CRITERIA, SCORE_MAX, Decisions
from careline.circle.models import Card, Circle, Confirmation, Leaf, Line, Measure, Member, Score, Topic
from careline.insight.asking import Period
from careline.journal.writing import write
from careline.values.language import Text


def take_in(
    decided: Decisions, period: Period, *, source: str, by: str, now: datetime, example: bool = False
) -> Circle:
    """A new circle with what the file says; machines and rounds belong to the upkeep room, and stay outside."""
    after = decided.after
    with transaction.atomic():
        circle = Circle.objects.create(
            name=_both(decided.name, 200), profile=_both(decided.profile), source=source, since=period.since,
            until=period.until, goal=decided.goal, goal_on=decided.goal_on, solved=decided.solved, capacity=decided.capacity,
            after_since=after.since if after else None, after_until=after.until if after else None, example=example,
            leader=by, founded_by=by, founded_at=now,
        )  # fmt: skip
        members = {name: Member.objects.create(circle=circle, name=name[:100], role=_both(role, 200))
                   for name, role in dict(decided.team).items()}  # fmt: skip
        _topics(circle, decided, members)
        said = [
            ("term", decided.terms),
            ("lesson", decided.lessons),
            ("next", decided.next),
            *decided.concluded.items(),
        ]
        Line.objects.bulk_create(
            Line(circle=circle, kind=kind[:12], words=_both(words)) for kind, many in said for words in many
        )
        Line.objects.bulk_create(
            Line(circle=circle, kind="kept", words=_both(one.words), where=_both(one.where, 200), link=one.link)
            for one in decided.kept
        )
        _causes(circle, decided)
        _measures(circle, decided)
        write(who=by, did="take in", what="circle", record=str(circle.pk), now=now, detail={"name": decided.name.zh})
    return circle


def example(*, by: str, now: datetime) -> Circle:
    """The circle of 2008 as it was published, with its records; made once."""
    found = Circle.objects.filter(example=True).first()
    if found:
        return found
    golden.load(now, by)
    return take_in(golden.decisions(), golden.PERIOD, source=golden.SOURCE, by=by, now=now, example=True)


def _both(text: Text, most: int = 1_000) -> list[str]:
    return [text.zh[:most], text.en[:most]]


def _topics(circle: Circle, decided: Decisions, members: dict[str, Member]) -> None:
    waiting = list(decided.problems)
    for one in decided.topics:
        topic = Topic.objects.create(circle=circle, key=one.id, name=_both(one.name, 200))
        for card in one.cards:
            if collected := card in waiting:
                waiting.remove(card)
            Card.objects.create(circle=circle, topic=topic, words=_both(card), collected=collected)
        for who, votes in one.votes.items():
            if who in members:
                Score.objects.bulk_create(
                    Score(topic=topic, member=members[who], criterion=name, points=points)
                    for name, points in votes.items()
                )
        Score.objects.bulk_create(
            Score(topic=topic, criterion=name, points=one.scores[name])
            for name in CRITERIA
            if name in one.scores and not one.votes and one.scores[name] <= SCORE_MAX
        )
    Card.objects.bulk_create(Card(circle=circle, words=_both(one)) for one in waiting)


def _causes(circle: Circle, decided: Decisions) -> None:
    Leaf.objects.bulk_create(
        Leaf(circle=circle, key=one.key,
             **{name: _both(getattr(one, name), 200)
                for name in ("branch", "name", "content", "method", "criterion", "dropped")})
        for one in decided.grown
    )  # fmt: skip
    for cause in sorted({*decided.plans, *decided.attested}):
        plan, seen = decided.plans.get(cause), decided.attested.get(cause)
        row = Confirmation(circle=circle, cause=cause[:40])
        if plan:
            row.who, row.due = plan.who, plan.due
        if seen:
            row.met, row.words, row.by, row.on, row.link = seen.met, _both(seen.words), seen.by, seen.on, seen.proof
        row.save()


def _measures(circle: Circle, decided: Decisions) -> None:
    Measure.objects.bulk_create(
        Measure(
            circle=circle, cause=one.cause, what=_both(one.what), goal=_both(one.goal, 200), how=_both(one.how),
            where=_both(one.where, 200), who=one.who, due=_day(one.until), state=one.state, done_on=_day(one.done),
            budget_fen=one.budget_fen, catalogue=one.version or None, improvement=one.improvement or None,
        )
        for one in decided.actions
    )  # fmt: skip


def _day(written: str) -> date | None:
    return date.fromisoformat(written) if written else None
