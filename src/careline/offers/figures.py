"""What became of offers: shown, taken, put off, cancelled soon after, complained about; counted from the records, never kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from careline.offers.policy import policy
from careline.postgres import sql


@dataclass(frozen=True, slots=True)
class Figures:
    """One offer in a time. `cancelled` and `complained`: of those who took it, within the days of the policy."""

    offer: str
    shown: int
    accepted: int
    later: int
    never: int
    overlong: int  # talks about it that took longer than allowed
    cancelled: int
    complained: int

    @property
    def taken_percent(self) -> int:
        return self.accepted * 100 // self.shown if self.shown else 0

    @property
    def complained_percent(self) -> int:
        return self.complained * 100 // self.accepted if self.accepted else 0


def figures(since: datetime, until: datetime) -> dict[str, Figures]:
    """What was shown from `since` until `until`, by offer; one statement.

    A complaint counts against the offer where the customer took it, and complained within the days after about a service
    or a campaign: something nobody ordered, a campaign's terms, a bill, a third party.
    """
    # Showings with their answers; whether the same service was cancelled, and whether a complaint of that kind followed.
    rows = sql.run(
        "SELECT s.offer, count(*), count(*) FILTER (WHERE s.answer = 'accepted'),"
        " count(*) FILTER (WHERE s.answer = 'later'), count(*) FILTER (WHERE s.answer = 'never'),"
        " count(*) FILTER (WHERE s.overlong),"
        " count(*) FILTER (WHERE s.answer = 'accepted' AND s.service <> '' AND EXISTS (SELECT 1 FROM ledger_attempt a"
        "  WHERE a.msisdn = s.msisdn AND a.begun_at > s.answered_at AND a.begun_at <= s.answered_at + %(watch)s::interval"
        "  AND a.service = s.service AND a.verb = 'cancel' AND a.outcome = 'done')),"
        " count(*) FILTER (WHERE s.answer = 'accepted' AND EXISTS (SELECT 1 FROM case_case c"
        "  WHERE c.msisdn = s.msisdn AND c.kind = 'complaint' AND c.opened_at > s.answered_at"
        "  AND c.opened_at <= s.answered_at + %(watch)s::interval"
        "  AND (c.matter = s.service AND s.service <> '' OR c.category = ANY(%(categories)s::text[]))))"
        " FROM offers_showing s WHERE s.shown_at >= %(since)s::timestamptz AND s.shown_at < %(until)s::timestamptz"
        " GROUP BY s.offer",
        {
            "watch": timedelta(days=policy().recommending.watch_days),
            "categories": ["unknown_service", "campaign", "billing", "unwanted_messages"],
            "since": since,
            "until": until,
        },
    )
    return {row[0]: Figures(*row) for row in rows}
