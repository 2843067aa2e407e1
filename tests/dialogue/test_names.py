"""Services called by their names, in Chinese and English."""

import pytest

from careline.dialogue.book import READS, Verb
from tests.dialogue.building import Handset, changes, of


@pytest.mark.parametrize(
    ("said", "service", "verb"),
    [
        ("开通来电显示", "caller_id", "subscribe"),
        ("来电显示开通", "caller_id", "subscribe"),
        ("我要开通来电显示业务", "caller_id", "subscribe"),
        ("请帮我开通一下来电显示吧,谢谢", "caller_id", "subscribe"),
        ("麻烦给我开来电显示", "caller_id", "subscribe"),
        ("開通來電顯示", "caller_id", "subscribe"),
        ("取消来电显示", "caller_id", "cancel"),
        ("我不要来电显示了", "caller_id", "cancel"),
        ("关掉来电显示功能", "caller_id", "cancel"),
        ("漏话提醒关闭", "missed_call", "cancel"),
        ("查来电显示", "caller_id", "status"),
        ("查余额", "balance", "query"),
        ("余额查询", "balance", "query"),
        ("我的余额还有多少", "balance", "query"),
        ("来电显示怎么开通", "caller_id", "describe"),
        ("什么是来电显示", "caller_id", "describe"),
        ("介绍流量包", "data", "describe"),
        ("open caller id", "caller_id", "subscribe"),
        ("please turn on Caller-ID", "caller_id", "subscribe"),
        ("cancel my caller id", "caller_id", "cancel"),
        ("balance", "balance", "query"),
        ("check my balance please", "balance", "query"),
        ("what is caller id", "caller_id", "describe"),
        ("办理商旅套餐", "plan", "order"),
        ("重置服务密码", "password", "configure"),
    ],
)
def test_verb_and_name_in_either_order(said: str, service: str, verb: str) -> None:
    handset = Handset()
    handset.say(said)
    assert handset.understood == (service, verb, "name")
    if Verb(verb) not in READS:
        assert handset.done == [], "what is ordered by name is asked back"
        assert handset.open


def test_what_is_ordered_by_name_is_asked_back_with_its_price_and_effect() -> None:
    handset = Handset()
    assert handset.say("开通来电显示") == "要开通来电显示吗，5.00元/月，立即生效"
    handset.say("是")
    assert handset.done == [("caller_id", "subscribe")]
    assert handset.jobs[0].table == "E"


def test_a_name_with_a_price_is_that_tier() -> None:
    for said in ("开通20元流量包", "开通二十元流量包", "开通流量包20元"):
        handset = Handset()
        handset.say(said)
        begun = handset.turn.begun
        assert begun is not None
        assert begun.tier is not None
        assert begun.tier.id == "20"


def test_a_name_in_tiers_without_a_price_asks_which() -> None:
    handset = Handset()
    handset.say("开通流量包")
    assert handset.asks == "choose"
    handset.say("1")
    assert handset.asks == "confirm"


def test_a_bare_name_is_described_and_offered_never_ordered() -> None:
    handset = Handset()
    answer = handset.say("来电显示")
    assert handset.done == [("caller_id", "describe")]
    assert handset.asks == "choose"
    assert "1." in answer
    handset.say("1")
    assert handset.done == [("caller_id", "describe")], "and what is chosen is asked back"
    assert handset.asks == "confirm"


def test_a_bare_name_without_a_description_of_its_behaviour_is_described_from_the_book() -> None:
    handset = Handset()
    answer = handset.say("来电提醒")
    assert handset.done == []
    assert "3.00元/月" in answer
    assert handset.asks == "choose"


def test_a_bare_name_of_what_can_only_be_read_is_read() -> None:
    handset = Handset()
    handset.say("余额")
    assert handset.done == [("balance", "query")]


def test_a_value_may_follow_the_name() -> None:
    handset = Handset()
    handset.say("开通呼叫转移到13900000002")
    assert handset.done == []
    handset.say("是")
    assert handset.done == [("forward", "subscribe")]
    assert "8613900000002" in [getattr(one, "digits", one) for one in handset.jobs[0].parameters.values()]


def test_several_services_of_that_name_are_asked_about() -> None:
    handset = Handset()
    answer = handset.say("取消手机报")
    assert handset.turn.reply is not None
    assert handset.turn.reply.key == "error.ambiguous"
    assert "电影手机报" in answer
    assert "时尚手机报" in answer
    handset.say("2")
    assert handset.asks == "confirm"
    handset.say("是")
    assert handset.done[0][1] == "cancel"


def test_only_what_exists_for_the_subscriber_is_understood_by_name() -> None:
    handset = Handset()
    handset.say("开通夜话畅聊")  # only the west has it
    assert handset.done == []
    assert handset.turn.reply is not None
    assert handset.turn.reply.key == "error.not_here"
    assert handset.endings == [("refused", "not_eligible")]


def test_what_cannot_be_done_with_a_service_is_said_with_what_can() -> None:
    handset = Handset()
    handset.say("兑换来电显示")
    assert handset.turn.reply is not None
    assert handset.turn.reply.key == "error.no_such_action"
    assert handset.asks == "choose"
    assert handset.done == []


def test_a_password_is_changed_by_words_and_never_kept() -> None:
    handset = Handset()
    handset.say("修改密码")
    assert handset.asks == "fill"
    handset.say("135790#246801")
    assert handset.done == [("password", "configure")]
    assert dict(handset.jobs[0].parameters)["what"] == "change"


# The published packs.


@pytest.mark.parametrize("region", ["linjiang", "zhejiang", "shuoyuan", "haitang", "yunling"])
def test_the_demos_words_are_understood_in_every_region(region: str) -> None:
    handset = of(region)
    for said, service, verb in (
        ("开通来电显示", "caller_id", "subscribe"),
        ("查余额", "balance", "query"),
        ("取消彩铃", "ringback", "cancel"),
        ("介绍彩铃", "ringback", "describe"),
        ("open caller id", "caller_id", "subscribe"),
    ):
        handset.say(said)
        assert handset.understood[:2] == (service, verb), said
    assert all(Verb(verb) in READS for _, verb in handset.done)


def test_every_service_is_found_by_its_own_name_where_it_exists() -> None:
    """The name of each service, asked for as a description, finds that service or a choice that holds it."""
    for region in ("linjiang", "zhejiang", "shuoyuan", "haitang", "yunling", ""):
        handset = of(region, "gotone")
        names = handset_names(handset)
        assert len(names) > 20
        for service, name in names:
            fresh = of(region, "gotone")
            fresh.say(name)
            options = {one.get("service") for one in (fresh.state.get("question") or {}).get("options", ())}
            assert fresh.understood[0] == service or service in options, (region, name)
            assert not any(map(changes, fresh.jobs)) or fresh.understood[2] == "exact", name


def handset_names(handset: Handset) -> list[tuple[str, str]]:
    from careline.dialogue.lexicon import Lexicon

    chain = Lexicon.of(handset.book).chain(handset.subscriber.region, handset.subscriber.brand, handset.now.date())
    return [(one.id, one.name.zh) for one in chain.services.values()]
