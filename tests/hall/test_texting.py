"""What customers text to the hall, on the real packs and the carrier's own tables: the acceptance checks as they stand."""

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest

from careline import wiring
from careline.carrier.adapters.sandbox.carrier import Sandbox
from careline.carrier.adapters.sandbox.models import Line
from careline.carrier.adapters.sandbox.opening import Held
from careline.carrier.port import Answer, Request
from careline.demo.people import BILLS
from careline.identity import recognising
from careline.values.language import Text
from careline.values.msisdn import Msisdn
from tests.halls import Hall, answer_of

CHINA = timezone(timedelta(hours=8))
NEWSPAPER = Held("paper_402", Text("VOGUE时尚", "VOGUE Fashion"), 500, paid_to="彩页传媒", days_ago=90, channel="wap")


def ends(hall: Hall, customer: Msisdn, *texts: str) -> list[tuple[str | None, str | None]]:
    """How each of these ends: (outcome, cause)."""
    served = [hall.say(customer, text) for text in texts]
    return [(one.outcome and one.outcome.value, one.cause and one.cause.value) for one in served]


def said(hall: Hall, customer: Msisdn, *texts: str) -> str:
    return answer_of(hall.say(customer, *texts))


@pytest.mark.requirement("SMS-01")
def test_digits_and_pinyin_of_one_code_are_answered_alike(hall: Hall) -> None:
    customer = hall.fresh("T5")
    first, *others = [said(hall, customer, code) for code in ("101", "CXHF", "CXYE")]
    assert "120.00" in first
    assert others == [first, first]


@pytest.mark.requirement("SMS-03")
def test_signs_and_months_are_read_as_they_are_written(hall: Hall) -> None:
    hall.clock.now = datetime(2009, 4, 10, 12, 0, tzinfo=CHINA).astimezone(UTC)
    traveller, payer = hall.fresh("T2"), hall.fresh("T5")
    assert said(hall, traveller, "1601*13800000000") == said(hall, traveller, "1601 13800000000")
    of_march = f"{sum(fen for _, fen in BILLS[1]) / 100:.2f}"
    assert of_march in said(hall, payer, "CXZD#0903")
    assert ends(hall, payer, "CXZD#0913") == [("failed", "wrong_parameter")]
    assert "0913" in said(hall, payer, "CXZD#0913")


@pytest.mark.requirement("SMS-06")
@pytest.mark.parametrize("spelling", ["1331", "满3送3", "满三送三"])
def test_chinese_names_of_an_offer_order_it_as_its_digits_do(hall: Hall, spelling: str) -> None:
    customer = hall.fresh("T2", "mzone")
    assert ends(hall, customer, spelling) == [("done", None)]
    assert "满3送3" in said(hall, customer, "0000")


@pytest.mark.requirement("SMS-07")
@pytest.mark.parametrize(
    ("moment", "end"),
    [
        (datetime(2009, 10, 31, 12, 0, tzinfo=CHINA), ("refused", "frozen")),
        (datetime(2009, 11, 30, 17, 59, tzinfo=CHINA), ("done", None)),
        (datetime(2009, 11, 30, 18, 1, tzinfo=CHINA), ("refused", "frozen")),
        (datetime(2010, 1, 31, 23, 59, tzinfo=CHINA), ("done", None)),
    ],
)
def test_the_last_day_of_a_month_takes_orders_as_the_rule_of_its_time_says(
    hall: Hall, moment: datetime, end: tuple[str, str | None]
) -> None:
    hall.clock.now = moment.astimezone(UTC)
    customer = hall.fresh("T2", "mzone")
    assert ends(hall, customer, "1331") == [end]
    assert ("满3送3" in said(hall, customer, "0000")) is (end[0] == "done")


def travel(hall: Hall, customer: Msisdn, *, abroad: bool) -> None:
    Line.objects.filter(msisdn=customer.digits).update(abroad=abroad)
    if abroad:
        recognising.remember(wiring.carrier().lines([customer]).values(), hall.clock())


@pytest.mark.requirement("SMS-08")
def test_who_is_abroad_is_refused_and_nothing_is_changed(hall: Hall) -> None:
    customer = hall.fresh("T2", "mzone")
    travel(hall, customer, abroad=True)
    assert ends(hall, customer, "1331") == [("refused", "roaming")]
    travel(hall, customer, abroad=False)  # which the hall finds out by itself
    assert "满3送3" not in said(hall, customer, "0000")


@pytest.mark.requirement("SMS-09")
def test_nothing_is_taken_before_the_first_day(hall: Hall) -> None:
    hall.clock.now = datetime(2006, 6, 17, 23, 59, tzinfo=CHINA).astimezone(UTC)
    customer = hall.fresh("T2", "mzone")
    assert ends(hall, customer, "1331") == [("refused", "not_started")]
    hall.clock.pass_(minutes=1)
    assert ends(hall, customer, "1331") == [("done", None)]


@pytest.mark.requirement("SMS-15")
def test_paid_content_is_listed_with_its_fee_who_ordered_it_and_when_and_ends_by_its_number(hall: Hall) -> None:
    customer = hall.fresh("T6a", held=(NEWSPAPER,))
    listed = said(hall, customer, "0000")
    assert re.search(r"1\.VOGUE时尚.*5\.00元/月.*8月12日.*开通", listed), listed
    assert ends(hall, customer, "1") == [("done", None)]
    assert "VOGUE" not in said(hall, customer, "0000")


@pytest.mark.requirement("SMS-15")
def test_services_in_use_are_listed_with_the_code_that_ends_each(hall: Hall) -> None:
    customer = hall.fresh("T5")
    hall.say(customer, "3011")
    listed = said(hall, customer, "CXYW")
    found = re.search(r"来电显示.*5\.00元/月.*11月10日您本人（短信）开通.*取消发(\w+)", listed)
    assert found, listed
    assert ends(hall, customer, found[1]) == [("done", None)]
    assert "来电显示" not in said(hall, customer, "CXYW")


@pytest.mark.requirement("SMS-17")
def test_validity_credit_home_and_points_are_the_profile_s(hall: Hall) -> None:
    customer = hall.fresh("T5")
    assert "2027年2月8日" in said(hall, customer, "CXYXQ")
    asking = Request("profile-of-it", customer, "profile")
    [(_, profile)] = Sandbox().ask([asking], now=hall.clock(), time_limit_seconds=10)
    assert isinstance(profile, Answer)
    assert f"{profile.facts['credit_rating']}分" in said(hall, customer, "CXXYD")
    assert "云岭" in said(hall, customer, f"CXGSD#{customer.digits[2:]}")
    assert "3000" in said(hall, customer, "CXJF")


@pytest.mark.requirement("SMS-18")
def test_points_become_credit_and_never_more_than_there_are(hall: Hall) -> None:
    customer = hall.fresh("T6a")
    assert ends(hall, customer, "DJ31") == [("refused", "not_enough_points")]
    assert ends(hall, customer, "DJ10") == [("done", None)]
    assert "2000" in said(hall, customer, "JF")
    assert "130.00" in said(hall, customer, "YE")


@pytest.mark.requirement("SMS-19")
def test_my_10086_begins_with_the_customer_s_own_codes(hall: Hall) -> None:
    customer = hall.fresh("T5")
    hall.say(customer, "CXJF", "CXJF", "CXYXQ")
    assert ends(hall, customer, "KT10086") == [("done", None)]
    menu = said(hall, customer, "我的10086")
    assert menu.index("积分") < menu.index("有效期"), menu
    assert "3000" in said(hall, customer, "1")


@pytest.mark.requirement("SMS-21")
def test_a_larger_package_takes_the_place_of_the_smaller_and_an_unknown_one_is_refused(hall: Hall) -> None:
    customer = hall.fresh("T5")
    assert ends(hall, customer, "KTSJLL#7") == [("failed", "wrong_parameter")]
    hall.say(customer, "KTSJLL#5")
    answer = said(hall, customer, "KTSJLL#20")
    assert "20" in answer
    listed = said(hall, customer, "CXYW")
    assert len(re.findall("流量", listed)) == 1, listed


@pytest.mark.requirement("SMS-22")
def test_a_short_number_leads_to_the_long_one_of_the_customer_s_own_group(hall: Hall) -> None:
    here, elsewhere = hall.fresh("T2"), hall.fresh("T2")
    assert said(hall, here, "4003*602") != said(hall, elsewhere, "4003*602")
    assert here.digits[2:] in said(hall, here, "4003*601")
    assert ends(hall, here, "4003*603") == [("refused", "not_found")]


@pytest.mark.requirement("SMS-23")
def test_an_index_node_lists_what_is_below_it(hall: Hall) -> None:
    customer = hall.fresh("T2")
    listed = said(hall, customer, "15")
    assert re.findall(r"^\d\..+ (\d+)$", listed, re.MULTILINE) == ["1531", "1541", "1551", "1561", "1571", "1581"]
    assert ends(hall, customer, "1", "1541") == [("done", None), ("done", None)]


@pytest.mark.requirement("SMS-26")
def test_a_starter_kit_is_activated_once_only(hall: Hall) -> None:
    customer = hall.fresh("T2", "easyown", status="inactive")
    assert ends(hall, customer, "1111", "1111") == [("done", None), ("refused", "already_on")]
