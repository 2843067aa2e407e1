"""Dial tests change no figure of customers; their own runs are figures of a source of their own."""

from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import uuid4

import pytest

from careline.advice import signals
from careline.insight import asking, callers, folding, importing, levels, menus, records, sources
from careline.insight.asking import Filters, Period
from careline.insight.checking import recount
from careline.insight.strata import stratify
from careline.ledger import inbox
from careline.ledger.models import Attempt
from careline.probes.models import Line, Run
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn
from tests.halls import Hall
from tests.insight.records import LATER, LI, NOON, fold, greet, record, walk

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 10)
TODAY = Period(DAY, DAY)
PRETEND = Msisdn("8617099000001")
DIAL = Filters(sources=(folding.PROBES,))


def mark(msisdn: Msisdn = PRETEND, *, since: timedelta = timedelta(hours=1)) -> None:
    Line.objects.create(msisdn=msisdn.digits, region="T1", brand="gotone", ours=True, marked_at=NOON - since)


def run(
    times: int = 1, *, cause: str = "", verb: str = "subscribe", at: datetime = NOON, service: str = "caller_id"
) -> None:
    """So many dial tests that ended alike."""
    Run.objects.bulk_create(
        Run(
            id=uuid4(), batch=uuid4(), probe=f"voice/deed/{service}.{verb}", channel="voice", vantage="here", version=1,
            msisdn=PRETEND.digits, region="T1", brand="gotone", service=service, verb=verb, node="main", begun_at=at,
            ended_at=at, passed=not cause, cause=cause, kind=Cause(cause).kind.value if cause else "",
        )
        for _ in range(times)
    )  # fmt: skip


def pressed_nine() -> inbox.Receipt:
    """A pretend customer has everything said once more."""
    return inbox.Receipt(
        msisdn=PRETEND, link="test", message_id=str(uuid4()), received_at=NOON, address="10086", channel="voice",
        fingerprint=b"", said="9", turn=str(uuid4()), attempt=None,
        steps=[{"rule": "moment", "event": "keys", "node": "main", "mode": "menu"}],
    )  # fmt: skip


def test_a_line_that_is_dial_tested_changes_no_figure_of_customers() -> None:
    def everything() -> tuple[object, ...]:
        by = [("day",), ("hour",), ("service",), ("region",), ("cause",), ("channel", "region"), ("service", "brand")]
        return (
            [asking.count(one, TODAY) for one in by], levels.ladder(TODAY), menus.diversion(TODAY),
            menus.usage("standard", TODAY), menus.paths("standard", TODAY), callers.most(DAY), callers.bands(DAY),
            callers.bands(DAY, channel="sms"), signals.repeats("standard", TODAY),
        )  # fmt: skip

    record(97)
    record(3, outcome="failed", cause="guidance")
    greet(4, channel="voice")
    walk("main", "caller_id:subscribe")
    fold()
    before, found = everything(), records.newest(TODAY, Filters())
    mark()
    record(40, msisdn=PRETEND)  # kinds that customers have, and one that they have not
    record(9, msisdn=PRETEND, outcome="failed", cause="channel_fault", region="T5", channel="voice")
    greet(8, channel="voice", msisdn=PRETEND)
    walk("main", "balance:query", msisdn=PRETEND)
    inbox.receive([pressed_nine()])
    folding.recheck(NOON + timedelta(hours=30))

    assert everything() == before
    assert (recount(DAY).recorded, recount(DAY).exact) == (100, True)
    assert len(records.newest(TODAY, Filters(), failed=False).rows) == 100
    assert found == records.newest(TODAY, Filters())


def test_pretend_customers_are_left_out_while_the_hour_runs_and_when_it_is_folded_at_once() -> None:
    mark()
    record(5)
    record(7, msisdn=PRETEND)
    greet(1, channel="voice")
    greet(2, channel="voice", msisdn=PRETEND)
    walk("main", msisdn=PRETEND)
    folding.sweep(NOON + timedelta(minutes=1))
    assert asking.total(TODAY).attempts == 5
    fold()

    assert asking.total(TODAY, Filters(regions=("T1",))).attempts == 5
    assert levels.ladder(TODAY).contacts == 1
    assert menus.diversion(TODAY) == []
    assert callers.most(DAY) == [callers.Often(1, LI.digits, 1)]
    assert recount(DAY).exact


def test_records_begin_with_the_first_customer_and_not_with_the_tests_before_the_opening() -> None:
    mark(since=timedelta(days=9))
    record(3, at=NOON - timedelta(days=5), msisdn=PRETEND)
    record(1)
    fold()

    assert asking.begins() == DAY


def test_what_a_line_did_before_it_was_marked_was_a_customers() -> None:
    record(3, at=NOON - timedelta(hours=5), msisdn=PRETEND)
    mark()
    record(2, msisdn=PRETEND)
    fold()

    assert asking.total(TODAY).attempts == 3
    assert recount(DAY).exact


def test_what_a_marked_line_really_says_to_the_hall_is_no_customers_attempt() -> None:
    hall = Hall()
    customer, pretend = hall.fresh(), hall.fresh()
    mark(pretend)
    hall.say(customer, "CXYE")
    hall.say(pretend, "CXYE")
    assert Attempt.objects.count() == 2
    fold()

    assert asking.total(TODAY).queries == 1
    assert dict(levels.ladder(TODAY).kinds) == {(1, "message"): 1}


def test_the_runs_of_our_own_dial_tests_are_a_source_with_all_its_figures() -> None:
    run(95)
    run(4, cause="guidance")
    run(1, cause="carrier_busy", at=NOON + timedelta(hours=1))
    run(1, cause="left", at=NOON + timedelta(days=1))
    run(5, verb="query", cause="guidance")  # tests of queries are no applications
    run(2, verb="", service="")  # nor is listening to a menu
    record(50)
    fold()

    both = Period(DAY, DAY + timedelta(days=1))
    assert str(asking.total(both, DIAL).rate) == "5.94 %"  # 6 of 101
    assert [(one.key[0], one.failed) for one in asking.count(("day",), both, DIAL)] == [(DAY, 5), (both.until, 1)]
    assert [(one.key[0], one.failed) for one in asking.count(("hour",), TODAY, DIAL)] == [(12, 4), (13, 1)]
    failures = asking.failures(both, DIAL)
    assert failures == {"guidance": 4, "carrier_busy": 1, "left": 1}
    (crux, *_) = stratify({cause: failures[cause] for cause in ("guidance", "carrier_busy")})
    assert (crux.name, crux.share) == ("guidance", Fraction(4, 5))
    assert recount(DAY, folding.PROBES).exact
    assert folding.PROBES in sources.known()
    assert asking.total(both).applications == 50  # customers' own
    with pytest.raises(ValueError, match="not forgotten"):
        importing.forget(folding.PROBES)


def test_without_dial_tests_there_is_no_source_of_them() -> None:
    record(1)
    fold()
    assert sources.known() == [folding.OWN]


def test_sums_of_a_day_that_were_tampered_with_are_found() -> None:
    from careline.insight.models import Area, Margin, Pair

    record(4)
    fold()
    for table, name in ((Area, "area"), (Margin, "margin region"), (Pair, "pair brand")):
        changed: Any = table.objects.filter(**{} if table is Area else {"dimension": name.split(" ")[1]})
        changed.update(**{"attempts" if table is Area else "failed": 9})
        assert recount(DAY).wrong_sums == (name,)
        folding.refold(NOON, LATER)
        assert recount(DAY).exact
