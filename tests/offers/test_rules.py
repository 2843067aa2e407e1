"""Whom an offer fits, and what it honestly saves: pure rules over facts."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careline.dialogue.talk import Subscriber
from careline.offers import facts, linting, shelf
from careline.offers.facts import Facts
from careline.offers.offer import DISPUTES, MOMENTS
from careline.offers.rules import fits
from careline.values.msisdn import Msisdn
from tests.halls import the_book

TODAY = date(2026, 11, 21)
USUAL = Facts("easyown", "shuoyuan", tenure_months=30)
OFFERS = shelf.offers()


def paid(*fen: int, product: str = "data") -> Facts:
    months = [(f"2026-{10 - back:02d}", {product: one}) for back, one in enumerate(fen)]
    return replace(USUAL, charged=tuple(months))


def fit(offer: str, known: Facts, price: int = 2000, **more: object):  # type: ignore[no-untyped-def]
    return fits(OFFERS[offer], known, TODAY, product="pkg_data", price=price, **more)  # type: ignore[arg-type]


def test_what_was_paid_besides_the_plan_is_what_a_package_saves() -> None:
    found = fit("data_pack_20", paid(3_800))
    assert found
    assert (found.need, found.saving.month, found.saving.paid, found.saving.saves) == ("extra", "2026-10", 3_800, 1_800)


def test_an_offer_that_would_cost_more_than_it_spares_is_none() -> None:
    assert fit("data_pack_20", paid(2_100), price=2_100).against == "saves_nothing"
    assert fit("data_pack_20", paid(2_000)).against == "no_need"


def test_three_months_running_means_three_without_a_gap_and_the_cheapest_is_told() -> None:
    assert not fit("data_pack_50", paid(9_000, 8_000), price=5_000)
    assert not fit("data_pack_50", paid(9_000, 0, 8_000), price=5_000)
    found = fit("data_pack_50", paid(9_000, 5_600, 8_000), price=5_000)
    assert (found.saving.month, found.saving.saves) == ("2026-09", 600)


def test_an_allowance_that_is_nearly_gone_is_a_need() -> None:
    for used, need in ((134, ""), (135, "used_up"), (200, "used_up")):
        known = replace(USUAL, quotas={"left_data_plan": (used, 150)})
        assert fit("data_pack_20", known).need == need
    assert not fit("data_pack_20", replace(USUAL, quotas={"left_data_plan": (500, None)}))


def test_what_one_has_already_or_a_larger_one_is_not_recommended() -> None:
    assert fit("data_pack_20", replace(paid(3_800), holdings={"pkg_data": "20"})).against == "already_on"
    larger = replace(paid(3_800), holdings={"pkg_data": "50"})
    assert fit("data_pack_20", larger, held_price=5_000).against == "held"
    smaller = replace(paid(3_800), holdings={"pkg_data": "5"})
    assert fit("data_pack_20", smaller, held_price=500)


@pytest.mark.requirement("MKT-01")
def test_needs_that_are_spoken_of_and_needs_that_show_in_the_use_are_both_found() -> None:
    assert fit("data_pack_20", replace(USUAL, said=frozenset({"data"}))).need == "said"
    assert fit("abroad_missed_call", replace(USUAL, abroad=True)).need == "abroad"
    assert fit("abroad_missed_call", USUAL).against == "no_need"


def test_brand_region_time_here_status_and_period_each_have_their_no() -> None:
    known = paid(3_800)
    music = replace(known, said=frozenset({"music"}))
    assert fits(OFFERS["music_ringback"], music, TODAY).against == "brand"
    assert fits(OFFERS["music_ringback"], replace(music, brand="mzone"), TODAY)
    assert (
        fits(OFFERS["long_distance"], replace(paid(2_000, product="long"), region="zhejiang"), TODAY).against
        == "region"
    )
    assert fit("data_pack_20", replace(known, status="suspended")).against == "status"
    stay = OFFERS["stay_20"]
    assert fits(stay, replace(USUAL, tenure_months=11, reason="price"), TODAY).against == "tenure"
    assert fits(stay, replace(USUAL, tenure_months=None), TODAY).against == "tenure"
    gift = replace(OFFERS["topup_300_get_30"], until=date(2027, 2, 1))
    days = ((date(2026, 10, 31), "over"), (date(2026, 11, 1), ""), (date(2027, 1, 31), ""), (date(2027, 2, 1), "over"))
    assert [fits(gift, USUAL, day).against for day, _ in days] == [no for _, no in days]


def test_offers_that_keep_answer_the_reason() -> None:
    known = replace(USUAL, holdings={"pkg_data": "50"})
    assert fit("keep_data_small", replace(known, reason="price"), price=500)
    assert fit("keep_data_small", replace(known, reason="coverage"), price=500).against == "reason"


@given(st.lists(st.integers(0, 100_000), max_size=4), st.integers(0, 20_000))
def test_nothing_that_says_it_saves_ever_costs_more(months: list[int], price: int) -> None:
    for offer in ("data_pack_20", "data_pack_50"):
        found = fit(offer, paid(*months), price=price)
        if found and found.saving:
            assert found.saving.saves > 0
            assert all(found.saving.paid <= one for one in months[: OFFERS[offer].audience.extra.months])  # type: ignore[union-attr]


def test_facts_count_only_use_and_not_what_came_back() -> None:
    who = Subscriber(Msisdn("8613900000001"), "easyown", "shuoyuan")
    entries = [
        {"kind": "usage", "product": "data", "fen": 3_000, "refunded": 0},
        {"kind": "usage", "product": "data", "fen": 1_000, "refunded": 1_000},
        {"kind": "plan", "product": "plan", "fen": 1_800, "refunded": 0},
        {"kind": "information", "product": "sp_x", "fen": 500, "refunded": 0},
    ]
    read = {
        "charges-1": {"month": "2026-10", "entries": entries},
        "charges-3": {"month": "2026-08", "entries": entries},
        "profile": {"status": "active", "abroad": True, "activated_on": date(2024, 2, 29)},
    }
    known = facts.facts_of(who, read, date(2026, 2, 28))
    assert known.charged == (("2026-10", {"data": 3_000}),), "a gap ends what is running"
    assert (known.abroad, known.tenure_months, known.segment) == (True, 23, "usual")
    assert facts.facts_of(who, read, date(2026, 3, 1)).segment == "loyal"
    assert facts.facts_of(who, {}, TODAY).tenure_months is None


def test_no_moment_is_a_dispute() -> None:
    assert not set(MOMENTS) & set(DISPUTES)
    assert all(offer.moments <= set(MOMENTS) for offer in OFFERS.values())


@pytest.mark.requirement("MKT-03")
def test_every_offer_introduces_itself_in_five_parts_and_in_both_languages() -> None:
    assert OFFERS
    for offer in OFFERS.values():
        assert len(offer.card.parts()) == 5
        assert all(text.zh and text.en for text in (*offer.card.parts(), *offer.reasons.values(), offer.name))


def test_the_packs_offers_are_sold_by_the_packs_catalogue(packs: Path) -> None:
    assert linting.findings(packs, the_book()) == ()


@pytest.mark.parametrize(
    ("was", "becomes", "field"),
    [
        ('kind = "recommendation"', 'kind = "nag"', "kind"),
        ('service = "pkg_data"', 'service = "no_such"', "service"),
        ('tier = "20"', 'tier = "21"', "tier"),
        ('moments = ["home"', 'moments = ["complaint"', "moments"),
        ("extra = { zh", "extras = { zh", "reason"),
        ("leaflet = {", "poster = {", "card.leaflet"),
        ("weight = 70", 'weight = "much"', "weight"),
        ("percent = 90", "percents = 90", "for.used_up.percents"),
    ],
)
def test_lint_names_the_field_that_is_wrong(packs: Path, tmp_path: Path, was: str, becomes: str, field: str) -> None:
    folder = tmp_path / "common" / "offers"
    folder.mkdir(parents=True)
    text = (packs / "common" / "offers" / "data_pack_20.toml").read_text(encoding="utf-8")
    assert was in text
    (folder / "data_pack_20.toml").write_text(text.replace(was, becomes), encoding="utf-8")
    assert field in [finding.where.path for finding in linting.findings(tmp_path, the_book())]


@pytest.fixture
def packs() -> Path:
    from careline.catalogue.packs import packs_folder

    return packs_folder()
