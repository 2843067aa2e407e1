"""One call at somebody else's media server: what happened goes to the hall, verbs come back, repeats hear the same."""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from careline.channels.telephony import last_words, moments, sessions, verbs
from careline.channels.telephony.accounts import MediaAccount
from careline.channels.telephony.models import Session
from careline.channels.telephony.verbs import HangUp, Say, Transfer, Verb
from careline.dialogue.talk import Event
from careline.hall.reception import Reception
from careline.hall.telephone import Act
from careline.values.msisdn import Msisdn, NotANumber

log = logging.getLogger(__name__)

Voice = Callable[[Say], Say]  # puts clips to the words
STRANGER = Msisdn("0")  # a caller whose number is withheld, or is none
KEYS_MAX = 64  # pressed in one go; more is noise
_NUMBER = re.compile(r"(?:sips?:|tel:)?([^@;<>]*)")
_NO_KEY = re.compile(r"[^0-9*#]")


@dataclass(frozen=True, slots=True)
class Told:
    """What a media server tells of a call."""

    event: Event
    session: str = ""  # the id that our document carried; "" where only the server's own is known
    remote: str = ""  # the server's id of the call
    number: int = 0  # of this moment, as our document said
    keys: str = field(default="", repr=False)
    caller: str = field(default="", repr=False)
    called: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """What the media server is to do now. `next` is the number of the moment that follows."""

    session: str
    next: int
    verbs: tuple[Verb, ...]


@dataclass(frozen=True, slots=True)
class Conversing:
    """All calls of all accounts."""

    reception: Reception
    voice: Voice = lambda say: say

    def turn(self, told: Told, account: MediaAccount) -> Turn:
        """What to do after this. Never raises for what servers and customers do, nor when the database is away."""
        try:
            return self._turn(told, account)
        except moments.Fault:
            log.error("account %s: the hall could not take a moment in", account.name)
        except (DatabaseError, InterfaceError) as error:
            connection.close()
            log.error(
                "account %s: the database does not answer: %s", account.name, (str(error).splitlines() or [""])[0]
            )
        return self._last("", last_words.fault(self.reception, "zh"), "zh")

    def over(self, told: Told, account: MediaAccount) -> None:
        """The call has ended at the media server (HUNG_UP, LOST)."""
        session = _known(told, account)
        if session is not None:
            moments.end(self.reception, session, told.event, self.reception.clock())

    def _turn(self, told: Told, account: MediaAccount) -> Turn:
        now = self.reception.clock()
        if told.event is Event.HELLO:
            session: Session | None = sessions.begin(
                account.name,
                told.remote or told.session,
                session=told.session,
                channel="voice",
                msisdn=caller(told.caller),
                address=called(told.called, account.number),
                now=now,
            )
        else:
            session = _known(told, account)
        if session is None or session.account != account.name:
            return self._last("", last_words.over(self.reception, "zh"), "zh")
        if told.event in (Event.HUNG_UP, Event.LOST):
            moments.end(self.reception, session, told.event, now)
            return Turn(session.id, session.number + 1, (HangUp(),))
        if told.number <= session.number:
            return _again(session)
        if session.ended_at is not None or told.number != session.number + 1:
            return self._last(session.id, last_words.over(self.reception, _language(session)), _language(session))
        return self._answer(session, told, account, now)

    def _answer(self, session: Session, told: Told, account: MediaAccount, now: datetime) -> Turn:
        try:
            act = moments.act_of(self.reception, session, told.number, told.event, pressed(told), now)
            if act is None:
                return _again(session)
            number, then = (
                told.number,
                verbs.verbs_of(act, person=account.person, person_seconds=account.person_seconds),
            )
            if isinstance(then[-1], Transfer) and not account.person:
                # Nobody is to be had through this account, which the caller must hear at once.
                back = moments.act_of(self.reception, session, moments.BACK + number, Event.RETURNED, "nobody", now)
                then = (*then[:-1], *_after_nobody(back))
        except moments.Fault:
            moments.end(self.reception, session, Event.LOST, now)
            return self._last(session.id, last_words.fault(self.reception, _language(session)), _language(session))
        then = tuple(self.voice(verb) if isinstance(verb, Say) else verb for verb in then)
        sessions.answered(session, number, verbs.written(then), now=now)
        if isinstance(then[-1], HangUp):
            moments.end(self.reception, session, Event.HUNG_UP, now)
        return _again(session)

    def _last(self, session: str, text: str, language: str) -> Turn:
        return Turn(session, 0, (self.voice(Say(text, language)), HangUp()))


def _known(told: Told, account: MediaAccount) -> Session | None:
    """The session that this is about; where both ids are told, they must belong to each other.

    The server's own id stands in what it signs, ours in the address, which not every kind of server signs.
    """
    if "\0" in told.session:
        return None
    session = sessions.find(told.session) or sessions.find_remote(account.name, told.remote)
    if session is None or session.account != account.name:
        return None
    fits = not told.remote or session.remote in (told.remote, session.id)
    return session if fits else None


def caller(written: str) -> Msisdn:
    """The number of a caller as media servers write it: +86139…, tel:…, sip:139…@host; a stranger where it is none."""
    found = _NUMBER.match(written.strip())
    try:
        return Msisdn.parse(found[1] if found else "", settings.COUNTRY_CODE)
    except NotANumber:
        return STRANGER


def called(written: str, otherwise: str) -> str:
    """The number that was dialled; `otherwise` where it is none."""
    found = _NUMBER.match(written.strip())
    number = found[1].lstrip("+") if found else ""
    return number if number.isdecimal() and number.isascii() and len(number) <= 32 else otherwise


def pressed(told: Told) -> str:
    """The keys alone: some servers put spaces between, or names."""
    if told.event is Event.RETURNED:
        return told.keys
    return _NO_KEY.sub("", told.keys)[:KEYS_MAX]


def _after_nobody(back: Act | None) -> tuple[Verb, ...]:
    if back is None:
        return (HangUp(),)
    then = verbs.verbs_of(back)
    return (*then[:-1], HangUp()) if isinstance(then[-1], Transfer) else then


def _again(session: Session) -> Turn:
    return Turn(session.id, session.number + 1, verbs.read(session.said) if session.said else (HangUp(),))


def _language(session: Session) -> str:
    said = verbs.read(session.said) if session.said else ()
    return next((verb.language for verb in said if isinstance(verb, Say)), "zh")
