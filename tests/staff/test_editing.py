"""A change to the catalogue, from a draft to what customers get, by way of the pages."""

import json

import pytest
from django.test import Client

from careline.catalogue import library
from careline.catalogue.version import State, Version
from tests.staff.conftest import SignIn

CODE = {
    "service": "balance",
    "verb": "query",
    "parameters": "",
    "brands": "",
    "certainty": "sure",
    "note": "",
    "rest": "{}",
}


def fields(client: Client, address: str) -> dict[str, str]:
    """The form of a page, as a browser would send it unchanged."""
    form = client.get(address).context["form"]
    sent: dict[str, str] = {"rest": form.rest, "stamp": str(client.get(address).context["stamp"])}
    for field in form.fields:
        if field.shape in ("pair", "pair_area"):
            sent |= {f"{field.name}/{language}": field.value[language] for language in ("zh", "en")}
        elif field.shape == "flag":
            sent |= {field.name: "on"} if field.value else {}
        else:
            sent[field.name] = str(field.value)
    return sent


def test_a_change_is_drafted_reviewed_by_another_published_and_served(sign_in: SignIn, published: Version) -> None:
    lin, zhou = sign_in("lin", "maintainer"), sign_in("zhou", "reviewer")
    assert lin.post("/staff/versions/draft").headers["Location"] == "/staff/versions/2"
    address = "/staff/catalogue/2/item/words/talk.goodbye"
    assert lin.post(address, fields(lin, address) | {"zh": "再会。", "en": "So long."}).status_code == 302
    lin.post("/staff/versions/2/submit", {"note": "更亲切"})
    assert zhou.post("/staff/versions/2/publish").status_code == 302
    assert Version.published() == published, "not before the review"
    zhou.post("/staff/versions/2/approve", {"note": "好"})
    zhou.post("/staff/versions/2/publish")
    served = Version.published()
    assert served is not None
    assert (served.number, served.author, served.reviewer, served.publisher) == (2, "lin", "zhou", "zhou")
    assert library.current().words["talk.goodbye"].zh == "再会。"
    zhou.post("/staff/versions/1/roll_back", {"note": "写错了"})
    assert library.current().words["talk.goodbye"].zh == "好的。"
    assert library.current().version == 3


def test_an_administrator_does_not_review_her_own_draft_either(sign_in: SignIn, published: Version) -> None:
    admin = sign_in("admin", "admin")
    admin.post("/staff/versions/draft")
    admin.post("/staff/versions/2/submit")
    assert "somebody else must review" in admin.post("/staff/versions/2/approve", follow=True).content.decode()
    assert not Version.numbered(2).approved


def test_a_draft_with_errors_is_not_published_and_the_findings_are_shown(sign_in: SignIn, published: Version) -> None:
    lin, zhou = sign_in("lin", "maintainer"), sign_in("zhou", "reviewer")
    lin.post("/staff/versions/draft")
    lin.post("/staff/catalogue/2/remove/words/talk.goodbye", {"stamp": "1"})
    lin.post("/staff/versions/2/submit")
    zhou.post("/staff/versions/2/approve")
    answer = zhou.post("/staff/versions/2/publish", follow=True)
    assert answer.redirect_chain[-1][0] == "/staff/catalogue/2/lint"
    assert "talk.goodbye" in answer.content.decode()
    assert Version.published() == published


def test_saving_a_form_unchanged_changes_nothing(sign_in: SignIn, published: Version) -> None:
    lin = sign_in("lin", "maintainer")
    lin.post("/staff/versions/draft")
    for kind, key in published.bodies():
        if kind == "words" and key != "talk.goodbye":
            continue
        address = f"/staff/catalogue/2/item/{kind}/{key}"
        assert lin.post(address, fields(lin, address)).status_code == 302, address
    assert Version.numbered(2).bodies() == published.bodies()


def test_the_later_of_two_editors_sees_what_the_other_changed_and_loses_nothing(
    sign_in: SignIn, published: Version
) -> None:
    lin, he = sign_in("lin", "maintainer"), sign_in("he", "maintainer")
    lin.post("/staff/versions/draft")
    address = "/staff/catalogue/2/item/words/talk.goodbye"
    hers, his = fields(lin, address), fields(he, address)
    he.post(address, his | {"zh": "慢走。"})
    answer = lin.post(address, hers | {"zh": "再会。"})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "he changed this item" in text
    assert "慢走。" in text
    assert "再会。" in text
    assert Version.numbered(2).bodies()["words", "talk.goodbye"]["zh"] == "慢走。"
    lin.post(address, hers | {"zh": "再会。", "stamp": str(answer.context["stamp"])})
    assert Version.numbered(2).bodies()["words", "talk.goodbye"]["zh"] == "再会。"


def test_a_service_is_edited_by_its_fields_and_the_rest_as_json(sign_in: SignIn, published: Version) -> None:
    lin = sign_in("lin", "maintainer")
    lin.post("/staff/versions/draft")
    address = "/staff/catalogue/2/item/service/balance"
    sent = fields(lin, address) | {"price": "12.5", "aliases": "查余额、话费余额", "name/en": "My balance"}
    rest = json.loads(sent["rest"]) | {"settings": {"shape": "short"}}
    assert lin.post(address, sent | {"rest": json.dumps(rest)}).status_code == 302
    body = Version.numbered(2).bodies()["service", "balance"]
    assert body["price"] == 1250
    assert body["aliases"] == ["查余额", "话费余额"]
    assert body["name"] == {"zh": "余额", "en": "My balance"}
    assert body["settings"] == {"shape": "short"}
    assert body["actions"] == {"query": {}}


@pytest.mark.parametrize("wrong", [{"price": "viel"}, {"rest": "{"}, {"rest": "[1]"}])
def test_what_cannot_be_read_is_shown_again_and_not_saved(
    sign_in: SignIn, published: Version, wrong: dict[str, str]
) -> None:
    lin = sign_in("lin", "maintainer")
    lin.post("/staff/versions/draft")
    address = "/staff/catalogue/2/item/service/balance"
    answer = lin.post(address, fields(lin, address) | {"name/zh": "新名字"} | wrong)
    assert answer.status_code == 400
    assert "新名字" in answer.content.decode()
    assert Version.numbered(2).bodies() == published.bodies()


def test_what_is_published_cannot_be_edited_by_anybody(sign_in: SignIn, published: Version) -> None:
    admin = sign_in("admin", "admin")
    address = "/staff/catalogue/1/item/words/talk.goodbye"
    answer = admin.post(address, {"zh": "改", "en": "changed", "rest": "{}", "stamp": "1"})
    assert answer.status_code == 200
    assert published.bodies()["words", "talk.goodbye"]["zh"] == "好的。"


def test_a_code_is_added_found_and_removed(sign_in: SignIn, published: Version) -> None:
    lin = sign_in("lin", "maintainer")
    lin.post("/staff/versions/draft")
    added = lin.post("/staff/catalogue/2/add/code", CODE | {"table": "X1", "spelling": "17|查余额"})
    assert added.headers["Location"] == "/staff/catalogue/2/item/code/X1/17"
    assert ">17<" in lin.get("/staff/catalogue/2/tables/X1?q=查余额").content.decode()
    assert ">17<" not in lin.get("/staff/catalogue/2/tables/X1?q=CXYE").content.decode()
    again = lin.post("/staff/catalogue/2/add/code", CODE | {"table": "X1", "spelling": "17"})
    assert "exists already" in again.content.decode()
    lin.post("/staff/catalogue/2/remove/code/X1/17", {"stamp": "1"})
    assert Version.numbered(2).bodies() == published.bodies()


def test_a_row_keeps_its_first_spelling(sign_in: SignIn, published: Version) -> None:
    lin = sign_in("lin", "maintainer")
    lin.post("/staff/versions/draft")
    address = "/staff/catalogue/2/item/code/X1/CXYE"
    answer = lin.post(address, fields(lin, address) | {"spelling": "YE|CXYE"})
    assert answer.status_code == 400
    assert Version.numbered(2).bodies() == published.bodies()


def test_a_hash_in_a_code_is_part_of_its_address(sign_in: SignIn, published: Version) -> None:
    lin = sign_in("lin", "maintainer")
    lin.post("/staff/versions/draft")
    added = lin.post("/staff/catalogue/2/add/code", CODE | {"table": "X1", "spelling": "KTSJLL#5"})
    assert lin.get(added.headers["Location"]).status_code == 200


def test_the_preview_cuts_answers_into_the_parts_that_are_sent(sign_in: SignIn, published: Version) -> None:
    lin = sign_in("lin", "maintainer")
    lin.post("/staff/versions/draft")
    address = "/staff/catalogue/2/item/words/talk.goodbye"
    lin.post(address, fields(lin, address) | {"zh": "好" * 100, "en": "{service} " + "x" * 200})
    shown = lin.get(address).context["shown"]
    assert [len(one.parts) for one in shown] == [2, 2]
    assert shown[0].parts[0] == "好" * 67
    assert "{" not in shown[1].parts[0]


def test_texts_of_the_catalogue_cannot_smuggle_markup_into_the_page(sign_in: SignIn, published: Version) -> None:
    lin = sign_in("lin", "maintainer")
    lin.post("/staff/versions/draft")
    address = "/staff/catalogue/2/item/words/talk.goodbye"
    lin.post(address, fields(lin, address) | {"zh": "<script>alert(1)</script>"})
    for page in (address, "/staff/catalogue/2/words?q=script", "/staff/catalogue/2/diff", "/staff/versions/2"):
        assert "<script>alert" not in lin.get(page).content.decode()


def test_a_discarded_draft_is_gone_and_says_so(sign_in: SignIn, published: Version) -> None:
    lin = sign_in("lin", "maintainer")
    lin.post("/staff/versions/draft")
    lin.post("/staff/versions/2/discard")
    assert Version.numbered(2).state == State.DISCARDED
    assert lin.get("/staff/versions/2").status_code == 200


def test_unknown_versions_items_and_deeds_are_not_found(sign_in: SignIn, published: Version) -> None:
    admin = sign_in("admin", "admin")
    for address in (
        "/staff/versions/99",
        "/staff/catalogue/1/item/service/none",
        "/staff/catalogue/1/tables/none",
        "/staff/catalogue/1/add/nonsense",
        "/staff/explain/nonsense",
        "/staff/explain/0190f5a0-0000-7000-8000-000000000000",
        "/staff/catalogue/1/diff?against=99",
    ):
        assert admin.get(address).status_code == 404, address
    assert admin.post("/staff/versions/1/explode").status_code == 404
