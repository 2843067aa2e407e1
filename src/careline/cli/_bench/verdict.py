"""What the tables say of a run: was anything done that nobody ordered, or twice, and does the money add up?"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, LiteralString

from careline.postgres.sql import run


@dataclass(frozen=True, slots=True)
class Verdict:
    """Counts of one run, from the hall's and the sandbox carrier's own tables."""

    attempts: int
    open_attempts: int
    outcomes: dict[str, int] = field(default_factory=dict)
    deeds: int = 0  # what the carrier was asked to change, refused ones included
    doubled: int = 0  # deeds beyond what a customer ordered
    held_twice: int = 0  # products that came twice to one line during the run
    disagreeing: int = 0  # attempts of which the ledger says something else than the carrier's deed
    charged_twice: int = 0  # fees that were taken twice for one deed
    charged_for_nothing: int = 0  # money that moved without a deed that was done
    unbalanced: int = 0  # lines whose accounts are not the sum of their entries
    missing_fen: int = 0  # opening sums and what the entries since then say, less closing sums
    letters: int = 0
    unsent: int = 0
    posted_twice: int = 0  # texts that have two different answers in the outbox
    unasked: int = 0  # letters that answer nothing: reminders of a low balance
    in_doubt: int = 0  # letters that left again although they may have left before

    def summary(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Books:
    """All accounts together before a run, and how many entries explain them."""

    fen: int
    entries: int
    entry_fen: int


def open_books() -> Books:
    """Add up the carrier's money as it stands now."""
    fen = _one("SELECT coalesce(sum(basic + gift), 0)::bigint FROM sandbox_account")
    entries, entry_fen = run("SELECT count(*), coalesce(sum(basic + gift), 0)::bigint FROM sandbox_entry")[0]
    return Books(fen, entries, entry_fen)


def judge(ordered: Mapping[str, int], opening: Books | None = None) -> Verdict:
    """The verdict on what stands in the tables; `ordered` tells for each number how many deeds it asked for.

    With the `opening` books the money of all lines is held against it, and each fee against its deed.
    """
    closing = open_books() if opening else None
    fees = _fees() if opening else (0, 0)
    deeds = run("SELECT msisdn, count(*) FROM sandbox_deed GROUP BY 1")
    letters, unsent, in_doubt, unasked = run(
        "SELECT count(*), count(*) FILTER (WHERE state = 'queued'), coalesce(sum(doubts), 0)::bigint,"
        " count(*) FILTER (WHERE in_reply_to = '') FROM outbox_message"
    )[0]
    return Verdict(
        attempts=_one("SELECT (SELECT count(*) FROM ledger_attempt) + (SELECT count(*) FROM ledger_open)"),
        open_attempts=_one("SELECT count(*) FROM ledger_open WHERE NOT asking"),
        outcomes=dict(run("SELECT outcome, count(*) FROM ledger_attempt GROUP BY 1 ORDER BY 1")),
        deeds=sum(count for _, count in deeds),
        doubled=sum(max(0, count - ordered.get(number, 0)) for number, count in deeds),
        held_twice=_one(
            "SELECT count(*) FROM (SELECT 1 FROM sandbox_holding h JOIN sandbox_deed d"
            " ON d.msisdn = h.msisdn AND d.reference = h.reference WHERE d.cause = ''"
            " GROUP BY h.msisdn, h.product HAVING count(*) > 1) t"
        ),
        disagreeing=_one(
            "SELECT count(*) FROM sandbox_deed d LEFT JOIN ledger_attempt a ON a.id::text = d.reference"
            " WHERE a.id IS NULL OR (d.cause = '') <> (a.outcome = 'done')"
        ),
        charged_twice=fees[0],
        charged_for_nothing=fees[1] + (_strange_entries(opening, closing) if opening and closing else 0),
        missing_fen=(opening.fen + (closing.entry_fen - opening.entry_fen) - closing.fen if opening and closing else 0),
        unbalanced=_one(
            "SELECT count(*) FROM (SELECT DISTINCT msisdn FROM sandbox_deed) d JOIN sandbox_account a USING (msisdn),"
            " LATERAL (SELECT sum(basic) AS basic, sum(gift) AS gift, sum(points) AS points FROM sandbox_entry e"
            " WHERE e.msisdn = d.msisdn) e"
            " WHERE (a.basic, a.gift, a.points) IS DISTINCT FROM (e.basic, e.gift, e.points)"
        ),
        letters=letters,
        unsent=unsent,
        posted_twice=_one(
            "SELECT count(*) FROM (SELECT 1 FROM outbox_message WHERE in_reply_to <> '' AND key NOT LIKE '%%.carrier_silent'"
            " GROUP BY msisdn, in_reply_to HAVING count(*) > 1) t"
        ),
        # Who was told at first that it is being looked after, and then how it went, as is right for orders in doubt.
        unasked=unasked
        + _one(
            "SELECT count(*) FROM outbox_message m WHERE key LIKE '%%.carrier_silent' AND EXISTS (SELECT 1"
            " FROM outbox_message o WHERE o.msisdn = m.msisdn AND o.in_reply_to = m.in_reply_to AND o.id <> m.id)"
        ),
        in_doubt=in_doubt,
    )


def _fees() -> tuple[int, int]:
    """(Products charged more than once by one deed, deeds that were refused and charged all the same.)"""
    twice = _one(
        "SELECT count(*) FROM (SELECT 1 FROM sandbox_deed d JOIN sandbox_entry e USING (msisdn, reference)"
        " WHERE e.kind = 'fee' GROUP BY e.msisdn, e.reference, e.product HAVING count(*) > 1) t"
    )
    refused = _one(
        "SELECT count(*) FROM sandbox_deed d JOIN sandbox_entry e USING (msisdn, reference) WHERE d.cause <> ''"
    )
    return twice, refused


def _strange_entries(opening: Books, closing: Books) -> int:
    """Entries since the opening that belong to no deed of the run."""
    ours = _one("SELECT count(*) FROM sandbox_deed d JOIN sandbox_entry e USING (msisdn, reference)")
    return closing.entries - opening.entries - ours


def _one(statement: LiteralString) -> int:
    return int(run(statement)[0][0])
