"""What self-care makes of the carrier's facts: prices, next charges, hurdles, who ordered what; and what it says when nobody knows."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from careline.dialogue.talk import Subscriber
from careline.selfcare import assortment, seeking
from careline.selfcare.assortment import Hurdle
from careline.selfcare.belongings import Belongings, Purse
from careline.selfcare.running import rows_of
from careline.values.msisdn import Msisdn
from tests.halls import NOON, the_book

LINE = Subscriber(Msisdn("8613900000001"), brand="gotone", region="yunling")
ZHEJIANG = Subscriber(Msisdn("8613900000002"), brand="easyown", region="zhejiang")


def holding(product: str, **more: Any) -> dict[str, Any]:
    return {
        "number": 1, "product": product, "tier": "", "name_zh": product, "name_en": product, "fee": 500, "per": "month",
        "since": "2026-10-03", "starts_on": "2026-10-03", "until": None, "by": "subscriber", "channel": "sms",
        "provider": None, "values": {}, "allowances": {}, **more,
    }  # fmt: skip


def hurdle(service: str, belongings: Belongings, line: Subscriber = LINE, tier: str = "") -> Hurdle | None:
    book = the_book()
    wanted = book.services[service]
    action = assortment.opening_of(wanted)
    assert action is not None
    return assortment.hurdle_of(book, line, wanted, action, tier, belongings, NOON)


@pytest.mark.parametrize(
    ("row", "day"),
    [
        (holding("caller_id"), date(2026, 12, 1)),
        (holding("caller_id", fee=0), None),
        (holding("caller_id", per="once"), None),
        (holding("caller_id", until="2026-12-01"), None),
        (holding("caller_id", starts_on="2026-12-01", since="2026-11-09"), date(2026, 12, 1)),
        (holding("pkg_wbb_year", per="year"), date(2027, 10, 3)),
        (holding("pkg_wbb_year", per="year", since="2024-02-29", starts_on="2024-02-29"), date(2027, 2, 28)),
    ],
)
def test_the_next_charge_is_told_to_the_day(row: dict[str, Any], day: date | None) -> None:
    [found] = rows_of(the_book(), LINE, [row], NOON)
    assert found.next_charge == day


def test_what_a_provider_is_paid_for_ends_by_the_list_where_it_has_no_cancellation_of_its_own() -> None:
    book = the_book()
    [paper] = rows_of(book, LINE, [holding("paper_402", provider="彩页传媒", number=7)], NOON)
    assert paper.ending is not None
    assert (paper.ending.service, paper.ending.picked) == ("sp_query_unsub", "7")
    [own] = rows_of(book, LINE, [holding("caller_id")], NOON)
    assert own.ending is not None
    assert (own.ending.service, own.ending.picked, own.ending.agreed) == ("caller_id", "", "500/month")
    [unknown] = rows_of(book, LINE, [holding("something_else")], NOON)
    assert unknown.ending is None


def test_money_is_short_by_what_counts_for_whom_is_paid() -> None:
    purse = Purse(basic=320, gift=2000, credit=0)
    assert hurdle("caller_id", Belongings((), purse)) is None  # the gift counts for the carrier's own
    short = hurdle("paper_401", Belongings((), purse), ZHEJIANG)
    assert short is not None
    assert short.cause == "not_enough_money"
    assert short.facts == {"needed": 500, "have": 320, "gift": 2000, "gift_counts": False}
    assert hurdle("paper_401", Belongings((), Purse(320, 0, 180)), ZHEJIANG) is None  # to the fen
    assert hurdle("paper_401", Belongings((), Purse(320, 0, 179)), ZHEJIANG) is not None


def test_where_nobody_knows_nothing_is_said_to_stand_in_the_way() -> None:
    assert hurdle("caller_id", Belongings(None, None)) is None
    assert hurdle("paper_401", Belongings((), None), ZHEJIANG) is None


def test_what_does_not_go_together_is_named() -> None:
    book = the_book()
    wanted = next(one for one in book.services.values() if one.excludes and assortment.opening_of(one) is not None)
    other = sorted(wanted.excludes)[0]
    line = next(
        Subscriber(LINE.msisdn, brand=brand, region=region)
        for region in book.regions
        for brand in book.brands
        if wanted.id in assortment.chain_of(book, Subscriber(LINE.msisdn, brand, region), NOON).services
        and (not wanted.brands or brand in wanted.brands)
    )
    tier = next(iter(wanted.tiers), "")
    held = Belongings((holding(other, name_zh="在用的", name_en="in use"),), Purse(100_000, 0, 0))
    found = hurdle(wanted.id, held, line, tier)
    assert found is not None
    assert (found.cause, found.facts["other"].zh) == ("excluded", "在用的")
    assert hurdle(wanted.id, Belongings((), Purse(100_000, 0, 0)), line, tier) is None


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        (Subscriber(LINE.msisdn, "gotone", "zhejiang", abroad=True), "roaming"),
        (Subscriber(LINE.msisdn, "gotone", "yunling", status="suspended"), "suspended"),
        (Subscriber(LINE.msisdn, "gotone", "yunling", status="inactive"), "inactive"),
    ],
)
def test_the_rules_of_the_dialogue_are_told_before_and_begin_no_attempt(line: Subscriber, cause: str) -> None:
    book = the_book()
    if cause == "roaming" and all(table.abroad for table in book.tables.values()):
        pytest.fail("no table rests abroad: choose another")
    region = next(
        (one.region for one in book.tables.values() if cause == "roaming" and not one.abroad and one.region),
        line.region,
    )
    line = Subscriber(line.msisdn, line.brand, region or "", status=line.status, abroad=line.abroad)
    found = hurdle("caller_id", Belongings((), None), line)
    assert found is not None
    assert found.cause == cause


def test_another_brands_plan_is_not_open_and_says_so() -> None:
    book = the_book()
    wanted = next(
        one for one in book.services.values() if one.brands and "mzone" not in one.brands and assortment.opening_of(one)
    )
    region = next(iter(wanted.regions), "yunling")
    found = hurdle(
        wanted.id, Belongings((), None), Subscriber(LINE.msisdn, "mzone", region), next(iter(wanted.tiers), "")
    )
    assert found is not None
    assert found.cause == "not_eligible"


def test_every_service_of_every_region_and_brand_can_be_shown() -> None:
    book = the_book()
    held = Belongings((), Purse(0, 0, 0))
    for region in book.regions:
        for brand in book.brands:
            line = Subscriber(LINE.msisdn, brand, region)
            for service in assortment.services(book, line, NOON):
                offer = assortment.offer(book, line, service, held, NOON)
                assert offer.ways
                assert offer.least.price == min((way.price for way in offer.ways if way.price), default=0)


def test_whatever_is_sought_something_or_nothing_is_found() -> None:
    book, now = the_book(), datetime(2026, 11, 10, tzinfo=UTC)
    for sought in (
        "",
        " ",
        "#",
        "*",
        "？",
        "'",
        "{}",
        "%s",
        "\\",
        "我想知道我的钱到哪里去了",
        "a" * 500,
        "流" * 500,
        "１０６１",
    ):
        for one in seeking.seek(book, LINE, sought, now):
            assert one.id in book.services
