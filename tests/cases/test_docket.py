"""Docket numbers: nobody gets the same one, slips are noticed, and no mask takes one for a telephone number."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careline.cases import docket
from careline.cases.free_text import kept
from careline.values.secret import mask

NOON = datetime(2026, 11, 10, 4, 0, tzinfo=UTC)
DIGITS = "0123456789"


def whole(body: str) -> str:
    return next(body + digit for digit in DIGITS if docket.valid(body + digit))


@pytest.mark.django_db
def test_every_docket_is_its_own_and_valid() -> None:
    given_out = [docket.next(NOON) for _ in range(50)]
    assert len(set(given_out)) == 50
    assert all(docket.valid(one) and len(one) == 10 for one in given_out)


@pytest.mark.django_db
def test_a_new_day_begins_at_midnight_of_the_carrier() -> None:
    midnight = datetime(2026, 11, 10, 16, 0, tzinfo=UTC)
    before, after = docket.next(midnight - timedelta(seconds=1)), docket.next(midnight)
    assert int(after[:4]) == int(before[:4]) + 1


@given(st.text(DIGITS, min_size=9, max_size=9), st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(body: str, place: int, by: int) -> None:
    right = whole(body)
    wrong = right[:place] + str((int(right[place]) + by) % 10) + right[place + 1 :]
    assert not docket.valid(wrong)
    assert docket.read(wrong) == ""


@given(st.text(DIGITS, min_size=9, max_size=9), st.integers(0, 8))
def test_two_neighbours_changed_over_are_noticed_unless_they_are_nought_and_nine(body: str, place: int) -> None:
    right = whole(body)
    one, two = right[place], right[place + 1]
    wrong = right[:place] + two + one + right[place + 2 :]
    assert docket.valid(wrong) == (one == two or {one, two} == {"0", "9"})


@pytest.mark.parametrize("written", ["2505 00001 4", "2505-00001-4", "２５０５０００014", "250500001 4#"])
def test_a_docket_is_read_however_it_is_spaced(written: str) -> None:
    assert docket.read("2505000014") == "2505000014"
    assert docket.read(written) == "2505000014"


@pytest.mark.parametrize("written", ["", "12345", "13900000001", "25050000140", "abcdefghij", "٢٥٠٥٠٠٠٠١٤x"])
def test_what_is_no_docket_is_not_read_as_one(written: str) -> None:
    assert docket.read(written) == ""


@given(st.text(DIGITS, min_size=9, max_size=9))
def test_a_docket_stays_readable_where_numbers_are_masked(body: str) -> None:
    number = whole(body)
    assert mask(f"编号{number}的事") == f"编号{number}的事"
    assert number in kept(f"see {number}, please")


def test_beside_a_docket_everything_secret_is_hidden() -> None:
    said = kept("2505000014的事，打13900000001找我，密码是482913，身份证110105199001011234")
    assert "2505000014" in said
    for secret in ("13900000001", "482913", "110105199001011234"):
        assert secret not in said
