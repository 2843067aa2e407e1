"""The way into the web hall before stalkers who know a number, robots, planted sessions, and whoever sits there next."""

import json
import uuid
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from django.core import signing
from django.db import connection
from django.test import Client

from careline.channels.portal import codes
from careline.identity import one_time
from careline.identity.records import OneTimeCode
from careline.identity.subscriber import Subscriber
from careline.orders.courier import accounts
from careline.outbox.models import Message
from careline.values.household import household
from careline.values.msisdn import Msisdn
from tests.web.conftest import PASSWORD, Enter, code_for, fresh, with_password
from tests.web.conftest import enter as enter
from tests.web.conftest import hall_is_open as hall_is_open

NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)
AWAY = [
    "https://evil.example/", "//evil.example/", "/\\evil.example/", "\\\\evil.example", "http:evil.example", "evil.example",
    "/\t/evil.example", "javascript:alert(1)", " https://evil.example", "https:///evil.example", "data:text/html,x",
    "///evil.example", "/my/\r\nSet-Cookie: a=b", "{0}", "web-home",
]  # fmt: skip


def asked(number: Msisdn, address: str, device: str, at: datetime) -> bool:
    try:
        one_time.ask(number, address=address, device=device, now=at)
    except one_time.TooMany:
        return False
    return True


@pytest.mark.parametrize("onward", AWAY)
def test_no_next_leads_away(onward: str) -> None:
    number, client = with_password(), Client()
    way = {"number": number.national(), "password": PASSWORD, "next": onward}
    for address, sent in (
        ("/my/speak", {"language": "en", "next": onward}),
        ("/my/look", {"look": "dark", "next": onward}),
        ("/my/password", way),
        ("/my/pick", {"key": "k" * 20, "service": "balance", "verb": "query", "next": onward}),
        ("/my/speak", {"language": "zh", "next": onward}),
    ):
        answer = client.post(address, sent)
        assert answer.status_code == 302, address
        assert answer.headers["Location"].startswith("/my/"), (address, answer.headers["Location"])
        assert "evil" not in answer.headers["Location"], address
        assert "a" not in answer.cookies


def test_a_stalker_at_one_address_leaves_the_owner_a_code() -> None:
    number, devices, at = fresh(), count(), NOON
    for _ in range(60):
        asked(number, "203.0.113.5", f"robot-{next(devices)}", at)
        at += timedelta(minutes=16)
    assert asked(number, "198.51.100.7", "owner", at)


def test_strangers_at_many_addresses_do_not_shut_out_the_device_of_the_owner() -> None:
    number, at = fresh(), NOON
    ticket = one_time.ask(number, address="198.51.100.7", device="owner", now=at)
    assert one_time.prove(ticket.ticket, ticket.code, device="owner", now=at) == number
    for robot in range(40):
        at += timedelta(minutes=5)
        asked(number, f"203.0.113.{robot}", f"robot-{robot}", at)
    assert not asked(number, "203.0.113.99", "robot", at), "strangers have had what there is"
    assert asked(number, "198.51.100.7", "owner", at)


def test_a_botnet_does_not_keep_the_owner_out(enter: Enter) -> None:
    """It uses up what the number has, and what the owner's address has: the browser of the owner has its own."""
    number = with_password()
    client = enter(number)
    client.post("/my/out")
    OneTimeCode.objects.update(asked_at=datetime.now(UTC) - timedelta(days=3))
    assert one_time.forget(datetime.now(UTC)) == 1, "what was proved so long ago is not known from codes any more"
    del client.cookies["sessionid"]
    at = datetime.now(UTC) - timedelta(hours=20)
    for robot in range(40):
        asked(number, f"203.0.113.{robot}", f"robot-{robot}", at)
        at += timedelta(minutes=16)
    for robot in range(250):  # a whole town behind one address
        OneTimeCode.objects.create(
            id=uuid.uuid4(), msisdn=f"86199{robot:08d}", hash="x", known=False, address="127.0.0.1", device=f"r{robot}",
            asked_at=datetime.now(UTC) - timedelta(minutes=5), until=datetime.now(UTC),
        )  # fmt: skip
    assert Client().post("/my/sign-in", {"number": number.national()}).status_code == 400, "strangers have had theirs"
    assert client.post("/my/sign-in", {"number": number.national()}).status_code == 302
    assert client.post("/my/code", {"code": code_for(number)}).headers["Location"] == "/my/"
    other = Client()
    answer = other.post("/my/password", {"number": number.national(), "password": PASSWORD})
    assert answer.status_code == 302, "and with the service password from anywhere"
    assert "careline_known" in other.cookies


def test_a_known_browser_names_no_number_and_cannot_be_made_up(enter: Enter) -> None:
    number, other = fresh(), fresh()
    client = enter(number)
    known = client.cookies["careline_known"].value
    held = signing.loads(known, salt="careline_known")
    assert number.digits not in json.dumps(held)
    at = datetime.now(UTC) - timedelta(hours=20)
    for victim in (number, other):
        for robot in range(40):
            asked(victim, f"203.0.113.{robot}", f"robot-{robot}", at + timedelta(minutes=16 * robot))
    for cookie in (known[:-1] + ("A" if known[-1] != "A" else "B"), "", "a:b:c", signing.dumps(held, salt="other")):
        stranger = Client()
        stranger.cookies["careline_known"] = cookie
        assert stranger.post("/my/sign-in", {"number": number.national()}).status_code == 400, cookie
    thief = Client()
    thief.cookies["careline_known"] = known
    assert thief.post("/my/sign-in", {"number": other.national()}).status_code == 400, "it knows its own number only"
    times = [client.post("/my/sign-in", {"number": number.national()}).status_code for _ in range(3)]
    assert times.count(302) <= 1, "a known browser has limits too"


def test_a_home_that_may_choose_among_a_great_many_addresses_is_one() -> None:
    assert household("2001:db8:1:2:aaaa::1") == household("2001:db8:1:2:bbbb::2") == "2001:db8:1:2::/64"
    assert household("2001:db8:1:3::1") != household("2001:db8:1:2::1")
    assert household("::ffff:203.0.113.5") == household("203.0.113.5") == "203.0.113.5"
    for robot in range(25):
        client = Client(REMOTE_ADDR=f"2001:db8:1:2::{robot:x}")
        answer = client.post("/my/sign-in", {"number": f"1390000{robot:04d}"})
    assert answer.status_code == 400, "robots of one house"
    assert OneTimeCode.objects.count() == one_time.PER_ADDRESS[0][0]
    assert Client(REMOTE_ADDR="2001:db8:1:9::1").post("/my/sign-in", {"number": "13900009999"}).status_code == 302


def test_a_planted_session_is_worth_nothing_after_signing_in_and_none_after_leaving() -> None:
    number, client = fresh(), Client()
    client.post("/my/sign-in", {"number": number.national()})
    planted = client.cookies["sessionid"].value
    client.post("/my/code", {"code": code_for(number)})
    held = client.cookies["sessionid"].value
    assert held != planted
    thief = Client()
    for name in (planted, held):
        thief.cookies["sessionid"] = name
        assert (thief.get("/my/").status_code == 200) is (name == held)
    client.post("/my/out")
    thief.cookies["sessionid"] = held
    assert thief.get("/my/").status_code == 302


def test_a_line_that_was_given_up_is_signed_out(enter: Enter) -> None:
    number = fresh()
    client = enter(number)
    Subscriber.objects.filter(msisdn=number.digits).update(status="released")
    assert client.get("/my/").status_code == 302
    Subscriber.objects.filter(msisdn=number.digits).update(status="active")
    assert client.get("/my/").status_code == 302, "whoever has the number next does not find it open"


def test_the_next_at_this_screen_finds_nothing_of_the_last(enter: Enter) -> None:
    hers, his = fresh(), fresh()
    client = enter(hers)
    client.post("/my/shop/basket", {"goods": "charger", "count": "2"})
    session = client.session
    session["portal_until"] = NOON.isoformat()  # half an hour went by, and nobody signed out
    session.save()
    client.post("/my/sign-in", {"number": his.national()})
    client.post("/my/code", {"code": code_for(his)})
    assert client.get("/my/").status_code == 200
    assert client.get("/my/orders/new").status_code == 302, "the basket is empty"
    assert hers.digits not in json.dumps(dict(client.session))


def test_cookies_are_for_https_and_for_no_script(settings: pytest.FixtureRequest) -> None:
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True  # type: ignore[attr-defined]
    client = Client()
    client.get("/my/sign-in", secure=True)
    client.post("/my/sign-in", {"number": "13900000001"}, secure=True)
    client.post("/my/look", {"look": "dark", "senior": "on"}, secure=True)
    client.post("/my/speak", {"language": "en"}, secure=True)
    assert len(client.cookies) >= 4
    for name, cookie in client.cookies.items():
        assert cookie["secure"], name
        assert cookie["samesite"] == "Lax", name
        assert cookie["httponly"] or name == "csrftoken", name


def test_a_password_stays_nowhere_and_a_code_only_until_it_is_used() -> None:
    number, client = with_password(), Client()
    client.post("/my/password", {"number": number.national(), "password": PASSWORD})
    client.post(
        "/my/service-password",
        {"do": "change", "key": "k" * 20, "v.old": PASSWORD, "v.new": "975310", "again": "975310"},
    )
    client.post("/my/out")
    client.post("/my/sign-in", {"number": number.national()})
    code = code_for(number)
    client.post("/my/code", {"code": code})
    assert client.get("/my/").status_code == 200
    codes.forget(datetime.now(UTC))
    assert not Message.objects.filter(text__contains=code).exists()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text ~ %s', [rf"\y({PASSWORD}|975310)\y"])
            assert cursor.fetchone() == (0,), table


def test_outside_the_demo_nobody_is_believed_for_what_stands_in_our_files() -> None:
    assert accounts.couriers({})["sandbox"].secret == ""
    assert accounts.couriers({"CARELINE_DEMO": "1"})["sandbox"].secret


def test_outside_the_demo_nobody_pays_with_nothing(
    enter: Enter, settings: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = enter(fresh())
    sent = {"fen": "3000", "whose": "own", "agreed": "3000", "key": "k" * 20, "pay": "1"}
    page = client.post("/my/top-up", sent).headers["Location"]
    assert page.startswith("/till/")
    monkeypatch.delenv("CARELINE_PROVIDERS", raising=False)
    settings.DEMO = False  # type: ignore[attr-defined]
    assert client.get(page).status_code == 404
    assert client.post(page, {"how": "pay"}).status_code == 404
    monkeypatch.setenv("CARELINE_PROVIDERS", "sandbox")
    assert client.get(page).status_code == 200, "somebody has chosen it"
