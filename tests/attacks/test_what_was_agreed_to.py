"""Nothing is charged but what the customer said yes to: the price asked, once, for the question that was asked."""

from dataclasses import replace

import pytest

from careline.dialogue.book import Book
from careline.dialogue.talk import Question
from careline.values.money import Minor
from tests.dialogue.building import Handset, changes, of


def dearer(book: Book, service: str, by: int) -> Book:
    """The book with another price for this service and all its tiers."""
    old = book.services[service]
    tiers = {name: replace(tier, price=Minor(tier.price + by)) for name, tier in old.tiers.items()}
    return replace(book, services={**book.services, service: replace(old, price=Minor(old.price + by), tiers=tiers)})


def without(book: Book, service: str) -> Book:
    return replace(book, services={name: one for name, one in book.services.items() if name != service})


@pytest.mark.parametrize("yes", ["是", "1", "Y", "KTLDXS"])
def test_a_price_that_rose_between_question_and_yes_is_asked_again(yes: str) -> None:
    handset = Handset()
    handset.say("开通来电显示")
    handset.book = dearer(handset.book, "caller_id", 9500)
    again = handset.say(yes)
    assert handset.done == []
    assert "100.00" in again
    assert handset.asks == "confirm"
    handset.say("是")
    assert [job.service.price for job in handset.jobs] == [10000]


def test_a_price_that_changed_is_asked_again_for_an_order_in_two_steps() -> None:
    for yes in ("是", "401191", "KTDYQR"):
        handset = Handset()
        handset.say("4011")
        code = handset.state["waiting"][0]["intent"]["service"]
        handset.book = dearer(handset.book, code, 100)
        handset.say(yes)
        assert handset.done == []


def test_a_tier_whose_price_changed_is_asked_again_and_one_that_is_gone_is_not_ordered() -> None:
    handset = of("yunling")
    handset.say(
        "KTSJLL",
    )
    handset.say("2")
    assert handset.asks == "confirm"
    handset.book = dearer(handset.book, "pkg_data", 100)
    assert "6.00" in handset.say("是")
    assert handset.done == []
    service = handset.book.services["pkg_data"]
    left = {name: tier for name, tier in service.tiers.items() if name != "5"}
    handset.book = replace(handset.book, services={**handset.book.services, "pkg_data": replace(service, tiers=left)})
    handset.say("是")
    assert handset.done == []


def test_a_service_that_is_gone_from_the_book_is_not_ordered() -> None:
    handset = Handset()
    handset.say("开通来电显示")
    handset.book = without(handset.book, "caller_id")
    handset.say("是")
    assert not any(changes(job) for job in handset.jobs)
    assert not handset.open


def test_a_number_that_chose_is_no_yes_when_it_comes_twice() -> None:
    handset = of("yunling")
    handset.say("KTSJLL")
    handset.say("1")
    assert handset.asks == "confirm"
    handset.say("1")
    assert handset.done == []
    assert handset.asks == "confirm"
    handset.say("是")
    assert handset.done == [("pkg_data", "subscribe")]


@pytest.mark.parametrize("yes", ["是", "1", "好的", "Y", "确认", "１", "1。"])
@pytest.mark.parametrize("region", ["zhejiang", "yunling"])
@pytest.mark.parametrize("wait", [{"minutes": 31}, {"hours": 23}])
def test_a_yes_to_a_question_that_is_over_orders_nothing(yes: str, region: str, wait: dict[str, int]) -> None:
    handset = of(region)
    handset.say("开通来电显示")
    assert handset.asks == "confirm"
    handset.wait(**wait)
    handset.say(yes)  # 1 is a paid order of its own in Zhejiang: it is asked back
    assert not any(changes(job) for job in handset.jobs)


def test_a_single_digit_that_comes_of_itself_is_the_order_that_it_is_printed_as() -> None:
    handset = of("zhejiang")
    handset.say("CXYE")
    handset.say("1")
    assert handset.done[-1] == ("pkg_roampass", "register")


def test_a_number_sent_twice_to_a_list_does_not_order_by_its_second_coming() -> None:
    handset = of("zhejiang")
    options = ({"value": "4", "zh": "每日一笑", "en": "A laugh a day"},)
    handset.say("0000", question=Question("pick", options, "sp_query_unsub", "cancel"))
    assert handset.asks == "pick"
    handset.say("1")
    assert handset.done[-1] == ("sp_query_unsub", "cancel")
    before = len(handset.done)
    handset.say("1")
    assert len(handset.done) == before
    assert handset.asks == "confirm"
    handset.say("1")
    assert len(handset.done) == before


@pytest.mark.parametrize("said", ["KTLDXS?", "KTLDXS？", "ＫＴＬＤＸＳ？", "401191?", "KTLDXS ?"])
def test_a_code_with_a_question_mark_is_asked_back(said: str) -> None:
    handset = of("yunling")
    handset.say(said)
    assert handset.done == []


def test_a_confirm_code_after_its_time_orders_nothing() -> None:
    handset = Handset()
    handset.say("4011")
    assert handset.state["waiting"]
    handset.wait(hours=25)
    handset.say("401191")
    assert not any(changes(job) for job in handset.jobs)


@pytest.mark.parametrize(
    "said",
    [
        "不是", "是吗", "是不是", "是?", "不是的", "是的吗", "也不是", "是否", "不好", "不可以", "可以吗？", "不确定", "我不同意",
        "是\u202e不", "不\u200b是", "是，不", "1吗", "好像不要", "别", "是1元吗", "1元", "是 KTLDXS?", "11", "1 1",
    ],
)  # fmt: skip
def test_what_is_no_plain_yes_is_none(said: str) -> None:
    handset = Handset()
    handset.say("开通来电显示")
    handset.say(said)
    assert handset.done == []


@pytest.mark.parametrize(
    "said",
    [
        "请不要给我 KTLDXS", "KTLDXS 是什么", "别人让我发KTLDXS可靠吗", "我没有发KTLDXS", "CXYE KTLDXS", "KTLDXS CXYE",
        "刚才收到短信说回复KTLDXS有奖", "KTLDXS\nKTFX", "KTLDХS", "КTLDXS", "KTLDXSKTLDXS", "K T L D X S",
    ],
)  # fmt: skip
def test_an_order_within_other_words_or_in_look_alike_letters_orders_nothing_by_itself(said: str) -> None:
    handset = of("yunling")
    handset.say(said)
    assert not any(changes(job) for job in handset.jobs)


@pytest.mark.parametrize(
    "amount", ["-10", "0", "0.001", "99999999", "1e9", "+10", "１０－", "10.999", "九千九百九十九亿", "∞"]
)
def test_an_amount_that_is_none_redeems_nothing(amount: str) -> None:
    handset = of("yunling")
    for said in (f"DHHF#{amount}", f"JFDH#{amount}", f"积分兑换{amount}"):
        handset.say(said)
        for job in handset.jobs:
            assert int(job.parameters.get("amount", "1")) > 0
            assert int(job.parameters.get("amount", "1")) < 10**9
