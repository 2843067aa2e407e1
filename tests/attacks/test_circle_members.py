"""Circles before people of other circles, and files that are attached as proofs."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from careline.catalogue.version import Version
from careline.circle.models import Circle, Confirmation
from careline.identity.models import Staff
from careline.journal.models import Entry
from tests.staff.conftest import SignIn

FOUND = {"name": "c", "since": "2026-01-01", "until": "2026-03-01", "source": ""}
SEEN = {"by": "Lin", "words": "seen", "on": "2026-03-02", "met": "yes", "cause": "menu_order", "link": ""}


def circle_of(client: Client) -> Circle:
    client.post("/staff/insight/circle/found", FOUND)
    return Circle.objects.latest("id")


def do(client: Client, circle: Circle, deed: str, **sent: object) -> int:
    circle.refresh_from_db()
    typed = {"version": str(circle.version), **sent}
    return client.post(f"/staff/insight/circle/{circle.pk}/do/{deed}", typed).status_code


def test_who_belongs_to_one_circle_changes_no_other(
    sign_in: SignIn, person: Callable[..., Staff], published: Version
) -> None:
    lin, he = sign_in("lin", "maintainer"), sign_in("he", "supervisor")
    mine, other = circle_of(lin), circle_of(lin)
    assert do(lin, mine, "join", name="He", username="he", role="member") == 302
    assert do(lin, other, "collect", words="a problem") == 302
    card, topic = other.cards.get(), other.topics.first()
    assert topic is not None
    assert do(he, other, "collect", words="another") == 403
    assert do(he, other, "join", name="He", username="he", role="x") == 403
    assert do(he, mine, "strike", id="1") == 422
    assert do(he, mine, "drop-topic", id=str(topic.pk)) == 422
    assert do(he, mine, "part", id=str(other.members.get().pk)) == 422
    assert do(he, mine, "collect", words="here", topic=str(topic.pk)) == 422
    assert do(he, mine, "group", **{f"card-{card.pk}": "gone"}) == 302
    other.refresh_from_db()
    assert (other.cards.count(), other.topics.count(), other.members.count()) == (1, 3, 1)
    assert Entry.objects.filter(did="refused", who="he").count() == 2


@pytest.mark.parametrize(
    "held",
    [b"<html><script>alert(1)</script>", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"%PDF-1.4 x"],
)
def test_a_proof_is_given_as_a_download_and_each_time_is_journaled(
    sign_in: SignIn, published: Version, held: bytes
) -> None:
    lin = sign_in("lin", "maintainer")
    circle = circle_of(lin)
    name = "a\u202eb/../<x>.html"
    assert do(lin, circle, "attest", proof=SimpleUploadedFile(name, held, "text/html"), **SEEN) == 302
    answer = lin.get(f"/staff/insight/circle/{circle.pk}/proof/menu_order")
    assert answer.content == held
    assert answer.headers["Content-Type"].partition(";")[0] in {"text/plain", "application/pdf"}
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="')
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert Entry.objects.filter(did="export", what="circle", detail__proof="menu_order").count() == 1


@pytest.mark.parametrize(
    "held", [b"", b"MZ\x90\x00", b"\xff\xfe\x00a", b"PK\x03\x04\xff", b"a\0b", b"x" * (2 * 1024 * 1024 + 1)]
)
def test_other_files_are_no_proof(sign_in: SignIn, published: Version, held: bytes) -> None:
    lin = sign_in("lin", "maintainer")
    circle = circle_of(lin)
    refused = do(lin, circle, "attest", proof=SimpleUploadedFile("a.pdf", held, "application/pdf"), **SEEN)
    assert (refused, Confirmation.objects.exists()) == (422, False)
