"""Complaints, enquiries and suggestions with their histories."""

from careline.selfcare.privacy import Part, Table
from careline.values.language import Text

_OVER = "coalesce(c.closed_at, c.archived_at) < %(now)s - %(days)s::interval AND c.state IN ('archived', 'closed')"
_WHY = Text("没办完的要办完；办完的要能对证", "what is open is finished first; what is closed stays as proof")
_UNTIL = "coalesce(c.closed_at, c.archived_at) + %(days)s::interval"

PART = Part(
    6,
    Text("投诉、咨询和建议", "Complaints, questions, suggestions"),
    Text("办好您说的事，并能说明是怎么办的", "To deal with what you told us, and to show how"),
    (
        Table(
            "case_contact",
            "at",
            ("at", "channel", "words"),
            source="case_contact t JOIN case_case c ON c.id = t.case_id",
            why=_WHY,
            goes=f"{_OVER} AND t.words <> ''",
            forget="words = ''",
            until=_UNTIL,
            number="c.msisdn",
        ),
        # Histories cannot be changed, by the database: they lose their customer with the case.
        Table(
            "case_event",
            "at",
            ("at", "did", "words", "channel"),
            source="(SELECT e.ctid, e.* FROM case_event e WHERE e.public) t JOIN case_case c ON c.id = t.case_id",
            number="c.msisdn",
        ),
        Table(
            "case_case",
            "opened_at",
            (
                *("docket", "kind", "category", "words", "answers", "channel", "state", "reply", "alternative"),
                *("satisfied", "rating", "opened_at", "replied_at", "archived_at", "closed_at"),
            ),
            source="case_case t JOIN case_case c ON c.id = t.id",
            why=_WHY,
            goes=_OVER,
            forget="msisdn = '', words = '', answers = '{}', plan = '', reply = '', alternative = '', summary = ''",
            until=_UNTIL,
            number="c.msisdn",
        ),
    ),
    days="cases",
)
