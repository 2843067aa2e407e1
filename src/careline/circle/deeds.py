"""What a circle writes down of itself, its problems, its topics and its target. Each deed takes what was typed."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation

from careline.circle.changing import NotDone, change, clean, day, edited, whole
from careline.circle.decisions import CRITERIA, SCORE_MAX
from careline.circle.models import NAME_LENGTH, WORDS_LENGTH, Card, Circle, Line, Member, Score, Topic
from careline.identity.models import Staff
from careline.insight import sources
from careline.journal.writing import write

MEMBERS_MAX, TOPICS_MAX, CARDS_MAX, LINES_MAX = 30, 10, 60, 60
DAYS_MAX = 400  # of a period
CAPACITY_MAX = 10**12
KINDS = ("term", "analysis", "kept", "next", "lesson", *(f"survey-{at}" for at in range(1, 7)))
Sent = Mapping[str, str]


def found(sent: Sent, language: str, *, by: str, now: datetime) -> Circle:
    """A new circle, led by whoever founds it. Raises NotDone."""
    from django.db import transaction

    with transaction.atomic():
        circle = Circle(founded_by=by, founded_at=now, leader=by)
        _describe(circle, sent, language)
        circle.save()
        who = Staff.objects.filter(username=by).first()
        Member.objects.create(circle=circle, name=str(who or by)[:100], username=by, role=["组长", "leader"])
        for key, zh, en in (
            ("answers", "让知识库口径用得更多", "Have the standard answers used more"),
            ("skills", "提高员工综合技能", "Raise the skills of staff"),
            ("self_service", "降低自助业务受理失败率", "Fewer failures of self-service"),
        ):
            Topic.objects.create(circle=circle, key=key, name=[zh, en])
        write(who=by, did="found", what="circle", record=str(circle.pk), now=now, detail={"name": circle.name[0]})
    return circle


def describe(circle: int, expected: int, sent: Sent, language: str, *, by: str, now: datetime) -> None:
    with change(circle, expected, by=by, now=now, did="describe") as one:
        _describe(one, sent, language)
        if "leader" in sent:
            if not Staff.objects.filter(username=sent["leader"], is_active=True).exists():
                raise NotDone("unknown")
            one.leader = sent["leader"]


def _describe(one: Circle, sent: Sent, language: str) -> None:
    one.name = edited(one.name, clean(sent.get("name", ""), NAME_LENGTH, needed=True), language)
    if "profile" in sent:
        one.profile = edited(one.profile, clean(sent["profile"], WORDS_LENGTH), language)
    since, until = day(sent.get("since", ""), needed=True), day(sent.get("until", ""), needed=True)
    assert since
    assert until
    if since > until or (until - since).days >= DAYS_MAX:
        raise NotDone("period")
    source = sent.get("source", "")
    if source and source not in sources.known():
        raise NotDone("unknown")
    one.since, one.until, one.source, one.goal_on = since, until, source, day(sent.get("goal_on", ""))


def join(circle: int, expected: int, sent: Sent, language: str, *, by: str, now: datetime) -> None:
    """A member, by name; with a username, who signs in so may write."""
    with change(circle, expected, by=by, now=now, did="join", detail={"name": sent.get("name", "")}) as one:
        name, username = clean(sent.get("name", ""), 100, needed=True), sent.get("username", "")
        if username and not Staff.objects.filter(username=username, is_active=True).exists():
            raise NotDone("unknown")
        if one.members.filter(name=name).exists():
            raise NotDone("double")
        if one.members.count() >= MEMBERS_MAX:
            raise NotDone("full")
        role = edited([], clean(sent.get("role", ""), NAME_LENGTH), language)
        Member.objects.create(circle=one, name=name, username=username, role=role)


def part(circle: int, expected: int, sent: Sent, language: str, *, by: str, now: datetime) -> None:
    """A member leaves, and their scores with them."""
    with change(circle, expected, by=by, now=now, did="part", detail={"member": sent.get("id", "")}) as one:
        if not one.members.filter(pk=_id(sent)).delete()[0]:
            raise NotDone("unknown")


def collect(circle: int, expected: int, sent: Sent, language: str, *, by: str, now: datetime) -> None:
    """A problem is put on a card, under a topic if one is named."""
    with change(circle, expected, by=by, now=now, did="collect") as one:
        if one.cards.count() >= CARDS_MAX:
            raise NotDone("full")
        words = edited([], clean(sent.get("words", ""), WORDS_LENGTH, needed=True), language)
        Card.objects.create(circle=one, words=words, topic=_topic(one, sent.get("topic", "")))


def group(circle: int, expected: int, sent: Sent, language: str, *, by: str, now: datetime) -> None:
    """Each card is laid under a topic (`card-7` = id of a topic), or taken away (`gone`)."""
    with change(circle, expected, by=by, now=now, did="group") as one:
        for card in one.cards.all():
            wanted = sent.get(f"card-{card.pk}")
            if wanted == "gone":
                card.delete()
            elif wanted is not None:
                card.topic = _topic(one, wanted)
                card.save()


def propose(circle: int, expected: int, sent: Sent, language: str, *, by: str, now: datetime) -> None:
    """A topic of one's own."""
    with change(circle, expected, by=by, now=now, did="propose") as one:
        if one.topics.count() >= TOPICS_MAX:
            raise NotDone("full")
        name = edited([], clean(sent.get("name", ""), NAME_LENGTH, needed=True), language)
        taken = {topic.key for topic in one.topics.all()}
        key = next(f"own-{at}" for at in range(1, TOPICS_MAX + 2) if f"own-{at}" not in taken)
        Topic.objects.create(circle=one, key=key, name=name)


def drop_topic(circle: int, expected: int, sent: Sent, language: str, *, by: str, now: datetime) -> None:
    """A topic goes, with its scores; its cards stay."""
    with change(circle, expected, by=by, now=now, did="drop", detail={"topic": sent.get("id", "")}) as one:
        if not one.topics.filter(pk=_id(sent)).delete()[0]:
            raise NotDone("unknown")


def score(circle: int, expected: int, sent: Sent, language: str, *, by: str, now: datetime) -> None:
    """One member's points (`points-<topic>-<criterion>`), or what all agreed on (no member). An empty one is taken back."""
    with change(circle, expected, by=by, now=now, did="score", detail={"member": sent.get("member", "")}) as one:
        member = None
        if sent.get("member"):
            member = one.members.filter(pk=_id(sent, "member")).first()
            if member is None:
                raise NotDone("unknown")
        for topic in one.topics.all():
            for criterion in CRITERIA:
                points = whole(sent.get(f"points-{topic.pk}-{criterion}", ""), SCORE_MAX)
                if points:
                    Score.objects.update_or_create(
                        topic=topic, member=member, criterion=criterion, defaults={"points": points}
                    )
                else:
                    Score.objects.filter(topic=topic, member=member, criterion=criterion).delete()


def conclude(circle: int, expected: int, sent: Sent, language: str, *, by: str, now: datetime) -> None:
    """A sentence that is kept in words: a term, a conclusion, a rule, a lesson, what comes next."""
    kind = sent.get("kind", "")
    with change(circle, expected, by=by, now=now, did="conclude", detail={"kind": kind}) as one:
        if kind not in KINDS:
            raise NotDone("unknown")
        if one.lines.count() >= LINES_MAX:
            raise NotDone("full")
        from careline.circle.changing import address

        words = edited([], clean(sent.get("words", ""), WORDS_LENGTH, needed=True), language)
        where = edited([], clean(sent.get("where", ""), NAME_LENGTH, needed=kind == "kept"), language)
        Line.objects.create(circle=one, kind=kind, words=words, where=where, link=address(sent.get("link", "")))


def strike(circle: int, expected: int, sent: Sent, language: str, *, by: str, now: datetime) -> None:
    """A sentence is taken back."""
    with change(circle, expected, by=by, now=now, did="strike", detail={"line": sent.get("id", "")}) as one:
        if not one.lines.filter(pk=_id(sent)).delete()[0]:
            raise NotDone("unknown")


def aim(circle: int, expected: int, sent: Sent, language: str, *, by: str, now: datetime) -> None:
    """The share of the crux that can be solved, the goal in percent and its day."""
    with change(circle, expected, by=by, now=now, did="aim") as one:
        solved, goal = _decimal(sent.get("solved", "")), _decimal(sent.get("goal", ""))
        if not 0 <= solved <= 100 or not 0 < goal < 100:
            raise NotDone("wrong")
        one.solved, one.goal = (solved / 100).quantize(Decimal("0.001")), goal.quantize(Decimal("0.01"))
        one.goal_on = day(sent.get("goal_on", ""), needed=True)


def measure_after(circle: int, expected: int, sent: Sent, language: str, *, by: str, now: datetime) -> None:
    """The days after the countermeasures, which are compared with the days before."""
    with change(circle, expected, by=by, now=now, did="after") as one:
        since, until = day(sent.get("since", ""), needed=True), day(sent.get("until", ""), needed=True)
        assert since
        assert until
        if since > until or since <= one.until or (until - one.since).days >= DAYS_MAX:
            raise NotDone("after")
        one.after_since, one.after_until = since, until


def equip(circle: int, expected: int, sent: Sent, language: str, *, by: str, now: datetime) -> None:
    """How many calls a day can be handled."""
    with change(circle, expected, by=by, now=now, did="equip") as one:
        one.capacity = whole(sent.get("capacity", ""), CAPACITY_MAX)


def _topic(one: Circle, written: str) -> Topic | None:
    if not written:
        return None
    topic = one.topics.filter(pk=whole(written, 2**62)).first()
    if topic is None:
        raise NotDone("unknown")
    return topic


def _id(sent: Sent, name: str = "id") -> int:
    return whole(sent.get(name, ""), 2**62)


def _decimal(written: str) -> Decimal:
    try:
        found = Decimal(written.strip().rstrip("%").strip())
    except InvalidOperation as error:
        raise NotDone("wrong") from error
    if not found.is_finite():
        raise NotDone("wrong")
    return found
