"""The acceptance checks of the phone menu, walked by keys through the hall and the shipped menus in both languages."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from careline import wiring
from careline.carrier.adapters.sandbox import stumbling
from careline.carrier.adapters.sandbox.models import Account
from careline.carrier.port import Answer, Request
from careline.demo.calling import Caller
from careline.hall.telephone import Act
from careline.ledger.models import Attempt, OpenAttempt
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn
from careline.values.outcome import Outcome
from careline.values.reference import new_reference
from tests.halls import NOON, Hall, the_book

LANGUAGES = ("zh", "en")
# Everyone whose menu is another one: the table and brand of a fresh subscriber.
MENUS = (("T2", "easyown"), ("T6a", "gotone"), ("T6b", "mzone"), ("T5", "easyown"))


@pytest.fixture(autouse=True)
def _steady_carrier(db: None) -> object:
    yield
    stumbling.recover()


def calling(hall: Hall, msisdn: Msisdn, *pressed: str) -> tuple[Caller, Act]:
    caller = Caller(hall.reception, msisdn, hall.clock)
    act = caller.dial()
    for keys in pressed:
        act = caller.press(keys) if keys else caller.silence()
    return caller, act


def first_words(act: Act) -> str:
    """The sentence by which the caller knows what happened."""
    return act.text.splitlines()[0]


def attempts(msisdn: Msisdn) -> list[tuple[str, str, str, str]]:
    found = Attempt.objects.filter(msisdn=msisdn.digits).order_by("begun_at", "ended_at", "id")
    return [(one.service, one.verb, one.outcome, one.channel) for one in found]


def has_caller_id(msisdn: Msisdn) -> bool:
    (found,) = wiring.carrier().ask([Request(new_reference()[0], msisdn, "holdings")], now=NOON, time_limit_seconds=5)
    answer = found[1]
    assert isinstance(answer, Answer)
    return any(one["product"] == "caller_id" for one in answer.facts["holdings"])


@pytest.mark.requirement("IVR-01")
@pytest.mark.parametrize(("table", "brand"), MENUS)
def test_keys_open_and_close_a_service_and_tell_the_balance(hall: Hall, table: str, brand: str) -> None:
    li = hall.fresh(table, brand)
    had = Account.objects.get(msisdn=li.digits).basic
    assert not has_caller_id(li)
    caller, act = calling(hall, li, "@caller_id.subscribe")
    assert "5.00元/月" in act.text  # the price is said before the key that buys
    caller.press("1")
    caller.hang_up()
    assert has_caller_id(li)
    assert Account.objects.get(msisdn=li.digits).basic == had - 500
    caller, act = calling(hall, li, "@charges_and_balance.query")
    assert "余额是115.00元" in act.text
    caller.hang_up()
    caller, act = calling(hall, li, "@caller_id.cancel", "1")
    assert act.served is not None
    assert act.served.outcome is Outcome.DONE
    caller.hang_up()
    assert not has_caller_id(li)
    assert attempts(li) == [
        ("caller_id", "subscribe", "done", "voice"),
        ("charges_and_balance", "query", "done", "voice"),
        ("caller_id", "cancel", "done", "voice"),
    ]


def poor(hall: Hall, language: str) -> Msisdn:
    msisdn = hall.fresh("T2", language=language)
    Account.objects.filter(msisdn=msisdn.digits).update(basic=0, gift=0)
    return msisdn


def owner(hall: Hall, language: str) -> Msisdn:
    msisdn = hall.fresh("T5", language=language)
    caller, _ = calling(hall, msisdn, "@caller_id.subscribe", "1")
    caller.hang_up()
    return msisdn


def with_password(hall: Hall, language: str) -> Msisdn:
    msisdn = hall.fresh("T5", language=language)
    caller, act = calling(hall, msisdn, "@password.register", "110101199001011237#")
    assert act.served is not None
    assert act.served.outcome is Outcome.DONE
    caller.hang_up()
    return msisdn


def anybody(hall: Hall, language: str) -> Msisdn:
    return hall.fresh("T2", language=language)


# What the caller does wrong, and as what it is written down when he hangs up then; "" is silence.
MISTAKES: dict[str, tuple[Callable[[Hall, str], Msisdn], tuple[str, ...], Cause]] = {
    # In both languages 4 leads to a node without an eighth choice.
    "invalid key": (anybody, ("4", "8"), Cause.UNKNOWN_WORDS),
    "timeout": (anybody, ("@call_forward.subscribe", ""), Cause.LEFT),
    "wrong password": (with_password, ("@password.configure", "135790*246801#"), Cause.WRONG_PASSWORD),
    "wrong number format": (anybody, ("@call_forward.subscribe", "1390000#"), Cause.WRONG_PARAMETER),
    "already opened": (owner, ("@caller_id.subscribe", "1"), Cause.ALREADY_ON),
    "not opened": (anybody, ("@caller_id.cancel", "1"), Cause.NOT_ON),
    "insufficient balance": (poor, ("@caller_id.subscribe", "1"), Cause.NOT_ENOUGH_MONEY),
    "not eligible": (anybody, ("@promo_music.subscribe",), Cause.NOT_ELIGIBLE),
    "cancelled confirmation": (anybody, ("@caller_id.subscribe", "2"), Cause.DECLINED),
}


def latest(msisdn: Msisdn) -> Attempt:
    return Attempt.objects.filter(msisdn=msisdn.digits).order_by("-ended_at", "-id")[0]


@pytest.mark.requirement("IVR-09")
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_mistake_is_answered_with_a_prompt_of_its_own(hall: Hall, language: str) -> None:
    heard: dict[str, str] = {}
    for name, (who, pressed, cause) in MISTAKES.items():
        li = who(hall, language)
        caller, act = calling(hall, li, *pressed)
        assert act.cue.then == "keys", name  # the caller can go on
        assert act.language == language
        heard[name] = first_words(act)
        caller.hang_up()
        assert latest(li).cause == cause, (name, act.text)
    assert all(heard.values())
    assert len(set(heard.values())) == len(MISTAKES), heard
    # Nor is one the other with a different service or number in it.
    keys = {"".join(sign for sign in words if not sign.isdigit()) for words in heard.values()}
    assert len(keys) == len(MISTAKES), heard


@pytest.mark.requirement("IVR-10")
@pytest.mark.parametrize("language", LANGUAGES)
def test_with_the_carrier_switched_off_a_fault_is_said_and_logged_as_the_systems(hall: Hall, language: str) -> None:
    mistakes = set()
    for who, pressed, _ in MISTAKES.values():
        caller, act = calling(hall, who(hall, language), *pressed)
        mistakes.add(first_words(act))
        caller.hang_up()
    faults = set()
    modes: tuple[stumbling.Mode, ...] = ("down", "busy", "silent")
    for mode in modes:
        for pressed in (("@caller_id.subscribe", "1"), ("@charges_and_balance.query",)):
            li = hall.fresh("T2", language=language)
            stumbling.stumble(mode)
            caller, act = calling(hall, li, *pressed)
            stumbling.recover()
            assert act.text
            assert first_words(act) not in mistakes
            assert act.cue.then == "keys"
            assert act.served is not None
            assert act.served.cause is not None
            assert act.served.cause.kind == "system"
            caller.hang_up()
            if mode == "silent" and len(pressed) > 1:  # an order: what became of it is asked later
                assert str(OpenAttempt.objects.get(msisdn=li.digits).id) == act.served.reference
            else:
                assert (latest(li).outcome, Cause(latest(li).cause).kind) == ("failed", "system")
            faults.add(first_words(act))
    assert len(faults) >= len(modes)


@pytest.mark.requirement("IVR-20")
@pytest.mark.parametrize("patience", [2, 3, 5])
def test_after_as_many_wrong_keys_as_the_carrier_sets_a_person_is_offered(hall: Hall, patience: int) -> None:
    book = replace(the_book(), limits={**the_book().limits, "misses_before_person": patience, "misses_handover": 9})
    hall.reception.book = lambda: book
    li = hall.fresh("T2")
    caller, _ = calling(hall, li)
    for _ in range(patience - 1):
        assert "找人工客服，请按1" not in caller.press("8").text
    offered = caller.press("8")
    assert "找人工客服，请按1" in offered.text
    assert "查余额" not in offered.text  # one question at a time
    (attempt,) = Attempt.objects.filter(msisdn=li.digits)
    assert (attempt.outcome, Cause(attempt.cause).kind) == ("failed", "operation")
    taken = caller.press("1")
    assert taken.cue.then == "person"
    assert taken.cue.handover is not None
    assert taken.cue.handover.reason == "misses"
    caller.hang_up()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_keyed_is_said_before_the_yes_and_passwords_never(hall: Hall, language: str) -> None:
    for wished, keyed, said in (
        ("@call_forward.subscribe", "13900000002#", "13900000002"),
        ("@points_redeem.redeem", "10*50#", "10.50"),
        ("@balance_alert.subscribe", "20#", "20.00"),
    ):
        caller, act = calling(hall, hall.fresh("T2", language=language), wished, keyed)
        assert act.served is not None
        assert act.served.asks == "confirm"
        assert said in first_words(act), wished
        assert caller.press("9").text == act.text
        caller.hang_up()
    caller, act = calling(hall, with_password(hall, language), "@password.configure", "011237*246801#")
    assert act.served is not None
    assert act.served.outcome is Outcome.DONE
    assert "246801" not in act.text
    caller.hang_up()


def test_digits_that_belong_to_a_question_are_no_answer_to_the_offer_of_a_person(hall: Hall) -> None:
    caller, _ = calling(hall, hall.fresh("T2"), "@bill_by_month.query", "13#", "2613#")
    offered = caller.press("2699#")
    assert "请输入" not in offered.text
    assert "找人工客服，请按1" in offered.text
    again = caller.press("2609#")
    assert "请输入" in again.text
    told = caller.press("2609#")
    assert "2026年9月" in told.text
    caller.hang_up()
