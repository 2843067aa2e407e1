"""The telephone side of the hall: what happened on calls and USSD sessions goes in, what to do next comes out.

Every channel with keys (our own SIP endpoint, other people's media servers, USSD, the handset in the browser) goes
through here and so through the one reception; none of them has a menu of its own.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum

from careline.dialogue.talk import Cue, Event
from careline.hall import conversation
from careline.hall.reception import Reception
from careline.hall.turn import Arrival, Served
from careline.values.msisdn import Msisdn

SESSION_MINUTES = 30  # nothing has happened for so long: the channel died without ending it
LOST_LINK = "calls"
SESSION_MAX = 100  # characters


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened in one session; (session, number) counts once."""

    session: str  # unique for ever: a call's or USSD session's own id
    number: int  # 0 for the hello, one more for each thing that happens
    msisdn: Msisdn
    event: Event
    at: datetime
    keys: str = field(default="", repr=False)  # for KEYS what was pressed, for RETURNED why
    channel: str = "voice"  # or ussd
    link: str = "calls"  # the account, trunk or gateway it came by
    address: str = "10086"  # the number that was dialled
    heard_percent: int = 100  # how much of the last prompt had been played


@dataclass(frozen=True, slots=True)
class Act:
    """What the channel says, and does then."""

    text: str
    language: str
    cue: Cue
    key: str = ""  # of the words
    served: Served | None = None


class Open(Enum):
    """Why there is no act yet."""

    LATER = "later"  # the carrier is slow: `on_late` tells it
    AGAIN = "again"  # the customer's last turn is still going on: bring this moment again


def arrival(moment: Moment) -> Arrival:
    session = _session(moment.session)
    return Arrival(
        msisdn=moment.msisdn,
        text=moment.keys,
        link=moment.link,
        message_id=name(moment),
        received_at=moment.at,
        channel=moment.channel,
        address=moment.address,
        at_once=True,
        event=moment.event,
        session=session,
        heard_percent=moment.heard_percent,
    )


def _session(name: str) -> str:
    """The session's name as it is kept: a Call-ID may be longer than any column."""
    return name if len(name) <= SESSION_MAX else hashlib.blake2b(name.encode(), digest_size=32).hexdigest()


def answer(reception: Reception, moments: Sequence[Moment]) -> list[Act | None]:
    """What to do now for each of these, in their order; None where the hall could not take it in (say a fault).

    `reception` must be one that waits for the carrier (no `patience_seconds`).
    """
    done: dict[int, Act | Open | None] = {}
    waiting = list(range(len(moments)))
    for _ in range(reception.patience_tries):
        acts = begin(reception, [moments[index] for index in waiting])
        done |= dict(zip(waiting, acts, strict=True))
        waiting = [index for index in waiting if done[index] is Open.AGAIN]
        if not waiting:
            break
        reception.pause()
    return [act if isinstance(act := done[index], Act) else None for index in range(len(moments))]


def begin(reception: Reception, moments: Sequence[Moment]) -> list[Act | Open | None]:
    """The same for a reception with patience: who has no act yet does not hold up the others.

    Each moment has exactly one act: here, or later by `reception.on_late` (see `late_acts`), or when brought again.
    """
    return [_act(served) for served in reception.receive([arrival(moment) for moment in moments])]


def late_acts(served: Sequence[Served]) -> list[tuple[str, Act]]:
    """What the late answers of the carrier came to, each with the `name` of its moment."""
    return [(one.arrival.message_id, _known(one)) for one in served]


def name(moment: Moment) -> str:
    """Names this moment for ever; as a message's id it makes a repeat known."""
    return f"{_session(moment.session)}:{moment.number}"


def end_forsaken(reception: Reception, now: datetime) -> int:
    """End the sessions whose channel died without a word, as lost; returns how many. Their callers are long gone."""
    minutes = reception.book().limits.get("session_minutes", SESSION_MINUTES)
    lost = [
        Arrival(
            msisdn=msisdn,
            text="",
            link=LOST_LINK,
            message_id=f"{session}:lost",
            received_at=now,
            channel=channel,
            at_once=True,
            # A USSD gateway that tells no end closed the session because the customer went silent.
            event=Event.HUNG_UP if channel == "ussd" else Event.LOST,
            session=session,
        )
        for msisdn, channel, session in conversation.forsaken(now - timedelta(minutes=minutes))
    ]
    return sum(served.recorded for served in reception.receive(lost)) if lost else 0


def _act(served: Served) -> Act | Open | None:
    if served.retry_at is not None:
        return Open.AGAIN
    if not served.recorded:
        return None
    return Open.LATER if served.late else _known(served)


def _known(served: Served) -> Act:
    letter = served.letter
    return Act(
        text=letter.text if letter else "",
        language=served.language,
        cue=served.cue or Cue(then="hang_up"),
        key=letter.key if letter else "",
        served=served,
    )
