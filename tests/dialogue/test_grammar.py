"""What customers write for a value, and what is wrong with it."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careline.dialogue.grammar import Wrong, check_character, find_tier, parse
from careline.values.msisdn import Msisdn
from careline.values.secret import Secret
from tests.dialogue.building import SERVICES, parameter

TODAY = date(2010, 6, 15)
DATA = next(one for one in SERVICES if one.id == "data")
KINDS = ["month", "amount", "msisdn", "short_number", "password", "id_number", "tier", "count", "words", "service"]


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        ("month", "0903", "2009-03"),
        ("month", "200903", "2009-03"),
        ("month", "2009年3月", "2009-03"),
        ("month", "03", "2010-03"),
        ("month", "07", "2009-07"),
        ("month", "上月", "2010-05"),
        ("amount", "10", "1000"),
        ("amount", "10.50", "1050"),
        ("amount", "十元", "1000"),
        ("msisdn", "13900000002", "8613900000002"),
        ("msisdn", "+86 139 0000 0002", "8613900000002"),
        ("short_number", "6661", "6661"),
        ("password", "135790", "135790"),
        ("id_number", "11010119900101123７", "110101199001011237"),
        ("id_number", "110101900101123", "110101900101123"),
        ("tier", "20元", "20"),
        ("count", "05", "5"),
        ("words", " 路灯 ", "路灯"),
    ],
)
def test_a_right_value_has_one_form(kind: str, written: str, value: str) -> None:
    read = parse(parameter("given", kind, "x"), written, TODAY, DATA)
    plain = read.reveal() if isinstance(read, Secret) else read.digits if isinstance(read, Msisdn) else read
    assert plain == value


@pytest.mark.parametrize(
    ("kind", "written", "trouble"),
    [
        ("month", "0913", "month"),
        ("month", "1007", "month_future"),
        ("month", "三月份", "month"),
        ("month", "00", "month"),
        ("amount", "0", "amount"),
        ("amount", "-5", "amount"),
        ("amount", "1.005", "amount"),
        ("msisdn", "12", "msisdn"),
        ("msisdn", "abc", "msisdn"),
        ("password", "12345", "password"),
        ("password", "1234567", "password"),
        ("password", "12345a", "password"),
        ("id_number", "110101199001011238", "id_check"),
        ("id_number", "110101199013011237", "id_number"),
        ("id_number", "11010119900101123", "id_number"),
        ("id_number", "110101209001011237", "id_number"),
        ("tier", "7", "tier"),
        ("count", "x", "count"),
        ("words", "", "words"),
    ],
)
def test_a_wrong_value_says_what_is_wrong(kind: str, written: str, trouble: str) -> None:
    with pytest.raises(Wrong) as found:
        parse(parameter("given", kind, "x"), written, TODAY, DATA)
    assert found.value.kind == trouble
    assert written == "" or written not in str(found.value), "what was written may be a secret"


def test_the_check_character_of_an_id_number_may_be_an_x() -> None:
    # The worked example of GB 11643-1999.
    assert check_character("11010519491231002") == "X"
    read = parse(parameter("id_number", "id_number", "x"), "11010519491231002x", TODAY)
    assert isinstance(read, Secret)
    assert read.reveal().endswith("X")


def test_secrets_do_not_print() -> None:
    read = parse(parameter("password", "password", "x"), "135790", TODAY)
    assert "135790" not in f"{read} {read!r}"


@given(st.sampled_from(KINDS), st.text())
def test_no_text_breaks_a_grammar(kind: str, written: str) -> None:
    with suppress(Wrong):
        assert parse(parameter("given", kind, "x"), written, TODAY, DATA)


def test_a_tier_is_found_by_price_and_by_name() -> None:
    assert find_tier(DATA, "20") == find_tier(DATA, "二十元") == find_tier(DATA, "20元流量包") == "20"
    assert find_tier(DATA, "2") is None
