"""Whatever follows a code: a right value is used, a wrong one named with an example, a missing one asked for."""

import pytest

from careline.demo.town import FRESH_ID_NUMBER
from careline.values.msisdn import Msisdn
from careline.values.secret import Secret
from tests.facts.rows import Row, rows
from tests.facts.visiting import customer, end_of, plain
from tests.halls import Hall

# --- parameters: a right one, a wrong one, none

# spelling: sign, right, wrong, what must be in the answer to the right one
GIVEN = {
    "HF#": ("", "202610", "209913", "49.70元"),
    "LS": ("#", "10", "13", "50.00元"),
    "CXZD": ("#", "2610", "2613", "49.70元"),
    "103": ("#", "2610", "2613", "49.70元"),
    "ZD": ("+", "2610", "2613", "49.70元"),
    "1601": ("*", "13900000002", "1390000", "归属地是"),
    "HM": ("#", "13900000002", "1390000", "归属地是"),
    "206": ("#", "13900000002", "1390000", "归属地是"),
    "CXGSD": ("#", "13900000002", "1390000", "归属地是"),
    "GS": ("+", "13900000002", "1390000", "归属地是"),
    "BLHJZY": ("+", "13900000002", "1390000", "13900000002"),
    "4003": ("*", "602", "6O2", "602"),
    "1061": ("#", "10.00", "1O.00", "10.00元"),
    "KTYETX": ("#", "10.00", "1O.00", "10.00元"),
    "DJ": ("+", "10", "-10", "10.00元"),
    "2031": ("#", "{id}", "99010119900101", "密码"),
    "SQMM": ("#", "{id}", "99010119900101", "密码"),
    "2033": ("#", "{id}", "99010119900101", "重置"),
    "CZMM": ("#", "{id}", "99010119900101", "重置"),
    "2032": ("#", "135790#246801", "13#24", "改好"),
    "BGMM": ("#", "135790#246801", "13#24", "改好"),
}


def taking() -> list[tuple[Row, str, str, str, str]]:
    """Each row that takes something: its sign, a right value, a wrong one, what the right one is answered with."""
    chosen = [
        row for row in rows() if row.takes and row.service != "sp_order" and (row.table, row.spelling) != ("T3", "CXZD")
    ]
    assert {row.spelling for row in chosen} == set(GIVEN)
    given = []
    for row in chosen:
        sign, right, wrong, answer = GIVEN[row.spelling]
        given.append((row, sign, right.replace("{id}", FRESH_ID_NUMBER.reveal()), wrong, answer))
    return given


def secretive(hall: Hall, row: Row) -> Msisdn:
    """Someone who has a service password where one is changed or reset."""
    known = row.service == "password" and row.verb == "configure"
    return customer(hall, row, password=Secret("135790") if known else None)


@pytest.mark.requirement("SMS-03")
def test_a_right_parameter_is_used_and_a_wrong_one_is_named_with_an_example(hall: Hall) -> None:
    wrong = []
    for row, sign, right, bad, told_ in taking():
        head = row.spelling
        one = secretive(hall, row)
        refused = hall.say(one, head + sign + bad)
        if (
            end_of(refused)[0] != "failed"
            or end_of(refused)[2] != "fill"
            or ("例如:" not in plain(refused) and "这样写:" not in plain(refused) and "再发一次:" not in plain(refused))
        ):
            wrong.append(f"{row} {bad}: {end_of(refused)} {plain(refused)}")
        done = hall.say(one, right)  # alone, as an answer to the question
        if end_of(done)[:2] != ("done", None) or told_ not in plain(done):
            wrong.append(f"{row} then {right}: {end_of(done)} {plain(done)}")
        at_once = hall.say(secretive(hall, row), head + sign + right)
        if end_of(at_once) != ("done", None, "") or told_ not in plain(at_once):
            wrong.append(f"{row} {head + sign + right}: {end_of(at_once)} {plain(at_once)}")
    assert not wrong, "\n".join(wrong)


def test_a_missing_parameter_is_asked_for_and_may_be_given_alone(hall: Hall) -> None:
    wrong = []
    for row, _, right, _, told_ in taking():
        if row.optional:
            continue
        one = secretive(hall, row)
        asked = hall.say(one, row.spelling)
        done = hall.say(one, right)
        if end_of(asked) != (None, None, "fill") or end_of(done)[:2] != ("done", None) or told_ not in plain(done):
            wrong.append(f"{row}: {plain(asked)} / {plain(done)}")
        if asked.reference != done.reference:
            wrong.append(f"{row}: the answer began another attempt")
    assert not wrong, "\n".join(wrong)
