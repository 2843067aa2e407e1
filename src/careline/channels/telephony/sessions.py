"""The rows of sessions: begun once, answered once a moment, ended once."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from careline.channels.telephony.models import Session
from careline.values.msisdn import Msisdn

# After this time without a sign a session counts as lost. A call may be with a person meanwhile; networks close USSD
# sessions after one to three minutes.
IDLE = {"voice": timedelta(hours=1), "ussd": timedelta(minutes=4)}
SAME = timedelta(minutes=10)  # the same id from the same number is the same session for so long; some count ids anew
KEPT = timedelta(days=1)  # an ended session still hears its last answer when its server repeats a request
HAND = 200  # sessions that one sweep ends


def new_id() -> str:
    """An id that nobody guesses: 192 bits."""
    return secrets.token_urlsafe(24)


def begin(
    account: str, remote: str, *, channel: str, msisdn: Msisdn, address: str, now: datetime, session: str = ""
) -> Session:
    """The session of that account and remote id; the same again when its first request is repeated."""
    for _ in range(2):
        found, fresh = Session.objects.get_or_create(
            account=account,
            remote=remote,
            defaults={
                "id": session or new_id(),
                "channel": channel,
                "msisdn": msisdn.digits,
                "address": address,
                "began_at": now,
                "due_at": now + IDLE[channel],
            },
        )
        if fresh or (found.msisdn == msisdn.digits and now - found.began_at < SAME):
            break
        # The id came again for somebody else, or after a long time: the older session gives it up.
        Session.objects.filter(id=found.id).update(remote=found.id)
    return found


def find(session: str) -> Session | None:
    return Session.objects.filter(id=session).first() if session else None


def find_remote(account: str, remote: str) -> Session | None:
    return Session.objects.filter(account=account, remote=remote).first() if remote else None


def answered(session: Session, number: int, said: str, *, now: datetime, mark: str = "") -> None:
    """Keep what was answered to that moment, unless a later one was answered meanwhile."""
    kept = Session.objects.filter(id=session.id, number__lt=number).update(
        number=number, said=said, mark=mark, due_at=now + IDLE[session.channel]
    )
    if kept:
        session.number, session.said, session.mark = number, said, mark
    else:
        session.refresh_from_db()


def ended(session: Session, now: datetime) -> None:
    Session.objects.filter(id=session.id, ended_at=None).update(ended_at=now)


def lost(now: datetime) -> Sequence[Session]:
    """Those of which nothing was heard for too long, a hand of them."""
    return list(Session.objects.filter(ended_at=None, due_at__lt=now).order_by("due_at")[:HAND])


def forget(before: datetime) -> int:
    """Delete those that ended before; returns how many."""
    return Session.objects.filter(ended_at__lt=before).delete()[0]
