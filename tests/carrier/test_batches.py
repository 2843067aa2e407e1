"""Many at once: as few statements as for one, the same answers as one by one, and nothing lost or doubled in a crowd."""

import itertools
import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from careline.carrier.adapters.sandbox import stumbling
from careline.carrier.adapters.sandbox.carrier import Sandbox
from careline.carrier.adapters.sandbox.opening import forget_lines
from careline.carrier.port import Answer, Request
from careline.postgres.sql import counting, run
from careline.values.msisdn import Msisdn
from tests.at_once import at_once
from tests.carrier.conftest import NOON, Counter, asked, line

READ_KINDS = ["account", "bill", "payments", "usage", "points", "holdings", "profile", "number", "short_number"]
_reference = itertools.count()


def statements(carrier: Sandbox, requests: list[Request]) -> int:
    with counting() as count:
        asked(carrier, requests)
    return count.statements


@pytest.fixture(autouse=True)
def looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """The once-a-second look for stumbles is not what is counted here, however slow the machine."""
    monkeypatch.setattr(stumbling, "KNOWN_FOR_SECONDS", 3600.0)


@pytest.mark.parametrize("kind", READ_KINDS)
def test_a_read_of_256_lines_is_one_statement(counter: Counter, kind: str) -> None:
    counter.ask(line(), "points")
    values = {"number": "13900000001", "short": "601"}
    requests = [
        Request(f"r{n}", line(basic=n), kind, "payments" if kind == "payments" else "", values) for n in range(256)
    ]
    assert statements(counter.carrier, requests) == 1


@pytest.mark.parametrize(
    ("kind", "subject", "values"),
    [
        ("switch_on", "pkg_data", {"tier": "5", "fee": 500, "allowances": {"data_mb": 30}}),
        ("switch_on", "dear", {"fee": 1_000_00}),
        ("switch_off", "pkg_data", {}),
        ("configure", "pkg_data", {"number": "1"}),
        ("redeem", "", {"amount": 100}),
        ("activate", "", {}),
        ("top_up", "", {"amount": 100}),
        ("charge", "", {"amount": 100, "product": "calls"}),
    ],
)
def test_a_write_to_128_lines_takes_no_more_statements_than_to_one(
    counter: Counter, kind: str, subject: str, values: dict[str, Any]
) -> None:
    counter.ask(line(), "points")

    def batch(size: int) -> list[Request]:
        numbers = [line(basic=10_00, points=500) for _ in range(size)]
        return [Request(f"r{n}", number, kind, subject, values) for n, number in enumerate(numbers)]

    assert statements(counter.carrier, batch(128)) == statements(counter.carrier, batch(1)) <= 12


# What subscribers, shops and the carrier may do to a line, in any order.
DEEDS = st.one_of(
    st.tuples(
        st.just("switch_on"),
        st.sampled_from(["caller_id", "pkg_data", "sp_joke", "balance_alert"]),
        st.fixed_dictionaries(
            {
                "fee": st.integers(0, 1500),
                "tier": st.sampled_from(["", "5", "20"]),
                "effect": st.sampled_from(["now", "next_month"]),
                "paid_to": st.sampled_from(["", "carrier", "乐天信息"]),
                "replaces": st.sampled_from([[], ["caller_id"]]),
                "excludes": st.sampled_from([[], ["sp_joke"]]),
                "allowances": st.sampled_from([{}, {"data_mb": 30}]),
                "amount": st.integers(1, 3000),
            }
        ),
    ),
    st.tuples(
        st.just("switch_off"),
        st.sampled_from(["caller_id", "pkg_data", "sp_joke", "balance_alert"]),
        st.fixed_dictionaries({"effect": st.sampled_from(["now", "next_month"])}),
    ),
    st.tuples(
        st.just("charge"),
        st.just(""),
        st.fixed_dictionaries(
            {"amount": st.integers(-5, 4000), "paid_to": st.sampled_from(["", "x"]), "product": st.just("calls")}
        ),
    ),
    st.tuples(
        st.just("top_up"),
        st.just(""),
        st.fixed_dictionaries(
            {
                "amount": st.integers(0, 4000),
                "account": st.sampled_from(["basic", "gift"]),
                "how": st.sampled_from(["card", "counter", "returned"]),
            }
        ),
    ),
    st.tuples(st.just("redeem"), st.just(""), st.fixed_dictionaries({"amount": st.integers(0, 900)})),
    st.tuples(st.just("activate"), st.just(""), st.just({})),
    st.tuples(st.just("roll"), st.just(""), st.just({})),
)
MONEY = st.integers(0, 5000)
examples = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def found(number: Msisdn) -> Any:
    """All that the tables say of a line's state, without names of references and numbers."""
    return (
        run(
            "SELECT status, basic, gift, points, alert_below, suspended_on FROM sandbox_account WHERE msisdn = %s",
            [number.digits],
        ),
        run(
            "SELECT number, product, tier, ends_at, starts_on, settings FROM sandbox_holding WHERE msisdn = %s ORDER BY number",
            [number.digits],
        ),
        run(
            "SELECT quota, used, total FROM sandbox_usage WHERE msisdn = %s AND (used > 0 OR total > 0) ORDER BY quota",
            [number.digits],
        ),
        run("SELECT total, paid FROM sandbox_bill WHERE msisdn = %s", [number.digits]),
        run("SELECT number, below, balance FROM sandbox_alert WHERE msisdn = %s ORDER BY number", [number.digits]),
    )


@examples
@given(deeds=st.lists(DEEDS, max_size=12), basic=MONEY, gift=MONEY, points=MONEY)
def test_every_change_of_the_accounts_stands_in_their_entries(
    counter: Counter, deeds: list[Any], basic: int, gift: int, points: int
) -> None:
    number = line(basic=basic, gift=gift, points=points)
    for kind, subject, values in deeds:
        counter.ask(number, kind, subject, named=str(next(_reference)), **values)
    [account] = run("SELECT basic, gift, points, status FROM sandbox_account WHERE msisdn = %s", [number.digits])
    [summed] = run(
        "SELECT coalesce(sum(basic), 0), coalesce(sum(gift), 0), coalesce(sum(points), 0) FROM sandbox_entry WHERE msisdn = %s",
        [number.digits],
    )
    assert account[:3] == tuple(map(int, summed))
    assert (account[3] == "suspended") == (account[0] < 0)
    for total, paid, items in run("SELECT total, paid, items FROM sandbox_bill WHERE msisdn = %s", [number.digits]):
        assert total == sum(item["fen"] for item in items)
        assert 0 <= paid <= total
        assert paid == total or account[0] < 0


@examples
@given(deeds=st.lists(DEEDS, min_size=1, max_size=8), data=st.data(), basic=MONEY, gift=MONEY)
def test_references_that_come_again_in_any_order_change_nothing(
    counter: Counter, deeds: list[Any], data: st.DataObject, basic: int, gift: int
) -> None:
    number = line(basic=basic, gift=gift)
    requests = [Request(str(next(_reference)), number, kind, subject, values) for kind, subject, values in deeds]
    first = asked(counter.carrier, requests)
    after = found(number)
    again = data.draw(st.lists(st.sampled_from(range(len(requests))), max_size=12))
    answers = asked(counter.carrier, [requests[n] for n in again])
    assert [answers[place] for place in range(len(again))] == [first[n] for n in again]
    assert found(number) == after


@examples
@given(deeds=st.lists(DEEDS, min_size=1, max_size=8), basic=MONEY, gift=MONEY, points=MONEY)
def test_a_batch_answers_and_leaves_the_line_as_its_items_one_by_one(
    counter: Counter, deeds: list[Any], basic: int, gift: int, points: int
) -> None:
    alone, together = (line(basic=basic, gift=gift, points=points) for _ in range(2))
    single = [
        counter.ask(alone, kind, subject, named=f"{alone.digits}-{n}", **values)
        for n, (kind, subject, values) in enumerate(deeds)
    ]
    answers = asked(
        counter.carrier,
        [
            Request(f"{together.digits}-{n}", together, kind, subject, values)
            for n, (kind, subject, values) in enumerate(deeds)
        ],
    )
    assert [answers[n] for n in range(len(deeds))] == single
    assert found(alone) == found(together)


@examples
@given(
    st.dictionaries(st.text(max_size=8), st.text(max_size=30) | st.integers() | st.none() | st.floats(), max_size=6),
    st.text(max_size=12),
)
def test_no_values_make_it_raise_or_lose_money(counter: Counter, values: dict[str, Any], subject: str) -> None:
    number = line(basic=1000)
    kinds = [
        "switch_on",
        "switch_off",
        "configure",
        "redeem",
        "password",
        "top_up",
        "charge",
        "usage",
        "bill",
        "payments",
        "number",
    ]
    requests = [Request(str(next(_reference)), number, kind, subject, values) for kind in kinds]
    assert len(asked(counter.carrier, requests)) == len(requests)
    [(basic, summed)] = run(
        "SELECT a.basic, (SELECT sum(basic) FROM sandbox_entry e WHERE e.msisdn = a.msisdn) FROM sandbox_account a WHERE a.msisdn = %s",
        [number.digits],
    )
    assert basic == summed


@pytest.fixture
def shared_lines(transactional_db: None) -> Iterator[list[Msisdn]]:
    numbers = [line(basic=10_000) for _ in range(12)]
    yield numbers
    forget_lines(numbers)


def test_ten_threads_with_the_same_reference_charge_once(shared_lines: list[Msisdn]) -> None:
    request = Request(str(uuid.uuid4()), shared_lines[0], "charge", "", {"amount": 100, "product": "calls"})
    answers = at_once([lambda: asked(Sandbox(), [request])[0]] * 10)
    assert all(isinstance(answer, Answer) and answer == answers[0] for answer in answers), answers
    [(basic, deeds)] = run(
        "SELECT a.basic, (SELECT count(*) FROM sandbox_deed d WHERE d.msisdn = a.msisdn) FROM sandbox_account a WHERE msisdn = %s",
        [shared_lines[0].digits],
    )
    assert (basic, deeds) == (9_900, 1)


def test_batches_that_touch_the_same_lines_in_opposite_orders_all_count(shared_lines: list[Msisdn]) -> None:
    def batch(turn: int) -> Any:
        order = shared_lines if turn % 2 else shared_lines[::-1]
        requests = [
            Request(f"{turn}-{number.digits}", number, "charge", "", {"amount": 10, "product": "calls"})
            for number in order
        ]
        return lambda: asked(Sandbox(), requests, limit=30)

    done: dict[str, int] = {number.digits: 0 for number in shared_lines}
    for turn, answers in enumerate(at_once([batch(turn) for turn in range(4)])):
        assert isinstance(answers, dict), answers
        order = shared_lines if turn % 2 else shared_lines[::-1]
        for place, answer in answers.items():
            # Too busy is an honest answer in such a crowd; done and not done are told apart.
            done[order[place].digits] += isinstance(answer, Answer)
    assert sum(done.values()) >= len(shared_lines)
    for msisdn, times in done.items():
        [(basic, entries)] = run(
            "SELECT a.basic, (SELECT count(*) FROM sandbox_entry e WHERE e.msisdn = a.msisdn AND kind = 'fee')"
            " FROM sandbox_account a WHERE a.msisdn = %s",
            [msisdn],
        )
        assert (basic, entries) == (10_000 - 10 * times, times)


def test_recorded_answers_are_plain_json(counter: Counter) -> None:
    number = line(basic=2000)
    counter.done(number, "switch_on", "caller_id", fee=500, name_zh="来电显示")
    [(facts,)] = run("SELECT facts FROM sandbox_deed WHERE msisdn = %s", [number.digits])
    assert json.loads(json.dumps(facts))["effective_on"] == {"$on": "2026-11-21"}
    assert NOON.tzinfo is not None
