"""The QC circle on the staff's pages: step by step in both languages, as files, and only for who may see statistics."""

import json

import pytest
from django.test import Client

from careline.catalogue.version import Version
from careline.circle.telling import EXHIBITS
from careline.journal.models import Entry
from tests.insight.records import NOON, fold, record
from tests.staff.conftest import SignIn

pytestmark = pytest.mark.django_db
NOVEMBER = {"from": "2026-11-01", "to": "2026-11-30"}
STEPS = ("team", "topic", "survey", "target", "analysis", "confirmation", "measures", "effect", "consolidation")


@pytest.fixture
def he(sign_in: SignIn, published: Version) -> Client:
    return sign_in("he", "supervisor")


def test_the_story_is_told_step_by_step_with_every_exhibit(he: Client) -> None:
    record(97, at=NOON)
    record(3, at=NOON, outcome="failed", cause="guidance", channel="voice")
    fold()

    pages = [he.get("/staff/insight/circle/any", NOVEMBER | {"step": step}).content.decode() for step in STEPS]

    assert all(f'id="{one}"' in "".join(pages) for one in EXHIBITS)
    assert "3.00 %" in pages[2]
    assert 'rel="prev"' not in pages[0]
    assert "step=topic" in pages[0]
    assert 'rel="next"' not in pages[-1]
    assert "9 / 9" in pages[-1]
    # The published catalogue has words of their own for all errors, or the check says which lack them; never nothing.
    assert "Criterion" in pages[5]
    assert he.get("/staff/insight/circle/any", NOVEMBER | {"step": "nonsense"}).status_code == 200


def test_a_story_that_is_taken_away_is_journaled(he: Client) -> None:
    for kind, begins in (("html", b"<!DOCTYPE html>"), ("pdf", b"%PDF-"), ("json", b"{")):
        answer = he.get(f"/staff/insight/circle/any/file.{kind}", NOVEMBER)
        assert answer.content.startswith(begins)
        assert f"circle-2026-11-01-2026-11-30.{kind}" in answer.headers["Content-Disposition"]
    assert json.loads(he.get("/staff/insight/circle/any/file.json", NOVEMBER).content)["figures"]["rate"] == "n/a"
    assert [one.detail["kind"] for one in Entry.objects.filter(what="circle").order_by("id")] == [
        "html",
        "pdf",
        "json",
        "json",
    ]
    assert he.get("/staff/insight/circle/any/file.exe", NOVEMBER).status_code == 404


def test_a_story_in_chinese_has_no_english_where_nobody_applied(sign_in: SignIn, published: Version) -> None:
    for language, said, other in (("zh-hans", "—", "n/a"), ("en", "n/a", "0  (—)")):
        client = sign_in(f"he-{language}", "supervisor", language=language)
        told = json.loads(client.get("/staff/insight/circle/any/file.json", NOVEMBER).content)
        written = json.dumps(told["sections"], ensure_ascii=False)
        assert f"0  ({said})" in written
        assert other not in written
    assert told["figures"]["rate"] == "n/a"  # for programs


def test_who_may_not_see_statistics_does_not_see_the_circle(sign_in: SignIn) -> None:
    client = sign_in("ma", "consultant")
    for page in ("circle", "circle/any", "circle/any/file.pdf"):
        assert client.get(f"/staff/insight/{page}").status_code == 403
