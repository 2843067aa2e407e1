"""Every address of the customers' pages before strangers, forged forms, and signs that no form of ours would send."""

import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.web.conftest import PASSWORD, Enter, with_password
from tests.web.conftest import enter as enter
from tests.web.conftest import hall_is_open as hall_is_open

UUID = "019a0000-0000-7000-8000-000000000000"
VALUES = {
    "service": "balance", "key": UUID, "month": "2026-10", "item": "202610-1", "docket": "2517000017", "deed": "cancel",
    "goods": "charger", "number": "A12B34C56D", "payment": UUID, "showing": UUID, "token": "x" * 32, "provider": "sandbox",
    "call": UUID, "step": UUID,
}  # fmt: skip
WAY_IN = {"/my/sign-in", "/my/code", "/my/password", "/my/out", "/my/speak", "/my/look", "/my/person"}
FAR_END = ("/till/", "/pay/notice/")  # another house, and a door that signatures open
# Fields that some form has, so that hostile signs reach what lies behind them.
FIELDS = (
    "key", "service", "verb", "tier", "effect", "agreed", "v.amount", "v.password", "v.number", "next", "answers", "yes",
    "n", "number", "again", "password", "code", "words", "reason", "day", "do", "what", "goods", "count", "name", "phone",
    "address", "region", "slot", "how", "place", "fen", "other", "whose", "pay", "amount", "q", "after", "before", "kind",
    "sort", "group", "months", "about", "notice", "rating", "version", "service_stars", "word", "answer", "on", "from",
    "until", "language", "look", "senior",
)  # fmt: skip
NASTY = {
    "nul": "\x00a\x00",
    "long": "9" * 5_000,
    "signs": "٣٤\u202e\ufeff²\U0001f4a9'\";--%s{0}{{7*7}}",
}


def addresses() -> Iterator[str]:
    """Every address that customers' browsers and payment providers come to, with likely values for its parts."""

    def walk(patterns: list[Any], before: str) -> Iterator[str]:
        for one in patterns:
            if isinstance(one, URLResolver):
                yield from walk(one.url_patterns, before + str(one.pattern))
            elif isinstance(one, URLPattern):
                yield before + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: VALUES[found[1]], str(one.pattern))

    ours = [one for one in get_resolver().url_patterns if str(one.pattern) == "my/"]
    far_end = "careline.channels.web.money.till_urls"
    ours += [one for one in get_resolver().url_patterns if getattr(one, "urlconf_name", None) is import_module(far_end)]
    assert len(ours) == 2
    yield from walk(ours, "/")


@pytest.fixture
def customer(enter: Enter) -> Client:
    return enter(with_password(), password=PASSWORD)


def test_nobody_sees_or_does_anything_before_signing_in() -> None:
    found = [one for one in addresses() if one not in WAY_IN and not one.startswith(FAR_END)]
    assert len(found) > 40
    for address in found:
        for method in ("get", "post"):
            answer = getattr(Client(), method)(address)
            assert answer.status_code in {302, 405}, (method, address, answer.status_code)
            if answer.status_code == 302:
                assert answer.headers["Location"].startswith("/my/sign-in?"), address
                assert "no-store" in answer.headers["Cache-Control"], address


def test_every_form_of_another_site_is_refused(customer: Client) -> None:
    forged = Client(enforce_csrf_checks=True)
    forged.cookies = customer.cookies
    for address in addresses():
        if not address.startswith("/pay/notice/"):
            assert forged.post(address).status_code in {403, 405}, address
    assert customer.get("/my/").status_code == 200, "a forged way out leads nowhere either"


def test_every_page_is_strict_private_and_unframed(customer: Client) -> None:
    pages = 0
    for address in addresses():
        answer = customer.get(address)
        if answer.status_code == 405:
            continue
        assert answer.status_code in {200, 302, 404}, (address, answer.status_code)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy, address
        assert "unsafe" not in policy, address
        assert "frame-ancestors 'none'" in policy, address
        assert answer.headers["X-Frame-Options"] == "DENY", address
        assert answer.headers["X-Content-Type-Options"] == "nosniff", address
        assert answer.headers["Referrer-Policy"] == "same-origin", address
        if answer.status_code == 404 and "Cache-Control" not in answer.headers:
            continue  # Django's own words, which say nothing of anybody
        assert "no-store" in answer.headers.get("Cache-Control", ""), (address, answer.status_code)
        page = answer.content.decode()
        assert not re.search(r"<script(?![^>]*\ssrc=\"/static/)", page), address
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page), address
        assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", page), address
        pages += answer.status_code == 200
    assert pages > 30


@pytest.mark.parametrize("nasty", NASTY.values(), ids=NASTY)
def test_no_sign_makes_a_page_fall_over(customer: Client, nasty: str) -> None:
    customer.raise_request_exception = False
    fell = []
    for address in addresses():
        if address in ("/my/out", "/my/look", "/my/speak"):
            continue
        sent = dict.fromkeys(FIELDS, nasty)
        asked = sent if len(nasty) < 100 else {"q": nasty, "after": nasty, "before": nasty, "fen": nasty}
        for answer in (customer.get(address, asked), customer.post(address, sent)):
            told = answer.status_code == 503 and address in (
                "/my/pick",
                "/my/answer",
            )  # without a key it was not taken in
            if answer.status_code >= 500 and not told:
                fell.append((answer.request["REQUEST_METHOD"], address, answer.status_code))
    assert not fell


def test_no_single_field_makes_an_order_or_a_payment_fall_over(customer: Client) -> None:
    customer.raise_request_exception = False
    customer.post("/my/shop/basket", {"goods": "charger", "count": "1"})
    order = {"name": "陈桂兰", "phone": "13900000001", "address": "文三路 1 号", "region": "zhejiang", "how": "online",
             "agreed": "7700", "key": UUID, "place": "1", "slot": "x"}  # fmt: skip
    top_up = {"fen": "10000", "whose": "other", "number": "13900000001", "again": "13900000001", "agreed": "9800",
              "key": UUID, "pay": "1", "other": "3"}  # fmt: skip
    points = {"amount": "10", "key": UUID, "answers": ""}
    fell = []
    for address, form in (("/my/orders/new", order), ("/my/top-up", top_up), ("/my/points", points)):
        for field in form:
            answer = customer.post(address, form | {field: "\x00"})
            if answer.status_code >= 500:
                fell.append((address, field))
    assert not fell
