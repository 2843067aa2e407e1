"""The staff's pages before guessers, forged forms, hostile texts, and people who are not meant to see."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from careline.catalogue.version import Version
from careline.identity.models import Staff
from careline.identity.staff import ROLES
from careline.journal.models import Entry
from careline.journal.writing import write
from careline.ledger.models import Arrived
from tests.catalogue.people import NOW
from tests.halls import Hall
from tests.staff.conftest import SignIn

WRONG = "The name or the password is wrong."
TOO_MANY = "Too many wrong passwords."
ENGLISH = {"Accept-Language": "en"}


def knock(client: Client, name: str, password: str = "guess", address: str = "203.0.113.5") -> str:
    sent = {"username": name, "password": password}
    answer = client.post("/staff/sign-in", sent, headers=ENGLISH, REMOTE_ADDR=address)
    return "in" if answer.status_code == 302 else answer.content.decode()


def test_a_guesser_at_one_address_does_not_shut_the_door_for_the_person_herself(
    person: Callable[..., Staff], client: Client
) -> None:
    person("lin", "maintainer")
    for _ in range(10):
        assert WRONG in knock(client, "lin")
    assert TOO_MANY in knock(client, "lin")
    assert TOO_MANY in knock(client, "lin", "lin-password")
    assert knock(Client(), "lin", "lin-password", "198.51.100.7") == "in"


def test_a_shut_door_says_when_it_opens(person: Callable[..., Staff], client: Client) -> None:
    person("lin", "maintainer")
    begun = datetime.now(UTC) - timedelta(minutes=9, seconds=30)
    for at in [begun, *[datetime.now(UTC)] * 9]:
        failed_at("lin", at)
    assert "Try again in 6 minutes." in knock(client, "lin", "lin-password")


def failed_at(name: str, at: datetime, address: str = "203.0.113.5") -> None:
    write(who=name, did="sign_in_failed", what="staff", record=name, now=at, detail={"address": address})


def test_a_guesser_at_many_addresses_is_stopped_too(person: Callable[..., Staff], client: Client) -> None:
    person("lin", "maintainer")
    for number in range(50):
        assert WRONG in knock(client, "lin", address=f"203.0.113.{number}")
    assert TOO_MANY in knock(client, "lin", "lin-password", "198.51.100.7")


@pytest.mark.parametrize("name", ["13900000001", "139-0000-0001", "330106198507123455"])
def test_a_name_that_the_journal_masks_is_counted_as_well(
    person: Callable[..., Staff], client: Client, name: str
) -> None:
    person(name, "maintainer")
    for _ in range(10):
        knock(client, name)
    assert TOO_MANY in knock(client, name, f"{name}-password")


def test_what_was_typed_as_a_name_is_not_kept_unless_it_is_one(client: Client, db: None) -> None:
    for typed in ("correct horse battery staple", "小林的密码abc", "a\0b"):
        assert WRONG in knock(client, typed)
    kept = repr(list(Entry.objects.values()))
    assert "horse" not in kept
    assert "密码" not in kept
    for _ in range(12):
        last = knock(client, "nobody")
    assert TOO_MANY in last, "an unknown name must not be told from a known one"


@pytest.mark.parametrize(
    "onward",
    [
        "https://evil.example/", "//evil.example/", "/\\evil.example/", "\\\\evil.example", "http:evil.example",
        "/\t/evil.example", "javascript:alert(1)", " https://evil.example", "https:///evil.example", "data:text/html,x",
        "/%09/evil.example\r\nSet-Cookie: a=b",
    ],
)  # fmt: skip
def test_no_link_leads_away_after_signing_in(person: Callable[..., Staff], client: Client, onward: str) -> None:
    person("lin", "maintainer")
    sent = {"username": "lin", "password": "lin-password", "next": onward}
    place = client.post("/staff/sign-in", sent).headers["Location"]
    assert place.startswith("/")
    assert not re.match(r"/[/\\\s]", place)
    assert "\n" not in place


def test_signing_in_begins_another_session(person: Callable[..., Staff], client: Client) -> None:
    person("lin", "maintainer")
    client.post("/staff/language", {"language": "en"})
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    client.cookies["sessionid"] = planted = str(session.session_key)
    assert knock(client, "lin", "lin-password") == "in"
    assert client.session.session_key != planted
    watcher = Client()
    watcher.cookies["sessionid"] = planted
    assert watcher.get("/staff/").status_code == 302


TURN = "019a0000-0000-7000-8000-000000000000"


def addresses() -> Iterator[str]:
    """Every address of the staff's pages, with likely values for its parts."""
    values = {
        "number": "1", "service": "balance", "table": "X1", "kind": "service", "key": "balance", "deed": "publish",
        "menu": "standard", "node": "main", "language": "zh", "recording": "1", "notice": "1",
        "seat": "1", "screened": "1", "turn": TURN, "contact": TURN, "docket": "2517000017", "task": "1", "fault": "1",
        "item": "1", "offer": "1", "refund": "1", "waiver": "1", "username": "lin", "name": "billing",
    }  # fmt: skip

    def filled(found: re.Match[str]) -> str:
        return TURN if found[1] == "uuid" else values.get(found[2], "1")

    def walk(patterns: list[Any], before: str) -> Iterator[str]:
        for one in patterns:
            if isinstance(one, URLResolver):
                yield from walk(one.url_patterns, before + str(one.pattern))
            elif isinstance(one, URLPattern):
                yield before + re.sub(r"<(?:(\w+):)?(\w+)>", filled, str(one.pattern))

    staff = [one for one in get_resolver().url_patterns if str(one.pattern) == "staff/"]
    yield from walk(staff, "/")


OPEN = {"/staff/sign-in", "/staff/sign-out", "/staff/language"}
OWN = ("/staff/sign-in/", "/staff/me/", "/staff/again")  # steps of signing in, and pages about oneself: behind no gate


@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
def test_every_address_is_behind_a_gate(sign_in: SignIn, published: Version, method: str) -> None:
    stranger, nobody = Client(), sign_in("new")
    found = {one for one in addresses() if one not in OPEN and not one.startswith(OWN)}
    assert len(found) > 15
    for address in found:
        for client, allowed in ((stranger, {302, 405}), (nobody, {403, 405})):
            answer = getattr(client, method)(address)
            assert answer.status_code in allowed, (address, answer.status_code)
            assert b"balance" not in answer.content.replace(address.encode(), b"")
            if answer.status_code == 302:
                assert answer.headers["Location"].startswith("/staff/sign-in")
    assert Version.objects.count() == 1


def test_no_page_of_the_staff_is_kept_or_framed(sign_in: SignIn, published: Version) -> None:
    client = sign_in("admin", "admin")
    for address in [*addresses(), "/staff/sign-in"]:
        answer = client.get(address)
        if answer.status_code in {404, 405}:
            continue
        assert "no-store" in answer.headers.get("Cache-Control", ""), address
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_every_form_of_another_site_is_refused(person: Callable[..., Staff], published: Version) -> None:
    person("admin", "admin")
    client = Client(enforce_csrf_checks=True)
    client.force_login(Staff.objects.get(username="admin"))
    for address in addresses():
        if not address.startswith("/staff/sign-in/"):  # which lead on who is in already
            assert client.post(address).status_code in {403, 405}, address
    assert Version.objects.count() == 1


HOSTILE = "</textarea></td>\"'><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}{%x%}"


def poisoned(value: Any) -> Any:
    """The same document with a hostile text in every text."""
    if isinstance(value, str):
        return value + HOSTILE
    if isinstance(value, dict):
        return {name: poisoned(one) for name, one in value.items()}
    return [poisoned(one) for one in value] if isinstance(value, list) else value


def test_hostile_texts_of_the_catalogue_are_shown_as_texts(sign_in: SignIn, published: Version) -> None:
    draft = Version.draft(by=HOSTILE[:140], now=NOW, note=HOSTILE)
    for item in list(draft.items.all()):
        draft.edit(item.kind, item.key, poisoned(item.body), by=HOSTILE[:140], now=NOW, stamp=item.stamp)
    client = sign_in("admin", "admin")
    seen = 0
    for address in addresses():
        answer = client.get(address.replace("/1/", "/2/").replace("/versions/1", "/versions/2"))
        if answer.status_code != 200 or "pdf" in answer.headers["Content-Type"]:
            continue
        text = answer.content.decode()
        seen += "alert(1)" in text
        assert "<script>alert" not in text, address
        assert "<img src=x" not in text, address
    assert seen > 5


def test_hostile_messages_of_customers_are_shown_as_texts(sign_in: SignIn, published: Version, hall: Hall) -> None:
    customer = hall.fresh("T5")
    for said in (HOSTILE, "<b>CXYE</b>", "KTLDXS#<script>alert(1)</script>"):
        hall.say(customer, said)
    turns = [str(one.turn) for one in Arrived.objects.all()]
    client = sign_in("admin", "admin")
    pages = [
        client.post("/staff/explain/", {"number": customer.digits}),
        *(client.get(f"/staff/explain/{t}") for t in turns),
    ]
    for answer in pages:
        assert answer.status_code == 200
        assert "<script>alert" not in answer.content.decode()
        assert "<img src=x" not in answer.content.decode()
        assert "<b>CXYE" not in answer.content.decode()


def test_each_look_at_a_customer_is_journaled_and_names_no_number(
    sign_in: SignIn, published: Version, hall: Hall
) -> None:
    customer = hall.fresh("T5")
    served = hall.say(customer, "CXYE")
    client = sign_in("he", "supervisor")
    client.post("/staff/explain/", {"number": customer.digits})
    client.get(f"/staff/explain/{served.turn}")
    looks = Entry.objects.filter(did="look", who="he")
    assert [one.what for one in looks.order_by("id")] == ["subscriber", "message"]
    assert customer.digits not in repr(list(Entry.objects.values()))
    assert customer.digits[4:] not in client.get("/staff/journal").content.decode()


@pytest.mark.parametrize("role", sorted(ROLES))
def test_no_role_may_review_its_own_work(sign_in: SignIn, published: Version, role: str) -> None:
    client = sign_in("lin", role)
    draft = Version.draft(by="lin", now=NOW)
    draft.submit(by="lin", now=NOW)
    client.post(f"/staff/versions/{draft.number}/approve")
    client.post(f"/staff/versions/{draft.number}/publish")
    draft.refresh_from_db()
    assert draft.state == "in_review"
    assert draft.reviewed_at is None


@pytest.mark.parametrize("state", ["draft", "discarded", "in_review"])
def test_rolling_back_publishes_nothing_that_was_not_published_before(
    sign_in: SignIn, published: Version, state: str
) -> None:
    client = sign_in("zhou", "reviewer")
    draft = Version.draft(by="lin", now=NOW)
    if state == "discarded":
        draft.discard(by="lin", now=NOW)
    if state == "in_review":
        draft.submit(by="lin", now=NOW)
    client.post(f"/staff/versions/{draft.number}/roll_back")
    current = Version.published()
    assert current is not None
    assert current.number == published.number


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_entry SET who = 'nobody'",
        "DELETE FROM journal_entry",
        "TRUNCATE journal_entry",
        "TRUNCATE journal_entry CASCADE",
        "INSERT INTO journal_entry SELECT * FROM journal_entry ON CONFLICT (id) DO UPDATE SET who = 'nobody'",
    ],
)
def test_the_journal_cannot_be_altered(db: None, statement: str) -> None:
    write(who="lin", did="look", what="subscriber", record="139****0001", now=NOW)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL careline.emptying = 'off'")
        cursor.execute(statement)
    assert [one.who for one in Entry.objects.all()] == ["lin"]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("address", ["/phone", "/phone/take", "/phone/say", "/phone/speak"])
def test_outside_the_demo_there_is_no_handset(
    settings: Any, client: Client, db: None, method: str, address: str
) -> None:
    settings.DEMO = False
    answer = getattr(client, method)(address, {"text": "KTLDXS", "number": "8613900000001"})
    assert answer.status_code in {404, 405}
    assert not Arrived.objects.exists()
    assert not answer.cookies


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("journal?who=%00", 400),
        ("journal?did=%00", 400),
        ("journal?page=99999999999999999999", 200),
        ("journal?page=-1", 200),
        ("journal?page=x", 200),
        ("catalogue/1/services?q=%00", 400),
        ("catalogue/1/item/service/%00", 400),
        ("catalogue/1/tables/%00", 400),
        ("catalogue/1/diff?against=999999999999999999999", 200),
        ("catalogue/99999999999999999999/services", 404),
        ("versions/99999999999999999999", 404),
        ("explain/%00", 400),
        ("explain/ffffffff-ffff-ffff-ffff-ffffffffffff", 404),
        ("explain/00000000-0000-0000-0000-000000000000", 404),
    ],
)
def test_odd_addresses_break_no_page(sign_in: SignIn, published: Version, address: str, status: int) -> None:
    assert sign_in("admin", "admin").get(f"/staff/{address}").status_code == status
