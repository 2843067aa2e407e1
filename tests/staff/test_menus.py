"""Phone menus by way of the pages: seen as a tree, heard, and edited with nothing but a keyboard."""

from collections.abc import Callable

import pytest
from django.test import Client

from careline.catalogue import library
from careline.catalogue.version import Version
from careline.staff.menu_forms import target_of
from tests.catalogue.people import NOW, no_errors
from tests.catalogue.test_menus import balance, catalogue, menu, node, person
from tests.staff.conftest import SignIn

SHAPE = menu(
    main=node(
        balance(label={"zh": "查余额", "en": "For your balance"}), {"node": "caller_id"}, {"node": "more"}, person()
    ),
    more=node(balance(label={"zh": "再查余额", "en": "For the balance again"})),
)
GOLD = menu(main=node({"node": "more"}, person())) | {"id": "gold", "base": "standard", "brand": "gotone"}
NODE = "/staff/catalogue/2/menus/standard/main"


@pytest.fixture
def served(db: None) -> Version:
    version = Version.draft(by="system", now=NOW)
    documents = catalogue(SHAPE, menu__gold=GOLD)
    version.replace({(one.kind, one.key): dict(one.body) for one in documents}, by="system", now=NOW, source="test")
    version.publish_unreviewed(by="system", now=NOW, errors=no_errors)
    library.forget()
    return version


@pytest.fixture
def lin(sign_in: SignIn, served: Version) -> Client:
    client = sign_in("lin", "maintainer")
    client.post("/staff/versions/draft")
    return client


def filled(client: Client, address: str = NODE) -> dict[str, str]:
    """The form of a node, as a browser would send it unchanged."""
    context = client.get(address).context
    form = context["form"]
    sent = {"stamp": str(context["stamp"]), "do": "save"}
    for name, pair in (("title", form.title), ("intro", form.intro)):
        sent |= {f"{name}/{language}": pair[language] for language in ("zh", "en")}
    for row in (*form.rows, form.new):
        sent |= {f"{row.name}/target": row.target, f"{row.name}/given": row.given}
        sent |= {f"{row.name}/label/{language}": row.label[language] for language in ("zh", "en")}
    return sent


def choices(version: int = 2, key: str = "standard", of: str = "main") -> list[str]:
    body = Version.numbered(version).items.get(kind="menu", key=key).body
    return [target_of(choice) for choice in body["nodes"][of]["choices"]]


@pytest.mark.parametrize(("language", "said"), [("zh", "语音菜单"), ("en", "Phone menus")])
def test_the_menus_are_listed_and_shown_as_a_tree_in_both_languages(
    sign_in: SignIn, served: Version, language: str, said: str
) -> None:
    client = sign_in("lin", "maintainer", language=language)
    assert said in client.get("/staff/catalogue/1/menus").content.decode()
    tree = client.get("/staff/catalogue/1/menus/standard")
    assert tree.status_code == 200
    label = "查余额" if language == "zh" else "For your balance"
    assert label in tree.content.decode()
    assert "，请按1。" in tree.content.decode(), "what a caller hears is shown in both languages"
    assert ", press 1." in tree.content.decode()


@pytest.mark.parametrize(
    ("do", "after"),
    [
        ("down:1", ["node caller_id", "balance query", "node more", "word person"]),
        ("up:3", ["balance query", "node more", "node caller_id", "word person"]),
        ("up:1", ["balance query", "node caller_id", "node more", "word person"]),
        ("down:4", ["balance query", "node caller_id", "node more", "word person"]),
        ("remove:2", ["balance query", "node more", "word person"]),
        ("up:99", ["balance query", "node caller_id", "node more", "word person"]),
        ("nonsense", ["balance query", "node caller_id", "node more", "word person"]),
    ],
)
def test_choices_are_moved_and_taken_out_by_buttons(lin: Client, do: str, after: list[str]) -> None:
    answer = lin.post(NODE, filled(lin) | {"do": do})
    assert answer.status_code == 302
    assert choices() == after
    if do == "down:1":
        assert answer.headers["Location"].endswith("#c2"), "the page stays with the row that was moved"


def test_a_choice_is_added_with_what_the_caller_keys(lin: Client, served: Version) -> None:
    new = {"new/target": "caller_id cancel", "new/label/zh": "取消来电显示", "new/label/en": "To cancel caller ID"}
    lin.post(NODE, filled(lin) | new | {"new/given": "effect=next_month"})
    body = Version.numbered(2).items.get(kind="menu", key="standard").body
    assert body["nodes"]["main"]["choices"][-1] == {
        "service": "caller_id",
        "verb": "cancel",
        "label": {"zh": "取消来电显示", "en": "To cancel caller ID"},
        "parameters": {"effect": "next_month"},
    }


def test_saving_a_node_unchanged_changes_nothing(lin: Client, served: Version) -> None:
    lin.post(NODE, filled(lin))
    assert Version.numbered(2).bodies() == served.bodies()


def test_titles_and_names_are_written_in_both_languages(lin: Client) -> None:
    sent = filled(lin) | {"title/zh": "主菜单", "title/en": "Main", "intro/zh": "请选", "intro/en": "Please choose"}
    assert lin.post(NODE, sent | {"1/label/zh": "余额", "1/label/en": "Balance"}).status_code == 302
    body = Version.numbered(2).items.get(kind="menu", key="standard").body["nodes"]["main"]
    assert body["title"] == {"zh": "主菜单", "en": "Main"}
    assert body["intro"] == {"zh": "请选", "en": "Please choose"}
    assert body["choices"][0]["label"] == {"zh": "余额", "en": "Balance"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"title/en": ""},
        {"intro/zh": "请选"},
        {"1/label/en": ""},
        {"1/target": "balance redeem"},
        {"1/target": "nothing query"},
        {"1/target": "word robot"},
        {"1/target": ""},
        {"1/target": "balance query 9"},
        {"1/given": "month"},
    ],
)
def test_what_cannot_be_is_not_saved_and_said(lin: Client, served: Version, wrong: dict[str, str]) -> None:
    answer = lin.post(NODE, filled(lin) | wrong)
    assert answer.status_code == 400
    assert "Not saved" in answer.content.decode()
    assert Version.numbered(2).bodies() == served.bodies()


def test_a_node_that_another_menu_lends_becomes_this_ones_own_when_it_is_saved(lin: Client) -> None:
    address = "/staff/catalogue/2/menus/gold/more"
    assert "lends this node" in lin.get(address).content.decode()
    sent = filled(lin, address) | {"new/target": "word person"}
    assert lin.post(address, sent).status_code == 302
    assert choices(key="gold", of="more") == ["balance query", "word person"]
    assert choices(of="more") == ["balance query"], "the menu that lends it keeps its own"


def test_who_saves_over_somebody_elses_change_is_told(lin: Client, person: Callable[..., object]) -> None:
    sent = filled(lin)
    lin.post(NODE, sent | {"do": "remove:1"})
    answer = lin.post(NODE, sent | {"title/zh": "别的"})
    assert answer.status_code == 409
    assert choices() == ["node caller_id", "node more", "word person"]


def test_readers_see_but_do_not_edit(sign_in: SignIn, lin: Client) -> None:
    reader = sign_in("zhou", "reviewer")
    assert reader.get(NODE).status_code == 200
    assert reader.post(NODE, {"do": "save"}).status_code == 403
    assert Client().get(NODE).status_code == 302


def test_a_published_menu_is_not_edited(lin: Client, served: Version) -> None:
    address = "/staff/catalogue/1/menus/standard/main"
    assert "is now" in lin.post(address, filled(lin) | {"do": "down:1"}).content.decode()
    assert Version.numbered(1).bodies() == served.bodies()


def test_a_menu_is_begun_described_and_taken_away(lin: Client) -> None:
    sent = {"key": "mzone", "name/zh": "新", "name/en": "New", "brand": "gotone", "first": "main"}
    form = lin.get("/staff/catalogue/2/add/menu").context["form"]
    assert lin.post("/staff/catalogue/2/add/menu", sent | {"rest": form.rest}).status_code == 302
    body = Version.numbered(2).items.get(kind="menu", key="mzone").body
    assert (body["id"], body["brand"], body["first"]) == ("mzone", "gotone", "main")
    assert body["nodes"]["main"]["choices"] == [{"word": "person"}]
    assert lin.get("/staff/catalogue/2/item/menu/mzone").status_code == 200
    gone = lin.post("/staff/catalogue/2/remove/menu/mzone", {"stamp": "1"})
    assert gone.headers["Location"] == "/staff/catalogue/2/menus"


def test_the_pages_of_a_draft_that_does_not_compile_say_so(lin: Client) -> None:
    lin.post(NODE, filled(lin) | {"new/target": "node nowhere"})
    for page in ("menus", "menus/standard", "menus/standard/main", "errors", "channels"):
        assert lin.get(f"/staff/catalogue/2/{page}").status_code == 200, page
    assert "lint says why" in lin.get("/staff/catalogue/2/menus/standard").content.decode()
    assert lin.get("/staff/catalogue/2/menus/standard/lost").status_code == 404
    assert lin.get("/staff/catalogue/2/menus/lost").status_code == 404


def test_error_prompts_and_what_channels_can_do_are_shown_from_the_version(lin: Client) -> None:
    errors = lin.get("/staff/catalogue/2/errors").content.decode()
    assert "not a root cause" in errors
    assert "carrier_fault" in errors
    stamp = Version.numbered(2).items.get(kind="words", key="voice.error.silence").stamp
    same = Version.numbered(2).items.get(kind="words", key="voice.error.wrong_key").body
    address = "/staff/catalogue/2/item/words/voice.error.silence"
    lin.post(address, {"zh": same["zh"], "en": same["en"], "rest": "{}", "stamp": str(stamp)})
    assert "root cause" in lin.get("/staff/catalogue/2/errors").content.decode()
    channels = lin.get("/staff/catalogue/2/channels?only=no").content.decode()
    assert "What each channel can do" in channels


def test_a_text_of_calls_is_shown_as_it_is_heard(lin: Client) -> None:
    page = lin.get("/staff/catalogue/2/item/words/voice.talk.option").content.decode()
    assert "As callers hear it" in page
    assert "second" in page
