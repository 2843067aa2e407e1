"""A crowd of subscribers: as many as asked for, the same for the same seed, and each of them whole."""

from datetime import UTC, datetime

import pytest

from careline.carrier.adapters.sandbox.carrier import Sandbox
from careline.carrier.port import Answer, Request
from careline.demo.crowd import REGIONS, gather, number_of
from careline.postgres.sql import run

NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def table(name: str) -> list[tuple[object, ...]]:
    return run(f"SELECT * FROM sandbox_{name} ORDER BY 1, 2")


def test_a_crowd_is_of_the_size_asked_for_and_told_of_as_it_grows() -> None:
    told: list[int] = []
    gather(25_000, NOW, workers=1, on_lines=told.append)
    assert told == [20_000, 5_000]
    assert run("SELECT count(*) FROM sandbox_line") == [(25_000,)]
    assert run("SELECT count(*) FROM sandbox_account") == [(25_000,)]
    assert run("SELECT count(DISTINCT msisdn) FROM identity_subscriber") == [(25_000,)]
    expected = sorted(number_of(order).digits for order in range(25_000))
    assert [row[0] for row in run("SELECT msisdn FROM sandbox_line ORDER BY msisdn")] == expected


def test_the_same_seed_makes_the_same_people_and_those_who_are_there_stay() -> None:
    gather(7_000, NOW, workers=1, seed=7)
    first = [table(name) for name in ("line", "account", "holding", "usage", "bill", "entry")]
    gather(7_000, NOW, workers=1, seed=8)
    assert [table(name) for name in ("line", "account", "holding", "usage", "bill", "entry")] == first
    run("DELETE FROM sandbox_line RETURNING 1")
    gather(7_000, NOW, workers=1, seed=8)
    assert table("line") != first[0]
    run("DELETE FROM sandbox_line RETURNING 1")
    gather(7_000, NOW, workers=1, seed=7)
    assert table("line") == first[0]


def test_every_region_brand_language_and_status_is_there_and_the_copies_agree() -> None:
    gather(12_000, NOW, workers=1)
    assert {row[0] for row in run("SELECT DISTINCT region FROM sandbox_line")} == set(REGIONS)
    assert {row[0] for row in run("SELECT DISTINCT brand FROM sandbox_line")} == {"gotone", "mzone", "easyown"}
    assert {row[0] for row in run("SELECT DISTINCT language FROM sandbox_line")} == {"zh", "en"}
    statuses = dict(run("SELECT status, count(*) FROM sandbox_account GROUP BY 1"))
    assert statuses.keys() == {"active", "suspended", "inactive"}
    assert statuses["active"] > 11_000
    assert (
        run(
            "SELECT 1 FROM sandbox_line l JOIN sandbox_account a USING (msisdn) JOIN identity_subscriber s USING (msisdn)"
            " WHERE (l.brand, l.region, l.language, l.abroad, a.status)"
            " <> (s.brand, s.region, s.language, s.abroad, s.status)"
        )
        == []
    )
    assert (
        run(
            "SELECT 1 FROM sandbox_account a LEFT JOIN sandbox_entry e USING (msisdn) GROUP BY a.msisdn"
            " HAVING (a.basic, a.gift, a.points) <> (sum(e.basic), sum(e.gift), sum(e.points))"
        )
        == []
    )


def test_someone_of_the_crowd_is_served_like_anyone() -> None:
    gather(3_000, NOW, workers=1)
    [(msisdn,)] = run("SELECT msisdn FROM sandbox_account WHERE status = 'active' AND basic > 2000 LIMIT 1")
    number = next(number_of(order) for order in range(3_000) if number_of(order).digits == msisdn)
    requests = [
        Request("order", number, "switch_on", "ringback", {"fee": 500}),
        Request("home", number, "number", "", {"number": number}),
    ]
    answers = dict(Sandbox().ask(requests, now=NOW, time_limit_seconds=5))
    assert all(isinstance(answer, Answer) and answer.refused is None for answer in answers.values())


@pytest.mark.parametrize("lines", [0, -1, 10_000_001])
def test_a_crowd_of_no_one_or_of_too_many_is_refused(lines: int) -> None:
    with pytest.raises(ValueError, match="between"):
        gather(lines, NOW)


@pytest.mark.django_db(transaction=True)
def test_two_connections_make_the_crowd_that_one_makes() -> None:
    gather(45_000, NOW, workers=2)
    assert run("SELECT count(*) FROM sandbox_line") == [(45_000,)]
    assert run("SELECT count(*) FROM identity_subscriber") == [(45_000,)]
