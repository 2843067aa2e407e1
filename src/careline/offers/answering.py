"""What customers say to a recommendation: yes by the hall's own way, not now, never; and how a talk about one ended."""

from datetime import datetime, timedelta
from typing import Literal

from django.db import transaction

from careline.dialogue.talk import Wish
from careline.hall import window
from careline.hall.reception import Reception
from careline.hall.turn import Served
from careline.identity import preferences
from careline.offers import shelf
from careline.offers.models import Showing
from careline.offers.policy import policy
from careline.values.assurance import Assurance
from careline.values.msisdn import Msisdn
from careline.values.outcome import Outcome

No = Literal["later", "never"]


class NotAnswered(Exception):
    """What was answered is refused; the message is a code: no_such_showing, answered, over, not_bought_here."""

    @property
    def code(self) -> str:
        return str(self.args[0])


def showing_of(msisdn: Msisdn, showing: str) -> Showing:
    """The showing of that id, which must be this customer's. Raises NotAnswered."""
    row = Showing.objects.filter(pk=showing, msisdn=msisdn.digits).first()
    if row is None:
        raise NotAnswered("no_such_showing")
    return row


def accept(
    reception: Reception,
    msisdn: Msisdn,
    showing: str,
    now: datetime,
    *,
    assurance: int = Assurance.LINE,
    channel: str = "web",
    link: str = "web",
) -> Served:
    """Yes: the wish goes to the one reception, at the price that was shown; the showing's id is its key, so it counts once.

    A Served that asks (`asks`) is still a question: `confirm` brings the answer. Raises NotAnswered.
    """
    row = showing_of(msisdn, showing)
    offer = shelf.offers().get(row.offer)
    if offer is None or not offer.service:
        raise NotAnswered("over" if offer is None else "not_bought_here")
    if row.answer in ("later", "never"):
        raise NotAnswered("answered")
    per = reception.book().services[offer.service].per if offer.service in reception.book().services else "month"
    wish = Wish(row.service, offer.verb, tier=row.tier, agreed=f"{row.price}/{per}", assurance=int(assurance))
    [served] = window.serve(reception, [window.Picked(str(row.pk), msisdn, wish, now, channel, link)])
    _settle(row, served, now)
    return served


def confirm(
    reception: Reception,
    msisdn: Msisdn,
    showing: str,
    key: str,
    reference: str,
    now: datetime,
    *,
    yes: bool,
    assurance: int = Assurance.LINE,
    channel: str = "web",
    link: str = "web",
) -> Served:
    """The answer to what the hall asked back about an accepted offer. Raises NotAnswered."""
    row = showing_of(msisdn, showing)
    wish = Wish(answers=reference, yes=yes, assurance=int(assurance))
    [served] = window.serve(reception, [window.Picked(key, msisdn, wish, now, channel, link)])
    _settle(row, served, now)
    return served


def _settle(row: Showing, served: Served, now: datetime) -> None:
    """Taken, once the hall has done it; a no at the hall's question is a "not now"."""
    if served.outcome is Outcome.DONE:
        answer = "accepted"
    elif served.outcome is Outcome.ABANDONED:
        answer = "later"
    else:
        return
    Showing.objects.filter(pk=row.pk, answer="").update(answer=answer, answered_at=now, attempt=served.reference)


def decline(msisdn: Msisdn, showing: str, answer: No, *, by: str, now: datetime) -> bool:
    """Not now, or never again; whether it was not said before. Never is for good, and for every offer. Raises NotAnswered."""
    row = showing_of(msisdn, showing)
    with transaction.atomic():
        fresh = Showing.objects.filter(pk=row.pk, answer__in=("", "talked")).update(answer=answer, answered_at=now)
        if answer == "never":
            preferences.choose(msisdn, "offers", False, by=by, now=now)
    return bool(fresh)


def took(msisdn: Msisdn, showing: str, now: datetime) -> bool:
    """What is not bought at the window (a gift) was taken; whether it was not before. Raises NotAnswered."""
    row = showing_of(msisdn, showing)
    return bool(Showing.objects.filter(pk=row.pk, answer="").update(answer="accepted", answered_at=now))


def talked(showing: str, *, by: str, now: datetime, answer: str = "talked") -> Showing:
    """An agent's talk about this offer ended now, with the customer's answer; too long is noted (MKT-01).

    `answer`: talked (nothing decided), accepted, later, never. Raises NotAnswered.
    """
    with transaction.atomic():
        row = Showing.objects.select_for_update().filter(pk=showing).first()
        if row is None:
            raise NotAnswered("no_such_showing")
        if row.ended_at is not None:
            raise NotAnswered("answered")
        row.ended_at = now
        row.overlong = now - row.shown_at > timedelta(minutes=policy().recommending.minutes_max)
        if row.answer == "":
            row.answer, row.answered_at = answer, now
        row.save(update_fields=["ended_at", "overlong", "answer", "answered_at"])
        if answer == "never":
            preferences.choose(Msisdn(row.msisdn), "offers", False, by=by, now=now)
    return row
