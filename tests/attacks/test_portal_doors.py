"""The customers' pages before people who hold no link, no code and no right, and who write into every field."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from careline.cases import evidence, handling
from careline.cases.evidence import to_json
from careline.cases.models import Case
from careline.cases.opening import NewCase, accept
from careline.cases.states import NotAllowed
from careline.identity import passes
from careline.outbox.models import Message
from careline.staff.access import now
from careline.values.discretion import discreet
from careline.values.msisdn import Msisdn
from careline.values.secret import mask
from tests.portal.conftest import NUMBER, OTHER, Customer, link_to
from tests.portal.conftest import customer as customer
from tests.portal.conftest import town as town
from tests.staff.conftest import SignIn

pytestmark = pytest.mark.django_db
NASTY = "</textarea><script>alert(1)</script>{{ 7|add:7 }}\u202e<img src=x onerror=alert(2)>"


def of(number: Msisdn, words: str = "多收了钱") -> Case:
    new = NewCase(f"sms:{number.digits}:{words}", number, "complaint", "", words, "sms")
    return accept(new, by="subscriber", now=now()).case


def test_a_link_is_neither_bent_nor_stretched_nor_made_from_a_docket() -> None:
    mine, hers, at = of(NUMBER), of(OTHER), now()
    good = passes.give(mine.docket, at)
    last = passes.give(hers.docket, at)
    bent = [good[:-1], f"{good}A", good.swapcase(), good[:9] + last[9:], last[:9] + good[9:], f"{good}=", f" {good}",
            hers.docket, passes.give(mine.docket, at - timedelta(days=92)), "A" * 26, "ａ" * 26, "%00" * 4]  # fmt: skip
    for place, given in enumerate(bent):
        answer = Client(REMOTE_ADDR=f"203.0.113.{place}").get(f"/c/{given}")
        assert answer.status_code == 404, given
    assert Client().get(f"/c/{good}").status_code == 200


def test_nobody_says_for_another_that_it_is_settled(customer: Customer) -> None:
    mine, hers = of(NUMBER), of(OTHER)
    Case.objects.update(state="confirming", asked_at=now(), replied_at=now())
    browser = customer(NUMBER)
    for deed in ("satisfied", "unsatisfied", "rate", "add", "urge", "reopen"):
        browser.post(f"/c/{hers.docket}/{deed}", {"words": "x", "rating": "5", "docket": hers.docket})
        browser.post(
            f"{link_to(mine)}/{deed}", {"words": "x", "docket": hers.docket, "case": str(hers.pk), "version": "1"}
        )
    hers.refresh_from_db()
    assert (hers.state, hers.satisfied, hers.rating, hers.repeats, hers.urged) == ("confirming", None, None, 0, 0)


def test_what_customers_write_runs_on_no_page_of_staff_or_evidence(customer: Customer, sign_in: SignIn) -> None:
    browser = customer(NUMBER)
    answer = browser.post("/complain/tell?about=else", {"words": NASTY, "key": "k", "q-x": NASTY})
    case = Case.objects.get()
    browser.post(f"{answer.headers['Location']}/add", {"words": NASTY + "2", "version": NASTY})
    chen = sign_in("chen-2", "hall_manager")
    for page in (f"/staff/cases/{case.docket}", "/staff/cases/?tab=all", "/staff/cases/reports", "/staff/journal"):
        shown = chen.get(page).content.decode()
        assert "<script>alert" not in shown, page
        assert "<img src=x" not in shown, page
        assert "{{ 7" not in shown.replace("{{ 7|add:7 }}", ""), page
    found = chen.post("/staff/cases/search", {"q": NASTY}).content.decode()
    assert "<script>alert" not in found
    sent = {"format": "json", "reason": NASTY}
    assert chen.post(f"/staff/cases/{case.docket}/evidence", sent)["Content-Type"] == "application/json"
    assert chen.post(f"/staff/cases/{case.docket}/evidence", {"format": "pdf"}).content.startswith(b"%PDF")


def test_evidence_is_masked_whatever_the_address_says(sign_in: SignIn) -> None:
    case, chen = of(NUMBER), sign_in("chen-2", "hall_manager")
    page = f"/staff/cases/{case.docket}/evidence"
    assert chen.get(f"{page}?whole=1&reason=x").status_code == 405
    masked = chen.post(f"{page}?whole=1&whole_numbers=1&reason=x", {"format": "json"}).content.decode()
    assert NUMBER.digits not in masked
    assert NUMBER.national() not in masked
    assert chen.post(page, {"format": "json", "whole": "1", "reason": " "}).status_code == 409
    for role in ("clerk", "handler", "verifier", "support", "supervisor"):
        assert sign_in(f"a-{role}", role).post(page, {"format": "json"}).status_code == 403


def test_who_is_given_the_evidence_is_not_given_the_customers_door(settings: pytest.FixtureRequest) -> None:
    settings.SITE = "https://care.example"  # type: ignore[attr-defined]
    case = of(NUMBER)
    given = passes.give(case.docket, now())
    assert given[:15] in Message.objects.get().text, "the customer's letter has it"
    written = to_json(evidence.pack(case.docket, by="chen", now=now()))
    assert "/c/******" in written
    assert given not in written


def test_links_of_cases_are_hidden_in_words_and_logs() -> None:
    given = passes.give("2517000001", datetime.now(UTC))
    for written in (f"看 https://care.example/c/{given}/add", f"/c/{given}", f"Forbidden: /c/{given}/satisfied 123"):
        assert given not in mask(written)
        assert given not in discreet(written)
    assert mask("/c/programming/with-2-stars") == "/c/programming/with-2-stars"


def test_staff_rate_nothing_and_no_process_answers_for_the_customer() -> None:
    case = of(NUMBER)
    Case.objects.update(state="confirming", asked_at=now(), replied_at=now())
    with pytest.raises(NotAllowed, match="not_customer"):
        handling.rate(case.docket, 5, by="wang", now=now())
    with pytest.raises(NotAllowed, match="not_customer"):
        handling.customer_says(case.docket, True, rating=5, channel="hotline", by="wang", now=now())


def test_only_a_named_proxy_says_whom_it_speaks_for() -> None:
    script = """
import django, io
from careline import wsgi
from django.core.handlers.wsgi import WSGIHandler
seen = []
def inner(environ, start): seen.append((environ["REMOTE_ADDR"], environ["wsgi.url_scheme"])); return []
from granian.utils import proxies
app = wsgi.application
cell = [c for c in app.__closure__ if isinstance(c.cell_contents, WSGIHandler)][0]
cell.cell_contents = inner
for caller, told in (("10.0.0.5", "203.0.113.9"), ("198.51.100.1", "10.0.0.5"), ("10.0.0.5", "1.1.1.1, 203.0.113.9")):
    app({"REMOTE_ADDR": caller, "HTTP_X_FORWARDED_FOR": told, "HTTP_X_FORWARDED_PROTO": "https", "wsgi.url_scheme": "http"}, None)
print(seen)
"""
    known = os.environ | {"CARELINE_PROXIES": "10.0.0.0/24", "CARELINE_DEMO": "1"}
    done = subprocess.run([sys.executable, "-c", script], env=known, capture_output=True, text=True, check=True)
    assert "[('203.0.113.9', 'https'), ('198.51.100.1', 'http'), ('203.0.113.9', 'https')]" in done.stdout
