"""The acceptance checks of the SMS hall that no single other test proves, as a customer would try them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from careline import wiring
from careline.carrier.adapters.sandbox.models import Line
from careline.carrier.adapters.sandbox.opening import Held
from careline.dialogue.book import Service, Verb
from careline.hall.turn import Served
from careline.identity import recognising
from careline.outbox.models import Message
from careline.values.cause import Cause
from careline.values.language import Text
from careline.values.msisdn import Msisdn
from careline.values.outcome import Outcome
from tests.facts.rows import rows
from tests.halls import Hall, answer_of, the_book

from .carrier_side import facts, held, yuan

HOMES = {"zhejiang": "T2", "shuoyuan": "T3", "linjiang": "T1", "haitang": "T4", "yunling": "T5"}


def at(hall: Hall, local: str) -> None:
    hall.clock.now = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)


def abroad(hall: Hall, table: str) -> Msisdn:
    customer = hall.fresh(table)
    assert Line.objects.filter(msisdn=customer.digits).update(abroad=True)
    [line] = wiring.carrier().lines([customer]).values()
    recognising.remember([line], hall.clock())
    return customer


@pytest.mark.requirement("SMS-01")
def test_digits_and_both_mnemonics_are_answered_with_the_same_words(hall: Hall) -> None:
    customer = hall.fresh("T5")
    assert len({answer_of(hall.say(customer, said)) for said in ("101", "CXHF", "CXYE")}) == 1


def willing(hall: Hall, customer: Msisdn, said: str) -> Served:
    """Say it, and yes where that is asked."""
    served = hall.say(customer, said)
    return hall.say(customer, "是") if served.asks == "confirm" else served


def with_all_four_verbs() -> list[Service]:
    four = {Verb.CANCEL, Verb.DESCRIBE, Verb.STATUS}
    return [
        service
        for service in the_book().services.values()
        if four <= set(service.actions)
        and (opening := {Verb.SUBSCRIBE, Verb.ORDER, Verb.REGISTER} & set(service.actions))
        and not any(service.actions[verb].closed or service.actions[verb].parameters for verb in opening)
        and service.behaviour != "my_menu"
    ]


@pytest.mark.requirement("SMS-02")
@pytest.mark.parametrize("service", with_all_four_verbs(), ids=lambda service: service.id)
def test_every_service_is_opened_told_about_described_and_cancelled(hall: Hall, service: Service) -> None:
    table = HOMES[min(service.regions)] if service.regions else "T5"
    customer = hall.fresh(table, min(service.brands) if service.brands else None)
    name = service.name.zh
    assert name in answer_of(hall.say(customer, f"介绍{name}"))
    assert f"没有开通{name}" in answer_of(hall.say(customer, f"{name}开通了没有"))
    assert held(hall, customer) == set(), "to describe and to ask changes nothing"
    assert willing(hall, customer, f"开通{name}").outcome is Outcome.DONE
    assert service.product in held(hall, customer)
    assert f"您有{name}" in answer_of(hall.say(customer, f"{name}开通了没有"))
    assert willing(hall, customer, f"取消{name}").outcome is Outcome.DONE
    ended = willing(hall, customer, f"取消{name}")
    assert ended.cause is Cause.NOT_ON or "起停用" in answer_of(hall.say(customer, f"{name}开通了没有"))


@pytest.mark.requirement("SMS-03")
def test_star_and_space_are_one_and_a_month_is_read_as_it_is_printed(hall: Hall) -> None:
    customer = hall.fresh("T2")
    answers = {answer_of(hall.say(customer, f"1601{sign}13900040001")) for sign in ("*", " ", " * ", "＊")}
    assert len(answers) == 1
    assert "云岭" in answers.pop()
    at(hall, "2009-04-20T10:00")
    reader = hall.fresh("T5")
    bill = facts(hall, reader, "bill", month="2009-03")
    told = answer_of(hall.say(reader, "CXZD#0903"))
    assert "2009年3月" in told
    assert yuan(bill["total"]) in told
    wrong = hall.say(reader, "CXZD#0913")
    assert (wrong.outcome, wrong.cause) == (Outcome.FAILED, Cause.WRONG_PARAMETER)
    assert "不是月份" in answer_of(wrong)


@pytest.mark.requirement("SMS-04")
def test_the_first_step_leaves_the_order_pending_and_only_the_second_in_time_opens_it(hall: Hall) -> None:
    customer = hall.fresh("T2")
    assert hall.say(customer, "401191").cause is Cause.NOTHING_TO_CONFIRM
    assert "401191" in answer_of(hall.say(customer, "4011"))
    assert held(hall, customer) == set()
    hall.clock.pass_(minutes=59)
    assert hall.say(customer, "401191").outcome is Outcome.DONE
    assert held(hall, customer) == {"paper_401"}
    late = hall.fresh("T2")
    hall.say(late, "4011")
    hall.clock.pass_(minutes=61)
    assert hall.say(late, "401191").cause is Cause.NOTHING_TO_CONFIRM
    assert held(hall, late) == set()


@pytest.mark.requirement("SMS-05")
def test_to_consult_changes_nothing_and_next_month_begins_on_its_first(hall: Hall) -> None:
    customer = hall.fresh("T2")
    assert "神州行新业务A包" in answer_of(hall.say(customer, "1129"))
    assert held(hall, customer) == set()
    assert "12月1日生效" in answer_of(hall.say(customer, "1622"))
    [holding] = facts(hall, customer, "holdings")["holdings"]
    assert str(holding["starts_on"]) == "2026-12-01"


@pytest.mark.requirement("SMS-06")
@pytest.mark.parametrize(
    ("spellings", "product"),
    [
        (("1331", "满3送3", "满三送三"), "promo_msj"),
        (("1881", "网聊短信优惠"), "promo_webchat_sms"),
        (("1751", "夜话畅聊", "YHCL"), "pkg_night_talk"),
    ],
)
def test_chinese_words_order_what_the_digits_order(hall: Hall, spellings: tuple[str, ...], product: str) -> None:
    for spelling in spellings:
        customer = hall.fresh("T2")
        assert hall.say(customer, spelling).outcome is Outcome.DONE
        assert held(hall, customer) == {product}


@pytest.mark.requirement("SMS-07")
@pytest.mark.parametrize(
    ("local", "accepted"),
    [
        ("2009-10-31T12:00", False),
        ("2009-10-30T23:59", True),
        ("2009-11-30T17:59", True),
        ("2009-11-30T18:01", False),
        ("2009-12-31T18:01", False),
        ("2010-01-31T23:59", True),
    ],
)
def test_orders_rest_at_the_end_of_a_month_as_its_time_had_it(hall: Hall, local: str, accepted: bool) -> None:
    at(hall, local)
    customer = hall.fresh("T2")
    served = hall.say(customer, "1121")
    assert (served.outcome is Outcome.DONE) is accepted
    assert (served.cause is Cause.FROZEN) is not accepted
    assert held(hall, customer) == ({"pkg_szx_a"} if accepted else set())
    assert hall.say(customer, "17").outcome is Outcome.DONE, "queries never rest"


@pytest.mark.requirement("SMS-08")
def test_abroad_the_hall_of_zhejiang_refuses_in_its_own_words_and_changes_nothing(hall: Hall) -> None:
    customer = abroad(hall, "T2")
    for said in ("1121", "17", "4011", "开通来电显示"):
        served = hall.say(customer, said)
        assert (served.outcome, served.cause) == (Outcome.REFUSED, Cause.ROAMING)
        assert "境外" in answer_of(served)
    assert held(hall, customer) == set()


@pytest.mark.requirement("SMS-09")
def test_before_its_first_day_the_hall_refuses_and_on_it_it_serves(hall: Hall) -> None:
    at(hall, "2006-06-17T23:59")
    early = hall.say(hall.fresh("T2"), "17")
    assert early.cause is Cause.NOT_STARTED
    assert "6月18日" in answer_of(early)
    at(hall, "2006-06-18T00:00")
    assert hall.say(hall.fresh("T2"), "17").outcome is Outcome.DONE


@pytest.mark.requirement("SMS-10")
def test_money_queries_agree_with_the_carriers_books_also_after_an_order(hall: Hall) -> None:
    customer = hall.fresh("T6a", "gotone")
    hall.say(customer, "KTQQ")  # five yuan a month
    books = facts(hall, customer, "account")
    assert yuan(books["basic"] + books["gift"]) in answer_of(hall.say(customer, "YE"))
    assert yuan(books["charges_now"]) in answer_of(hall.say(customer, "SSHF"))
    detail = answer_of(hall.say(customer, "XXHF"))
    assert all(yuan(fen) in detail for _, _, fen in books["charges"])
    bill = facts(hall, customer, "bill", month="2026-10")
    assert yuan(bill["total"]) in answer_of(hall.say(customer, "ZD+2610"))


@pytest.mark.requirement("SMS-11")
def test_what_is_left_is_what_was_allotted_less_what_was_used_in_its_unit(hall: Hall) -> None:
    customer = hall.fresh("T1")
    for code, quota, unit in (
        ("CXBX", "left_sms_plan", "条"),
        ("CXGTC", "left_data_plan", "M"),
        ("CXIP1000", "left_ip1000", "分钟"),
    ):
        [row] = facts(hall, customer, "usage", quota)["quotas"]
        used, total = row[-2:]
        assert f"还剩{total - used}{unit}" in answer_of(hall.say(customer, code))
    without = hall.say(hall.fresh("T1", allotted=False), "CXBX")
    assert without.cause is Cause.NOT_ON


@pytest.mark.requirement("SMS-14")
def test_money_given_back_by_top_up_appears_among_what_was_returned(hall: Hall) -> None:
    customer = hall.fresh("T2")
    facts(hall, customer, "top_up", amount=1234, account="basic", how="returned")
    assert "12.34元" in answer_of(hall.say(customer, "1401"))
    facts(hall, customer, "top_up", amount=2345, account="basic", how="card")
    assert "23.45元" in answer_of(hall.say(customer, "14"))
    assert "12.34元" not in answer_of(hall.say(customer, "14"))


@pytest.mark.requirement("SMS-15")
def test_what_is_in_use_is_listed_with_fee_opener_date_and_a_code_that_ends_it(hall: Hall) -> None:
    joke = Held("sp_joke", Text("每日一笑", "A joke a day"), 300, paid_to="乐天信息", by="agent:7", channel="desk")
    customer = hall.fresh("T6a", "gotone", held=(joke,))
    listed = answer_of(hall.say(customer, "0000"))
    for piece in ("每日一笑", "3.00元/月", "8月12日", "客服人员"):
        assert piece in listed
    assert "已退订每日一笑" in answer_of(hall.say(customer, "1"))
    assert held(hall, customer) == set()
    reader = hall.fresh("T2")
    hall.say(reader, "4051")
    listed = answer_of(hall.say(reader, "0000"))
    assert "取消发4050" in listed
    hall.say(reader, "4050")
    assert held(hall, reader) == set()


@pytest.mark.requirement("SMS-17")
def test_validity_credit_home_and_points_are_those_of_the_profile(hall: Hall) -> None:
    customer = hall.fresh("T5")
    account, profile, points = (facts(hall, customer, kind) for kind in ("account", "profile", "points"))
    until = account["valid_until"]
    assert f"{until.year}年{until.month}月{until.day}日" in answer_of(hall.say(customer, "CXYXQ"))
    assert f"{profile['credit_rating']}分" in answer_of(hall.say(customer, "CXXYD"))
    assert f"{points['points']}积分" in answer_of(hall.say(customer, "CXJF"))
    home = facts(hall, customer, "number", number="13900040001")["region_zh"]
    assert home in answer_of(hall.say(customer, "CXGSD#13900040001"))


@pytest.mark.requirement("SMS-18")
def test_points_go_down_by_what_credit_goes_up(hall: Hall) -> None:
    customer = hall.fresh("T6a", "gotone")
    before = facts(hall, customer, "account")["basic"], facts(hall, customer, "points")["points"]
    assert hall.say(customer, "DJ+12").outcome is Outcome.DONE
    after = facts(hall, customer, "account")["basic"], facts(hall, customer, "points")["points"]
    assert (after[0] - before[0], before[1] - after[1]) == (1200, 1200)
    assert hall.say(customer, "DJ+500").cause is Cause.NOT_ENOUGH_POINTS
    assert (facts(hall, customer, "account")["basic"], facts(hall, customer, "points")["points"]) == after


@pytest.mark.requirement("SMS-19")
def test_after_opening_ones_own_codes_come_first(hall: Hall) -> None:
    customer = hall.fresh("T5")
    hall.say(customer, "CXXYD", "CXXYD", "CXJF", "KT10086")
    first, second = answer_of(hall.say(customer, "帮助")).splitlines()[1:3]
    assert first == "1.查询信誉度 CXXYD"
    assert second == "2.查询积分 CXJF"
    assert answer_of(hall.say(customer, "1")).startswith("您的信誉度")
    hall.say(customer, "QX10086")
    assert "CXXYD" not in answer_of(hall.say(customer, "我的10086"))


@pytest.mark.requirement("SMS-20")
@pytest.mark.parametrize(
    ("open_", "close", "status"),
    [
        ("BLHJDD", "QXHJDD", "CXHJDD"),
        ("BLZWMS", "QXZWMS", "CXZWMS"),
        ("BLLYXX", "QXLYXX", "CXLYXX"),
        ("BLHJZY+13900040001", "QXHJZY", "CXHJZY"),
    ],
)
def test_phone_features_go_on_and_off_and_their_state_is_told(hall: Hall, open_: str, close: str, status: str) -> None:
    customer = hall.fresh("T6a", "gotone")
    assert "没有" in answer_of(hall.say(customer, status))
    hall.say(customer, open_)
    assert "没有" not in answer_of(hall.say(customer, status))
    hall.say(customer, close)
    assert "没有" in answer_of(hall.say(customer, status))


@pytest.mark.requirement("SMS-21")
def test_packages_that_exclude_each_other_say_so_and_unknown_prices_are_refused(hall: Hall) -> None:
    customer = hall.fresh("T2")
    hall.say(customer, "1121")
    refused = hall.say(customer, "1131")
    assert refused.cause is Cause.EXCLUDED
    assert "神州行新业务A包" in answer_of(refused)
    unknown = hall.say(hall.fresh("T5"), "KTSJLL#7")
    assert (unknown.outcome, unknown.cause) == (Outcome.FAILED, Cause.WRONG_PARAMETER)
    replaced = hall.fresh("T5")
    hall.say(replaced, "KTSJLL#5")
    assert "换成20元流量套餐" in answer_of(hall.say(replaced, "KTSJLL#20"))
    assert [one["tier"] for one in facts(hall, replaced, "holdings")["holdings"]] == ["20"]


@pytest.mark.requirement("SMS-22")
def test_a_short_number_is_known_only_within_its_own_group(hall: Hall) -> None:
    customer, other = hall.fresh("T2"), hall.fresh("T2")
    mine, theirs = (answer_of(hall.say(one, "4003*602")) for one in (customer, other))
    assert mine != theirs, "602 is somebody else in every group"
    assert hall.say(customer, "4003*777").cause is Cause.NOT_FOUND
    assert "240分钟" in answer_of(hall.say(customer, "4002"))


@pytest.mark.requirement("SMS-23")
def test_every_index_node_lists_its_codes_and_each_line_leads_to_its_code(hall: Hall) -> None:
    for row in [row for row in rows() if row.verb == "help"]:
        children = the_book().tables[row.table].nodes[row.spelling].children
        listed = answer_of(hall.say(hall.fresh(row.table), row.spelling)).splitlines()[1:-1]
        assert [line.rsplit(" ", 1)[1] for line in listed] == list(children)
    customer = hall.fresh("T2")
    assert answer_of(hall.say(customer, "15", "4")) == answer_of(hall.say(customer, "1561"))


@pytest.mark.requirement("SMS-25")
@pytest.mark.parametrize("said", ["CXYE", "4011", "KTLDXS", "QXCL", "看不懂", "", "BGMM#1#2", "3", "人工"])
def test_one_message_one_answer_from_the_number_that_was_written_to(hall: Hall, said: str) -> None:
    customer = hall.fresh("T5")
    hall.say(customer, said)
    [letter] = Message.objects.filter(msisdn=customer.digits)
    assert letter.address == "10086"
    assert letter.text


@pytest.mark.requirement("SMS-26")
def test_a_new_card_is_activated_once_and_the_roaming_pass_goes_on_and_off(hall: Hall) -> None:
    card = hall.fresh("T2", status="inactive")
    assert hall.say(card, "1121").cause is Cause.SUSPENDED
    assert hall.say(card, "1111").outcome is Outcome.DONE
    assert facts(hall, card, "account")["status"] == "active"
    assert hall.say(card, "1111").cause is Cause.ALREADY_ON
    # What the carrier changed is known to the hall with the next message.
    assert hall.say(card, "1").outcome is Outcome.DONE
    assert held(hall, card) == {"pkg_roampass"}
    hall.say(card, "2")
    assert held(hall, card) == set()
