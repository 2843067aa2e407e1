"""Finding cases: those of one customer, words in the archive in Chinese and English, and archived cases like this one.

The archive is indexed by pairs of neighbouring characters (migration 0004): they find Chinese words of two characters,
and parts of English ones, on any Postgres. What the index proposes is compared in full, so nothing is found by chance.
"""

import json
import re
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from careline.cases.looking.inbox import PAGE as PAGE
from careline.cases.looking.inbox import Filter as Filter
from careline.cases.looking.inbox import counts as counts
from careline.cases.looking.inbox import inbox as inbox
from careline.cases.looking.inbox import masked
from careline.cases.models import Case
from careline.cases.states import NotAllowed
from careline.postgres import sql
from careline.values.msisdn import Msisdn
from careline.values.secret import mask

WORDS_MAX = 8  # words of one search, all of which must occur
LENGTH_MAX = 200  # characters of one search
LIKE_AMONG = 200  # archived cases of the category that are compared, the latest
WALKED = 500  # of the latest archived cases, before the index is asked
EXCERPT = 90  # characters
_TEXT = "docket || E'\\n' || words || E'\\n' || summary || E'\\n' || reply"  # exactly as the index has it


@dataclass(frozen=True, slots=True)
class Found:
    """One case as a list shows it; texts are masked. `likeness` from 0 to 1, of similar cases."""

    docket: str
    number: str
    kind: str
    category: str
    state: str
    excerpt: str
    summary: str
    reply: str
    satisfied: bool | None
    opened_at: datetime
    archived_at: datetime | None
    likeness: float = 0.0


@dataclass(frozen=True, slots=True)
class Archive:
    rows: Sequence[Found]
    after: str  # what to ask for the next page with; "" on the last one


_COLUMNS = "docket, msisdn, kind, category, state, words, summary, reply, satisfied, opened_at, archived_at, id"

_ARCHIVED = (
    "archived_at IS NOT NULL AND state IN ('archived', 'closed') AND (%(category)s::text = '' OR category = %(category)s)"
    " AND (archived_at, id) < (%(before)s::timestamptz, %(last)s::bigint)"
)
_HOLDS = (
    f"(SELECT coalesce(bool_and(strpos(told.said, asked.one) > 0), true) FROM (SELECT case_folded({_TEXT}) AS said OFFSET 0)"  # noqa: S608
    " AS told, unnest(%(asked)s::text[]) AS asked (one))"
)
_LATEST = "ORDER BY archived_at DESC, id DESC LIMIT"
# Which of the latest archived cases hold all the words?
_WALK = (
    f"SELECT {_COLUMNS} FROM (SELECT * FROM case_case WHERE {_ARCHIVED} {_LATEST} %(among)s) AS latest"  # noqa: S608
    f" WHERE {_HOLDS} {_LATEST} %(size)s"
)
# Which archived cases hold all the pairs (the index), and which of them, from the latest on, really all the words? They
# are put in order before they are read: of ten thousand with the pairs only those are compared that fill the page.
_LOOK_UP = (
    f"SELECT {_COLUMNS} FROM (SELECT id AS one, archived_at AS filed_at FROM case_case WHERE {_ARCHIVED}"  # noqa: S608
    f" AND case_pairs({_TEXT}) @> %(pairs)s::text[] {_LATEST} ALL OFFSET 0) AS proposed,"
    f" LATERAL (SELECT * FROM case_case WHERE id = one OFFSET 0) AS found"
    f" WHERE {_HOLDS} ORDER BY filed_at DESC, one DESC LIMIT %(size)s"
)


def archive(words: str, *, category: str = "", after: str = "", size: int = PAGE, among: int = WALKED) -> Archive:
    """Archived cases in which all these words occur, in what was said, summary, reply or docket; the latest first.

    Words are parted by spaces; width, capitals and half forms do not matter. Nothing asked: the latest. Two statements;
    `among` so many of the latest are read before the index is asked.
    Raises NotAllowed: too_short (a word of one sign), too_long, page.
    """
    asked = _folded(words).split()
    if len(words) > LENGTH_MAX or len(asked) > WORDS_MAX:
        raise NotAllowed("too_long")
    if any(len(one) < 2 for one in asked):
        raise NotAllowed("too_short")
    before, last = _read(after) if after else (datetime.fromisoformat("9999-12-31T00:00:00+00:00"), 0)
    values = {
        "asked": asked, "category": category, "before": before, "last": last, "size": size + 1, "among": among,
        "pairs": sorted({one[place : place + 2] for one in asked for place in range(len(one) - 1)}),
    }  # fmt: skip
    # Words that are in every other case fill a page from the latest ones; for rare words the index knows where they are.
    rows = sql.run(_WALK, values)
    if len(rows) <= size and asked:
        rows = sql.run(_LOOK_UP, values)
    shown = rows[:size]
    end = _written(shown[-1][10], shown[-1][11]) if len(rows) > size else ""
    return Archive([_found(row[:11], asked) for row in shown], end)


def similar(case: Case, limit: int = 5) -> list[Found]:
    """Archived cases like this one, with their summaries: of its category, those whose words share most with its own.

    A case that was not analysed yet is compared with all categories. One statement.
    """
    own = _pairs(case.words)
    # What was archived of this category lately, with a summary?
    rows = sql.run(
        f"SELECT {_COLUMNS} FROM case_case WHERE archived_at IS NOT NULL AND state IN ('archived', 'closed')"  # noqa: S608
        " AND summary <> '' AND id <> %s::bigint AND (%s::text = '' OR category = %s)"
        " ORDER BY archived_at DESC LIMIT %s",
        [case.pk or 0, case.category, case.category, LIKE_AMONG],
    )
    ranked = sorted(((_likeness(own, _pairs(row[5])), row) for row in rows), key=lambda one: (-one[0], -one[1][11]))
    # Without a category only words can tell; within one, the latest are of use even if the words differ.
    fitting = [(likeness, row) for likeness, row in ranked if likeness > 0.1 or case.category]
    return [_found(row[:11], [], likeness) for likeness, row in fitting[:limit]]


def of_customer(msisdn: Msisdn, limit: int = 50) -> list[Found]:
    """The cases of one number, the latest first; one statement."""
    rows = sql.run(
        f"SELECT {_COLUMNS} FROM case_case WHERE msisdn = %s ORDER BY opened_at DESC, id DESC LIMIT %s",  # noqa: S608
        [msisdn.digits, limit],
    )
    return [_found(row[:11], []) for row in rows]


def _found(row: Sequence[object], asked: Sequence[str], likeness: float = 0.0) -> Found:
    docket, msisdn, kind, category, state, words, summary, reply, *rest = row
    texts = [str(words), str(summary), str(reply)]
    hit = next((text for text in texts if any(one in _folded(text) for one in asked)), texts[0])
    shown = (_excerpt(hit, asked), mask(texts[1]), mask(texts[2]), *rest, round(likeness, 3))
    return Found(str(docket), masked(str(msisdn)), str(kind), str(category), str(state), *shown)  # type: ignore[arg-type]


def _excerpt(text: str, asked: Sequence[str]) -> str:
    """The place of the first word found and what stands around it, masked before it is cut."""
    text = re.sub(r"\s+", " ", mask(text)).strip()
    places = [place for one in asked if (place := text.lower().find(one)) >= 0]
    start = max(0, min(places) - EXCERPT // 3) if places else 0
    return ("…" if start else "") + text[start : start + EXCERPT] + ("…" if start + EXCERPT < len(text) else "")


def _folded(text: str) -> str:
    """As the database folds it (case_folded)."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text.replace("\x00", "")).lower()).strip()


def _pairs(text: str) -> frozenset[str]:
    folded = _folded(text)
    return frozenset(pair for place in range(len(folded) - 1) if " " not in (pair := folded[place : place + 2]))


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Dice's coefficient: twice what both share, of all they have."""
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


def _written(at: datetime, id: int) -> str:
    return urlsafe_b64encode(json.dumps([at.isoformat(), id]).encode()).decode()


def _read(after: str) -> tuple[datetime, int]:
    try:
        at, id = json.loads(urlsafe_b64decode(after.encode()))
        return datetime.fromisoformat(at), int(id)
    except (ValueError, TypeError) as wrong:
        raise NotAllowed("page") from wrong
