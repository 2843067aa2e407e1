"""Leaving: asked for with a reason, cared for on one card, agreed for a day, taken back until then; never in the way.

Every deed is a step in the record, with who did it. `doorman` agrees with the carrier.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from careline.dialogue.saying import ZONE, both, say_time
from careline.dialogue.talk import Subscriber
from careline.offers import letters
from careline.offers.letters import Note
from careline.offers.models import Leaving, Showing, Step
from careline.offers.offer import REASONS
from careline.offers.policy import policy
from careline.offers.records.leaving import LIVE, WORDS_MAX
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference
from careline.values.secret import mask


class NotAllowed(Exception):
    """What was asked is refused; the message is a code that pages have words for.

    no_such_leaving, no_reason, not_asked, not_agreed, under_way, bad_day, debt, too_late, not_left, paid_out, answered.
    """

    @property
    def code(self) -> str:
        return str(self.args[0])


def ask(
    subscriber: Subscriber,
    reason: str,
    words: str,
    *,
    channel: str,
    by: str,
    now: datetime,
    link: str = "demo",
    attempt: str = "",
) -> Leaving:
    """The customer wants to leave, and says why; one that is open already is gone on with. Raises NotAllowed: no_reason.

    `attempt`: the attempt of the hall that asked, here and in every deed below; asked a second time, it adds nothing.
    """
    if reason not in REASONS:
        raise NotAllowed("no_reason")
    number, said = subscriber.msisdn, mask(" ".join(words.replace("\0", "").split()))[:WORDS_MAX]
    until = now + timedelta(days=policy().leaving.undecided_days)
    with transaction.atomic():
        open_one = Leaving.objects.select_for_update().filter(msisdn=number.digits, state__in=LIVE).first()
        if open_one is not None:
            if open_one.state == "asked" and not heard_of(open_one, attempt):
                open_one.reason, open_one.words, open_one.undecided_at = reason, said or open_one.words, until
                open_one.save(update_fields=["reason", "words", "undecided_at"])
                step(open_one, "asked", by, now, reason=reason, **_of(attempt))
            return open_one
        try:
            with transaction.atomic():
                row = Leaving.objects.create(
                    id=new_reference()[0],
                    msisdn=number.digits,
                    brand=subscriber.brand,
                    region=subscriber.region,
                    channel=channel,
                    by=by,
                    reason=reason,
                    words=said,
                    asked_at=now,
                    undecided_at=until,
                )
        except IntegrityError:  # asked in two windows at once
            return Leaving.objects.get(msisdn=number.digits, state__in=LIVE)
        step(row, "asked", by, now, reason=reason, **_of(attempt))
        letters.post([Note(number, "leaving.asked", {"until": both(say_time, until)})], link=link, now=now)
    return row


def open_of(msisdn: Msisdn) -> Leaving | None:
    """The leaving that is under way for this number."""
    return Leaving.objects.filter(msisdn=msisdn.digits, state__in=LIVE).first()


def latest_of(msisdn: Msisdn) -> Leaving | None:
    return Leaving.objects.filter(msisdn=msisdn.digits).order_by("-asked_at").first()


def of(msisdn: Msisdn, leaving: str) -> Leaving:
    """This customer's leaving of that id. Raises NotAllowed: no_such_leaving."""
    row = Leaving.objects.filter(pk=leaving, msisdn=msisdn.digits).first()
    if row is None:
        raise NotAllowed("no_such_leaving")
    return row


def stay(leaving: str, *, offer: str = "", by: str, now: datetime, link: str = "demo", attempt: str = "") -> Leaving:
    """The customer stays, with an offer or without. Raises NotAllowed: not_asked."""
    with transaction.atomic():
        row = locked(leaving)
        if row.state != "asked":
            raise NotAllowed("not_asked")
        row.state, row.stayed_with, row.ended_at = "stayed", offer, now
        row.save(update_fields=["state", "stayed_with", "ended_at"])
        step(row, "stayed", by, now, offer=offer, **_of(attempt))
        letters.post([Note(Msisdn(row.msisdn), "leaving.stayed", {})], link=link, now=now)
    return row


def think(leaving: str, *, by: str, now: datetime, attempt: str = "") -> Leaving:
    """The customer thinks it over: nothing happens, and nothing is asked again. Raises NotAllowed: not_asked."""
    with transaction.atomic():
        row = locked(leaving)
        if row.state != "asked":
            raise NotAllowed("not_asked")
        row.state, row.ended_at = "undecided", now
        row.save(update_fields=["state", "ended_at"])
        step(row, "undecided", by, now, **_of(attempt))
    return row


def lapse(leaving: str, attempt: str, *, by: str, now: datetime) -> bool:
    """This attempt will do nothing any more, for its proof was kept nowhere; false when it had done something already."""
    with transaction.atomic():
        row = locked(leaving)
        if heard_of(row, attempt):
            return False
        step(row, "lapsed", by, now, **_of(attempt))
    return True


def pay_out(leaving: str, *, by: str, now: datetime) -> Leaving:
    """The rest of the basic account was paid out at a counter. Raises NotAllowed: not_left, paid_out."""
    with transaction.atomic():
        row = locked(leaving)
        if row.state != "left" or row.basic <= 0:
            raise NotAllowed("not_left")
        if row.paid_out_at is not None:
            raise NotAllowed("paid_out")
        row.paid_out_at, row.paid_out_by = now, by
        row.save(update_fields=["paid_out_at", "paid_out_by"])
        step(row, "paid_out", by, now, fen=row.basic)
    return row


def done_by(msisdn: Msisdn, attempt: str) -> Leaving | None:
    """The leaving for which this attempt of the hall did something, as it stands now."""
    steps = Step.objects.filter(leaving__msisdn=msisdn.digits, detail__attempt=attempt).exclude(did="lapsed")
    found = steps.select_related("leaving").first() if attempt else None
    return found.leaving if found is not None else None


def heard_of(row: Leaving, attempt: str) -> bool:
    """Whether this attempt did something here before; its row is locked."""
    return bool(attempt) and Step.objects.filter(leaving=row, detail__attempt=attempt).exists()


def latest_of_all(numbers: Sequence[Msisdn]) -> dict[str, Leaving]:
    """The latest leaving of each of these numbers, by its digits; one statement."""
    rows = Leaving.objects.filter(msisdn__in=[number.digits for number in numbers])
    return {row.msisdn: row for row in rows.order_by("msisdn", "-asked_at").distinct("msisdn")}


def shown_on(leaving: str) -> list[Showing]:
    """What the card of this leaving showed, with the answers."""
    return list(Showing.objects.filter(leaving=leaving).order_by("shown_at", "id"))


def last_moment(day: date) -> datetime:
    """The end of that day at the carrier: until then everything can be taken back."""
    return datetime.combine(day + timedelta(days=1), time(), ZONE)


def locked(leaving: str) -> Leaving:
    row = Leaving.objects.select_for_update().filter(pk=leaving).first()
    if row is None:
        raise NotAllowed("no_such_leaving")
    return row


def _of(attempt: str) -> dict[str, str]:
    return {"attempt": attempt} if attempt else {}


def step(row: Leaving, did: str, by: str, now: datetime, **detail: Any) -> None:
    Step.objects.create(leaving=row, at=now, by=by, did=did, detail=detail)
