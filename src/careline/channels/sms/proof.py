"""What a crash must not make us forget: how far answers are proved to have arrived, and what is in doubt after it."""

from datetime import datetime, timedelta

from careline.channels.sms.doubting import LAPSE, Doubt
from careline.postgres import sql


def keep(link: str, proved_at: datetime) -> None:
    """Write down that everything this link received until then was answered and the answers arrived; one statement."""
    sql.execute(
        "INSERT INTO sms_link AS l (link, proved_at) VALUES (%s, %s) ON CONFLICT (link)"
        " DO UPDATE SET proved_at = greatest(l.proved_at, excluded.proved_at)",
        [link, proved_at],
    )


def doubts(link: str, now: datetime, lapse: timedelta = LAPSE) -> list[Doubt]:
    """The messages of this link whose answers may not have arrived before this process began; one statement."""
    # What was received after the last proof, and recently enough to come again?
    rows = sql.run(
        "SELECT message_id, fingerprint, received_at FROM ledger_inbox WHERE link = %s AND received_at > greatest(%s,"
        " coalesce((SELECT proved_at FROM sms_link WHERE link = %s), '-infinity')) ORDER BY received_at",
        [link, now - lapse, link],
    )
    return [Doubt(row[0], bytes(row[1]), row[2]) for row in rows]
