"""The service password: proved with the ID number, guarded against guessing, never seen."""

import logging
from datetime import date, timedelta

import pytest

from careline.carrier.adapters.sandbox.passwords import hashed
from careline.carrier.port import Request
from careline.demo.people import id_number
from careline.postgres.sql import run
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn
from careline.values.secret import Secret
from tests.carrier.conftest import NOON, Counter, line

OWNER, STRANGER = id_number(date(1984, 2, 29), 7), id_number(date(1984, 2, 29), 8)
TAIL = Secret(OWNER.reveal()[-6:].replace("X", "0"))
OLD, NEW, WRONG = Secret("864209"), Secret("135791"), Secret("000001")


def owned(password: Secret | None = OLD) -> Msisdn:
    return line(id_number=OWNER, password=hashed(password.reveal()) if password else "")


@pytest.mark.requirement("SMS-16")
def test_the_owner_applies_for_a_password_with_the_id_number_and_a_stranger_is_refused_and_counted(
    counter: Counter,
) -> None:
    number = owned(None)
    refused = counter.ask(number, "password", "apply", id_number=STRANGER)
    assert (refused.refused, refused.facts["tries_left"]) == (Cause.WRONG_PASSWORD, 4)
    assert counter.done(number, "password", "apply", id_number=OWNER)["tries_left"] == 5
    assert counter.done(number, "password", "check", password=TAIL)
    assert counter.refused(number, "password", "apply", id_number=OWNER) is Cause.ALREADY_ON


def test_a_password_is_changed_by_who_knows_the_old_one(counter: Counter) -> None:
    number = owned()
    assert counter.refused(number, "password", "change", old=WRONG, new=NEW) is Cause.WRONG_PASSWORD
    counter.done(number, "password", "change", old=OLD, new=NEW)
    assert counter.refused(number, "password", "check", password=OLD) is Cause.WRONG_PASSWORD
    counter.done(number, "password", "check", password=NEW)


@pytest.mark.parametrize("new", ["12345", "1234567", "abcdef", "１２３４５６", ""])
def test_a_new_password_has_six_digits(counter: Counter, new: str) -> None:
    number = owned()
    assert counter.refused(number, "password", "change", old=OLD, new=Secret(new)) is Cause.WRONG_PARAMETER
    counter.done(number, "password", "check", password=OLD)


@pytest.mark.requirement("SMS-16")
def test_a_forgotten_password_is_reset_with_the_id_number(counter: Counter) -> None:
    number = owned()
    assert counter.refused(number, "password", "reset", id_number=STRANGER) is Cause.WRONG_PASSWORD
    counter.done(number, "password", "check", password=OLD)
    counter.done(number, "password", "reset", id_number=Secret(OWNER.reveal().lower()))
    counter.done(number, "password", "check", password=TAIL)


@pytest.mark.requirement("SMS-16")
def test_five_wrong_tries_lock_it_for_a_day_even_for_who_knows_it(counter: Counter) -> None:
    number = owned()
    answers = [counter.ask(number, "password", "check", password=WRONG) for _ in range(5)]
    assert [answer.refused for answer in answers] == [Cause.WRONG_PASSWORD] * 4 + [Cause.TOO_MANY_TRIES]
    assert [answer.facts["tries_left"] for answer in answers] == [4, 3, 2, 1, 0]
    assert counter.refused(number, "password", "check", password=OLD) is Cause.TOO_MANY_TRIES
    assert counter.refused(number, "password", "reset", id_number=OWNER) is Cause.TOO_MANY_TRIES
    almost, over = NOON + timedelta(hours=23, minutes=59), NOON + timedelta(hours=24)
    assert counter.refused(number, "password", "check", password=OLD, at=almost) is Cause.TOO_MANY_TRIES
    counter.done(number, "password", "check", password=OLD, at=over)


def test_a_right_try_forgives_the_wrong_ones_before_it(counter: Counter) -> None:
    number = owned()
    for _ in range(3):
        for _ in range(4):
            counter.refused(number, "password", "check", password=WRONG)
        counter.done(number, "password", "check", password=OLD)


def test_the_same_wrong_try_asked_twice_under_one_reference_counts_once(counter: Counter) -> None:
    number = owned()
    first = counter.ask(number, "password", "check", named="try", password=WRONG)
    assert counter.ask(number, "password", "check", named="try", password=WRONG) == first
    assert counter.ask(number, "password", "check", password=WRONG).facts["tries_left"] == 3


def test_guesses_in_one_batch_are_counted_one_after_another(counter: Counter) -> None:
    number = owned()
    guesses = [Request(f"guess-{n}", number, "password", "check", {"password": WRONG}) for n in range(7)]
    answers = dict(counter.carrier.ask(guesses, now=NOON, time_limit_seconds=10))
    causes = [getattr(answers[n], "refused", None) for n in range(7)]
    assert causes == [Cause.WRONG_PASSWORD] * 4 + [Cause.TOO_MANY_TRIES] * 3


def test_without_a_password_or_a_document_there_is_nothing_to_check(counter: Counter) -> None:
    assert counter.refused(owned(None), "password", "check", password=OLD) is Cause.NOT_ON
    assert counter.refused(line(), "password", "apply", id_number=OWNER) is Cause.NOT_ELIGIBLE
    assert counter.refused(owned(), "password", "wish", password=OLD) is Cause.WRONG_PARAMETER
    assert counter.refused(owned(), "password", "check") is Cause.WRONG_PARAMETER


@pytest.mark.requirement("SMS-16")
def test_neither_tables_nor_logs_nor_answers_hold_a_password_or_an_id_number(
    counter: Counter, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    number = owned()
    answers = [
        counter.ask(number, "password", "change", old=OLD, new=NEW),
        counter.ask(number, "password", "reset", id_number=STRANGER),
        counter.ask(number, "password", "reset", id_number=OWNER),
    ]
    told = repr(answers) + caplog.text
    for table in ("line", "account", "deed", "entry"):
        told += str(run(f"SELECT * FROM sandbox_{table} WHERE msisdn = %s", [number.digits]))
    for secret in (OLD, NEW, TAIL, OWNER, STRANGER):
        assert secret.reveal() not in told
    assert "$argon2id$" in told
