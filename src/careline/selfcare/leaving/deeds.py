"""What is done about leaving by SMS, call or dial menu: asked for, thought over, agreed to for a day, taken back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from careline.carrier.port import Answer, CarrierError, Request
from careline.dialogue.saying import local
from careline.identity import recognising
from careline.offers import answering, leaving, recommending, shelf
from careline.offers import facts as customers
from careline.offers.doorman import Doorman
from careline.offers.leaving import NotAllowed
from careline.offers.models import Grant, Leaving, Showing
from careline.offers.promoting import Giver
from careline.offers.recommending import Suggestion
from careline.selfcare.leaving import standing
from careline.selfcare.leaving.meaning import WANTED, facts_or_trouble, own, weighed
from careline.selfcare.leaving.standing import Facts, facts_of
from careline.values.cause import Cause

BY = "subscriber"
# What the hall says where a deed is not allowed.
_CAUSES = {
    "under_way": Cause.ALREADY_ON,
    "too_late": Cause.NOT_FOUND,
    "not_agreed": Cause.NOT_ON,
    "no_reason": Cause.WRONG_PARAMETER,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One deed that is asked for. `read`: what the carrier said of what the deed needs, by our names."""

    request: Request
    read: Mapping[str, Answer | CarrierError]
    now: datetime
    doorman: Doorman
    giver: Giver

    @property
    def attempt(self) -> str:
        return self.request.reference


def ask(asked: Asked) -> Answer | CarrierError:
    """The customer says why: noted, with at most one honest offer, and the days to choose from."""
    read = facts_or_trouble(asked.read, WANTED)
    if not isinstance(read, dict):
        return read
    request, now = asked.request, asked.now
    held = own([request.msisdn])
    means = standing.told(weighed(request.msisdn, read, held, now), now)
    no = standing.barred(facts_of(held.leavings.get(request.msisdn.digits), now, read["account"]) | means)
    if no is not None:
        return Answer(no, facts_of(held.leavings.get(request.msisdn.digits), now, read["account"]) | means)
    subscriber = recognising.recognise([request.msisdn])[request.msisdn]
    reason = str(request.values.get("reason", ""))
    try:
        row = leaving.ask(
            subscriber, reason, "", channel=request.channel, by=BY, now=now, link=asked.doorman.link, attempt=asked.attempt
        )  # fmt: skip
    except NotAllowed as refused:
        return _no(refused, None, now)
    if row.state != "asked":
        return Answer(Cause.ALREADY_ON, facts_of(row, now))
    known = customers.facts_of(subscriber, _facts(asked.read), local(now).date(), reason=reason)
    tips = recommending.suggestions(
        request.msisdn, "leaving", facts=known, now=now, channel=request.channel, by="hall", most=1, leaving=str(row.pk)
    )
    return Answer(facts=facts_of(row, now, read["account"]) | means | {"offer": _offered(tips[0]) if tips else None})


def answer(asked: Asked) -> Answer:
    """Stay as it is, think it over, or stay with the gift that was offered."""
    request, now, what = asked.request, asked.now, str(asked.request.values.get("what", ""))
    done = leaving.done_by(request.msisdn, asked.attempt)
    row = done or leaving.open_of(request.msisdn)
    if done is None:
        if row is None and what == "gift" and (latest := leaving.latest_of(request.msisdn)) is not None:
            return _with_gift(latest, now)  # taken already; by this attempt, if it is asked again
        if row is None or row.state != "asked":
            return Answer(Cause.NOTHING_TO_CONFIRM, facts_of(row, now))
        if what == "gift":
            return _take_gift(asked, row)
        try:
            if what == "think":
                row = leaving.think(str(row.pk), by=BY, now=now, attempt=asked.attempt)
            else:
                row = leaving.stay(str(row.pk), by=BY, now=now, link=asked.doorman.link, attempt=asked.attempt)
        except NotAllowed as refused:
            return _no(refused, row, now)
    return Answer(facts=facts_of(row, now) | {"ended": row.state if row is not None else ""})


def agree(asked: Asked) -> Answer | CarrierError:
    """Leave, on the day that was asked about and agreed to, with the right service password and nothing owed."""
    request, now = asked.request, asked.now
    done = leaving.done_by(request.msisdn, asked.attempt)
    if done is not None:
        return _agreed(asked.doorman.go_on(done, now) if done.state == "closing" else done, now)
    row, day = leaving.open_of(request.msisdn), _day(request)
    if row is not None and row.state != "asked":
        return Answer(Cause.ALREADY_ON, facts_of(row, now))
    if row is None or day is None:
        return Answer(Cause.NOTHING_TO_CONFIRM, facts_of(row, now))
    if "password" not in request.values:  # asked again after a crash: the password was kept nowhere
        leaving.lapse(str(row.pk), asked.attempt, by=BY, now=now)
        return Answer(Cause.NOTHING_TO_CONFIRM, facts_of(row, now) | {"code": "lapsed"})
    read = facts_or_trouble(asked.read, WANTED)
    if not isinstance(read, dict):
        return read
    if int(read["account"].get("debt") or 0):
        return Answer(Cause.NOT_ENOUGH_MONEY, facts_of(row, now, read["account"]))
    proof = facts_or_trouble(asked.read, {"password": ""})
    if isinstance(proof, CarrierError):
        return proof
    if isinstance(proof, Answer):
        return Answer(proof.refused, facts_of(row, now) | dict(proof.facts) | {"code": "password"})
    try:
        return _agreed(asked.doorman.leave(str(row.pk), day, by=BY, now=now, attempt=asked.attempt), now)
    except NotAllowed as refused:
        return _no(refused, leaving.open_of(request.msisdn), now)


def back(asked: Asked) -> Answer:
    """Not leaving after all: while it is only asked for, until the day comes, and while the number is kept."""
    request, now = asked.request, asked.now
    row = leaving.done_by(request.msisdn, asked.attempt)
    if row is not None:
        row = asked.doorman.go_on(row, now) if row.state == "reopening" else row
        return Answer(facts=facts_of(row, now) | {"ended": row.state})
    row = leaving.latest_of(request.msisdn)
    if row is None:
        return Answer(Cause.NOT_ON, facts_of(None, now))
    try:
        if row.state == "asked":
            row = leaving.stay(str(row.pk), by=BY, now=now, link=asked.doorman.link, attempt=asked.attempt)
        else:
            row = asked.doorman.take_back(str(row.pk), by=BY, now=now, attempt=asked.attempt)
    except NotAllowed as refused:
        return _no(refused, row, now)
    if row.state in ("agreed", "left"):  # the carrier said no
        return Answer(Cause(row.cause or Cause.CLOSED), facts_of(row, now) | {"code": "carrier"})
    return Answer(facts=facts_of(row, now) | {"ended": row.state})


DEEDS: Mapping[str, Callable[[Asked], Answer | CarrierError]] = MappingProxyType(
    {"leaving_ask": ask, "leaving_answer": answer, "leaving_agree": agree, "leaving_back": back}
)


def _agreed(row: Leaving, now: datetime) -> Answer:
    """What the carrier made of it; `refused` says why, and what it left open is done by the sweep."""
    if row.state == "refused":
        return Answer(Cause(row.cause), facts_of(row, now) | {"code": "carrier"})
    return Answer(facts=facts_of(row, now) | {"ended": row.state})


def _day(request: Request) -> date | None:
    """The day that the customer said yes to; it comes from our own question alone."""
    try:
        return date.fromisoformat(str(request.values.get("day") or ""))
    except ValueError:
        return None


def _no(refused: NotAllowed, row: Leaving | None, now: datetime) -> Answer:
    return Answer(_CAUSES.get(refused.code, Cause.NOTHING_TO_CONFIRM), facts_of(row, now) | {"code": refused.code})


def _facts(read: Mapping[str, Answer | CarrierError]) -> dict[str, Any]:
    """What was answered of what may fail alone."""
    return {
        name: found.facts for name, found in read.items() if not isinstance(found, CarrierError) and not found.refused
    }


def _offered(tip: Suggestion) -> Facts:
    """One offer as a channel can say it. A gift is taken by a word; a service is ordered like any other, at its price."""
    taken = {"service": tip.service, "verb": tip.verb, "tier": tip.tier} if tip.service else {}
    return {"showing": tip.showing, "name": tip.name, "reason": tip.reason, "takes": taken}


def _take_gift(asked: Asked, row: Leaving) -> Answer:
    for shown in Showing.objects.filter(leaving=row.pk, service="", answer=""):
        offer = shelf.offers().get(shown.offer)
        if offer is None or offer.gift is None or offer.gift.trigger != "stay":
            continue
        subscriber = recognising.recognise([asked.request.msisdn])[asked.request.msisdn]
        asked.giver.give(answering.take_gift(subscriber, str(shown.pk), asked.now), asked.now)
        return _with_gift(Leaving.objects.get(pk=row.pk), asked.now)
    return Answer(Cause.CLOSED, facts_of(row, asked.now) | {"code": "gift"})


def _with_gift(row: Leaving, now: datetime) -> Answer:
    """Stayed; whether there was money left for the gift is told as it is."""
    if row.state != "stayed" or not row.stayed_with:
        return Answer(Cause.NOTHING_TO_CONFIRM, facts_of(row, now))
    granted = Grant.objects.filter(msisdn=row.msisdn, offer=row.stayed_with, key=f"leaving:{row.pk}").exclude(
        state="refused"
    )
    return Answer(facts=facts_of(row, now) | {"ended": "stayed", "gift": granted.exists()})
