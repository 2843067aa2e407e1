"""The way into the web hall: by a code, by the service password; and those who try it without either."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from careline.carrier.adapters.sandbox.carrier import Sandbox
from careline.carrier.adapters.sandbox.stumbling import stumble
from careline.carrier.port import Answer, Request
from careline.channels.web.entering.checking import ADDRESS_MAX, DEVICE_MAX
from careline.identity.subscriber import Subscriber
from careline.ledger.models import Attempt
from careline.outbox.models import Message
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference
from careline.values.secret import Secret
from tests.web.conftest import PASSWORD, Enter, code_for, fresh, text_to, with_password

NOBODY = Msisdn("8613999999999")
HOME = "/my/"


def by_password(client: Client, number: Msisdn, password: str, onward: str = "") -> tuple[int, str]:
    """The status, and where it led or what was said."""
    where = f"/my/password?next={onward}" if onward else "/my/password"
    answer = client.post(where, {"number": number.national(), "password": password})
    return answer.status_code, answer.headers.get("Location") or clean(answer.content.decode())


def clean(page: str) -> str:
    """Without what differs in every page: the marks of forms, and what was typed."""
    return "".join(
        line for line in page.splitlines() if "csrfmiddlewaretoken" not in line and 'id="number"' not in line
    )


def test_a_code_by_sms_opens_home_and_the_session_gets_a_new_name(client: Client) -> None:
    number = fresh()
    client.post("/my/sign-in", {"number": number.national()})
    assert "5" in text_to(number)
    planted = client.cookies["sessionid"].value
    assert client.post("/my/code", {"code": code_for(number)}).headers["Location"] == HOME
    stranger = Client()
    stranger.cookies["sessionid"] = planted
    assert stranger.get(HOME).status_code == 302
    assert client.get(HOME).status_code == 200


def test_it_is_the_same_sign_in_as_on_the_pages_of_complaints(client: Client, enter: Enter) -> None:
    number = fresh()
    client.post("/complain", {"number": number.national()})
    client.post("/complain/code", {"code": code_for(number)})
    assert client.get(HOME).status_code == 200
    assert enter().get("/complain/tell").status_code == 200


def test_a_customer_whom_the_hall_never_met_gets_a_code_as_well(client: Client) -> None:
    number = fresh()
    Subscriber.objects.filter(msisdn=number.digits).delete()
    client.post("/my/sign-in", {"number": number.national()})
    client.post("/my/code", {"code": code_for(number)})
    assert client.get(HOME).status_code == 200


def test_no_answer_tells_whether_a_number_is_a_customers() -> None:
    said = []
    for number in (with_password(), fresh(), NOBODY):
        client = Client(headers={"Accept-Language": "en"})
        first = client.post("/my/sign-in", {"number": number.national()})
        page = client.get("/my/code").content.decode().replace(number.masked(), "")
        wrong = client.post("/my/code", {"code": "x"}).content.decode().replace(number.masked(), "")
        tries = [by_password(client, number, "000000") for _ in range(DEVICE_MAX)]
        said.append((first.status_code, first.headers["Location"], clean(page), clean(wrong), tries))
    assert said[0] == said[1] == said[2]
    assert not Message.objects.filter(msisdn=NOBODY.digits, channel="sms").exists()


@pytest.mark.requirement("VER-05")
def test_who_has_not_signed_in_sees_nothing_and_comes_back_to_the_page(client: Client) -> None:
    answer = client.get("/my/usage?x=1")
    assert answer.headers["Location"] == "/my/sign-in?next=%2Fmy%2Fusage%3Fx%3D1"
    number = with_password()
    assert by_password(client, number, PASSWORD, "%2Fmy%2Fusage%3Fx%3D1") == (302, "/my/usage?x=1")


def test_the_service_password_opens_and_is_kept_nowhere(client: Client) -> None:
    number = with_password()
    assert by_password(client, number, PASSWORD) == (302, HOME)
    attempt = Attempt.objects.get(msisdn=number.digits, service="password")
    assert (attempt.channel, attempt.verb, attempt.outcome) == ("web", "status", "done")
    assert PASSWORD not in str(attempt.parameters)


def test_wrong_passwords_count_towards_the_carriers_own_lock() -> None:
    number = with_password()
    for place in range(5):
        status, said = by_password(Client(REMOTE_ADDR=f"10.1.1.{place}"), number, "000000")
        assert (status, "短信验证码登录" in said) == (400, True)
    asked = [Request(new_reference()[0], number, "password", "check", {"password": Secret(PASSWORD)})]
    ((_, answer),) = Sandbox().ask(asked, now=datetime.now(UTC), time_limit_seconds=5)
    assert isinstance(answer, Answer)
    assert answer.refused == "too_many_tries"
    assert by_password(Client(), number, PASSWORD)[0] == 400


def test_one_device_and_one_address_may_try_only_so_often(client: Client) -> None:
    for _ in range(DEVICE_MAX):
        by_password(client, NOBODY, "000000")
    number = with_password()
    status, said = by_password(client, number, PASSWORD)
    assert (status, "15 分钟" in said) == (400, True)
    answers = [by_password(Client(), NOBODY, "000000") for _ in range(ADDRESS_MAX - DEVICE_MAX)]
    assert "15 分钟" in answers[-1][1]
    assert by_password(Client(), number, PASSWORD)[0] == 400
    assert by_password(Client(REMOTE_ADDR="10.9.9.9"), number, PASSWORD) == (302, HOME)


def test_right_passwords_do_not_use_up_the_tries(client: Client) -> None:
    number = with_password()
    for _ in range(DEVICE_MAX + 2):
        assert by_password(client, number, PASSWORD) == (302, HOME)
        client.post("/my/out")


def test_a_carrier_that_is_down_is_our_fault_and_no_try(client: Client) -> None:
    number = with_password()
    stumble("down", kind="password")
    for _ in range(DEVICE_MAX + 1):
        assert "不算试错" in by_password(client, number, PASSWORD)[1]


def test_a_code_is_enough_to_look_and_the_password_is_asked_once_for_more(enter: Enter) -> None:
    number = with_password()
    client = enter(number)
    page = client.get("/my/password?next=/my/person")
    assert 'id="number"' not in page.content.decode()
    wrong = client.post("/my/password?next=/my/person", {"password": "000000"})
    assert (wrong.status_code, "还可以试 4 次" in wrong.content.decode()) == (400, True)
    before = client.cookies["sessionid"].value
    assert client.post("/my/password?next=/my/person", {"password": PASSWORD}).headers["Location"] == "/my/person"
    assert client.cookies["sessionid"].value != before
    assert client.get("/my/password?next=/my/person").headers["Location"] == "/my/person"


def test_who_has_no_password_yet_is_told_how_to_get_one(enter: Enter) -> None:
    answer = enter().post("/my/password", {"password": "000000"})
    assert "SQMM" in answer.content.decode()


def test_the_password_of_one_customer_proves_nothing_for_the_next_at_the_same_browser(enter: Enter) -> None:
    first, second = with_password(), with_password()
    client = enter(first, PASSWORD)
    client.post("/complain", {"number": second.national()})
    client.post("/complain/code", {"code": code_for(second)})
    assert client.get("/my/password").status_code == 200, "the second customer is still asked"


@pytest.mark.parametrize(
    "onward", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example", "http:///evil"]
)
def test_no_way_in_leads_to_a_strangers_page(client: Client, onward: str) -> None:
    number = with_password()
    assert client.post(f"/my/sign-in?next={onward}", {"number": number.national()}).headers["Location"] == "/my/code"
    assert by_password(Client(), number, PASSWORD, onward) == (302, HOME)
    assert client.post("/my/speak", {"language": "en", "next": onward}).headers["Location"] == "/my/sign-in"
    assert client.post("/my/look", {"look": "dark", "next": onward}).headers["Location"] == "/my/sign-in"


def test_half_an_hour_without_a_page_is_told_politely_and_the_page_comes_back(enter: Enter) -> None:
    client = enter(language="en")
    session = client.session
    session["portal_until"] = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    session.save()
    answer = client.get("/my/usage?month=2026-10")
    assert answer.headers["Location"] == "/my/sign-in?next=%2Fmy%2Fusage%3Fmonth%3D2026-10&over=1"
    assert "Half an hour passed" in client.get(answer.headers["Location"]).content.decode()


def test_a_form_that_was_sent_too_late_leads_back_to_its_page(client: Client) -> None:
    back = {"Referer": "http://testserver/my/usage?x=1"}
    assert client.post("/my/person", headers=back).headers["Location"] == "/my/sign-in?next=%2Fmy%2Fusage%3Fx%3D1"
    strange = {"Referer": "https://evil.example/my/usage"}
    assert client.post("/my/person", headers=strange).headers["Location"] == "/my/sign-in?next=%2Fmy%2F"


def test_out_is_out(enter: Enter) -> None:
    client = enter(with_password(), PASSWORD, language="en")
    left = client.post("/my/out")
    assert "nothing of yours stays" in client.get(left.headers["Location"]).content.decode()
    assert client.get(HOME).status_code == 302
    assert client.get("/complain/tell").status_code == 302
    assert client.get("/my/out").status_code == 405


def test_the_language_that_was_chosen_before_signing_in_is_kept_for_the_number(enter: Enter) -> None:
    number = fresh()
    client = enter(number, language="en")
    assert Subscriber.objects.get(pk=number.digits).language == "en"
    assert '<html lang="en"' in client.get(HOME).content.decode()
    client.post("/my/speak", {"language": "zh"})
    assert Subscriber.objects.get(pk=number.digits).language == "zh"


def test_a_customers_own_language_comes_along_to_a_new_browser(client: Client) -> None:
    number = with_password(language="en")
    by_password(client, number, PASSWORD)
    assert '<html lang="en"' in client.get(HOME).content.decode()


def test_senior_mode_is_the_customers_and_the_colours_are_the_browsers(enter: Enter) -> None:
    number = with_password()
    client = enter(number, PASSWORD)
    assert 'class="senior"' not in client.get(HOME).content.decode()
    client.post("/my/look", {"senior": "on", "next": HOME})
    client.post("/my/look", {"look": "dark", "next": HOME})
    page = client.get(HOME).content.decode()
    assert 'class="senior" data-look="dark"' in page
    assert 'href="tel:10086"' in page
    assert Subscriber.objects.get(pk=number.digits).senior
    assert 'class="senior"' in enter(number, PASSWORD).get(HOME).content.decode()
    client.post("/my/look", {"look": "auto", "senior": "off"})
    assert "data-look" not in client.get(HOME).content.decode()


@pytest.mark.parametrize("written", ["", "abc", "1" * 39, "<script>alert(1)</script>", "'; DROP TABLE x", "\0"])
def test_what_is_no_number_is_said_to_be_none(client: Client, written: str) -> None:
    for where in ("/my/sign-in", "/my/password"):
        answer = client.post(where, {"number": written, "password": "000000"})
        assert answer.status_code == 400
        assert "<script>alert" not in answer.content.decode()
    assert not Message.objects.exists()


@pytest.mark.parametrize("written", ["", "12345", "1234567", "abcdef", "１２３４５６", "\0" * 6])
def test_what_is_no_password_never_reaches_the_carrier(client: Client, written: str) -> None:
    number = with_password()
    assert by_password(client, number, written)[0] == 400
    assert not Attempt.objects.filter(msisdn=number.digits).exists()


@pytest.mark.parametrize("address", ["sign-in", "code", "password", "out", "speak", "look", "person"])
def test_forms_without_our_mark_are_refused(address: str) -> None:
    assert Client(enforce_csrf_checks=True).post(f"/my/{address}", {"number": "13900000000"}).status_code == 403


def test_the_site_begins_with_the_web_hall(client: Client) -> None:
    assert client.get("/").headers["Location"] == HOME
    page = client.get("/my/sign-in")
    assert page.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
