"""What should become better: suggestions with their submitter and reply, items with an owner and a status, causes by month."""

# ruff: noqa: S608 — statements are put together from constants alone, which LiteralString holds them to

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from django.db import transaction

from careline.cases.free_text import from_staff
from careline.cases.models import Case, Event, Improvement
from careline.cases.reporting.rows import OF_CUSTOMERS, Row, rows, share
from careline.cases.states import Kind, NotAllowed
from careline.dialogue.saying import ZONE
from careline.identity.gates import Gate
from careline.identity.models import Staff
from careline.journal import writing
from careline.values.secret import mask

EXAMPLES = 3  # causes in words that stand for each group


class Status(StrEnum):
    OPEN = "open"
    DOING = "doing"
    DONE = "done"
    DECLINED = "declined"


ENDED = frozenset({Status.DONE, Status.DECLINED})


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One line of the register: from a customer (a case of that kind) or from staff (an improvement item)."""

    at: datetime
    submitter: str  # "subscriber" or a username
    channel: str
    category: str
    words: str  # masked
    reply: str  # "" until there is one
    status: str  # of the item, or the state of the case
    owner: str
    docket: str
    item: int | None


def submit(words: str, *, by: str, now: datetime, docket: str = "", category: str = "") -> Improvement:
    """Write down what should become better, with the case that showed it. Raises NotAllowed: no_words, too_long, no_such_case."""
    words = from_staff(words)
    if not words:
        raise NotAllowed("no_words")
    case = Case.objects.filter(docket=docket).first() if docket else None
    if docket and case is None:
        raise NotAllowed("no_such_case")
    with transaction.atomic():
        item = Improvement.objects.create(
            case=case, category=category or (case.category if case else ""), words=words, submitted_by=by,
            submitted_at=now, status=Status.OPEN.value, updated_at=now,
        )  # fmt: skip
        _journal(item, "submit_improvement", by, now)
    return item


def assign(item: int, owner: str, *, by: str, now: datetime) -> Improvement:
    """Give it to somebody, who has it from now on. Raises NotAllowed: no_such_item, ended, no_such_person."""
    person = Staff.objects.filter(username=owner, is_active=True).first()
    if person is None or not any(person.may(gate) for gate in (Gate.TAKE_CASES, Gate.SUPPORT_CASES, Gate.REPORT_CASES)):
        raise NotAllowed("no_such_person")
    with transaction.atomic():
        found = _locked(item)
        found.owner, found.updated_at = owner, now
        found.status = Status.DOING.value
        found.save()
        _journal(found, "assign_improvement", by, now)
    return found


def end(item: int, status: str, reply: str, *, by: str, now: datetime) -> Improvement:
    """Done, or declined; the reply is for the one who submitted it.

    Raises NotAllowed: no_such_item, ended, no_such_status, no_owner (nobody had it), no_words, too_long.
    """
    reply = from_staff(reply)
    if status not in ENDED:
        raise NotAllowed("no_such_status")
    if not reply:
        raise NotAllowed("no_words")
    with transaction.atomic():
        found = _locked(item)
        if not found.owner:
            raise NotAllowed("no_owner")
        found.status, found.reply, found.updated_at = status, reply, now
        found.save()
        _journal(found, "end_improvement", by, now)
    return found


def register(since: datetime, until: datetime, limit: int = 500) -> Sequence[Suggestion]:
    """Every suggestion submitted from `since` to before `until`, the latest first: who, by which channel, what was replied.

    Three statements.
    """
    suggested = Case.objects.filter(kind=Kind.SUGGESTION.value, opened_at__gte=since, opened_at__lt=until)
    cases = list(suggested.order_by("-opened_at")[:limit])
    told = dict(Event.objects.filter(case__in=cases, did="accepted").values_list("case_id", "by"))
    customers = [
        Suggestion(
            case.opened_at, told.get(case.pk, "subscriber"), case.channel, case.category, mask(case.words),
            mask(case.reply), case.state, case.owner, case.docket, None,
        )
        for case in cases
    ]  # fmt: skip
    items = Improvement.objects.filter(submitted_at__gte=since, submitted_at__lt=until).select_related("case")
    ours = [
        Suggestion(
            item.submitted_at, item.submitted_by, "staff", item.category, mask(item.words), mask(item.reply),
            item.status, item.owner, item.case.docket if item.case else "", item.pk,
        )
        for item in items.order_by("-submitted_at")[:limit]
    ]  # fmt: skip
    return sorted([*customers, *ours], key=lambda one: one.at, reverse=True)[:limit]


def causes(year: int, month: int) -> list[Row]:
    """The monthly report upward: complaints accepted in the month (the carrier's own days), by category and whose fault it was.

    complaints and share of all; major; unsatisfied: with more than one round; causes: the most frequent in words;
    items, items_open: improvement items of the category submitted in the month or before it, and those not ended.
    Raises NotAllowed("times").
    """
    if not (2000 <= year <= 2100 and 1 <= month <= 12):
        raise NotAllowed("times")
    since = datetime(year, month, 1, tzinfo=ZONE).astimezone(UTC)
    until = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=ZONE).astimezone(UTC)
    found = rows(
        f"WITH those AS (SELECT category, blame, cause, severity, round FROM case_case WHERE kind = 'complaint' AND {OF_CUSTOMERS}"
        " AND opened_at >= %(since)s::timestamptz AND opened_at < %(until)s::timestamptz),"
        " named AS (SELECT category, blame, cause, count(*) AS times,"
        " row_number() OVER (PARTITION BY category, blame ORDER BY count(*) DESC, cause) AS place"
        " FROM those WHERE cause <> '' GROUP BY category, blame, cause)"
        " SELECT category, blame, count(*) AS complaints, count(*) FILTER (WHERE severity = 'major') AS major,"
        " count(*) FILTER (WHERE round > 1) AS unsatisfied,"
        " (SELECT array_agg(cause ORDER BY place) FROM named n WHERE n.category = t.category AND n.blame = t.blame"
        " AND place <= %(examples)s) AS causes,"
        " (SELECT count(*) FROM case_improvement i WHERE i.category = t.category AND i.submitted_at"
        " < %(until)s::timestamptz) AS items,"
        " (SELECT count(*) FROM case_improvement i WHERE i.category = t.category AND i.submitted_at"
        " < %(until)s::timestamptz AND i.status IN ('open', 'doing')) AS items_open"
        " FROM those t GROUP BY category, blame ORDER BY complaints DESC, category, blame",
        {"since": since, "until": until, "examples": EXAMPLES},
    )
    total = sum(row["complaints"] for row in found)
    return [
        {**row, "causes": [mask(one) for one in row["causes"] or ()], "share": share(row["complaints"], total)}
        for row in found
    ]


def overdue(now: datetime, after: timedelta = timedelta(days=30)) -> Sequence[Improvement]:
    """Items that have not moved for so long, the oldest first."""
    waiting = Improvement.objects.exclude(status__in=[one.value for one in ENDED]).filter(updated_at__lt=now - after)
    return list(waiting.order_by("updated_at")[:100])


def _locked(item: int) -> Improvement:
    found = Improvement.objects.select_for_update().filter(pk=item).first()
    if found is None:
        raise NotAllowed("no_such_item")
    if found.status in ENDED:
        raise NotAllowed("ended")
    return found


def _journal(item: Improvement, did: str, by: str, now: datetime) -> None:
    detail = {"status": item.status, "owner": item.owner, "category": item.category}
    writing.write(who=by, did=did, what="improvement", record=str(item.pk), now=now, detail=detail)
