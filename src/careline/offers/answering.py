"""What customers say to a recommendation: yes by the hall's own way, not now, never; and how a talk about one ended."""

import logging
from datetime import datetime, timedelta
from typing import Literal

from django.db import transaction

from careline.dialogue.talk import Subscriber, Wish
from careline.hall import window
from careline.hall.reception import Reception
from careline.hall.turn import Served
from careline.identity import preferences
from careline.ledger.models import Attempt
from careline.offers import leaving, promoting, shelf
from careline.offers.models import Grant, Showing
from careline.offers.policy import policy
from careline.postgres import sql
from careline.values.assurance import Assurance
from careline.values.msisdn import Msisdn
from careline.values.outcome import Outcome

No = Literal["later", "never"]
LEARNT_WITHIN = timedelta(days=2)  # a question of the hall's has ended by then

log = logging.getLogger(__name__)


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
    """Taken, once the hall has done it; a no at the hall's question is a "not now"; else `learn` hears how it ended."""
    if served.outcome is None:
        if served.reference:
            Showing.objects.filter(pk=row.pk, answer="").update(attempt=served.reference)
        return
    _ended(row, served.outcome.value, served.reference, now)


def _ended(row: Showing, outcome: str, reference: str | None, now: datetime) -> None:
    answer = {Outcome.DONE.value: "accepted", Outcome.ABANDONED.value: "later"}.get(outcome)
    with transaction.atomic():
        if answer is None:  # refused or failed: nothing was bought, and nothing is held against the customer
            Showing.objects.filter(pk=row.pk, answer="").update(attempt=None)
            return
        fresh = Showing.objects.filter(pk=row.pk, answer="").update(answer=answer, answered_at=now, attempt=reference)
        if fresh and answer == "accepted" and row.leaving:
            _stays(row, now)


def _stays(row: Showing, now: datetime) -> None:
    try:
        leaving.stay(str(row.leaving), offer=row.offer, by="subscriber", now=now)
    except leaving.NotAllowed as no:
        log.info("offer %s was taken on leaving %s, which is over: %s", row.offer, row.leaving, no.code)


def learn(now: datetime, limit: int = 500) -> int:
    """How wishes ended that the hall had to ask back about; how many. Three statements, and one for each that ended."""
    _taken_in_talk(now)
    waiting = {
        str(row.attempt): row
        for row in Showing.objects.filter(answer="", attempt__isnull=False, shown_at__gt=now - LEARNT_WITHIN)[:limit]
    }
    ended = Attempt.objects.filter(pk__in=list(waiting)).values_list("pk", "outcome") if waiting else ()
    for pk, outcome in ended:
        _ended(waiting[str(pk)], outcome, str(pk), now)
    return len(ended)


def _taken_in_talk(now: datetime) -> int:
    """What was offered to somebody who wanted to leave by SMS or on a call is taken by an order like any other."""
    # Which of these offers was ordered after it was told?
    return sql.execute(
        "UPDATE offers_showing s SET attempt = a.id FROM ledger_attempt a WHERE s.answer = '' AND s.attempt IS NULL"
        " AND s.leaving IS NOT NULL AND s.service <> '' AND s.channel IN ('sms', 'voice', 'ussd') AND s.shown_at > %s"
        " AND a.msisdn = s.msisdn AND a.service = s.service AND a.begun_at >= s.shown_at"
        " AND a.outcome = 'done' AND a.verb IN ('order', 'subscribe', 'register')",
        [now - LEARNT_WITHIN],
    )


def decline(msisdn: Msisdn, showing: str, answer: No, *, by: str, now: datetime) -> bool:
    """Not now, or never again; whether it was not said before. Never is for good, and for every offer. Raises NotAnswered."""
    row = showing_of(msisdn, showing)
    with transaction.atomic():
        fresh = Showing.objects.filter(pk=row.pk, answer__in=("", "talked")).update(answer=answer, answered_at=now)
        if answer == "never":
            preferences.choose(msisdn, "offers", False, by=by, now=now)
    return bool(fresh)


def take_gift(subscriber: Subscriber, showing: str, now: datetime) -> list[Grant]:
    """The gift for staying is taken: the leaving ends, and the gift is granted; `Giver` gives it. Raises NotAnswered.

    One that is earned by something else (a top-up) is only noted as wanted: nothing is granted here.
    """
    row = showing_of(subscriber.msisdn, showing)
    offer = shelf.offers().get(row.offer)
    if offer is None or offer.gift is None:
        raise NotAnswered("over")
    with transaction.atomic():
        if not Showing.objects.filter(pk=row.pk, answer="").update(answer="accepted", answered_at=now):
            return []
        if offer.gift.trigger != "stay" or not row.leaving:
            return []
        _stays(row, now)
        return promoting.grant(
            subscriber.msisdn,
            "stay",
            f"leaving:{row.leaving}",
            by="subscriber",
            now=now,
            brand=subscriber.brand,
            region=subscriber.region,
            only=offer.id,
        )


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
