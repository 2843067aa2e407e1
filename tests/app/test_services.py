"""What an app shows of a line and of what it can have: the same as pages show."""

from careline.carrier.adapters.sandbox import stumbling
from careline.ledger.models import Attempt
from careline.values.msisdn import Msisdn
from tests.app.conftest import SignUp, fresh, refused
from tests.app.test_wishes import WISH, agreed


def test_the_first_page_in_one_answer(sign_up: SignUp) -> None:
    number = fresh()
    own = sign_up(number)
    told = own.get("/me").json()
    assert told["number"] == number.masked()
    assert told["balance"]["fen"] > 0
    assert told["balance"]["text"] == f"{told['balance']['fen'] / 100:.2f}"
    assert own.get("/alerts").status_code == 200


def test_balances_and_usage_are_counted_as_attempts_of_the_app_once_a_visit(sign_up: SignUp) -> None:
    number = fresh()
    own = sign_up(number)
    for _ in range(2):
        assert own.get("/balances").json()["basic"]["currency"] == "CNY"
        assert own.get("/usage").status_code == 200
    noted = Attempt.objects.filter(msisdn=number.digits).values_list("service", "channel", "outcome")
    assert sorted(noted) == [("balance", "app", "done"), ("free_resources_usage", "app", "done")]


def test_what_a_carrier_does_not_say_is_a_problem_with_its_cause(sign_up: SignUp) -> None:
    number = fresh()
    own = sign_up(number)
    modes: tuple[tuple[stumbling.Mode, int, str], ...] = (
        ("down", 503, "carrier_fault"),
        ("busy", 503, "carrier_busy"),
    )
    for mode, status, code in modes:
        stumbling.stumble(mode, msisdns=[number])
        answer = own.get("/balances")
        refused(answer, status, code)
        assert answer["Retry-After"] == "5"
        assert own.get("/me").json()["balance"] is None
        stumbling.recover()
    failed = Attempt.objects.filter(msisdn=number.digits, service="balance").values_list("outcome", "cause")
    assert ("failed", "carrier_fault") in failed


def test_services_are_found_as_by_text_and_paged(sign_up: SignUp) -> None:
    own = sign_up()
    found = own.get("/services?q=来电显示").json()
    assert found["items"][0]["id"] == "caller_id"
    first = own.get("/services?limit=5")
    assert len(first.json()["items"]) == 5
    assert first["Link"].startswith("</api/v1/services?limit=5&cursor=")
    onward = own.get(first["Link"][1:].partition(">")[0]).json()
    assert not {one["id"] for one in onward["items"]} & {one["id"] for one in first.json()["items"]}
    refused(own.get("/services?cursor=Zm9v"), 422, "invalid")
    refused(own.get("/services?limit=0"), 422, "invalid")


def test_one_service_says_whether_it_can_be_ordered_and_why_not(sign_up: SignUp) -> None:
    own = sign_up()
    told = own.get("/services/caller_id").json()
    assert told["on"] is False
    [way] = told["ways"]
    assert (way["can_order"], way["agreed"]) == (True, agreed())
    own.post("/wishes", WISH | {"agreed": way["agreed"]})
    told = own.get("/services/caller_id").json()
    assert told["on"] is True
    assert told["ways"][0]["can_order"] is False
    refused(own.get("/services/no_such"), 404, "not_found")


def test_what_is_on_can_be_ended_by_the_wish_that_is_told(sign_up: SignUp) -> None:
    own = sign_up()
    own.post("/wishes", WISH | {"agreed": agreed()})
    row = next(one for one in own.get("/running").json()["items"] if one["service"] == "caller_id")
    wish = {name: row["ending"][name] for name in ("service", "tier", "agreed")}
    ended = own.post("/wishes", wish | {"verb": "cancel"})
    assert ended.status_code == 200, ended.content
    turns = own.get("/history").json()["items"]
    assert [one["on"] for one in turns if one["name"] == row["name"]][:2] == [False, True]


def test_third_parties_are_listed_with_what_they_took(sign_up: SignUp) -> None:
    told = sign_up().get("/third-party").json()
    assert len(told["months"]) == 6
    assert told["on"] == []


def test_the_personal_menu_is_changed_by_whoever_read_its_latest_version(sign_up: SignUp) -> None:
    own = sign_up()
    read = own.get("/menu")
    body = {"spellings": ["CXYE"]}
    refused(own.put("/menu", body), 428, "version_needed")
    refused(own.put("/menu", body, If_Match=read["ETag"]), 409, "not_possible")
    on = own.post("/wishes", {"service": "my10086", "verb": "subscribe", "agreed": agreed("my10086")})
    assert on.status_code in (200, 202), on.content
    if on.status_code == 202:
        own.post(f"/wishes/{on.json()['reference']}/answer", {"yes": True})
    changed = own.put("/menu", body, If_Match=own.get("/menu")["ETag"])
    assert changed.status_code == 200, changed.content
    assert [one["spelling"] for one in changed.json()["items"]] == ["CXYE"]
    stale = own.put("/menu", {"spellings": []}, If_Match=read["ETag"])
    refused(stale, 412, "version_moved")
    assert stale["ETag"] == changed["ETag"]
    refused(own.put("/menu", {"spellings": ["NOSUCHCODE"]}, If_Match=changed["ETag"]), 409, "not_possible")


def test_the_language_that_is_chosen_is_the_halls(sign_up: SignUp) -> None:
    own = sign_up()
    assert own.put("/me/language", {"language": "en"}).status_code == 204
    assert own.get("/me").json()["language"] == "en"
    assert own.get("/services/caller_id").json()["name"].isascii()


def test_numbers_of_others_are_masked_everywhere(sign_up: SignUp) -> None:
    number = Msisdn(fresh())
    own = sign_up(number)
    for path in ("/me", "/balances", "/usage", "/alerts", "/running", "/history", "/third-party", "/devices"):
        assert number.digits.removeprefix("86") not in own.get(path).content.decode()
