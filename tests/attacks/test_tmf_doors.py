"""The doors of TM Forum before a partner that is curious, careless or bought: numbers, codes, customers' words, floods."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from careline.cases.opening import NewCase, accept
from careline.channels.tmf import callbacks, sparing, telling
from careline.channels.tmf.models import Delivery, Subscription
from careline.identity import passes, tokens
from careline.identity.subscriber import Subscriber
from careline.journal.models import Entry
from careline.outbox import posting
from careline.outbox.models import Message
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference
from tests.tmf.conftest import MESSAGE, MESSAGES, TICKET, TICKETS, Partner
from tests.tmf.conftest import partner as partner
from tests.tmf.conftest import partner_of as partner_of

NUMBER = "8613900000001"
PARTY = {"id": f"+{NUMBER}", "role": "subscriber", "@referredType": "Individual"}
HUB = "/tmf-api/troubleTicket/v4/hub"
PartnerOf = Callable[..., Partner]


def texted(key: str, text: str) -> None:
    now = datetime.now(UTC)
    posting.post(
        [posting.Letter(new_reference()[0], Msisdn(NUMBER), "sms", "demo", "10086", text, key=key)], now=now, due_at=now
    )


def of_a_customer(words: str = "我的账单不对") -> str:
    """The docket of a case that a customer opened by SMS."""
    new = NewCase(f"sms:demo:{words}", Msisdn(NUMBER), "complaint", "", words, "sms")
    return accept(new, by="subscriber", now=datetime.now(UTC)).case.docket


def test_no_scope_reads_the_codes_and_links_that_open_a_customers_door(partner: Partner) -> None:
    Subscriber.objects.create(msisdn=NUMBER, brand="gotone", region="zhejiang", refreshed_at=datetime.now(UTC))
    Client().post("/complain", {"number": NUMBER[2:]})
    code = "".join(sign for sign in Message.objects.get(key="portal.code").text if sign.isdecimal())
    given = passes.give("2517000001", datetime.now(UTC))
    texted("case.accepted", f"查进度 https://care.example/c/{given} 。")
    shown = partner.get(MESSAGES).content.decode()
    assert code[:6] not in shown
    assert given not in shown
    assert "/c/******" in shown
    whole = Message.objects.get(key="portal.code").text
    assert partner.get(f"{MESSAGES}?content={whole}").json() == [], "nor by asking for it as it is"


def test_a_number_behind_a_mask_is_not_found_by_asking_for_one_after_the_other(partner_of: PartnerOf) -> None:
    texted("hello", "Call 13900000002.")
    blind = partner_of("blind", "tmf:read", "tmf:write")
    assert blind.get(f"{MESSAGES}?content=Call 13900000002.").status_code == 400
    assert blind.get(f"{MESSAGES}?content.ne=Call 13900000003.").status_code == 400
    assert blind.get(f"{MESSAGES}?sort=content").status_code == 400
    docket = of_a_customer()
    said = {blind.patch(f"{TICKETS}/{docket}", {"relatedParty": [PARTY | {"id": f"+861390000000{last}"}]}).status_code
            for last in range(4)}  # fmt: skip
    assert said == {403}, "right and wrong guesses must look alike"
    for name in ("relatedParty.id", "relatedParty.href", "id"):
        assert blind.get(f"{TICKETS}?{name}=%2B{NUMBER}").json() == []


def test_a_customers_word_is_not_a_strangers_to_say(partner: Partner) -> None:
    docket = of_a_customer()
    bodies: list[dict[str, Any]] = [
        {"status": "closed"}, {"status": "inProgress", "statusChangeReason": "x"}, {"severity": "Critical"},
        {"description": "all is well"}, {"relatedParty": []},
    ]  # fmt: skip
    for body in bodies:
        assert partner.patch(f"{TICKETS}/{docket}", body).status_code == 403, body
    assert partner.patch(f"{TICKETS}/{docket}", {"note": [{"text": "seen"}], "name": "ours"}).status_code == 200


def test_every_answer_with_a_whole_number_is_a_look_in_the_journal(partner: Partner) -> None:
    docket = of_a_customer()
    asked: list[Callable[[], Any]] = [
        lambda: partner.patch(f"{TICKETS}/{docket}", {}),
        lambda: partner.get(f"{TICKETS}/{docket}?fields=relatedParty"),
        lambda: partner.get(f"{TICKETS}?limit=1"),
        lambda: partner.post(
            TICKETS, TICKET | {"description": "我的账单不对", "ticketType": "complaint",
                               "relatedParty": [PARTY]}
        ),
    ]  # fmt: skip
    for ask in asked:
        before = Entry.objects.filter(did="look").count()
        assert NUMBER in ask().content.decode()
        assert Entry.objects.filter(did="look").count() == before + 1


def test_no_partner_floods_one_number_with_messages(partner: Partner, partner_of: PartnerOf) -> None:
    for _ in range(sparing.A_DAY):
        assert partner.post(MESSAGES, MESSAGE).status_code == 201
    for one in (partner, partner_of("another")):
        answer = one.post(MESSAGES, MESSAGE | {"receiver": [{"phoneNumber": "13900000009"}, *MESSAGE["receiver"]]})
        assert answer.status_code == 429
        assert answer["Retry-After"]
    later = (datetime.now(UTC) + timedelta(days=40)).isoformat()
    assert partner.post(MESSAGES, MESSAGE | {"scheduledSendTime": later}).status_code == 429, "nor for another day"
    draft = partner.post(MESSAGES, MESSAGE | {"receiver": [{}]})["Location"]
    assert partner.patch(draft, {"receiver": MESSAGE["receiver"]}).status_code == 429, "nor by way of a draft"
    assert Message.objects.count() == sparing.A_DAY


def test_no_partner_floods_one_number_with_tickets(partner: Partner) -> None:
    body = TICKET | {"relatedParty": [PARTY]}
    said = [partner.post(TICKETS, body | {"externalId": str(place)}).status_code for place in range(13)]
    assert said[:10] == [201] + [200] * 9
    assert set(said[10:]) == {429}
    assert Message.objects.filter(msisdn=NUMBER).count() <= 10


@pytest.mark.parametrize(
    "body",
    [
        b'{"description": "x", "severity": "Low", "ticketType": "complaint", "priority": "\\ud800"}',
        b'{"description": "x\\ud83d", "severity": "Low", "ticketType": "complaint"}',
        b'{"description": "x", "severity": "Low", "ticketType": "complaint", "@baseType": "T", "more": 1e999}',
        b'{"description": "x", "severity": "Low", "ticketType": "complaint", "@baseType": "T", "more": -Infinity}',
        b'{"description": "x", "severity": "Low", "ticketType": "complaint", "requestedResolutionDate":'
        b' "0001-01-01T00:00:00+14:00"}',
        b'{"description": "x", "severity": "Low", "ticketType": "complaint", "more": ' + b"9" * 5000 + b"}",
        b'{"description": ' + b"[" * 5000 + b"]" * 5000 + b"}",
        b'{"description": "x", "severity": "Low", "ticketType": "complaint", "@baseType": "T", "more": "\\u0000"}',
    ],
)  # fmt: skip
def test_odd_bodies_are_refused_not_stumbled_over(partner: Partner, body: bytes) -> None:
    assert partner.post(TICKETS, body).status_code == 400


@pytest.mark.parametrize(
    "question",
    [
        "creationDate.gt=0001-01-01T00:00:00%2B14:00", "creationDate=9999-12-31T23:59:59-14:00",
        "sort=" + ",".join(["note"] * 6), "&".join(["status=held"] * 21), "limit=99999999999999", "offset=-1",
        "status%27=1", "status;drop=1", "note.%22=1", "limit=%D9%A3", "$.note=1", "a" * 3000 + "=1",
    ],
)  # fmt: skip
def test_odd_questions_are_refused_not_stumbled_over(partner: Partner, question: str) -> None:
    assert partner.get(f"{TICKETS}?{question}").status_code == 400


def test_values_of_questions_are_values_and_nothing_else(partner: Partner) -> None:
    partner.post(TICKETS, TICKET)
    for value in ("x' OR '1'='1", '" || true || "', "$v0", "(.+)+$", "%25", "\\", "ticket'); DROP TABLE case_case; --"):
        for name in ("status", "description", "note.text", "externalId", "relatedParty.id"):
            answer = partner.get(f"{TICKETS}?{name}={value}")
            assert (answer.status_code, answer.json()) == (200, []), (name, value)


@pytest.mark.parametrize(
    "host",
    [
        "[::127.0.0.1]", "[::ffff:127.0.0.1]", "[::ffff:0:127.0.0.1]", "[fec0::1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::1]",
        "[2002:7f00:1::]", "[fe80::1]", "[fd00::1]", "[::]", "0.0.0.0", "0", "127.1", "2130706433", "0x7f.1", "017700000001",
        "169.254.169.254", "10.0.0.1", "192.168.0.1", "172.16.0.1", "100.64.0.1", "224.0.0.1", "localhost",
    ],
)  # fmt: skip
def test_no_callback_leads_into_our_own_network(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARELINE_TMF_CALLBACK_NETWORKS", "")
    with pytest.raises(callbacks.Forbidden):
        callbacks.target_of(f"http://{host}/")


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "gopher://example.com/", "http://user:pass@example.com/", "http://example.com:99999/",
        "http://exa mple.com/", "http://example.com/\r\nHost: x", "//example.com/", "http:///x", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_odd_callbacks_are_refused(partner: Partner, url: str) -> None:
    assert partner.post(HUB, {"callback": url}).status_code == 400


def test_who_lost_the_token_is_told_nothing_more(partner: Partner) -> None:
    now = datetime.now(UTC)
    assert partner.post(HUB, {"callback": "http://127.0.0.1:9/"}).status_code == 201
    of_a_customer()
    telling.spread(now)
    assert Delivery.objects.filter(done_at=None).exists()
    tokens.revoke("shop", by="test", now=now)
    telling.sweep(now)
    assert Subscription.objects.get().ended_at
    assert not Delivery.objects.filter(done_at=None).exists(), "not even what waited"
    of_a_customer("又一件事：宽带断了")
    telling.sweep(now)
    assert not Delivery.objects.filter(done_at=None).exists()


def test_who_lost_the_scope_is_told_masked_numbers(partner: Partner) -> None:
    now = datetime.now(UTC)
    partner.post(HUB, {"callback": "http://127.0.0.1:9/"})
    tokens.revoke("shop", by="test", now=now)
    tokens.issue("shop", ["tmf:read"], by="test", now=now)
    of_a_customer()
    telling.sweep(now)
    told = json.dumps(list(Delivery.objects.values_list("body", flat=True)))
    assert "139****0001" in told
    assert NUMBER not in told


def test_neither_revoked_nor_expired_nor_bent_tokens_open_anything(partner: Partner) -> None:
    now = datetime.now(UTC)
    over = tokens.issue("over", ["tmf:read"], by="test", now=now - timedelta(days=2), days=1)
    gone = tokens.issue("gone", ["tmf:read"], by="test", now=now)
    tokens.revoke("gone", by="test", now=now)
    good = partner.token
    mark, prefix, secret = good.split("_", 2)
    bent: list[str] = [
        over, gone, good[:-1], f"{good}x", f"{mark}_{prefix}_", f"{mark}_{prefix}_{secret.swapcase()}", prefix, secret,
        f"{mark}_00000000_{secret}", "", "é" * 50, "clt_%%%%%%%%_x",
    ]  # fmt: skip
    for token in bent:
        answer: Any = Partner(token).get(TICKETS) if token.isascii() else Client().get(
            TICKETS, headers={"Authorization": f"Bearer {token}"}
        )  # fmt: skip
        assert answer.status_code == 401, token
    assert Client().get(f"{TICKETS}?access_token={good}").status_code == 401, "not in an address that logs keep"


def test_a_reader_writes_nothing_and_what_is_the_servers_stays(partner_of: PartnerOf, partner: Partner) -> None:
    docket = partner.post(
        TICKETS, TICKET | {"id": "1", "status": "closed", "creationDate": "2000-01-01T00:00:00Z", "href": "http://evil"}
    ).json()["id"]
    reader = partner_of("reader", "tmf:read")
    for path in (TICKETS, MESSAGES, HUB):
        assert reader.post(path, {}).status_code == 403
    assert reader.patch(f"{TICKETS}/{docket}", {}).status_code == 403
    told = partner.get(f"{TICKETS}/{docket}").json()
    assert (told["id"], told["status"]) == (docket, "acknowledged")
    assert "evil" not in told["href"]
    for ours in ("id", "href", "creationDate", "statusChange", "lastUpdate"):
        assert partner.patch(f"{TICKETS}/{docket}", {ours: told.get(ours)}).status_code == 400
    for inner in ("owner", "msisdn", "level", "version", "round", "satisfied"):
        assert partner.patch(f"{TICKETS}/{docket}", {inner: "x"}).status_code == 400
