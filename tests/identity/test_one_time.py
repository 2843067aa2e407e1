"""One-time codes and passes: who cannot read the customer's messages gets nowhere."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careline.identity import one_time, passes
from careline.identity.records import OneTimeCode
from careline.identity.subscriber import Subscriber
from careline.values.msisdn import Msisdn
from tests.identity.conftest import NOW

NUMBER = Msisdn("8613900050017")


@pytest.fixture(autouse=True)
def subscriber(db: None) -> Subscriber:
    return Subscriber.objects.create(
        msisdn=NUMBER.digits, brand="gotone", region="changchun", language="zh", refreshed_at=NOW
    )


def ask(
    number: Msisdn = NUMBER, device: str = "phone", address: str = "10.0.0.1", minutes: float = 0
) -> one_time.Asked:
    return one_time.ask(number, address=address, device=device, now=NOW + timedelta(minutes=minutes))


def other(code: str, step: int = 1) -> str:
    return f"{(int(code) + step) % 10**6:06d}"


def test_the_code_proves_the_number_once() -> None:
    asked = ask()
    assert len(asked.code) == 6
    assert asked.code.isdigit()
    assert one_time.prove(asked.ticket, asked.code, device="phone", now=NOW) == NUMBER
    assert one_time.prove(asked.ticket, asked.code, device="phone", now=NOW) is None


def test_after_five_wrong_tries_the_right_code_is_worth_nothing() -> None:
    asked = ask()
    for step in range(1, 6):
        assert one_time.prove(asked.ticket, other(asked.code, step), device="phone", now=NOW) is None
    assert one_time.tries_left(asked.ticket, NOW) == 0
    assert one_time.prove(asked.ticket, asked.code, device="phone", now=NOW) is None


def test_a_code_is_over_after_five_minutes() -> None:
    asked = ask()
    assert one_time.prove(asked.ticket, asked.code, device="phone", now=NOW + timedelta(minutes=5)) is None


def test_a_ticket_that_was_stolen_is_worth_nothing_on_another_device() -> None:
    asked = ask()
    assert one_time.prove(asked.ticket, asked.code, device="thief", now=NOW) is None


def test_a_number_that_nobody_has_gets_a_code_that_proves_nothing() -> None:
    asked = ask(Msisdn("8613999999999"))
    assert not asked.known
    assert one_time.prove(asked.ticket, asked.code, device="phone", now=NOW) is None


@pytest.mark.parametrize("ticket", ["", "x", "00000000-0000-0000-0000-000000000000"])
def test_a_ticket_that_was_never_given_proves_nothing(ticket: str) -> None:
    assert one_time.prove(ticket, "000000", device="phone", now=NOW) is None


@pytest.mark.parametrize("number", [NUMBER, Msisdn("8613999999999")], ids=["known", "unknown"])
def test_a_number_is_not_flooded_with_codes_known_or_not(number: Msisdn) -> None:
    for place in range(3):
        ask(number, device=f"d{place}", address=f"10.0.0.{place}", minutes=place)
    with pytest.raises(one_time.TooMany) as refused:
        ask(number, device="d9", address="10.0.0.9", minutes=3)
    assert refused.value.wait == timedelta(minutes=12)
    ask(number, device="d9", address="10.0.0.9", minutes=15.5)


def test_one_device_does_not_ask_for_many_numbers() -> None:
    for place in range(5):
        ask(Msisdn(f"861390005010{place}"), address=f"10.0.1.{place}")
    with pytest.raises(one_time.TooMany):
        ask(Msisdn("8613900050109"), address="10.0.1.9")


def test_one_address_does_not_ask_for_a_whole_town() -> None:
    for place in range(20):
        ask(Msisdn(f"86139000502{place:02d}"), device=f"d{place}")
    with pytest.raises(one_time.TooMany):
        ask(Msisdn("8613900050299"), device="d99")


def test_a_stranger_who_asks_for_codes_does_not_end_the_customers_own() -> None:
    mine = ask()
    ask(device="stranger", address="10.9.9.9", minutes=1)
    assert one_time.prove(mine.ticket, mine.code, device="phone", now=NOW + timedelta(minutes=1)) == NUMBER


def test_the_code_is_neither_kept_nor_shown() -> None:
    asked = ask()
    assert asked.code not in repr(list(OneTimeCode.objects.values("hash", "id")))
    assert asked.code not in repr(asked).replace(asked.ticket, "")


def test_codes_are_forgotten_when_they_count_for_nothing() -> None:
    ask()
    assert one_time.forget(NOW + timedelta(days=1)) == 0
    assert one_time.forget(NOW + timedelta(days=3)) == 1


def test_a_pass_opens_its_case_until_its_day_is_over() -> None:
    given_out = passes.give("2611020000015", NOW, timedelta(days=3))
    assert len(given_out) == 26
    assert passes.read(given_out, NOW + timedelta(days=3)) == "2611020000015"
    assert passes.read(given_out, NOW + timedelta(days=4)) is None


def test_no_other_writing_of_a_pass_opens_anything() -> None:
    """Each character changed to every other: a forged pass, one of another case, one that ends later."""
    given_out = passes.give("2611020000015", NOW)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for place, letter in enumerate(given_out):
        for another in letters.replace(letter, ""):
            assert passes.read(given_out[:place] + another + given_out[place + 1 :], NOW) is None


@settings(max_examples=60)
@given(st.text(max_size=40))
def test_nothing_that_is_written_at_random_is_a_pass(text: str) -> None:
    assert passes.read(text, NOW) is None


@settings(max_examples=40)
@given(st.from_regex(r"[0-9]{1,16}", fullmatch=True))
def test_every_docket_comes_back_from_its_pass(docket: str) -> None:
    assert passes.read(passes.give(docket, NOW), NOW) == docket


def test_a_pass_of_another_installation_opens_nothing_and_one_of_the_key_before_does(
    settings: pytest.FixtureRequest,
) -> None:
    given_out = passes.give("2611020000015", NOW)
    before = settings.SECRET_KEY  # type: ignore[attr-defined]
    settings.SECRET_KEY = "another"  # type: ignore[attr-defined]
    assert passes.read(given_out, NOW) is None
    settings.SECRET_KEY_FALLBACKS = [before]  # type: ignore[attr-defined]
    assert passes.read(given_out, NOW) == "2611020000015"
