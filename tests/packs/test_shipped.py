"""What the shipped packs promise: the rules that the tables print, and texts that customers can read."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime

import pytest

from careline.dialogue.book import OPENS, READS, Confirm, Service, Table, Verb
from careline.dialogue.lexicon import Lexicon
from careline.protocols.smstext import count_parts
from careline.shelf import Shelf
from tests.behaviours.punctuation import half_width
from tests.shipped import documents
from tests.shipped import the_book as book

TWO_STEP = {401, 402, 403, 404, 409, *range(413, 422), 423, 424, 425, 427}
TARIFF_PLANS = {"tariff_50std", "tariff_business", "tariff_ctk", "tariff_dzk"}


def table(name: str) -> Table:
    return book().tables[name]


def services() -> list[Service]:
    return list(book().services.values())


@pytest.mark.parametrize(
    ("moment", "rests"),
    [
        (datetime(2009, 10, 31, 12), True),
        (datetime(2009, 10, 30, 23, 59), False),
        (datetime(2009, 11, 30, 17, 59), False),
        (datetime(2009, 11, 30, 18, 1), True),
        (datetime(2009, 12, 31, 18), True),
        (datetime(2010, 1, 31, 23, 59), False),
    ],
)
def test_zhejiang_rests_at_month_end_as_its_three_rules_say(moment: datetime, rests: bool) -> None:
    assert any(rest.rests(moment) for rest in table("T2").rests) is rests


def test_no_other_table_rests_or_refuses_abroad() -> None:
    assert not table("T2").abroad
    assert all(other.abroad and not other.rests for other in book().tables.values() if other.id != "T2")


def test_the_zhejiang_table_is_in_force_from_its_first_day() -> None:
    assert not table("T2").reigns(date(2006, 6, 17))
    assert table("T2").reigns(date(2006, 6, 18))


def test_just_the_eighteen_papers_take_two_steps() -> None:
    two_step = {one.id for one in services() for action in one.actions.values() if action.confirm is Confirm.CODE}
    assert two_step == {f"paper_{number}" for number in TWO_STEP}
    confirmed = {code.service: code.spelling for code in table("T2").codes.values() if code.verb is Verb.CONFIRM}
    assert confirmed == {f"paper_{number}": f"{number}191" for number in TWO_STEP}


def test_only_an_order_that_is_a_query_elsewhere_asks_first() -> None:
    asking = {
        f"{one.id} {code.spelling}" for one in book().tables.values() for code in one.codes.values() if code.ask_first
    }
    assert asking == {"T3 CXZD"}


def test_plans_and_what_cannot_be_taken_back_are_asked_back() -> None:
    asked = {one.id for one in services() for action in one.actions.values() if action.confirm is Confirm.ASK}
    assert asked == TARIFF_PLANS | {"pkg_wbb_year", "sp_order", "complain", "card_activation", "leaving"}


def test_what_can_only_be_cancelled_is_closed_to_new_customers() -> None:
    closed = {one.id for one in services() if any(action.closed for action in one.actions.values())}
    assert closed == {
        *("pkg_dgcz10", "pkg_gotone_trial_a", "pkg_gotone_trial_b", "pkg_zjroam_gotone", "pkg_zjroam_prepaid"),
        *("promo_warm_home", "farm_mailbox", "mobile_secretary"),
    }
    orders = {code.service for one in book().tables.values() for code in one.codes.values() if code.verb in OPENS}
    assert not orders & closed


def test_what_can_be_ordered_can_be_described_and_asked_for_its_state() -> None:
    for one in services():
        if one.behaviour in ("toggle", "package", "plan", "alert", "forward", "my_menu"):
            assert {Verb.STATUS, Verb.DESCRIBE} <= one.actions.keys(), one.id


def test_what_costs_by_the_month_can_be_cancelled() -> None:
    for one in services():
        if OPENS & one.actions.keys() and one.behaviour in ("toggle", "package", "alert", "forward", "my_menu"):
            assert Verb.CANCEL in one.actions, one.id


def test_a_content_service_costs_the_same_by_either_way_of_ordering_it() -> None:
    order = book().services["sp_order"]
    for tier in order.tiers.values():
        paper = book().services[order.settings[f"sp.{tier.id}"]]
        assert (tier.price, tier.name, order.settings[f"paid_to.{tier.id}"]) == (paper.price, paper.name, paper.paid_to)
        assert paper.paid_to != "carrier"


def test_every_behaviour_named_by_a_service_exists_and_can_do_its_verbs() -> None:
    shelf = {module.BEHAVIOUR.name: module.BEHAVIOUR for module in Shelf("careline.behaviours").modules().values()}
    for one in services():
        assert one.behaviour in shelf, one.id
        assert one.actions.keys() <= shelf[one.behaviour].verbs, one.id


def test_every_service_has_an_example() -> None:
    for document in documents():
        if document.kind == "service" and document.key != "suggestion":
            assert document.body.get("example"), document.key


def test_descriptions_fit_two_messages_in_each_language() -> None:
    for one in services():
        for text in (one.about, *(tier.about for tier in one.tiers.values() if tier.about)):
            for written in text:
                assert (
                    count_parts(written.replace("{price}", "10.00元/月" if written is text.zh else "CNY 10.00 a month"))
                    <= 2
                )
                assert set(re.findall(r"{(.*?)}", written)) <= {"price"}, one.id


def chinese_in(body: object) -> Iterator[str]:
    if isinstance(body, Mapping):
        yield from (value for name, value in body.items() if name == "zh" and isinstance(value, str))
        body = list(body.values())
    if isinstance(body, list):
        for part in body:
            yield from chinese_in(part)


def test_chinese_has_punctuation_of_its_own_in_every_pack() -> None:
    written = [(document.where, text) for document in documents() for text in chinese_in(document.body)]
    assert len(written) > 500
    assert not [(where, text) for where, text in written if half_width(text)]


def test_english_texts_keep_to_the_alphabet_of_short_messages() -> None:
    for one in services():
        for written in (one.name.en, one.about.en, *(tier.name.en for tier in one.tiers.values())):
            assert written.isascii(), (one.id, written)


def test_no_text_of_ours_uses_the_jargon_of_the_glossary() -> None:
    for one in services():
        for text in (one.name, one.about, *(tier.name for tier in one.tiers.values())):
            for jargon in book().glossary:
                assert jargon not in text.zh, (one.id, jargon)
                assert not re.search(rf"\b{re.escape(jargon)}\b", text.en), (one.id, jargon)


def test_a_price_is_described_where_there_is_one_and_only_there() -> None:
    for one in services():
        if not one.tiers:
            assert ("{price}" in one.about.zh) is bool(one.price) is ("{price}" in one.about.en), one.id


def test_no_two_services_of_one_customer_share_a_name_unless_their_verbs_part_them() -> None:
    lexicon = Lexicon.of(book())
    for region in ("", *book().regions):
        for brand in book().brands:
            names = lexicon.chain(region, brand, date(2026, 1, 1)).names
            for name, meanings in names._exact.items():
                verbs = [verb for one, _ in meanings for verb in names.services[one].actions if verb not in READS]
                reads = [one for one, _ in meanings if Verb.QUERY in names.services[one].actions]
                assert len({one for one, _ in meanings}) == 1 or (len(set(verbs)) == len(verbs) and len(reads) == 1), (
                    name
                )
