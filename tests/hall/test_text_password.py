"""The service password by text, with the carrier that knows it: what needs it goes on in the same turn, once, and keeps none."""

import logging
import threading
from dataclasses import replace
from typing import Any

import pytest

from careline import wiring
from careline.carrier.adapters.sandbox import stumbling
from careline.carrier.adapters.sandbox.models import Account
from careline.carrier.adapters.sandbox.passwords import hashed
from careline.dialogue.book import Book, Confirm, Verb
from careline.hall.explaining import explain
from careline.hall.reconciling import ABSENT_TIMES, Janitor
from careline.hall.retelling import sentence
from careline.hall.serving import Serving
from careline.ledger import due
from careline.ledger.models import Attempt, OpenAttempt
from careline.outbox.models import Message
from careline.postgres.sql import counting, execute
from careline.values.msisdn import Msisdn
from careline.values.outcome import Outcome
from tests.attacks.test_calls_secrets import everywhere
from tests.hall.test_reconciling import crash_between_the_transactions, later
from tests.hall.test_telephone import Line
from tests.hall.test_telephone_password import guarded as asks_on_calls
from tests.halls import Hall, answer_of, reference_of, the_book

RIGHT, WRONG = "135792", "246813"
HASH = hashed(RIGHT)  # slow on purpose: once


def guarded_book() -> Book:
    """The published book, in which Caller ID, a paper in two steps, the balance and what is on need the service password."""
    book = the_book()
    services = dict(book.services)
    for name, verbs in (
        ("caller_id", (Verb.SUBSCRIBE, Verb.CANCEL)),
        ("paper_401", (Verb.SUBSCRIBE,)),
        ("charges_and_balance", (Verb.QUERY,)),
        ("points_redeem", (Verb.REDEEM,)),
    ):
        known = services[name]
        actions = {verb: replace(one, assurance=2 if verb in verbs else 1) for verb, one in known.actions.items()}
        services[name] = replace(known, actions=actions)
    return replace(book, services=services)


@pytest.fixture(scope="module")
def book() -> Book:
    return guarded_book()


@pytest.fixture
def asking(hall: Hall, book: Book) -> Hall:
    hall.reception.book = lambda: book
    return hall


def customer(hall: Hall, table: str = "T5", password: str = HASH, **more: Any) -> Msisdn:
    found = hall.fresh(table, **more)
    Account.objects.filter(msisdn=found.digits).update(password=password)
    return found


def kept(who: Msisdn) -> list[tuple[str, str, str, str]]:
    found = Attempt.objects.filter(msisdn=who.digits)
    return sorted((one.service, one.verb, one.outcome, one.cause) for one in found)


CHECKED = ("password", "status", "done", "")


@pytest.mark.parametrize(
    ("language", "ask", "told"), [("zh", "回复6位密码", "来电显示"), ("en", "6-digit service password", "Caller")]
)
def test_the_right_password_does_what_was_ordered_in_the_same_turn(
    asking: Hall, language: str, ask: str, told: str
) -> None:
    who = customer(asking, language=language)
    first = asking.say(who, "KTLDXS")
    assert ask in answer_of(first)
    assert first.asks == "check"
    done = asking.say(who, RIGHT)
    assert done.outcome is Outcome.DONE
    assert told in answer_of(done)
    assert reference_of(done) == reference_of(first), "one attempt from the code to the end"
    assert kept(who) == [("caller_id", "subscribe", "done", ""), CHECKED]
    assert not OpenAttempt.objects.exists()
    assert Message.objects.filter(msisdn=who.digits).count() == 2, "each text has one answer"


def test_a_query_is_answered_in_the_same_turn(asking: Hall) -> None:
    who = customer(asking)
    assert "100.00" in answer_of(asking.say(who, "CXYE", RIGHT))
    assert kept(who) == [("charges_and_balance", "query", "done", ""), CHECKED]


def test_an_order_in_two_steps_goes_on_in_two_steps(asking: Hall) -> None:
    assert guarded_book().services["paper_401"].actions[Verb.SUBSCRIBE].confirm is Confirm.CODE
    who = customer(asking, "T2")
    begun = asking.say(who, "4011")
    asked = asking.say(who, RIGHT)
    assert "401191" in answer_of(asked)
    assert (asked.asks, asked.outcome, reference_of(asked)) == ("confirm", None, reference_of(begun))
    done = asking.say(who, "401191")
    assert (done.outcome, reference_of(done)) == (Outcome.DONE, reference_of(begun))
    assert Attempt.objects.filter(msisdn=who.digits, service="paper_401").count() == 1


@pytest.mark.parametrize("texts", [("DJ+10", RIGHT), ("DJ", RIGHT, "10"), ("DJ", WRONG, RIGHT, "10")])
def test_values_are_kept_that_came_with_the_code_and_asked_for_where_they_did_not(
    asking: Hall, texts: tuple[str, ...]
) -> None:
    who = customer(asking, "T6a")
    assert asking.say(who, *texts).outcome is Outcome.DONE
    account = Account.objects.get(msisdn=who.digits)
    assert (account.basic, account.points) == (110_00, 2000), "once, and for the amount that was said"
    (attempt,) = Attempt.objects.filter(msisdn=who.digits, service="points_redeem")
    assert attempt.parameters["amount"] == "1000"


def test_a_wrong_one_counts_and_the_lock_holds_whatever_channel_it_was_tried_on(asking: Hall) -> None:
    who = customer(asking)
    assert "还可以试4次" in answer_of(asking.say(who, "KTLDXS", WRONG))
    line = Line(asks_on_calls(Hall()), who)
    line.dial()
    line.press("1", f"{WRONG}#")
    third = asking.say(who, WRONG)
    assert "还可以试2次" in answer_of(third), "the try on the call counted"
    assert third.asks == "check"
    asking.say(who, WRONG)
    locked = asking.say(who, WRONG)
    assert "锁住" in answer_of(locked)
    assert "12:00" in answer_of(locked) or "11月11日" in answer_of(locked), "until when"
    assert (locked.outcome, locked.asks) == (Outcome.FAILED, "")
    assert "锁住" in answer_of(asking.say(who, "KTLDXS", RIGHT)), "and then nor the right one opens"
    assert ("caller_id", "subscribe", "failed", "too_many_tries") in kept(who)
    assert not OpenAttempt.objects.filter(channel="sms").exists()
    asking.clock.pass_(hours=25)
    assert asking.say(who, "KTLDXS", RIGHT).outcome is Outcome.DONE


def test_who_has_none_is_told_how_to_get_one_and_the_order_ends(asking: Hall) -> None:
    who = customer(asking, password="")
    told = asking.say(who, "KTLDXS", RIGHT)
    assert "申请服务密码" in answer_of(told)
    assert ("caller_id", "subscribe", "refused", "not_on") in kept(who)
    assert not OpenAttempt.objects.exists()


def test_who_forgot_it_sets_another_and_orders_then(asking: Hall) -> None:
    who = customer(asking)
    asking.say(who, "KTLDXS", "重置服务密码")
    assert asking.say(who, "110101199001011237").outcome is Outcome.DONE
    assert asking.say(who, "KTLDXS", "011237").outcome is Outcome.DONE
    assert ("caller_id", "subscribe", "abandoned", "left") in kept(who)


def test_the_same_message_twice_is_checked_once_and_done_once(asking: Hall) -> None:
    who = customer(asking)
    asking.say(who, "KTLDXS")
    wrong = [asking.reception.receive([asking.arrival(who, WRONG, "w")])[0] for _ in range(3)]
    assert [one.repeat for one in wrong] == [False, True, True]
    assert len({answer_of(one) for one in wrong}) == 1
    batch = [asking.arrival(who, RIGHT, "r"), asking.arrival(who, RIGHT, "r")]
    right = asking.reception.receive(batch)
    assert [one.repeat for one in right] == [False, True]
    assert answer_of(right[0]) == answer_of(right[1])
    assert kept(who) == [
        ("caller_id", "subscribe", "done", ""), CHECKED, ("password", "status", "failed", "wrong_password")
    ]  # fmt: skip
    assert Account.objects.get(msisdn=who.digits).basic < 100_00, "charged"
    paid = Account.objects.get(msisdn=who.digits).basic
    asking.reception.receive([asking.arrival(who, RIGHT, "r")])
    assert Account.objects.get(msisdn=who.digits).basic == paid, "and charged once"


def test_the_code_and_the_password_may_come_in_one_batch(asking: Hall) -> None:
    one, two = customer(asking), customer(asking)
    batch = [asking.arrival(who, text) for text in ("KTLDXS", RIGHT) for who in (one, two)]
    served = asking.reception.receive(batch)
    assert [each.outcome for each in served] == [None, None, Outcome.DONE, Outcome.DONE]


def test_a_code_in_place_of_the_password_leaves_the_order(asking: Hall) -> None:
    who = customer(asking)
    served = asking.say(who, "KTLDXS", "CXJF")
    assert served.outcome is Outcome.DONE
    assert kept(who) == [("caller_id", "subscribe", "abandoned", "left"), ("points", "query", "done", "")]


def test_a_password_that_never_comes_lapses_and_one_that_comes_late_does_nothing(asking: Hall) -> None:
    who = customer(asking)
    asking.say(who, "KTLDXS")
    asking.clock.pass_(minutes=31)
    assert due.lapse(asking.clock()) == 1
    assert "没有等到" in answer_of(asking.say(who, RIGHT))
    assert kept(who) == [("caller_id", "subscribe", "abandoned", "no_answer")]


def test_what_is_asked_after_the_password_has_its_own_time(asking: Hall) -> None:
    who = customer(asking, "T2")
    asking.say(who, "4011")
    asking.clock.pass_(minutes=25)
    asking.say(who, WRONG)
    asking.clock.pass_(minutes=25)
    assert due.lapse(asking.clock()) == 0, "asked again after the wrong one"
    asking.say(who, RIGHT)
    asking.clock.pass_(minutes=25)
    assert due.lapse(asking.clock()) == 0, "and after the right one"
    assert asking.say(who, "401191").outcome is Outcome.DONE


def test_a_carrier_that_is_down_counts_no_try_and_says_so(asking: Hall) -> None:
    who = customer(asking)
    asking.say(who, "KTLDXS")
    for mode in ("down", "silent"):
        stumbling.stumble(mode)
        told = asking.say(who, RIGHT)
        stumbling.recover()
        assert "故障" in answer_of(told)
        asking.say(who, "KTLDXS")
    assert asking.say(who, RIGHT).outcome is Outcome.DONE
    assert Account.objects.get(msisdn=who.digits).basic < 100_00


def test_a_crash_while_the_password_is_checked_is_told_and_nothing_is_done(asking: Hall, book: Book) -> None:
    who = customer(asking)
    asking.say(who, "KTLDXS")
    plain, asking.another = asking.another, lambda *_, **__: _of(plain(), book)  # type: ignore[method-assign]
    crash_between_the_transactions(asking, who, RIGHT)
    janitor = Janitor(serving=Serving(wiring.office(), wiring.behaviours()), book=lambda: book)
    later(asking, janitor, ABSENT_TIMES + 1)
    told = Message.objects.filter(msisdn=who.digits).latest("created_at", "id").text
    assert "密码我们没有留" in told
    asking.say(who, "CXJF")
    assert ("caller_id", "subscribe", "failed", "hall_fault") in kept(who)
    assert asking.say(who, "KTLDXS", RIGHT).outcome is Outcome.DONE
    assert everywhere(RIGHT) == []


def _of(reception, book: Book):  # type: ignore[no-untyped-def]
    reception.book = lambda: book
    return reception


def test_a_carrier_that_is_slow_holds_nobody_and_the_order_goes_on_when_it_has_answered(
    racing_hall: Hall, book: Book
) -> None:
    who, quick = customer(racing_hall), racing_hall.fresh("T5")
    racing_hall.reception.book = lambda: book
    racing_hall.say(who, "KTLDXS")
    reception = _of(racing_hall.another(patience_seconds=1.5, waits=True), book)
    told = threading.Event()
    reception.on_late = lambda served: told.set() if any(one.outcome is Outcome.DONE for one in served) else None
    stumbling.stumble("slow", msisdns=[who], seconds=4.0)
    served = reception.receive([racing_hall.arrival(who, RIGHT), racing_hall.arrival(quick, "CXJF")])
    assert [one.late for one in served] == [True, False]
    waited = reception.receive([racing_hall.arrival(who, "CXJF")])[0]
    assert not waited.recorded, "until then the customer's next text waits"
    stumbling.recover()
    assert told.wait(20)
    reception.serving.close()
    assert ("caller_id", "subscribe", "done", "") in kept(who)


class Overtaken(Serving):
    """While it asks, somebody else moves the conversation on: a customer wrote again, and we had been too slow."""

    def serve(self, errands: Any, now: Any, later: Any) -> Any:
        results = super().serve(errands, now, later)
        execute("UPDATE hall_conversation SET version = version + 1")
        return results


def test_an_order_that_was_given_up_meanwhile_does_not_go_on_and_its_customer_is_told(asking: Hall) -> None:
    who = customer(asking)
    asking.say(who, "KTLDXS")
    asking.reception.serving = Overtaken(wiring.office(), wiring.behaviours())
    told = asking.say(who, RIGHT)
    assert "还没有办" in answer_of(told)
    assert Message.objects.filter(msisdn=who.digits).latest("created_at", "id").text == answer_of(told)
    assert kept(who) == [CHECKED]
    assert Account.objects.get(msisdn=who.digits).basic == 100_00


def test_the_number_of_statements_grows_neither_with_the_batch_nor_for_those_who_need_no_password(
    asking: Hall, book: Book
) -> None:
    def statements(texts: list[str], size: int, *, free: bool = False) -> int:
        people = [customer(asking) for _ in range(size)]
        for text in texts[:-1]:
            asking.say_all([(who, text) for who in people])
        asking.say(asking.fresh("T5"), "CXJF")  # what is looked up once a second is looked up now
        if free:
            asking.reception.book = the_book
        with counting() as count:
            asking.say_all([(who, texts[-1]) for who in people])
        asking.reception.book = lambda: book
        return count.statements

    for texts in (["KTLDXS"], ["KTLDXS", WRONG], ["KTLDXS", RIGHT]):
        assert abs(statements(texts, 3) - statements(texts, 1)) <= 1
    assert abs(statements(["KTFX"], 3) - statements(["KTFX"], 3, free=True)) <= 1


def test_the_password_stands_in_no_column_of_the_database_and_in_no_log(
    asking: Hall, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    who = customer(asking)
    served = [asking.say(who, text) for text in ("KTLDXS", WRONG, "13579", "135 792")]
    asking.say(who, f"KTLDXS#{RIGHT}", f"QXLDXS {RIGHT}", RIGHT, "CXYE", RIGHT, RIGHT, f"我的密码是{RIGHT}")
    line = Line(asks_on_calls(Hall()), who)
    line.dial()
    line.press("1", f"{RIGHT}#", "1")
    for secret in (RIGHT, WRONG, "135 792"):
        assert everywhere(secret) == [], secret
        assert secret not in caplog.text
        assert not any(secret in repr(one) for one in served)
    assert "ledger_inbox" in everywhere(who.digits), "this search finds what is there"
    story = explain(served[-1].turn)
    assert story is not None
    assert story.said == "******"
    told = [sentence(step, the_book(), "zh") for step in story.steps]
    assert any("服务密码" in one and "合适" in one for one in told), "a person is told what was asked, and that it came"
