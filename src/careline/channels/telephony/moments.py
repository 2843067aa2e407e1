"""What happened in a session is brought to the hall once, whatever is repeated; and a session is ended once."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import DatabaseError, InterfaceError, connection

from careline.channels.telephony import sessions
from careline.channels.telephony.models import Session
from careline.dialogue.talk import Event
from careline.hall import telephone
from careline.hall.reception import Reception
from careline.hall.telephone import Act
from careline.values.msisdn import Msisdn

log = logging.getLogger(__name__)

END = 1_000_000  # the number of every session's last moment: it may overtake one that is still being answered
BACK = 500_000  # and to a moment's number, for the RETURNED that follows it at once where persons are not to be had
GIVEN_UP = timedelta(hours=1)  # after a session was due, its end is no longer brought to a hall that cannot take it in
TWIN_TRIES, TWIN_SECONDS = 60, 0.05  # how long the same request, come twice at once, waits for the first one's answer

Find = Callable[[], Reception]


class Fault(Exception):
    """The hall could not take it in."""


def act_of(
    reception: Reception,
    session: Session,
    number: int,
    event: Event,
    keys: str,
    at: datetime,
    *,
    heard_percent: int = 100,
) -> Act | None:
    """What the hall wants done now; None when another request brought this moment and its answer is kept meanwhile.

    Raises Fault.
    """
    [act] = telephone.answer(reception, [_moment(session, number, event, keys, at, heard_percent)])
    if act is None:
        raise Fault
    if act.served is not None and act.served.repeat and _answered_by_twin(session, number):
        return None
    return act


def end(reception: Reception, session: Session, event: Event, at: datetime) -> None:
    """Tell the hall that the session is over (HUNG_UP, LOST); it hears of it once."""
    if session.ended_at is not None:
        return
    try:
        [act] = telephone.answer(reception, [_moment(session, END, event, "", at)])
        # What the hall cannot take in now, the sweep brings again for a while.
        if act is not None or at > session.due_at + GIVEN_UP:
            sessions.ended(session, at)
    except (DatabaseError, InterfaceError) as error:
        connection.close()
        log.warning("the end of a session waits: %s", (str(error).splitlines() or [""])[0])


def end_lost(reception: Reception, now: datetime) -> int:
    """A sweep: sessions that went silent are lost; those that ended long ago are forgotten. Returns how many."""
    silent = sessions.lost(now)
    for session in silent:
        # A USSD gateway that tells no end closed the session because the customer went silent; a call that ended
        # without a word is a fault of somebody's network.
        end(reception, session, Event.LOST if session.channel == "voice" else Event.HUNG_UP, now)
    return len(silent) + sessions.forget(now - sessions.KEPT)


def _moment(
    session: Session, number: int, event: Event, keys: str, at: datetime, heard_percent: int = 100
) -> telephone.Moment:
    return telephone.Moment(
        session=session.id,
        number=number,
        msisdn=Msisdn(session.msisdn),
        event=event,
        at=at,
        keys=keys,
        channel=session.channel,
        link=session.account,
        address=session.address,
        heard_percent=heard_percent,
    )


def _answered_by_twin(session: Session, number: int) -> bool:
    for _ in range(TWIN_TRIES):
        session.refresh_from_db()
        if session.number >= number:
            return True
        time.sleep(TWIN_SECONDS)
    return False  # whoever brought it first died before it kept the answer
