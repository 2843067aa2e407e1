"""Who has a case: whoever was asked first, until the customer is satisfied; handed over only by a manager, with a reason.

The chain of holders has no gaps: a holder's time ends in the moment in which the next one's begins.
"""

from datetime import datetime

from careline.cases.deeds import deed, note
from careline.cases.free_text import from_staff
from careline.cases.records.case import Case, Custody
from careline.cases.states import OPEN, NotAllowed
from careline.identity.gates import Gate
from careline.identity.models import Staff
from careline.postgres import sql

DIFFICULT = 2  # the level from which a case is a duty manager's matter (001 L4)
ROLE = "handler"  # whose people get what comes in by doors without staff
_PROCESSES = frozenset({"", "subscriber", "clock"})


def is_person(by: str) -> bool:
    """Whether a member of staff did it; else the customer, or a process, whose names hold a colon (`tmf:partner`)."""
    return by not in _PROCESSES and ":" not in by


def first(case: Case, holder: str, *, by: str, now: datetime) -> None:
    """The first holder: who was asked first. Called in the deed that has the case locked."""
    assert not case.owner, "a case has one first holder"
    case.owner = holder
    Custody.objects.create(case=case, holder=holder, since=now, by=by)


def choose() -> str:
    """Who of the handlers gets the next case: the fewest open ones, then the longest without a new one, then by name.

    "" when nobody has the role; one statement.
    """
    rows = sql.run(
        "SELECT person.username FROM identity_staff person"
        " JOIN identity_staff_groups member ON member.staff_id = person.id"
        " JOIN auth_group role ON role.id = member.group_id AND role.name = %s"
        " LEFT JOIN LATERAL (SELECT count(*) AS held FROM case_case"
        "   WHERE owner = person.username AND state = ANY(%s::text[])) AS load ON true"
        " LEFT JOIN LATERAL (SELECT max(since) AS at FROM case_custody"
        "   WHERE holder = person.username) AS latest ON true"
        " WHERE person.is_active"
        " ORDER BY load.held, latest.at NULLS FIRST, person.username LIMIT 1",
        [ROLE, sorted(state.value for state in OPEN)],
    )
    return str(rows[0][0]) if rows else ""


def answerable(case: Case, by: str, now: datetime) -> None:
    """Let the owner act, and managers; who acts first on a case without an owner was asked first, and owns it.

    Raises NotAllowed("not_owner").
    """
    if not is_person(by):
        raise NotAllowed("not_owner")
    if not case.owner:
        first(case, by, by=by, now=now)
    elif case.owner != by and not _may(by, Gate.MANAGE_CASES):
        raise NotAllowed("not_owner")


def asked(case: Case, by: str, now: datetime) -> None:
    """Whoever of staff a customer speaks to about a case that nobody has, was asked first, and owns it."""
    if is_person(by) and not case.owner:
        first(case, by, by=by, now=now)


def take(docket: str, *, by: str, now: datetime, expected: int | None = None) -> Case:
    """Take a case that nobody owns yet. Raises NotAllowed("not_owner") when somebody does."""
    with deed(docket, expected=expected) as case:
        if case.owner or not is_person(by):
            raise NotAllowed("not_owner")
        first(case, by, by=by, now=now)
        note(case, "taken", by=by, now=now)
    return case


def hand_over(docket: str, to: str, reason: str, *, by: str, now: datetime, expected: int | None = None) -> Case:
    """A manager gives the case to somebody else, and says why.

    What has climbed the ladder goes to managers only. Raises NotAllowed: no_reason; not_manager (no right to, or the
    holder herself); same_person; no_such_person; below_level.
    """
    reason = from_staff(reason)
    if not reason:
        raise NotAllowed("no_reason")
    with deed(docket, expected=expected) as case:
        if case.owner == by or not _may(by, Gate.MANAGE_CASES):
            raise NotAllowed("not_manager")
        if case.owner == to:
            raise NotAllowed("same_person")
        if not _may(to, Gate.TAKE_CASES):
            raise NotAllowed("no_such_person")
        if case.level >= DIFFICULT and not _may(to, Gate.MANAGE_CASES):
            raise NotAllowed("below_level")
        pass_on(case, to, reason, by=by, now=now)
    return case


def pass_on(case: Case, to: str, reason: str, *, by: str, now: datetime) -> None:
    """The next link of the chain, without asking whether it may be."""
    before = case.owner
    if before:
        Custody.objects.filter(case=case, until=None).update(until=now)
    Custody.objects.create(case=case, holder=to, since=now, reason=reason, by=by)
    case.owner = to
    note(case, "handed_over", by=by, now=now, words=reason, detail={"from": before, "to": to})


def renew(case: Case, now: datetime) -> None:
    """A case that comes back goes to who had it; to the next handler when that person works here no more."""
    if case.owner and not Staff.objects.filter(username=case.owner, is_active=True).exists():
        follower = choose()
        if follower:
            pass_on(case, follower, "The holder works here no more.", by="clock", now=now)


def chain(docket: str) -> list[Custody]:
    """Every holder of the case in turn; the last one's time is open."""
    return list(Custody.objects.filter(case__docket=docket).order_by("since", "id"))


def _may(username: str, gate: Gate) -> bool:
    person = Staff.objects.filter(username=username, is_active=True).first()
    return person is not None and person.may(gate)
