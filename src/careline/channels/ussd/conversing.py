"""One USSD session at a gateway: inputs go to the hall, screens come back; pages are turned here, without the hall."""

import hmac
import logging
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from careline.channels.telephony import conversing as calls
from careline.channels.telephony import last_words, moments, sessions
from careline.channels.telephony.accounts import UssdAccount
from careline.channels.telephony.models import Session
from careline.channels.ussd import screens
from careline.channels.ussd.screens import Screen
from careline.dialogue.talk import Event
from careline.hall.reception import Reception
from careline.outbox.posting import Letter, post
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Told:
    """What a gateway tells of a session."""

    event: Event  # HELLO, KEYS, HUNG_UP, LOST
    remote: str
    caller: str = field(default="", repr=False)
    called: str = ""
    text: str = field(default="", repr=False)  # the input; with `history` all inputs so far, joined by *
    history: bool = False
    number: int = 0  # of this input where the gateway counts: 0 for the beginning


@dataclass(frozen=True, slots=True)
class Conversing:
    """All sessions of all gateways."""

    reception: Reception

    def screen(self, told: Told, account: UssdAccount) -> Screen:
        """What to show now. Never raises for what gateways and customers do, nor when the database is away."""
        try:
            return self._screen(told, account)
        except moments.Fault:
            log.error("account %s: the hall could not take a moment in", account.name)
        except (DatabaseError, InterfaceError) as error:
            connection.close()
            log.error(
                "account %s: the database does not answer: %s", account.name, (str(error).splitlines() or [""])[0]
            )
        return _closing(last_words.fault(self.reception, "zh"))

    def over(self, told: Told, account: UssdAccount) -> None:
        """The session has ended at the gateway."""
        session = sessions.find_remote(account.name, told.remote)
        if session is not None:
            moments.end(self.reception, session, told.event, self.reception.clock())

    def _screen(self, told: Told, account: UssdAccount) -> Screen:
        now = self.reception.clock()
        session = sessions.find_remote(account.name, told.remote)
        if told.event is Event.HELLO or (session is None and told.history):
            session = sessions.begin(
                account.name,
                told.remote,
                channel="ussd",
                msisdn=calls.caller(told.caller),
                address=calls.called(told.called, account.number),
                now=now,
            )
            if session.number < 0:
                shown = self._answer(session, 0, Event.HELLO, "", account, now)
                if not (told.history and told.text) or shown.ends:
                    return shown
                # Dialled with more behind it (*123*1#): that is the first input.
        if session is None or session.number < 0 or session.msisdn != calls.caller(told.caller).digits:
            return _closing(last_words.over(self.reception, "zh"))
        text, number = _input(told, session)
        if number <= session.number:
            return screens.read(session.said)
        if session.ended_at is not None or number != session.number + 1:
            return _closing(last_words.over(self.reception, screens.read(session.said).language))
        return self._step(session, number, text, told, account, now)

    def _step(
        self, session: Session, number: int, text: str, told: Told, account: UssdAccount, now: datetime
    ) -> Screen:
        mark = _mark(told.text) if told.history else ""
        shown = screens.read(session.said)
        if not shown.last and (shown.over or text.strip() == shown.turns):
            # The rest of a last answer follows whatever is pressed, or only its end.
            to = shown.page + 1 if text.strip() == shown.turns else len(shown.pages) - 1
            return self._show(session, number, shown.turned(to), now, mark)
        if not text.strip():
            return self._answer(session, number, Event.SILENCE, "", account, now, mark)
        keys = calls.pressed(calls.Told(Event.KEYS, keys=text)) or "#"  # letters are a wrong key, not no key
        return self._answer(session, number, Event.KEYS, keys, account, now, mark)

    def _answer(
        self,
        session: Session,
        number: int,
        event: Event,
        keys: str,
        account: UssdAccount,
        now: datetime,
        mark: str = "",
    ) -> Screen:
        try:
            act = moments.act_of(self.reception, session, number, event, keys, now)
            if act is None:
                return screens.read(session.said)
        except moments.Fault:
            moments.end(self.reception, session, Event.LOST, now)
            return _closing(last_words.fault(self.reception, "zh"))
        # Nobody can talk during a USSD session: who wants a person is told where to call, and that ends it.
        over, entry = act.cue.then != "keys", act.cue.keys_max > 1
        shown, too_long = screens.screen(
            act.text, act.language or "zh", account, self.reception.book(), entry=entry, over=over
        )
        if too_long:
            _by_sms(session, act.text, account, now, f"{session.id}:{number}:sms")
        return self._show(session, number, shown, now, mark)

    def _show(self, session: Session, number: int, shown: Screen, now: datetime, mark: str) -> Screen:
        sessions.answered(session, number, shown.written(), now=now, mark=mark)
        shown = screens.read(session.said)
        if shown.ends:
            moments.end(self.reception, session, Event.HUNG_UP, now)
        return shown


def _input(told: Told, session: Session) -> tuple[str, int]:
    """The new input and its moment's number.

    Gateways that send all inputs so far send them again when they repeat a request; what was dealt with is known by
    its length and a keyed digest, since the inputs themselves may hold a password.
    """
    if not told.history:
        return told.text, told.number
    length = int(session.mark.partition(":")[0] or 0)
    before, behind = told.text[:length], told.text[length:]
    if not behind or (length and (_mark(before) != session.mark or behind[0] != "*")):
        return "", session.number  # a repetition, perhaps a late one
    return (behind[1:] if length else behind), session.number + 1


def _mark(history: str) -> str:
    digest = hmac.new(settings.SECRET_KEY.encode(), b"telephony.ussd:" + history.encode(), sha256).hexdigest()[:32]
    return f"{len(history)}:{digest}"


def _closing(text: str) -> Screen:
    return Screen((text,), over=True)


def _by_sms(session: Session, text: str, account: UssdAccount, now: datetime, reply_to: str) -> None:
    msisdn = Msisdn(session.msisdn)
    [reference] = new_reference()
    letter = Letter(
        reference, msisdn, "sms", account.sms_link, account.sms_number, text, key="ussd.whole", in_reply_to=reply_to
    )
    post([letter], now=now, due_at=now)
