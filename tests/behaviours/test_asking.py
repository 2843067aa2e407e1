"""What the carrier is asked: the right kind, about the right thing, with everything it needs and nothing of ours."""

from typing import Any

import pytest

from careline.carrier.port import KINDS, Request
from careline.dialogue.book import Verb
from careline.values.msisdn import Msisdn
from careline.values.secret import Secret
from tests.behaviours.counter import GIVEN, NOW, WANG, behaviours, book, job


def asked(service: str, verb: Verb, parameters: Any = None, tier: str = "", effect: str = "") -> Request | None:
    attempt = job(service, verb, parameters, tier, effect)
    return behaviours()[attempt.service.behaviour].ask(attempt, WANG, NOW)


def wanted(service: str, verb: Verb, parameters: Any = None, tier: str = "", effect: str = "") -> Request:
    request = asked(service, verb, parameters, tier, effect)
    assert request is not None
    return request


def test_a_request_bears_the_reference_of_its_attempt_and_the_line() -> None:
    request = wanted("balance", Verb.QUERY)
    assert (request.reference, request.msisdn, request.kind) == ("a1", WANG.msisdn, "account")


def test_every_request_is_of_a_kind_that_carriers_know() -> None:
    for service in book().services.values():
        for verb in service.actions:
            request = asked(service.id, verb, GIVEN, next(iter(service.tiers), ""))
            assert request is None or request.kind in KINDS, (service.id, verb)


@pytest.mark.parametrize(
    ("service", "parameters", "month"),
    [
        ("bill_last_month", {}, "2009-10"),
        ("month_charges", {}, "2009-10"),
        ("bill_by_month", {}, "2009-11"),
        ("bill_by_month", {"month": "2009-03"}, "2009-03"),
    ],
)
def test_a_bill_is_of_the_month_given_else_of_the_service_s_own(
    service: str, parameters: dict[str, str], month: str
) -> None:
    request = wanted(service, Verb.QUERY, parameters)
    assert (request.kind, request.values["month"]) == ("bill", month)


def test_a_month_to_come_is_not_asked_for() -> None:
    assert asked("bill_by_month", Verb.QUERY, {"month": "2009-12"}) is None


@pytest.mark.parametrize(
    ("service", "subject"),
    [("payment_history", "payments"), ("topup_records", "topups"), ("returned_topup_records", "returned")],
)
def test_each_history_is_its_own(service: str, subject: str) -> None:
    assert wanted(service, Verb.QUERY).subject == subject
    assert wanted(service, Verb.QUERY, {"month": "2009-05"}).values == {"month": "2009-05"}


def test_an_order_says_its_price_and_what_it_is_called() -> None:
    values = wanted("caller_id", Verb.SUBSCRIBE).values
    service = book().services["caller_id"]
    assert values["fee"] == service.price
    assert (values["per"], values["effect"], values["paid_to"]) == ("month", "now", "")
    assert (values["name_zh"], values["name_en"]) == service.name


def test_an_order_of_paid_content_says_who_is_paid() -> None:
    assert wanted("paper_401", Verb.SUBSCRIBE).values["paid_to"] == book().services["paper_401"].paid_to != "carrier"


def test_a_tier_is_ordered_with_its_own_price_and_allowances_and_takes_the_place_of_the_others() -> None:
    request = wanted("pkg_data", Verb.SUBSCRIBE, tier="20")
    tier = book().services["pkg_data"].tiers["20"]
    assert request.subject == "pkg_data"
    assert (request.values["tier"], request.values["fee"]) == ("20", tier.price)
    assert request.values["allowances"] == dict(tier.allowances)
    assert request.values["replaces"] == ["pkg_data"]


def test_whichever_tier_runs_one_request_ends_it() -> None:
    request = wanted("pkg_data", Verb.CANCEL)
    assert (request.kind, request.subject) == ("switch_off", "pkg_data")
    assert "tier" not in request.values


def test_a_cancel_code_of_one_tier_ends_no_other() -> None:
    assert wanted("pkg_sms_shenzhouxing", Verb.CANCEL, tier="1").values["tier"] == "1"


def test_the_effect_that_a_code_fixes_is_passed_on() -> None:
    assert wanted("caller_id", Verb.SUBSCRIBE, effect="next_month").values["effect"] == "next_month"


def test_a_product_that_an_order_takes_the_place_of_does_not_stand_against_it() -> None:
    for service in book().services.values():
        for verb in (Verb.SUBSCRIBE, Verb.ORDER):
            if verb in service.actions:
                request = asked(service.id, verb, GIVEN, next(iter(service.tiers), ""))
                if request is not None:
                    assert not set(request.values["excludes"]) & set(request.values["replaces"]), service.id


def test_a_plan_takes_the_place_of_every_other_plan() -> None:
    plans = {service.id for service in book().services.values() if service.behaviour == "plan"}
    assert len(plans) > 3
    for plan in plans:
        tier = next(iter(book().services[plan].tiers), "")
        assert set(wanted(plan, Verb.ORDER, tier=tier).values["replaces"]) | {plan} == plans


def test_settings_of_ours_are_no_settings_of_the_carrier_s() -> None:
    values = wanted("sp_order", Verb.ORDER, tier="402").values
    assert not [name for name in values if name.startswith(("sp.", "paid_to.", "replaces."))]


def test_paid_content_is_ordered_as_the_product_that_the_carrier_knows() -> None:
    request = wanted("sp_order", Verb.ORDER, tier="402")
    settings = book().services["sp_order"].settings
    assert request.subject == settings["sp.402"]
    assert (request.values["paid_to"], request.values["tier"]) == (settings["paid_to.402"], "")


def test_a_threshold_is_a_number_of_fen() -> None:
    assert wanted("balance_alert", Verb.SUBSCRIBE, {"amount": "1000"}).values["amount"] == 1000


def test_calls_are_forwarded_to_the_whole_number() -> None:
    number = wanted("call_forward", Verb.SUBSCRIBE, {"number": Msisdn("8613900000002")}).values["number"]
    assert isinstance(number, Msisdn)
    assert number.digits == "8613900000002"


def test_points_are_redeemed_for_an_amount_in_fen() -> None:
    request = wanted("points_redeem", Verb.REDEEM, {"amount": "1000"})
    assert (request.kind, request.values) == ("redeem", {"amount": 1000})


@pytest.mark.parametrize(
    ("verb", "parameters", "subject", "names"),
    [
        (Verb.REGISTER, {"id_number": Secret("11010119900101123X")}, "apply", {"id_number"}),
        (Verb.CONFIGURE, {"what": "reset", "id_number": Secret("11010119900101123X")}, "reset", {"id_number"}),
        (
            Verb.CONFIGURE,
            {"what": "change", "old": Secret("135790"), "new": Secret("246801")},
            "change",
            {"old", "new"},
        ),
        (Verb.CONFIGURE, {"old": Secret("135790"), "new": Secret("246801")}, "change", {"old", "new"}),
    ],
)
def test_passwords_and_id_numbers_go_to_the_carrier_as_secrets(
    verb: Verb, parameters: dict[str, str], subject: str, names: set[str]
) -> None:
    request = wanted("password", verb, parameters)
    assert (request.kind, request.subject, set(request.values)) == ("password", subject, names)
    assert all(isinstance(value, Secret) for value in request.values.values())
    for secret in ("135790", "246801", "19900101"):
        assert secret not in repr(request)


def test_the_menu_of_passwords_asks_nothing_of_the_carrier() -> None:
    assert asked("password", Verb.CONFIGURE, {"what": "menu"}) is None
    assert asked("password", Verb.CONFIGURE) is None


def test_what_was_picked_ends_by_its_numbers() -> None:
    request = wanted("sp_query_unsub", Verb.CANCEL, {"picked": "7,9"})
    assert (request.kind, request.subject, request.values["numbers"]) == ("switch_off", "sp", [7, 9])


def test_the_own_menu_is_ours_and_the_carrier_is_not_asked() -> None:
    for verb in book().services["my10086"].actions:
        assert asked("my10086", verb) is None
