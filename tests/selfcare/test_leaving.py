"""Leaving by SMS and by call: the same deeds as on pages, once each, whatever dies, doubles or races in between."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import pytest

from careline import wiring
from careline.carrier.adapters.sandbox import stumbling
from careline.carrier.adapters.sandbox.carrier import Sandbox
from careline.carrier.adapters.sandbox.opening import Held, Opening, open_lines
from careline.carrier.adapters.sandbox.passwords import hashed
from careline.carrier.behind import Behind
from careline.carrier.port import Answer, CarrierError, Request
from careline.catalogue import library
from careline.demo.calling import Caller
from careline.dialogue.talk import Event
from careline.hall.reception import Reception
from careline.hall.reconciling import Janitor
from careline.hall.serving import Serving
from careline.identity import recognising
from careline.ledger.models import Attempt, OpenAttempt
from careline.offers import answering, leaving
from careline.offers.models import Grant, Leaving, Showing
from careline.outbox.models import Message
from careline.postgres.sql import counting
from careline.values.cause import Cause
from careline.values.language import Text
from careline.values.msisdn import Msisdn
from careline.values.outcome import Outcome
from careline.values.reference import new_reference
from tests.at_once import at_once
from tests.halls import Hall, answer_of, reference_of, the_book

PASSWORD = "135790"
TO_THE_YES = ("离网", "8", "3", "是")  # the 8th reason, then the first of next month
FIRST = date(2026, 12, 1)  # of the month after the hall's day


@cache
def proof() -> str:
    return hashed(PASSWORD)  # slow on purpose


def line(hall: Hall, **given: Any) -> Msisdn:
    number = Msisdn(f"86198{int(new_reference()[0][-9:], 16) % 10**8:08d}")
    facts: dict[str, Any] = {"brand": "easyown", "region": "shuoyuan", "basic": 5_000, "password": proof()}
    open_lines([Opening(number, **facts | given)], hall.clock())
    recognising.remember(Sandbox().lines([number]).values(), hall.clock())
    return number


def account(number: Msisdn, now: datetime) -> dict[str, Any]:
    request = Request(new_reference()[0], number, "account")
    [(_, answer)] = Sandbox().ask([request], now=now, time_limit_seconds=10)
    assert isinstance(answer, Answer)
    return dict(answer.facts)


def keys_of(number: Msisdn) -> list[str]:
    return [row.key for row in Message.objects.filter(msisdn=number.digits, key__startswith="leaving.").order_by("pk")]


def did(number: Msisdn) -> list[str]:
    return [step.did for row in Leaving.objects.filter(msisdn=number.digits) for step in row.steps.order_by("pk")]


def patient(hall: Hall) -> Reception:
    """A hall that waits long enough for any machine."""
    serving = Serving(wiring.office(), wiring.behaviours(), time_limit_seconds=30)
    return Reception(serving=serving, book=the_book, clock=hall.clock)


def janitor() -> Janitor:
    return Janitor(serving=Serving(wiring.office(), wiring.behaviours()), book=the_book)


@pytest.fixture(autouse=True)
def _steady_carrier() -> Iterator[None]:
    stumbling.forget()
    yield
    stumbling.forget()


@pytest.mark.requirement("RET-01")
def test_who_leaves_by_sms_gets_the_letters_that_the_page_sends_and_the_line_stops_on_that_day(hall: Hall) -> None:
    number = line(hall)
    hall.say(number, *TO_THE_YES)
    assert Leaving.objects.get().state == "asked"
    assert account(number, hall.clock())["closing_on"] is None, "a yes without the password stops nothing"
    done = hall.say(number, PASSWORD)
    assert done.outcome is Outcome.DONE
    row = Leaving.objects.get()
    assert (row.state, row.effective_on, row.channel, row.reason) == ("agreed", FIRST, "sms", "other")
    assert account(number, hall.clock())["closing_on"] == FIRST
    assert sorted(keys_of(number)) == ["leaving.agreed", "leaving.asked", "leaving.money"]
    kept = Attempt.objects.get(pk=reference_of(done))
    assert kept.parameters["day"] == str(FIRST)
    assert PASSWORD not in str(kept.parameters)
    assert PASSWORD not in "".join(Message.objects.filter(msisdn=number.digits).values_list("text", flat=True))


def test_a_call_counts_a_yes_only_when_its_question_was_heard_and_asks_for_the_password_then(hall: Hall) -> None:
    number = line(hall)
    caller = Caller(hall.reception, number, hall.clock)
    caller.dial()
    for keys in ("@leaving.other", "8", "3"):
        caller.press(keys)
    early = caller.happen(Event.KEYS, "1", heard_percent=20)
    assert "现在还没有办理" in early.text or "听完" in early.text
    assert Leaving.objects.get().state == "asked"
    asked = caller.press("1")
    assert asked.cue.secret
    assert caller.press(f"{PASSWORD}#").served.outcome is Outcome.DONE  # type: ignore[union-attr]
    row = Leaving.objects.get()
    assert (row.state, row.channel) == ("agreed", "voice")


def test_a_debt_is_told_at_once_and_nothing_is_begun(hall: Hall) -> None:
    number = line(hall, basic=-700, status="suspended", suspended_days_ago=5)
    told = hall.say(number, "离网")
    assert (told.outcome, told.cause) == (Outcome.REFUSED, Cause.NOT_ENOUGH_MONEY)
    assert "7.00元" in answer_of(told)
    assert not Leaving.objects.exists()
    assert "保留到" in answer_of(hall.say(number, "查离网")), "until when a number is kept that stopped for a debt"


def test_an_agreement_that_runs_on_is_told_with_its_day_before_the_yes(hall: Hall) -> None:
    contract = Held(
        "tariff_business", Text("商旅套餐", "Business plan"), 12_800, settings={"contract_until": "2027-06-30"}
    )
    number = line(hall, held=[contract])
    assert "商旅套餐约定用到2027年6月30日" in answer_of(hall.say(number, "离网", "8", "3"))


def test_a_line_that_is_registered_so_is_refused_with_where_it_can_be_done(hall: Hall) -> None:
    number = line(hall)
    stumbling.stumble("refusing", kind="close_line", cause=Cause.NOT_ELIGIBLE)
    told = hall.say(number, *TO_THE_YES, PASSWORD)
    assert (told.outcome, told.cause) == (Outcome.REFUSED, Cause.NOT_ELIGIBLE)
    assert "请机主带证件到营业厅" in answer_of(told)
    assert Leaving.objects.get().state == "refused"


def test_a_carrier_that_is_away_at_the_last_step_is_asked_again_and_the_customer_told_so(hall: Hall) -> None:
    number = line(hall)
    stumbling.stumble("down", kind="close_line")
    told = hall.say(number, *TO_THE_YES, PASSWORD)
    assert told.outcome is Outcome.DONE
    assert "还没有答复" in answer_of(told)
    assert "正在办" in answer_of(hall.say(number, "查离网"))
    again = hall.say(number, "不走了", "是")
    assert (again.outcome, again.cause) == (Outcome.REFUSED, Cause.ALREADY_ON)
    stumbling.recover()
    hall.clock.pass_(minutes=5)
    wiring.doorman().sweep(hall.clock())
    assert Leaving.objects.get().state == "agreed"


@pytest.mark.parametrize(
    ("kind", "said"), [("account", ("离网",)), ("points", ("离网", "8")), ("password", (*TO_THE_YES, PASSWORD))]
)
def test_a_carrier_that_is_silent_before_anything_was_done_leaves_no_doubt(
    hall: Hall, kind: str, said: tuple[str, ...]
) -> None:
    number = line(hall)
    for text in said[:-1]:
        hall.say(number, text)
    stumbling.stumble("silent", kind=kind)
    told = hall.say(number, said[-1])
    stumbling.recover()
    assert told.outcome is Outcome.FAILED
    assert not OpenAttempt.objects.exists()
    assert account(number, hall.clock())["closing_on"] is None
    assert did(number) == (["asked"] if kind == "password" else [])


def test_after_the_day_the_number_is_kept_and_had_back(hall: Hall) -> None:
    number = line(hall)
    hall.say(number, *TO_THE_YES, PASSWORD)
    hall.clock.pass_(days=22)
    Sandbox().leave(hall.clock())
    wiring.doorman().sweep(hall.clock())
    assert "保留到" in answer_of(hall.say(number, "查离网"))
    assert hall.say(number, "离网").cause is Cause.ALREADY_ON
    back = hall.say(number, "恢复号码", "是")
    assert back.outcome is Outcome.DONE
    assert "又开通了" in answer_of(back)
    assert account(number, hall.clock())["status"] == "active"


def test_a_text_that_comes_twice_is_done_once(hall: Hall) -> None:
    number = line(hall)
    hall.say(number, *TO_THE_YES[:3])
    yes, password = hall.arrival(number, "是"), hall.arrival(number, PASSWORD)
    for arrival in (yes, yes, password, password):
        [served] = hall.reception.receive([arrival])
    assert served.repeat
    assert "已约定离网" in answer_of(served)
    assert did(number) == ["asked", "closing", "agreed"]
    assert len(keys_of(number)) == 3


def test_the_number_of_a_reason_that_comes_twice_leaves_nothing(hall: Hall) -> None:
    number = line(hall)
    hall.say(number, "离网", "2", "2")
    assert did(number)[-1] == "stayed", "the second option is to stay"
    assert account(number, hall.clock())["closing_on"] is None


# -- the card


def test_the_gift_for_staying_is_taken_by_its_number_and_the_leaving_ends(hall: Hall) -> None:
    library.hold(the_book())
    number = line(hall)
    offered = answer_of(hall.say(number, "离网", "2"))
    assert "送20元" in offered
    assert "再想想" in offered, "every way stands beside the offer"
    taken = hall.say(number, "5")
    assert "赠送的话费" in answer_of(taken)
    row = Leaving.objects.get()
    assert (row.state, row.stayed_with) == ("stayed", "stay_20")
    assert Grant.objects.get().state == "given"
    assert account(number, hall.clock())["gift"] == 2_000


def test_a_service_that_is_offered_is_ordered_like_any_other_and_counts_as_staying(hall: Hall) -> None:
    library.hold(the_book())
    number = line(hall, brand="gotone", basic=50_000)
    assert "商旅套餐" in answer_of(hall.say(number, "离网", "5"))
    asked = hall.say(number, "5")
    assert asked.asks == "confirm"
    assert "98.00元" in answer_of(asked), "its price is said before the yes"
    hall.clock.pass_(seconds=5)
    assert hall.say(number, "是").outcome is Outcome.DONE
    hall.clock.pass_(minutes=1)
    answering.learn(hall.clock())
    assert Showing.objects.get().answer == "accepted"
    assert (Leaving.objects.get().state, Leaving.objects.get().stayed_with) == ("stayed", "keep_business")


# -- what dies and what races


class Dying(Behind):
    """An office whose process dies: before it asked anything, or when everything is done and nothing told."""

    def __init__(self, carrier: Any, *, before: bool) -> None:
        super().__init__(carrier)
        self.before = before

    def ask(
        self, requests: Sequence[Request], *, now: datetime, time_limit_seconds: float
    ) -> Iterator[tuple[int, Answer | CarrierError]]:
        if not self.before:
            list(self.carrier.ask(requests, now=now, time_limit_seconds=time_limit_seconds))
        raise SystemExit


@dataclass
class Dead:
    """What is left of a customer's last text when the hall died at it."""

    number: Msisdn
    reference: str


def last_words(dead: Dead) -> str:
    return Message.objects.filter(attempt=dead.reference).order_by("pk").values_list("text", flat=True)[1]


def dies(hall: Hall, number: Msisdn, text: str, *, before: bool) -> Dead:
    serving = Serving(Dying(wiring.office(), before=before), wiring.behaviours())
    dying = Reception(serving=serving, book=the_book, clock=hall.clock)
    with pytest.raises(SystemExit):
        dying.receive([hall.arrival(number, text)])
    reference = str(OpenAttempt.objects.get(msisdn=number.digits).pk)
    hall.clock.pass_(minutes=2)
    return Dead(number, reference)


def test_a_hall_that_dies_after_it_was_done_tells_it_and_does_nothing_twice(hall: Hall) -> None:
    number = line(hall)
    hall.say(number, *TO_THE_YES)
    dead = dies(hall, number, PASSWORD, before=False)
    assert janitor().sweep(hall.clock()) == 1
    assert Attempt.objects.get(pk=dead.reference).outcome == "done"
    assert did(number) == ["asked", "closing", "agreed"]
    assert "已约定离网" in last_words(dead)
    assert len(keys_of(number)) == 3


def test_a_hall_that_dies_before_it_was_done_never_leaves_later_for_the_password_was_not_kept(hall: Hall) -> None:
    number = line(hall)
    hall.say(number, *TO_THE_YES)
    dead = dies(hall, number, PASSWORD, before=True)
    assert janitor().sweep(hall.clock()) == 1
    kept = Attempt.objects.get(pk=dead.reference)
    assert (kept.outcome, kept.cause) == ("refused", "nothing_to_confirm")
    assert "密码我们没有留" in last_words(dead)
    row = Leaving.objects.get()
    with pytest.raises(leaving.NotAllowed, match="answered"):  # the one that was thought dead comes late
        wiring.doorman().leave(str(row.pk), FIRST, by="subscriber", now=hall.clock(), attempt=dead.reference)
    assert account(number, hall.clock())["closing_on"] is None
    assert hall.say(number, *TO_THE_YES, PASSWORD).outcome is Outcome.DONE, "and who still wants to leave can"


@pytest.mark.parametrize(
    ("said", "text", "steps"), [(("离网",), "8", ["asked"]), (("离网", "8"), "2", ["asked", "stayed"])]
)
def test_a_reason_or_an_answer_that_was_being_noted_is_noted_once(
    hall: Hall, said: tuple[str, ...], text: str, steps: list[str]
) -> None:
    number = line(hall)
    hall.say(number, *said)
    dead = dies(hall, number, text, before=False)
    assert janitor().sweep(hall.clock()) == 1
    assert Attempt.objects.get(pk=dead.reference).outcome == "done"
    assert did(number) == steps


def test_taking_back_that_was_cut_off_is_taken_back_once(hall: Hall) -> None:
    number = line(hall)
    hall.say(number, *TO_THE_YES, PASSWORD, "不走了")
    dead = dies(hall, number, "是", before=False)
    assert janitor().sweep(hall.clock()) == 1
    assert Attempt.objects.get(pk=dead.reference).outcome == "done"
    assert Leaving.objects.get().state == "withdrawn"
    assert keys_of(number).count("leaving.withdrawn") == 1


@pytest.mark.django_db(transaction=True)
def test_two_doors_that_leave_at_once_agree_on_one_day_and_the_other_is_told_so(transactional_db: None) -> None:
    hall = Hall()
    hall.reception = patient(hall)
    number = line(hall)
    hall.say(number, *TO_THE_YES)
    row = Leaving.objects.get()
    tomorrow = hall.clock().date() + timedelta(days=1)

    def by_page() -> Any:
        return wiring.doorman().leave(str(row.pk), tomorrow, by="subscriber", now=hall.clock())

    text, page = at_once([lambda: hall.say(number, PASSWORD), by_page])
    won = Leaving.objects.get()
    assert won.state == "agreed"
    assert account(number, hall.clock())["closing_on"] == won.effective_on
    assert did(number).count("closing") == 1
    lost = isinstance(page, leaving.NotAllowed)
    assert lost == (text.outcome is Outcome.DONE), (text, page)
    assert lost or text.cause in (Cause.ALREADY_ON, Cause.NOTHING_TO_CONFIRM)


# -- what it costs


def test_many_who_ask_what_leaving_means_cost_as_many_statements_as_one(hall: Hall) -> None:
    library.hold(the_book())

    def statements(size: int) -> int:
        batch = [hall.arrival(line(hall), "查离网") for _ in range(size)]
        hall.say(line(hall), "查离网")
        with counting() as count:
            served = hall.reception.receive(batch)
        assert all(one.outcome is Outcome.DONE for one in served)
        return count.statements

    assert abs(statements(6) - statements(1)) <= 1


def test_who_asks_something_else_in_the_same_batch_is_answered_by_the_carrier_as_ever(hall: Hall) -> None:
    one, other = line(hall), line(hall)
    batch = [hall.arrival(one, "查离网"), hall.arrival(other, "CXYE")]
    leaving_, balance = hall.reception.receive(batch)
    assert "号码保留到" in answer_of(leaving_)
    assert "50.00元" in answer_of(balance)
