"""Files of a circle that somebody else wrote: huge, broken and hostile ones are refused in words, and leave nothing."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from careline.catalogue.version import Version
from careline.circle.decisions import NotACircle
from careline.circle.decisions_file import FILE_BYTES_MAX, read_bytes
from careline.circle.exporting import to_toml
from careline.circle.models import Card, Circle
from tests.staff.conftest import SignIn

NAME = 'name = "x"\n'
TOPIC = '[[topics]]\nid = "a"\nname = "n"\n'
HOSTILE: dict[str, str | bytes] = {
    "no bound": NAME + "capacity = inf",
    "no number": NAME + "capacity = nan",
    "a number of many digits": NAME + "capacity = " + "9" * 4_000,
    "more than the database keeps": NAME + "capacity = 99999999999999999999",
    "less than nothing": NAME + "capacity = -1",
    "a budget beyond all": NAME + '[[actions]]\ncause = "a"\nwhat = "w"\nbudget_fen = 9999999999999999999',
    "a version beyond all": NAME + '[[actions]]\ncause = "a"\nwhat = "w"\nversion = 9999999999',
        "an improvement of nobody": NAME + '[[actions]]\ncause = "a"\nwhat = "w"\nimprovement = -1',
    "boxes in boxes": NAME + "terms = " + "[" * 20_000 + "]" * 20_000,
    "tables in tables": NAME + "x." * 20_000 + "y = 1",
    "a NUL in a name": NAME + '[[team]]\nname = "a\\u0000b"\nrole = "r"',
    "a NUL in a key": NAME + '[[topics]]\nid = "a\\u0000"\nname = "n"',
    "a NUL in a kind": NAME + '[concluded]\n"te\\u0000rm" = ["x"]',
    "a topic twice": NAME + TOPIC + TOPIC,
    "a leaf twice": NAME + '[[tree]]\nkey = "a"\n' * 2,
    "topics that are one when cut": NAME + f'[[topics]]\nid = "{"a" * 41}"\nname = "n"\n[[topics]]\nid = "{"a" * 42}"\nname = "n"\n',
    "plans that are one when cut": NAME + f'[plans.{"a" * 41}]\nwho = "x"\n[plans.{"a" * 42}]\nwho = "x"\n',
    "members that are one when cut": NAME + f'[[team]]\nname = "{"a" * 101}"\nrole = "r"\n[[team]]\nname = "{"a" * 102}"\nrole = "r"\n',
    "a flood of cards": NAME + TOPIC + "cards = [" + '"",' * 100_000 + "]",
    "a flood of sentences": NAME + "[concluded]\nterm = [" + '"",' * 100_000 + "]",
    "a flood of plans": NAME + "".join(f'[plans.p{at}]\nwho = "x"\n' for at in range(10_000)),
    "a flood of votes": NAME + TOPIC + "".join(f"votes.v{at}.urgency = 1\n" for at in range(10_000)),
    "a script as an address": NAME + '[[kept]]\nwords = "w"\nlink = "javascript:alert(1)"',
    "somebody else's address": NAME + '[[kept]]\nwords = "w"\nlink = "//evil.example"',
    "who attests has no name": NAME + '[attested.a]\nmet = true\nwords = "w"\nby = ""\non = 2026-01-01',
    "a day of no calendar": NAME + "goal_on = 0001-01-01",
    "after ends before it begins": NAME + "[after]\nfrom = 2026-03-02\nto = 2026-03-01",
    "no text": b"\xff\xfe\x00",
    "too long": NAME + "#" * FILE_BYTES_MAX,
}  # fmt: skip


@pytest.mark.parametrize("written", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_no_circle(written: str | bytes) -> None:
    with pytest.raises(NotACircle) as refused:
        read_bytes(written if isinstance(written, bytes) else written.encode())
    assert len(str(refused.value)) < 300


def test_a_hostile_file_is_refused_in_words_and_leaves_nothing(sign_in: SignIn, published: Version) -> None:
    client = sign_in("lin", "maintainer")
    for name in ("no bound", "boxes in boxes", "a NUL in a kind", "a topic twice", "too long", "a flood of cards"):
        file = SimpleUploadedFile("c.toml", str(HOSTILE[name]).encode())
        sent = {"file": file, "since": "2026-01-01", "until": "2026-03-01", "source": ""}
        answer = client.post("/staff/insight/circle/take-in", sent)
        assert answer.status_code == 422, name
    assert not Circle.objects.exists()
    assert not Card.objects.exists()


def test_what_is_taken_in_is_given_again_as_it_was(sign_in: SignIn, published: Version) -> None:
    odd = '"""\\\u0007\u001b\u202e\u007f\ufffe[x]\n= 1 # \U0001f4a3 {nb} <script>alert(1)</script>'
    written = (
        f"name = {json.dumps(odd, ensure_ascii=False)}\nterms = [{json.dumps(odd, ensure_ascii=False)}]\n"
        + TOPIC
        + f"cards = [{json.dumps(odd, ensure_ascii=False)}]\n"
    )
    decided = read_bytes(written.replace("\x7f", "\\u007f").encode())
    client = sign_in("lin", "maintainer")
    file = SimpleUploadedFile("c.toml", to_toml(decided).encode())
    sent = {"file": file, "since": "2026-01-01", "until": "2026-03-01", "source": ""}
    place = client.post("/staff/insight/circle/take-in", sent).headers["Location"]
    again = client.get(f"{place}/file.toml").content
    assert read_bytes(again).terms == decided.terms
    assert client.get(f"{place}/file.pdf").content.startswith(b"%PDF-")
    for page in (f"{place}?step=topic", f"{place}?step=survey", f"{place}/file.html", "/staff/insight/circle"):
        text = client.get(page).content.decode()
        assert "<script>alert" not in text, page
