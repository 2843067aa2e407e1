"""How each kind of step is asked: of the provider or of the carrier, under the step's own reference."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from careline.carrier.port import Answer, Carrier, CarrierBusy, CarrierDown, CarrierError, CarrierSilent, Request
from careline.payments.discounts import may_owe, terms
from careline.payments.models import Payment, Step
from careline.payments.moving import charge_of
from careline.payments.paying import owed_on_credit
from careline.payments.port import Answer as Provided
from careline.payments.port import Opened, Order, Provider, ProviderDown, ProviderError
from careline.payments.states import How, Purpose, StepState, What
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference

ABSENT_TIMES = 3  # as the hall's janitor believes it


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of asking: done, refused for good, or unknown."""

    state: StepState  # DONE, REFUSED or UNKNOWN
    cause: str = ""
    words: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asking:
    """Asks outside; None: nothing happened, its time brings it back."""

    carrier: Carrier
    providers: Mapping[str, Provider]
    time_limit_seconds: float
    site: str

    def ask(self, step: Step, now: datetime) -> Heard | None:
        row = step.payment
        by_carrier = What(step.what) in (What.CREDIT, What.CHARGE, What.COLLECT) or (
            step.what == What.GIVE_BACK and How(row.how) is not How.PROVIDER
        )
        if step.what == What.RATE:
            return self._rate(step, now)
        return self._by_carrier(step, now) if by_carrier else self._by_provider(step, now)

    def _by_provider(self, step: Step, now: datetime) -> Heard | None:
        row, reference = step.payment, str(step.payment_id)
        provider = self.providers.get(row.provider)
        if provider is None:
            return None  # it was taken off the shelf; a person must look
        answer: Provided | Opened
        try:
            match What(step.what):
                case What.OPEN:
                    answer = provider.open(self._order(row), now=now)
                case What.CAPTURE:
                    answer = provider.capture(reference, str(step.pk), step.fen, now=now)
                case What.VOID:
                    answer = provider.void(reference, str(step.pk), now=now)
                case _:
                    answer = provider.give_back(reference, str(step.pk), step.fen, now=now)
        except ProviderDown:
            return None
        except ProviderError as error:
            return Heard(StepState.UNKNOWN, words=str(error))
        if isinstance(answer, Opened):
            return Heard(StepState.DONE, facts={"page": answer.page, "reference": answer.reference})
        if answer.declined:
            return Heard(StepState.REFUSED, answer.declined[:32], answer.words)
        return Heard(StepState.DONE, words=answer.words)

    def _order(self, row: Payment) -> Order:
        titles = {Purpose.TOP_UP.value: "话费充值", Purpose.BILL.value: "缴纳话费"}
        title = titles.get(row.purpose) or f"订单 {row.subject}"
        return Order(str(row.pk), row.price, not row.at_once, title, f"{self.site}/my/pay/{row.pk}")

    def _by_carrier(self, step: Step, now: datetime) -> Heard | None:
        if step.tries > 1:  # it was asked before: what became of it?
            found = self._inquired(step, now)
            if found is not None:
                return found
        if step.what == What.CHARGE and (poor := self._poor(step, now)) is not None:
            # Too little may be left because it was taken: "it never arrived" is believed when it was said often enough.
            doubtful = 1 < step.tries <= ABSENT_TIMES + 1
            return Heard(StepState.UNKNOWN, words="absent and poor") if doubtful else poor
        answer = self._carrier(self._request(step), now)
        if isinstance(answer, CarrierDown | CarrierBusy):
            return None
        if isinstance(answer, CarrierError):
            return Heard(StepState.UNKNOWN, words=str(answer))
        if answer.refused is not None:
            return Heard(StepState.REFUSED, answer.refused.value, answer.words, answer.facts)
        return Heard(StepState.DONE, words=answer.words, facts=answer.facts)

    def _request(self, step: Step) -> Request:
        row = step.payment
        if step.what in (What.CREDIT, What.GIVE_BACK):
            number = row.payee if step.what == What.CREDIT else row.msisdn
            how = "returned" if step.what == What.GIVE_BACK else "web"  # as the carrier's own record calls it
            values: dict[str, Any] = {"amount": step.fen, "account": "basic", "how": how}
            if step.what == What.GIVE_BACK:
                values["returns"] = charge_of(row)
            return Request(str(step.pk), Msisdn(number), "top_up", "", values, "system", row.channel)
        zh, en = ("信用购", "Bought on credit") if step.what == What.COLLECT else ("话费支付", "Paid from the account")
        if row.purpose == Purpose.ORDER.value:  # so that a bill tells which one
            zh, en = f"{zh}（订单{row.subject}）", f"{en} (order {row.subject})"
        values = {"amount": step.fen, "product": "payment", "paid_to": "carrier", "name_zh": zh, "name_en": en}
        values["agreed"] = step.fen  # the purchase was the customer's yes
        return Request(str(step.pk), Msisdn(row.msisdn), "charge", "payment", values, "subscriber", row.channel)

    def _inquired(self, step: Step, now: datetime) -> Heard | None:
        number = self._request(step).msisdn
        request = Request(new_reference()[0], number, "inquire", "", {"reference": str(step.pk)}, "system")
        answer = self._carrier(request, now)
        if isinstance(answer, CarrierError):
            return Heard(StepState.UNKNOWN, words=str(answer))
        state = answer.facts.get("state")
        if state == "done":
            return Heard(StepState.DONE, words="found by asking", facts=answer.facts.get("facts") or {})
        if state == "refused":
            cause = answer.facts.get("cause") or Cause.NOT_ELIGIBLE
            return Heard(StepState.REFUSED, Cause(cause).value, "found by asking")
        if state == "pending":
            return Heard(StepState.UNKNOWN, words="pending")
        return None  # it never arrived, or so it says: the same reference is done once in any case

    def _poor(self, step: Step, now: datetime) -> Heard | None:
        """Whether the account cannot pay this: then it is not asked to, and is not suspended for it."""
        request = Request(new_reference()[0], Msisdn(step.payment.msisdn), "account", channel=step.payment.channel)
        answer = self._carrier(request, now)
        if isinstance(answer, CarrierError):
            # Nothing was asked to pay yet.
            return Heard(StepState.UNKNOWN, words=str(answer))
        if answer.refused is not None:
            return Heard(StepState.REFUSED, answer.refused.value)
        if answer.facts["basic"] < step.fen:
            return Heard(StepState.REFUSED, Cause.NOT_ENOUGH_MONEY.value, facts=answer.facts)
        return None

    def _rate(self, step: Step, now: datetime) -> Heard | None:
        """ORD-08: how much this customer may owe, by the carrier's rating; it only reads."""
        row = step.payment
        number = Msisdn(row.msisdn)
        facts: dict[str, Any] = {}
        for kind in ("profile", "account"):
            answer = self._carrier(Request(new_reference()[0], number, kind, channel=row.channel), now)
            if isinstance(answer, CarrierError):
                return None
            if answer.refused is not None:
                return Heard(StepState.REFUSED, answer.refused.value)
            facts |= answer.facts
        limit = may_owe(terms().credit, facts.get("credit_rating"), facts.get("debt") or 0, 0)
        room = max(0, limit - owed_on_credit(number))
        if facts.get("status") != "active":
            return Heard(StepState.REFUSED, Cause.SUSPENDED.value, facts={"room": 0})
        if row.price > room:
            return Heard(StepState.REFUSED, "credit_limit", facts={"room": room})
        return Heard(StepState.DONE, facts={"room": room, "limit": limit})

    def _carrier(self, request: Request, now: datetime) -> Answer | CarrierError:
        try:
            heard = dict(self.carrier.ask([request], now=now, time_limit_seconds=self.time_limit_seconds))
        except CarrierError as error:
            return error
        return heard.get(0, CarrierSilent("no answer"))
