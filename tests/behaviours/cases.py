"""What carriers answer and customers read, one case for each end of each verb of each behaviour."""

# ruff: noqa: E501 - one case is one row, as in a table

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from careline.carrier.port import Answer
from careline.dialogue.book import Action, Verb
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn
from careline.values.secret import Secret
from tests.behaviours.card_cases import CARDS
from tests.behaviours.complaint_cases import COMPLAINTS
from tests.behaviours.counter import FAILED, REFUSED, WANG, Case
from tests.behaviours.leaving_cases import LEAVINGS
from tests.behaviours.order_cases import ORDERS

LI = Msisdn("8613900000002")


def facts(**given: Any) -> Answer:
    return Answer(facts=given)


def no(cause: Cause, **given: Any) -> Answer:
    return Answer(refused=cause, facts=given)


def holding(product: str, zh: str, en: str, fee: int = 500, **more: Any) -> dict[str, Any]:
    return {
        "number": 4,
        "product": product,
        "tier": "",
        "name_zh": zh,
        "name_en": en,
        "fee": fee,
        "per": "month",
        "since": date(2008, 5, 1),
        "until": None,
        "by": "subscriber",
        "channel": "sms",
        "provider": None,
        "values": {},
    } | more


CALLER_ID = holding("caller_id", "来电显示", "Caller ID")
STARS = holding(
    "paper_401", "电影爱好者", "Movie Fans", provider="光影时代", number=7, by="line:139****0002", channel="wap"
)
VOGUE = holding("paper_402", "VOGUE时尚", "VOGUE Fashion", provider="彩页传媒", number=9, since=date(2009, 10, 3))
DATA20 = holding("pkg_data", "20元流量套餐", "20-yuan data package", 2000, tier="20", by="agent:17", channel="desk")
MANY = [holding(f"pkg_{n}", f"套餐{n}", f"Package {n}", number=n) for n in range(1, 13)]
ACCOUNT = {"basic": 3240, "gift": 0, "charges_now": 1860, "status": "active", "debt": 0, "retained_until": None}
ITEMS = [("套餐月费", "Monthly plan fee", 1000), ("本地通话费", "Local calls", 860)]
BILL = {"month": "2009-10", "total": 1860, "paid": 1860, "items": ITEMS}
FIRST_OF_DECEMBER = date(2009, 12, 1)
ON = {"effective_on": date(2009, 11, 15), "fee": 500, "basic": 2740, "gift": 0, "status": "active", "replaced": []}
LATER = {"effective_on": FIRST_OF_DECEMBER, "fee": 500, "basic": 3240, "gift": 0, "status": "active", "replaced": []}
FREE = ON | {"fee": 0}

ACCOUNTS = [
    Case("the balance", "balance", Verb.QUERY, "balance", answer=facts(**ACCOUNT), zh="您的余额是32.40元。", en="Your balance is CNY 32.40."),
    Case("gift money is told apart", "balance", Verb.QUERY, "balance_gift", answer=facts(**ACCOUNT | {"gift": 5000}),
         zh="您的余额是82.40元：基本账户32.40元，赠送账户50.00元。"),
    Case("charges and balance", "charges_and_balance", Verb.QUERY, "charges_and_balance", answer=facts(**ACCOUNT),
         zh="到11月15日，本月话费18.60元，余额32.40元。", en="Charges this month up to 15 Nov: CNY 18.60. Balance: CNY 32.40."),
    Case("charges and balance with gift money", "charges_and_balance", Verb.QUERY, "charges_and_balance_gift", answer=facts(**ACCOUNT | {"gift": 100}), zh="赠送账户1.00元"),
    Case("charges so far", "charges_now", Verb.QUERY, "charges_now", answer=facts(**ACCOUNT), zh="到11月15日，您本月的话费是18.60元。"),
    Case("charges by item", "charges_detail", Verb.QUERY, "charges_detail", answer=facts(**ACCOUNT | {"charges": ITEMS}),
         zh="本月话费18.60元：套餐月费 10.00元；本地通话费 8.60元。", en="CNY 18.60. Monthly plan fee CNY 10.00; Local calls CNY 8.60."),
    Case("no charges yet", "charges_detail", Verb.QUERY, "charges_none", answer=facts(**ACCOUNT | {"charges": []}), zh="还没有话费"),
    Case("a suspended line hears why and until when", "balance", Verb.QUERY, "in_debt",
         answer=facts(**ACCOUNT | {"basic": -700, "gift": 5000, "status": "suspended", "debt": 700, "retained_until": date(2010, 2, 10)}),
         zh="您的号码已停机，基本账户欠7.00元，赠送账户有50.00元。缴清即恢复，号码保留到2010年2月10日。", en="until 10 Feb 2010"),
]  # fmt: skip

BILLS = [
    Case("last month's bill, paid", "bill_last_month", Verb.QUERY, "items", answer=facts(**BILL),
         zh="您2009年10月的账单18.60元，已付清：套餐月费 10.00元；本地通话费 8.60元。"),
    Case("only the total", "month_charges", Verb.QUERY, "total", answer=facts(**BILL), zh="您2009年10月的话费共18.60元，已付清。"),
    Case("the total is still owed", "month_charges", Verb.QUERY, "owed", answer=facts(**BILL | {"paid": 860}), zh="还有10.00元没付"),
    Case("a bill with items is still owed", "bill_by_month", Verb.QUERY, "owed_items", parameters={"month": "2009-10"}, answer=facts(**BILL | {"paid": 0}), zh="还有18.60元没付"),
    Case("the running month has no bill yet", "bill_by_month", Verb.QUERY, "current_items", answer=facts(**BILL | {"month": "2009-11", "paid": 0}), zh="2009年11月的账单还没出"),
    Case("the running month's total", "month_charges", Verb.QUERY, "current", service_is={"settings": {"view": "total"}}, answer=facts(**BILL | {"month": "2009-11"}), zh="到现在话费共18.60元"),
    Case("a month without charges", "bill_by_month", Verb.QUERY, "none", parameters={"month": "2009-09"}, answer=facts(month="2009-09", total=0, paid=0, items=[]), zh="您2009年9月没有话费。", en="You have no charges for Sep 2009."),
    Case("a month without a bill", "bill_by_month", Verb.QUERY, "not_found", REFUSED, no(Cause.NOT_FOUND), {"month": "2001-01"}, zh="查不到您2001年1月的账单"),
    Case("a month to come", "bill_by_month", Verb.QUERY, "not_found", REFUSED, parameters={"month": "2009-12"}, zh="查不到您2009年12月的账单"),
]  # fmt: skip

PAID = [(date(2009, 11, 2), 5000, "充值卡", "Top-up card"), (date(2008, 12, 30), 10000, "营业厅缴费", "Paid at a shop")]
PAYMENTS = [
    Case("what was paid, newest first", "payment_history", Verb.QUERY, "done", answer=facts(entries=PAID[::-1]), zh="11月2日 50.00元 充值卡；2008年12月30日 100.00元 营业厅缴费"),
    Case("what was paid in a month", "payment_history", Verb.QUERY, "done_month", parameters={"month": "2009-11"}, answer=facts(entries=PAID[:1]), zh="您2009年11月的"),
    Case("no top-ups", "topup_records", Verb.QUERY, "none", answer=facts(entries=[]), zh="没有"),
    Case("nothing given back in a month", "returned_topup_records", Verb.QUERY, "none_month", parameters={"month": "2009-11"}, answer=facts(entries=[]), zh="您2009年11月没有"),
]  # fmt: skip

SMS_SENT = ("sms_count_month", "当月短信条数", "SMS sent this month", "条", 86, None)
DATA = ("left_data_plan", "GPRS套餐流量", "Data of the plan", "MB", 12, 30)
TALK = ("left_minutes", "套餐通话时长", "Call minutes", "分钟", 120, 450)
USAGE = [
    Case("what was sent", "sms_count_month", Verb.QUERY, "done", answer=facts(quotas=[SMS_SENT]), zh="本月86条。", en="86 msgs this month."),
    Case("what was used of an allowance", "data_usage", Verb.QUERY, "of_allowance", answer=facts(quotas=[DATA]), zh="本月已用12M，共有30M。", en="12 MB of 30 MB"),
    Case("all allowances, and nothing that is only counted", "free_resources_usage", Verb.QUERY, "several", service_is={"settings": {}}, answer=facts(quotas=[DATA, TALK, SMS_SENT]), zh="GPRS套餐流量 12M/30M；套餐通话时长 120分钟/450分钟。"),
    Case("more allowances than fit", "free_resources_usage", Verb.QUERY, "several", service_is={"settings": {}}, answer=facts(quotas=[DATA] * 10), zh="另有2项。"),
    Case("nothing used", "free_resources_usage", Verb.QUERY, "none", answer=facts(quotas=[]), zh="没有使用记录"),
    Case("nothing to use", "data_usage", Verb.QUERY, "none", answer=no(Cause.NOT_ON), zh="没有使用记录"),
    Case("money used is money", "discount_amount_used", Verb.QUERY, "done", answer=facts(quotas=[("discount_amount_used", "已用优惠金额", "Discount used", "元", 1250, None)]), zh="12.50元", en="CNY 12.50"),
]  # fmt: skip

QUOTAS = [
    Case("what is left", "left_data_plan", Verb.QUERY, "done", answer=facts(quotas=[DATA]), zh="还剩18M，已用12M，共30M。", en="18 MB left, 12 MB used of 30 MB."),
    Case("all used up", "left_data_plan", Verb.QUERY, "used_up", answer=facts(quotas=[(*DATA[:4], 31, 30)]), zh="本月的30M已经用完"),
    Case("no such plan", "left_ip1000", Verb.QUERY, "not_on", REFUSED, no(Cause.NOT_ON), service_is={"settings": {"quota": "left_ip1000"}}, zh="您没有这项套餐"),
    Case("no such plan, and how to get it", "left_data_plan", Verb.QUERY, "not_on_get", REFUSED, facts(quotas=[]), service_is={"settings": {"quota": "left_data_plan", "gets": "caller_id"}}, zh="要开通来电显示请发KTLDXS。"),
]  # fmt: skip

POINTS = {"points": 1260, "worth": 1260, "expiring": 0, "expires_on": None}
POINT_CASES = [
    Case("points", "points", Verb.QUERY, "done", answer=facts(**POINTS), zh="您有1260积分，可换话费12.60元。"),
    Case("points that expire", "points", Verb.QUERY, "expiring", answer=facts(**POINTS | {"expiring": 60, "expires_on": date(2009, 12, 31)}), zh="其中60积分12月31日到期。"),
    Case("no points", "points", Verb.QUERY, "none", answer=facts(points=0, worth=0), zh="还没有积分"),
    Case("points become credit, both sides told", "points_redeem", Verb.REDEEM, "done", parameters={"amount": "1000"}, answer=facts(points=260, redeemed_points=1000, basic=4240, gift=100),
         zh="已用1000积分换话费10.00元。现有260积分，余额43.40元。"),
    Case("too few points, in figures", "points_redeem", Verb.REDEEM, "short_of_points", REFUSED, no(Cause.NOT_ENOUGH_POINTS, points=1260, needed=1000000), {"amount": "1000000"}, zh="换10000.00元要1000000积分，您有1260积分，不够。没有兑换"),
    Case("too few points", "points_redeem", Verb.REDEEM, "not_enough_points", REFUSED, no(Cause.NOT_ENOUGH_POINTS), {"amount": "1000"}, zh="积分不够"),
]  # fmt: skip

HOLDINGS = [
    Case("services in use, with the codes that end them", "my_services", Verb.QUERY, "done_all", answer=facts(holdings=[CALLER_ID, STARS, DATA20]),
         zh="您在用3项业务：\n1.来电显示 5.00元/月，2008年5月1日您本人（短信）开通，取消发QXLDXS\n2.电影爱好者 5.00元/月，2008年5月1日他人号码139****0002（手机上网）开通，取消发0000"),
    Case("more than fit", "my_services", Verb.QUERY, "many_all", answer=facts(holdings=MANY), zh="您在用12项业务，前8项和取消代码"),
    Case("nothing in use", "my_services", Verb.QUERY, "none_all", answer=facts(holdings=[]), zh="没有在用"),
    Case("paid content only", "sp_query", Verb.QUERY, "done_sp", answer=facts(holdings=[STARS]), zh="您订了1项收费信息"),
    Case("much paid content", "sp_query", Verb.QUERY, "many_sp", answer=facts(holdings=[one | {"provider": "甲"} for one in MANY]), zh="12项"),
    Case("no paid content", "sp_query", Verb.QUERY, "none_sp", answer=facts(holdings=[CALLER_ID]), zh="您没有订收费信息"),
    Case("plans and packages only", "my_products", Verb.QUERY, "done_product", answer=facts(holdings=[CALLER_ID, DATA20]), zh="1.20元流量套餐 20.00元/月，2008年5月1日客服人员（人工热线）开通，取消发QXSJLL"),
    Case("many packages", "my_products", Verb.QUERY, "many_product", answer=facts(holdings=MANY), zh="12项套餐"),
    Case("no packages", "my_products", Verb.QUERY, "none_product", answer=facts(holdings=[CALLER_ID]), zh="没有另外办套餐"),
    Case("paid content to pick from", "sp_query_unsub", Verb.OTHER, "done", answer=facts(holdings=[STARS, VOGUE, CALLER_ID]),
         zh="您订了2项收费信息。要退订请回复序号，几项用逗号隔开：\n1.电影爱好者 5.00元/月，2008年5月1日他人号码139****0002（手机上网）开通\n2.VOGUE时尚 5.00元/月，10月3日您本人（短信）开通"),
    Case("nothing to pick from", "sp_query_unsub", Verb.OTHER, "none", answer=facts(holdings=[]), zh="您没有订收费信息，不用退订。"),
    Case("asked for as a query", "sp_query_unsub", Verb.QUERY, "done", answer=facts(holdings=[STARS]), zh="1.电影爱好者"),
    Case("asked for as a query, nothing there", "sp_query_unsub", Verb.QUERY, "none", answer=facts(holdings=[]), zh="没有订"),
    Case("to cancel without saying what lists first", "sp_query_unsub", Verb.CANCEL, "list_done", answer=facts(holdings=[STARS]), zh="要退订哪一项？"),
    Case("to cancel when there is nothing", "sp_query_unsub", Verb.CANCEL, "list_none", answer=facts(holdings=[]), zh="没有订"),
    Case("what was picked ends", "sp_query_unsub", Verb.CANCEL, "done", parameters={"picked": "7,9"}, answer=facts(ended=["paper_401", "paper_402"], names=[("电影爱好者", "Movie Fans"), ("VOGUE时尚", "VOGUE Fashion")]),
         zh="已退订电影爱好者、VOGUE时尚，之后不再收费。", en="Ended: Movie Fans, VOGUE Fashion. Nothing more is charged for this."),
    Case("what was picked has ended before", "sp_query_unsub", Verb.CANCEL, "not_on", REFUSED, no(Cause.NOT_ON), {"picked": "7"}, zh="已经退订过了"),
]  # fmt: skip

LOOKUPS = [
    Case("where a number is at home", "number_region", Verb.QUERY, "done", parameters={"number": LI}, answer=facts(region_zh="浙江杭州", region_en="Hangzhou, Zhejiang", carrier="cm"), zh="13900000002的归属地是浙江杭州。"),
    Case("a number nobody knows", "number_region", Verb.QUERY, "not_found", REFUSED, no(Cause.NOT_FOUND), {"number": LI}, zh="查不到13900000002的归属地"),
    Case("a short number", "vnet_short_number", Verb.QUERY, "done", parameters={"short": "6611"}, answer=facts(number=LI), zh="短号6611的长号是13900000002。"),
    Case("a short number of nobody in the group", "vnet_short_number", Verb.QUERY, "not_found", REFUSED, no(Cause.NOT_FOUND), {"short": "6611"}, zh="没有短号6611"),
    Case("a line in no group", "vnet_short_number", Verb.QUERY, "not_on", REFUSED, no(Cause.NOT_ON), {"short": "6611"}, zh="不在集团网里"),
    Case("information from the book", "common_info", Verb.QUERY, "done", zh="10086"),
    Case("valid until", "validity", Verb.QUERY, "done", answer=facts(**ACCOUNT | {"valid_until": date(2010, 2, 1)}), zh="您的号码有效期到2010年2月1日。"),
    Case("no end date", "validity", Verb.QUERY, "unlimited", answer=facts(**ACCOUNT | {"valid_until": None}), zh="没有有效期"),
    Case("a suspended line's number is kept until", "validity", Verb.QUERY, "retained", answer=facts(**ACCOUNT | {"basic": -1000, "debt": 1000, "status": "suspended", "retained_until": date(2009, 12, 31)}), zh="欠10.00元。号码保留到12月31日"),
    Case("credit rating", "credit_rating", Verb.QUERY, "done", answer=facts(credit_rating=84), zh="您的信誉度是84分"),
    Case("no credit rating", "credit_rating", Verb.QUERY, "none", answer=facts(credit_rating=None), zh="还没有信誉度评分"),
]  # fmt: skip

TOGGLES = [
    Case("on, and charged at once", "caller_id", Verb.SUBSCRIBE, "done_charged", answer=facts(**ON), zh="已办好来电显示（5.00元/月），立即生效。扣费5.00元，余额27.40元。取消请发QXLDXS。",
         en="Caller ID (CNY 5.00 a month) is on, effective now. Charged: CNY 5.00, balance CNY 27.40. To cancel, send QXLDXS."),
    Case("on next month, charged then", "caller_id", Verb.SUBSCRIBE, "done", answer=facts(**LATER), zh="已开通来电显示，12月1日生效，5.00元/月。取消请发QXLDXS。"),
    Case("free and on", "ebill_sms", Verb.SUBSCRIBE, "done", answer=facts(**FREE), zh="已开通短信账单，立即生效，不收月费。取消请发QXZD。"),
    Case("registered", "pkg_roampass", Verb.REGISTER, "done", answer=facts(**FREE), zh="已登记漫游通"),
    Case("already on", "caller_id", Verb.SUBSCRIBE, "already_on", REFUSED, no(Cause.ALREADY_ON, since=date(2008, 5, 1)), zh="您已经有来电显示，不用再办，没有重复收费。"),
    Case("not enough money, in figures", "caller_id", Verb.SUBSCRIBE, "short_of_money", REFUSED, no(Cause.NOT_ENOUGH_MONEY, basic=200, gift=100, fee=500), zh="来电显示要5.00元/月，您的余额3.00元不够。没有办理，没有收费"),
    Case("not enough money", "caller_id", Verb.SUBSCRIBE, "not_enough_money", REFUSED, no(Cause.NOT_ENOUGH_MONEY), zh="余额不够"),
    Case("a provider is paid from the basic account only", "paper_401", Verb.SUBSCRIBE, "short_of_basic", REFUSED, no(Cause.NOT_ENOUGH_MONEY, basic=300, gift=5000, fee=500), zh="只能从基本账户付，您的基本账户只有3.00元"),
    Case("goes not with another", "caller_id", Verb.SUBSCRIBE, "excluded_by", REFUSED, no(Cause.EXCLUDED, product="missed_call", name_zh="来电提醒", name_en="Missed-call alert"), zh="来电显示不能和您在用的来电提醒一起用。没有办理，没有收费。要换请先发QXLDTX。"),
    Case("goes not with something", "caller_id", Verb.SUBSCRIBE, "excluded", REFUSED, no(Cause.EXCLUDED), zh="不能和您在用的另一项业务一起用"),
    Case("not for this brand", "caller_id", Verb.SUBSCRIBE, "not_eligible", REFUSED, no(Cause.NOT_ELIGIBLE), zh="您现在的品牌或套餐不能办来电显示"),
    Case("not yet activated", "caller_id", Verb.SUBSCRIBE, "inactive", REFUSED, no(Cause.NOT_ELIGIBLE, status="inactive"), zh="还没激活"),
    Case("suspended", "caller_id", Verb.SUBSCRIBE, "suspended", REFUSED, no(Cause.SUSPENDED, debt=700), zh="停机"),
    Case("closed", "caller_id", Verb.SUBSCRIBE, "closed", REFUSED, no(Cause.CLOSED), zh="不再办理新开通"),
    Case("the carrier does not take it", "caller_id", Verb.SUBSCRIBE, "not_accepted", FAILED, no(Cause.WRONG_PARAMETER), zh="系统不接受"),
    Case("off", "caller_id", Verb.CANCEL, "done", answer=facts(effective_on=date(2009, 11, 15), ended=["caller_id"]), zh="已取消来电显示，立即生效，之后不再收费。"),
    Case("off at the month's end", "caller_id", Verb.CANCEL, "done", answer=facts(effective_on=FIRST_OF_DECEMBER, ended=["caller_id"]), zh="12月1日生效"),
    Case("was not on", "caller_id", Verb.CANCEL, "not_on", REFUSED, no(Cause.NOT_ON), zh="您没有开通来电显示，不用取消，也没有收费。"),
    Case("it is on", "caller_id", Verb.STATUS, "on", answer=facts(holdings=[CALLER_ID]), zh="您有来电显示，5.00元/月，2008年5月1日由您本人（短信）开通。取消请发QXLDXS。"),
    Case("it is off", "caller_id", Verb.STATUS, "off", answer=facts(holdings=[VOGUE]), zh="您没有开通来电显示（5.00元/月）。要开通请发KTLDXS。"),
    Case("it is off, says the carrier", "caller_id", Verb.STATUS, "off", answer=no(Cause.NOT_ON), zh="您没有开通来电显示"),
    Case("it is off and closed", "caller_id", Verb.STATUS, "off_closed", service_is={"actions": {Verb.SUBSCRIBE: Action(Verb.SUBSCRIBE, closed=True), Verb.STATUS: Action(Verb.STATUS)}}, answer=facts(holdings=[]), zh="不再办理新开通"),
    Case("it begins later", "caller_id", Verb.STATUS, "pending", answer=facts(holdings=[CALLER_ID | {"starts_on": FIRST_OF_DECEMBER, "since": date(2009, 11, 14)}]), zh="12月1日起生效"),
    Case("it ends later", "caller_id", Verb.STATUS, "ending", answer=facts(holdings=[CALLER_ID | {"until": date(2009, 11, 30)}]), zh="11月30日起停用"),
    Case("one of several is on", "ebill_any", Verb.STATUS, "on", answer=facts(holdings=[CALLER_ID, holding("ebill_mms", "彩信账单", "Bill by MMS", 0)]), zh="您有彩信账单，不收月费"),
    Case("none of several is on", "ebill_any", Verb.STATUS, "off_closed", answer=facts(holdings=[CALLER_ID]), zh="电子账单"),
    Case("what it is", "caller_id", Verb.DESCRIBE, "done", zh="来电显示：", en="Caller ID"),
]  # fmt: skip

PACKAGES = [
    Case("a tier is on", "pkg_data", Verb.SUBSCRIBE, "done_charged", tier="20", answer=facts(**ON | {"fee": 2000}), zh="已办好20元流量套餐（20.00元/月），立即生效。扣费20.00元"),
    Case("a tier takes another's place", "pkg_data", Verb.ORDER, "replaced", tier="20", answer=facts(**LATER | {"replaced": ["pkg_data"]}), zh="换成20元流量套餐（20.00元/月），12月1日生效。取消请发QXSJLL。"),
    Case("a tier takes another's place at once", "pkg_data", Verb.ORDER, "replaced_charged", tier="20", answer=facts(**ON | {"fee": 2000, "replaced": ["pkg_data"]}), zh="换成20元流量套餐（20.00元/月），立即生效。扣费20.00元，余额27.40元。"),
    Case("the same tier again", "pkg_data", Verb.ORDER, "already_on", REFUSED, no(Cause.ALREADY_ON), tier="20", zh="您已经有20元流量套餐"),
    Case("whichever tier is on ends", "pkg_data", Verb.CANCEL, "done", answer=facts(effective_on=FIRST_OF_DECEMBER, ended=["pkg_data"]), zh="已取消流量套餐，12月1日生效"),
    Case("no tier to end", "pkg_data", Verb.CANCEL, "not_on", REFUSED, no(Cause.NOT_ON), zh="您没有在用的流量套餐"),
    Case("which tier is on", "pkg_data", Verb.STATUS, "on", answer=facts(holdings=[DATA20]), zh="您有20元流量套餐，20.00元/月，2008年5月1日由客服人员（人工热线）开通。"),
    Case("no tier is on", "pkg_data", Verb.STATUS, "off", answer=facts(holdings=[]), zh="您没有开通流量套餐（5.00元/月起）。"),
    Case("what is left of a tier", "pkg_data", Verb.QUERY, "done", tier="5", answer=facts(quotas=[DATA]), zh="5元流量套餐本月还剩18M，共30M。"),
    Case("a tier is used up", "pkg_data", Verb.QUERY, "used_up", tier="5", answer=facts(quotas=[(*DATA[:4], 30, 30)]), zh="30M已经用完"),
    Case("a smaller tier than asked about", "pkg_data", Verb.QUERY, "other_tier", REFUSED, facts(quotas=[DATA]), tier="200", zh="您没有200元流量套餐。您现在的套餐本月还剩18M。"),
    Case("no tier at all", "pkg_data", Verb.QUERY, "not_on", REFUSED, no(Cause.NOT_ON), tier="5", zh="您没有开通5元流量套餐"),
    Case("nothing is counted", "pkg_data", Verb.QUERY, "not_on", REFUSED, facts(quotas=[]), tier="5", zh="您没有开通5元流量套餐（5.00元/月），没有可查的余量。要开通请发KTSJLL#5。"),
    Case("a tier described", "pkg_data", Verb.DESCRIBE, "done", tier="5", zh="30M", en="CNY 5.00 a month"),
    Case("all tiers described", "pkg_data", Verb.DESCRIBE, "tiers", zh="5元流量套餐 5.00元/月"),
    Case("a package without tiers has a state to query", "pkg_roam9", Verb.QUERY, "off", service_is={"behaviour": "package"}, answer=facts(holdings=[]), zh="您没有开通"),
]  # fmt: skip

PLANS = [
    Case("a plan from next month", "tariff_50std", Verb.ORDER, "done", answer=facts(**LATER), zh="12月1日生效，到时代替您现在的套餐。"),
    Case("a plan in place of a plan", "tariff_business", Verb.ORDER, "replaced", tier="98", answer=facts(**LATER | {"replaced": ["tariff_50std"]}), zh="已办好98元商旅套餐（98.00元/月），12月1日生效，代替"),
    Case("the plan in use", "tariff_business", Verb.ORDER, "already_on", REFUSED, no(Cause.ALREADY_ON), tier="98", zh="您已经办了98元商旅套餐"),
    Case("a plan ends", "tariff_business", Verb.CANCEL, "done", answer=facts(effective_on=FIRST_OF_DECEMBER), zh="之后按标准价收费"),
    Case("a plan's state", "tariff_business", Verb.STATUS, "on", answer=facts(holdings=[holding("tariff_business", "98元商旅套餐", "98-yuan business travel plan", 9800)]), zh="您有98元商旅套餐"),
    Case("all tiers of a plan", "tariff_business", Verb.DESCRIBE, "tiers", zh="98元商旅套餐 98.00元/月"),
    Case("a tier of a plan", "tariff_business", Verb.DESCRIBE, "done", tier="98", zh="98.00元/月"),
]  # fmt: skip

CONTENT = [
    Case("paid content is ordered", "sp_order", Verb.ORDER, "done_charged", tier="402", answer=facts(**ON), zh="已办好VOGUE时尚（5.00元/月）"),
    Case("paid content from the basic account only", "sp_order", Verb.ORDER, "short_of_basic", REFUSED, no(Cause.NOT_ENOUGH_MONEY, basic=300, gift=5000), tier="402", zh="只能从基本账户付"),
    Case("what can be ordered", "sp_order", Verb.DESCRIBE, "tiers", zh="VOGUE时尚 5.00元/月"),
]  # fmt: skip

ID = {"id_number": Secret("11010119900101123X")}
OLD_NEW = {"what": "change", "old": Secret("135790"), "new": Secret("246801")}
RESET = {"what": "reset", **ID}
PASSWORDS = [
    Case("applied for", "password", Verb.REGISTER, "set", parameters=ID, answer=facts(initial="id_tail", tries_left=5), zh="服务密码已设好，是您证件号码的最后六位"),
    Case("applied for, told by the carrier itself", "password", Verb.REGISTER, "done", parameters=ID, answer=facts(tries_left=5), zh="另发短信"),
    Case("had one before", "password", Verb.REGISTER, "already_on", REFUSED, no(Cause.ALREADY_ON), ID, zh="您已经有服务密码了"),
    Case("another's ID number", "password", Verb.REGISTER, "wrong_id", FAILED, no(Cause.WRONG_PASSWORD, tries_left=4, what="id_number"), ID, zh="和机主登记的不一样，没有申请。还可以再试4次。"),
    Case("another's ID number, tries not told", "password", Verb.REGISTER, "wrong_id", FAILED, no(Cause.WRONG_PASSWORD), ID, zh="还可以再试几次。"),
    Case("locked until later today", "password", Verb.REGISTER, "too_many_tries", FAILED, no(Cause.TOO_MANY_TRIES, locked_until=datetime(2009, 11, 15, 6, 30, tzinfo=UTC)), ID, zh="14:30以后再试"),
    Case("locked until tomorrow", "password", Verb.CONFIGURE, "too_many_tries", FAILED, no(Cause.TOO_MANY_TRIES, locked_until="2009-11-16T04:00:00+00:00"), OLD_NEW, zh="11月16日12:00以后再试", en="16 Nov 12:00"),
    Case("locked, who knows until when", "password", Verb.CONFIGURE, "too_many_tries", FAILED, no(Cause.TOO_MANY_TRIES), OLD_NEW, zh="明天以后再试"),
    Case("no document is registered", "password", Verb.REGISTER, "no_document", REFUSED, no(Cause.NOT_ELIGIBLE), ID, zh="没有登记证件"),
    Case("changed", "password", Verb.CONFIGURE, "changed", parameters=OLD_NEW, answer=facts(tries_left=5), zh="服务密码已改好"),
    Case("the old one is wrong", "password", Verb.CONFIGURE, "wrong_password", FAILED, no(Cause.WRONG_PASSWORD, tries_left=2), OLD_NEW, zh="原密码不对，密码没有改。还可以再试2次。"),
    Case("none to change", "password", Verb.CONFIGURE, "not_on", REFUSED, no(Cause.NOT_ON), OLD_NEW, zh="您还没有服务密码"),
    Case("reset", "password", Verb.CONFIGURE, "set", parameters=RESET, answer=facts(initial="id_tail"), zh="服务密码已重置"),
    Case("reset, told by the carrier itself", "password", Verb.CONFIGURE, "done", parameters=RESET, answer=facts(), zh="另发短信"),
    Case("another's ID number at a reset", "password", Verb.CONFIGURE, "wrong_id", FAILED, no(Cause.WRONG_PASSWORD, tries_left=1), RESET, zh="密码没有重置。还可以再试1次。"),
    Case("no document to reset with", "password", Verb.CONFIGURE, "no_document", REFUSED, no(Cause.NOT_ELIGIBLE), RESET, zh="营业厅"),
    Case("the menu of three", "password", Verb.CONFIGURE, "menu", parameters={"what": "menu"}, zh="1.申请密码\n2.修改密码\n3.忘记密码，重置"),
    Case("half of what is needed", "password", Verb.CONFIGURE, "incomplete", FAILED, parameters={"what": "change", "old": Secret("135790")}, zh="还缺要填的内容"),
    Case("what a password is for", "password", Verb.DESCRIBE, "done", zh="服务密码"),
]  # fmt: skip

ALERT = holding("balance_alert", "余额提醒", "Low-balance alert", 0, values={"amount": 1000})
FORWARD = holding("call_forward", "呼叫转移", "Call forwarding", 0, values={"number": LI.digits})
FEATURES = [
    Case("reminded below an amount", "balance_alert", Verb.SUBSCRIBE, "done", parameters={"amount": "1000"}, answer=facts(**FREE), zh="余额低于10.00元时发短信告诉您，不收月费。取消请发QXYETX。"),
    Case("the same amount again", "balance_alert", Verb.SUBSCRIBE, "already_on", REFUSED, no(Cause.ALREADY_ON), {"amount": "1000"}, zh="金额就是10.00元"),
    Case("the amount in force", "balance_alert", Verb.STATUS, "on", answer=facts(holdings=[ALERT]), zh="余额低于10.00元时提醒您"),
    Case("no reminder", "balance_alert", Verb.STATUS, "off", answer=facts(holdings=[]), zh="要开通请发KTYETX。"),
    Case("no more reminders", "balance_alert", Verb.CANCEL, "done", answer=facts(effective_on=date(2009, 11, 15)), zh="余额提醒已取消"),
    Case("there was no reminder", "balance_alert", Verb.CANCEL, "not_on", REFUSED, no(Cause.NOT_ON), zh="没有开通余额提醒"),
    Case("what the reminder is", "balance_alert", Verb.DESCRIBE, "done", zh="余额"),
    Case("calls go elsewhere", "call_forward", Verb.SUBSCRIBE, "done", parameters={"number": LI}, answer=facts(**FREE), zh="来电已转到13900000002，立即生效，不收月费。取消请发QXHJZY。"),
    Case("calls already go there", "call_forward", Verb.SUBSCRIBE, "already_on", REFUSED, no(Cause.ALREADY_ON), {"number": LI}, zh="本来就转到13900000002"),
    Case("where calls go", "call_forward", Verb.STATUS, "on", answer=facts(holdings=[FORWARD]), zh="现在转到13900000002"),
    Case("calls go nowhere else", "call_forward", Verb.STATUS, "off", answer=facts(holdings=[]), zh="您没有开通呼叫转移"),
    Case("calls come home", "call_forward", Verb.CANCEL, "done", answer=facts(effective_on=date(2009, 11, 15)), zh="已取消呼叫转移"),
    Case("what forwarding is", "call_forward", Verb.DESCRIBE, "done", zh="呼叫转移"),
    Case("a SIM comes to life", "sim_activation", Verb.OTHER, "done_until", answer=facts(status="active", valid_until=date(2010, 2, 13)), zh="激活成功，现在可以使用了，有效期到2010年2月13日。"),
    Case("a SIM comes to life for good", "sim_activation", Verb.OTHER, "done", answer=facts(status="active", valid_until=None), zh="激活成功"),
    Case("a SIM lives already", "sim_activation", Verb.OTHER, "already_on", REFUSED, no(Cause.ALREADY_ON), zh="早已激活"),
    Case("a suspended line is not activated", "sim_activation", Verb.OTHER, "suspended", REFUSED, no(Cause.SUSPENDED), zh="停机"),
]  # fmt: skip

WITH_MENU = replace(WANG, menu_on=True, menu=("CXYE", "JF"))
OURS = [
    Case("my menu is on", "my10086", Verb.SUBSCRIBE, "done", zh="我的10086已开通"),
    Case("my menu was on", "my10086", Verb.SUBSCRIBE, "already_on", REFUSED, subscriber=WITH_MENU, zh="已经开着"),
    Case("my menu is off", "my10086", Verb.CANCEL, "done", subscriber=WITH_MENU, zh="再开请发KT10086。"),
    Case("my menu was off", "my10086", Verb.CANCEL, "not_on", REFUSED, zh="不用取消"),
    Case("what my menu holds", "my10086", Verb.STATUS, "on", subscriber=WITH_MENU, zh="菜单有2项：\n1.CXYE\n2.JF"),
    Case("my menu holds nothing", "my10086", Verb.STATUS, "on_empty", subscriber=replace(WITH_MENU, menu=()), zh="菜单还是空的"),
    Case("I have no menu", "my10086", Verb.QUERY, "off", zh="免费开通请发KT10086"),
    Case("what my menu holds, asked", "my10086", Verb.QUERY, "on", subscriber=WITH_MENU, zh="1.CXYE"),
    Case("what my empty menu holds, asked", "my10086", Verb.QUERY, "on_empty", subscriber=replace(WITH_MENU, menu=()), zh="空的"),
    Case("my menu's state is off", "my10086", Verb.STATUS, "off", zh="没有开通我的10086"),
    Case("what my menu is", "my10086", Verb.DESCRIBE, "done", zh="我的10086"),
    Case("a menu node", "nav", Verb.HELP, "done", zh="帮助"),
    Case("a suggestion before the number's first day", "suggestion", Verb.OTHER, "not_started", REFUSED,
         service_is={"settings": {"begins": "2010-03-18"}}, zh="2010年3月18日起才能用短信办理"),
]  # fmt: skip

CASES = [
    *ACCOUNTS, *BILLS, *PAYMENTS, *USAGE, *QUOTAS, *POINT_CASES, *HOLDINGS, *LOOKUPS,
    *TOGGLES, *PACKAGES, *PLANS, *CONTENT, *PASSWORDS, *FEATURES, *OURS, *COMPLAINTS, *ORDERS, *LEAVINGS, *CARDS,
]  # fmt: skip
