"""What every carrier adapter promises, as tests: subclass `CarrierContract` and give it a `carrier` and an `open_line`.

`open_line(status=, basic=, gift=, points=)` puts a line there (amounts in fen, region zhejiang, brand easyown) and
gives its number. `now` is the time at which everything is asked.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from careline.carrier.port import KINDS, READS, Answer, Carrier, CarrierError, Request
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn

NOBODY = Msisdn("8619999999999")
TERMS = {"fee": 500, "per": "month", "effect": "now", "name_zh": "来电显示", "name_en": "Caller ID"}

# The facts that each read must hold, by the port's own words.
FACTS = {
    "account": {"basic", "gift", "charges_now", "credit_limit", "status", "valid_until", "retained_until", "debt", "charges"},
    "bill": {"month", "total", "paid", "items"},
    "charges": {"month", "entries"},
    "history": {"orders"},
    "payments": {"entries"},
    "usage": {"quotas"},
    "points": {"points", "worth", "expiring", "expires_on"},
    "holdings": {"holdings"},
    "profile": {
        "brand", "region", "language", "status", "abroad", "owner_masked", "plan_zh", "plan_en", "credit_rating",
        "activated_on",
    },
    "inquire": {"state", "facts", "cause"},
}  # fmt: skip
SUBJECTS = {"payments": "payments"}


class CarrierContract:
    now = datetime(2026, 11, 21, 4, tzinfo=UTC)

    @pytest.fixture
    def carrier(self) -> Carrier:
        raise NotImplementedError

    @pytest.fixture
    def open_line(self) -> Callable[..., Msisdn]:
        raise NotImplementedError

    def ask(self, carrier: Carrier, requests: Sequence[Request]) -> list[Answer | CarrierError]:
        answers = dict(carrier.ask(requests, now=self.now, time_limit_seconds=10))
        assert sorted(answers) == list(range(len(requests))), "each item is answered"
        return [answers[index] for index in range(len(requests))]

    def one(self, carrier: Carrier, msisdn: Msisdn, kind: str, subject: str = "", **values: Any) -> Answer:
        [answer] = self.ask(carrier, [_request(msisdn, kind, subject, **values)])
        assert isinstance(answer, Answer)
        return answer

    @pytest.mark.parametrize("kind", sorted(FACTS))
    def test_a_read_answers_with_the_facts_that_the_port_names(
        self, carrier: Carrier, open_line: Callable[..., Msisdn], kind: str
    ) -> None:
        assert kind in READS
        assert all(name in KINDS[kind] for name in FACTS[kind])
        answer = self.one(carrier, open_line(basic=1000), kind, SUBJECTS.get(kind, ""))
        assert answer.refused is None
        assert set(answer.facts) >= FACTS[kind]

    @pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"inquire", "number", "short_number"}))
    def test_a_number_that_is_no_line_is_not_found(self, carrier: Carrier, kind: str, db: None) -> None:
        subject = SUBJECTS.get(kind, "check" if kind == "password" else "caller_id")
        answer = self.one(carrier, NOBODY, kind, subject, amount=100, password="111111", **TERMS)
        assert answer.refused is Cause.NOT_FOUND

    def test_only_lines_that_exist_are_told_of(self, carrier: Carrier, open_line: Callable[..., Msisdn]) -> None:
        number = open_line(status="inactive")
        lines = carrier.lines([number, NOBODY])
        assert set(lines) == {number}
        assert (lines[number].brand, lines[number].region, lines[number].status) == (
            "easyown",
            "zhejiang",
            "inactive",
        )
        assert not lines[number].abroad

    def test_what_is_switched_on_is_held_and_charged_for(
        self, carrier: Carrier, open_line: Callable[..., Msisdn]
    ) -> None:
        number = open_line(basic=2000)
        done = self.one(carrier, number, "switch_on", "caller_id", **TERMS)
        assert done.refused is None
        assert (done.facts["fee"], done.facts["basic"], done.facts["replaced"]) == (500, 1500, [])
        [held] = self.one(carrier, number, "holdings").facts["holdings"]
        assert (held["product"], held["fee"], held["provider"]) == ("caller_id", 500, None)
        assert self.one(carrier, number, "account").facts["basic"] == 1500
        assert self.one(carrier, number, "switch_off", "caller_id").facts["ended"] == ["caller_id"]
        assert self.one(carrier, number, "holdings").facts["holdings"] == []

    def test_one_reference_is_done_once_however_often_it_is_asked(
        self, carrier: Carrier, open_line: Callable[..., Msisdn]
    ) -> None:
        number = open_line(basic=2000)
        request = _request(number, "switch_on", "caller_id", **TERMS)
        first, beside = self.ask(carrier, [request, request])
        [later] = self.ask(carrier, [request])
        assert first == beside == later
        assert self.one(carrier, number, "account").facts["basic"] == 1500

    def test_a_refusal_too_is_said_again_and_never_turned_into_a_deed(
        self, carrier: Carrier, open_line: Callable[..., Msisdn]
    ) -> None:
        number = open_line(basic=100)
        request = _request(number, "switch_on", "caller_id", **TERMS)
        [first] = self.ask(carrier, [request])
        assert isinstance(first, Answer)
        assert first.refused is Cause.NOT_ENOUGH_MONEY
        self.one(carrier, number, "top_up", amount=5000, account="basic", how="card")
        assert self.ask(carrier, [request]) == [first]
        assert self.one(carrier, number, "holdings").facts["holdings"] == []

    def test_an_inquiry_says_what_became_of_a_reference(
        self, carrier: Carrier, open_line: Callable[..., Msisdn]
    ) -> None:
        number = open_line(basic=700)
        done = _request(number, "switch_on", "caller_id", **TERMS)
        refused = _request(number, "switch_on", "voicemail", **TERMS)
        self.ask(carrier, [done, refused])

        def state(reference: str) -> tuple[str, object]:
            facts = self.one(carrier, number, "inquire", reference=reference).facts
            return facts["state"], facts["cause"]

        assert state(done.reference) == ("done", None)
        assert state(refused.reference) == ("refused", Cause.NOT_ENOUGH_MONEY)
        assert state("never-asked") == ("absent", None)

    def test_a_batch_answers_as_its_items_would_alone(self, carrier: Carrier, open_line: Callable[..., Msisdn]) -> None:
        asked: list[tuple[str, str, dict[str, Any]]] = [
            ("switch_on", "caller_id", dict(TERMS)),
            ("switch_on", "caller_id", dict(TERMS)),
            ("switch_off", "voicemail", {}),
            ("top_up", "", {"amount": 300, "account": "gift", "how": "gift"}),
            ("account", "", {}),
        ]
        alone, together = open_line(basic=900), open_line(basic=900)
        others = [open_line(basic=50 * order) for order in range(5)]
        single = [self.one(carrier, alone, kind, subject, **values) for kind, subject, values in asked[:4]]
        requests = [_request(together, kind, subject, **values) for kind, subject, values in asked[:4]]
        requests += [_request(other, "switch_on", "caller_id", **TERMS) for other in others]
        assert self.ask(carrier, requests)[:4] == single
        assert self.one(carrier, alone, "account") == self.one(carrier, together, "account")

    def test_one_impossible_item_does_not_spoil_its_batch(
        self, carrier: Carrier, open_line: Callable[..., Msisdn]
    ) -> None:
        good, bad = open_line(basic=2000), open_line(basic=2000)
        answers = self.ask(
            carrier,
            [
                _request(bad, "switch_on", "caller_id", **(TERMS | {"name_zh": "坏\x00"})),
                _request(good, "switch_on", "caller_id", **TERMS),
                _request(bad, "top_up", amount="many"),
                _request(bad, "dance"),
            ],
        )
        assert isinstance(answers[1], Answer)
        assert answers[1].refused is None
        assert isinstance(answers[0], CarrierError) or answers[0].refused is not None
        assert isinstance(answers[2], Answer)
        assert answers[2].refused is Cause.WRONG_PARAMETER
        assert isinstance(answers[3], Answer)
        assert answers[3].refused is not None
        assert self.one(carrier, bad, "account").facts["basic"] == 2000

    def test_the_history_names_who_ordered_what_when_and_how_after_it_ended_too(
        self, carrier: Carrier, open_line: Callable[..., Msisdn]
    ) -> None:
        number, friend = open_line(basic=2000), open_line()
        on = _request(number, "switch_on", "caller_id", **TERMS)
        self.ask(carrier, [replace(on, by=f"line:{friend.digits}", channel="shop")])
        self.ask(carrier, [replace(_request(number, "switch_off", "caller_id"), by="agent:wang", channel="call")])
        orders = self.one(carrier, number, "history", "caller_id").facts["orders"]
        assert [(one["action"], one["by"], one["channel"], one["at"]) for one in orders] == [
            ("on", f"line:{friend.masked()}", "shop", self.now),
            ("off", "agent:wang", "call", self.now),
        ]
        assert {(one["product"], one["fee"], one["provider"]) for one in orders} == {("caller_id", 500, None)}
        assert self.one(carrier, number, "history", "voicemail").facts["orders"] == []

    def test_the_charging_records_of_a_month_add_up_to_its_bill(
        self, carrier: Carrier, open_line: Callable[..., Msisdn]
    ) -> None:
        number = open_line(basic=5000)
        self.one(carrier, number, "switch_on", "caller_id", **TERMS)
        self.one(
            carrier,
            number,
            "charge",
            amount=800,
            product="sp_novel",
            paid_to="墨香阅读",
            name_zh="小说",
            name_en="Novels",
        )
        own, novel = self.one(carrier, number, "charges").facts["entries"]
        assert own["fen"] + novel["fen"] == self.one(carrier, number, "bill").facts["total"]
        assert (own["kind"], own["provider"], own["agreed_fee"], own["refunded"]) == ("subscription", None, 500, 0)
        assert (novel["kind"], novel["provider"], novel["agreed_fee"]) == ("information", "墨香阅读", None)
        assert own["id"] != novel["id"]
        assert self.one(carrier, number, "charges", item=novel["id"]).facts["entries"] == [novel]
        assert self.one(carrier, number, "charges", item="nothing-9").refused is Cause.NOT_FOUND
        assert self.one(carrier, number, "charges", month="1999-01").refused is Cause.NOT_FOUND

    def test_what_was_returned_of_a_charge_stands_at_its_record(
        self, carrier: Carrier, open_line: Callable[..., Msisdn]
    ) -> None:
        number = open_line(basic=5000)
        self.one(carrier, number, "switch_on", "caller_id", **TERMS)
        [charge] = self.one(carrier, number, "charges").facts["entries"]
        refund = _request(number, "top_up", amount=1000, account="basic", how="refund", item=charge["id"])
        self.ask(carrier, [refund, refund])
        [charge] = self.one(carrier, number, "charges").facts["entries"]
        assert charge["refunded"] == 1000
        assert self.one(carrier, number, "account").facts["basic"] == 5500

    def test_an_empty_batch_is_answered_with_nothing(self, carrier: Carrier, db: None) -> None:
        assert self.ask(carrier, []) == []
        assert carrier.lines([]) == {}

    def test_a_line_is_given_up_for_a_day_once_and_taken_back_until_then(
        self, carrier: Carrier, open_line: Callable[..., Msisdn]
    ) -> None:
        number, day = open_line(basic=2500, gift=300), str(self.now.date() + timedelta(days=10))
        closed = self.one(carrier, number, "close_line", effective_on=day)
        assert closed.refused is None
        assert set(closed.facts) >= {"effective_on", "retained_until", "basic", "gift", "points"}
        assert str(closed.facts["effective_on"]) == day
        assert closed.facts["retained_until"] > closed.facts["effective_on"]
        account = self.one(carrier, number, "account").facts
        assert (account["status"], str(account["closing_on"])) == ("active", day), "it is served until then"
        assert self.one(carrier, number, "close_line", effective_on=day).refused is Cause.ALREADY_ON
        back = self.one(carrier, number, "reopen_line")
        assert (back.refused, back.facts["was"], back.facts["status"]) == (None, "closing", "active")
        assert self.one(carrier, number, "account").facts["closing_on"] is None
        assert self.one(carrier, number, "reopen_line").refused is Cause.NOT_ON

    def test_nobody_leaves_with_a_debt_or_for_a_day_that_is_over(
        self, carrier: Carrier, open_line: Callable[..., Msisdn]
    ) -> None:
        tomorrow, today = (str(self.now.date() + timedelta(days=days)) for days in (1, 0))
        owing = open_line(basic=-200, status="suspended")
        assert self.one(carrier, owing, "close_line", effective_on=tomorrow).refused is Cause.NOT_ENOUGH_MONEY
        for wrong in (today, "2020-01-01", "31.2.", ""):
            assert self.one(carrier, open_line(), "close_line", effective_on=wrong).refused is Cause.WRONG_PARAMETER

    def test_kept_lines_are_told_of_by_the_page_those_whose_days_end_first_first(
        self, carrier: Carrier, open_line: Callable[..., Msisdn]
    ) -> None:
        owing = {open_line(basic=-700, gift=4000, status="suspended") for _ in range(3)}
        open_line(basic=100)
        first = list(carrier.kept(limit=2))
        second = list(carrier.kept(first[-1], limit=2))
        assert {one.msisdn for one in [*first, *second]} == owing
        assert [one.until for one in [*first, *second]] == sorted(one.until for one in [*first, *second])
        assert {(one.reason, one.debt, one.basic, one.gift) for one in first} == {("debt", 700, -700, 4000)}


def _request(msisdn: Msisdn, kind: str, subject: str = "", **values: Any) -> Request:
    return Request(str(uuid.uuid4()), msisdn, kind, subject, values)
