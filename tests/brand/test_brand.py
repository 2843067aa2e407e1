"""The carrier's own name, logo and colour: shown everywhere, and refused with a sentence where they would do harm."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client, RequestFactory
from django.urls import get_resolver
from django.utils import translation

from careline.brand import colours
from careline.brand.reading import Brand, brand, read
from careline.cli import Trouble
from careline.cli._checks import _files
from careline.cli._finding import State
from careline.cli._prepare import check_brand
from careline.identity import factors
from careline.identity.models import Staff

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect width="10" height="10" fill="#0a5a73"/></svg>'


def written(tmp_path: Path, text: str, logo: str | bytes = SVG) -> str:
    (tmp_path / "logo.svg").write_bytes(logo.encode() if isinstance(logo, str) else logo)
    file = tmp_path / "brand.toml"
    file.write_text(text, "utf-8")
    return str(file)


def test_without_a_file_it_is_carelines_own() -> None:
    assert brand() == Brand()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/my/sign-in", "/staff/sign-in", "/complain/", "/phone/", "/no/such/page"])
def test_every_frame_shows_the_carriers_name_and_logo(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = 'name_zh = "示例移动"\nname_en = "Example Mobile"\nlogo = "logo.svg"\ncolour = "#7a1f5c"'
    monkeypatch.setenv("CARELINE_BRAND", written(tmp_path, text))
    client = Client()
    for language, name, other in (("zh-hans", "示例移动", "Example Mobile"), ("en", "Example Mobile", "示例移动")):
        page = client.get(address, follow=True, headers={"Accept-Language": language}).content.decode()
        title = page[page.index("<title>") : page.index("</title>")]
        assert name in title
        assert ("careline" not in title, other in page) == (True, False)
        assert page.count(name) >= 2
    logo = client.get("/brand/logo")
    assert (logo.headers["Content-Type"], logo.content.decode()) == ("image/svg+xml", SVG)
    assert "sandbox" in logo.headers["Content-Security-Policy"]
    style = client.get("/brand/style.css").content.decode()
    assert "--accent: #7a1f5c" in style
    assert 'data-look="dark"' in style


def test_the_tones_of_a_colour_can_be_read() -> None:
    assert colours.contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert colours.checked("#0a5a73", dark=False) == "#0a5a73"
    assert colours.checked("#7fcbe2", dark=True) == "#7fcbe2"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('colour = "#ffcc00"', "contrast"),
        ('colour_dark = "#203040"', "contrast"),
        ('colour = "red"', "no colour"),
        ('name_zh = ""', "name_zh"),
        ('name_en = "<b>Example</b>"', "name_en"),
        ("name_en = 7", "name_en"),
        ('logo = "none.svg"', "none.svg"),
        ('slogan = "x"', "slogan"),
        ("name_zh", "cannot be read"),
    ],
)
def test_what_cannot_be_shown_is_refused_with_a_sentence(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match=said):
        read(written(tmp_path, text))


@pytest.mark.parametrize(
    "logo",
    [
        SVG.replace("<rect", "<script>alert(1)</script><rect"),
        SVG.replace("<rect", '<rect onload="alert(1)"'),
        SVG.replace("<rect", "<foreignObject/><rect"),
        SVG.replace("#0a5a73", "url(https://evil.example/x)"),
        SVG.replace("<rect", '<use href="https://evil.example/x#y"/><rect'),
        '<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG,
        "<html><body>no picture</body></html>",
        b"MZ\x90\x00",
        b"\x89PNG\r\n\x1a\n" + b"0" * 200_001,
    ],
)
def test_a_logo_that_is_no_safe_picture_is_refused(logo: str | bytes, tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="logo"):
        read(written(tmp_path, 'logo = "logo.svg"', logo))


@pytest.mark.django_db
def test_an_app_on_a_phone_shows_its_codes_under_the_carriers_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CARELINE_BRAND", written(tmp_path, 'name_zh = "示例移动"\nname_en = "Example Mobile"'))
    person = Staff(username="lin")
    for language, name in (("zh-hans", "示例移动"), ("en", "Example Mobile")):
        with translation.override(language):
            address = factors.totp_address(person, "ABCDEFGH")
        assert parse_qs(urlsplit(address).query)["issuer"] == [name]


@pytest.mark.parametrize(
    ("language", "name", "title"), [("zh-hans", "示例移动", "出了问题"), ("en", "Example Mobile", "Something")]
)
def test_a_fault_of_ours_is_told_by_the_carriers_name_though_nothing_else_works(
    language: str, name: str, title: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = 'name_zh = "示例移动"\nname_en = "Example Mobile"\nlogo = "logo.svg"\ncolour = "#7a1f5c"'
    monkeypatch.setenv("CARELINE_BRAND", written(tmp_path, text))
    with translation.override(language):
        answer = get_resolver().resolve_error_handler(500)(RequestFactory().get("/my/"))
    page = answer.content.decode()
    assert answer.status_code == 500
    assert f"<title>{title}" in page
    assert (page.count(name), "careline<" in page) == (2, False)
    assert "/brand/style.css" in page
    assert "/brand/logo" in page


@pytest.mark.django_db
def test_a_form_that_is_too_old_is_refused_in_the_readers_words_and_under_the_carriers_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CARELINE_BRAND", written(tmp_path, 'name_zh = "示例移动"\nname_en = "Example Mobile"'))
    client = Client(enforce_csrf_checks=True)
    for language, said in (("zh-hans", "表单已过期 · 示例移动"), ("en", "The form is too old · Example Mobile")):
        answer = client.post("/staff/sign-in", {"username": "lin"}, headers={"Accept-Language": language})
        assert answer.status_code == 403
        assert said in answer.content.decode()
        assert "CSRF" not in answer.content.decode()


def test_a_brand_that_cannot_be_shown_stops_the_pages_with_a_sentence_before_they_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CARELINE_BRAND", written(tmp_path, 'slogan = "x"'))
    with pytest.raises(Trouble, match="unknown keys: slogan Mend the file"):
        check_brand()
    (told,) = [one for one in _files() if one.name == "brand"]
    assert told.state is State.BAD
    monkeypatch.setenv("CARELINE_BRAND", written(tmp_path, 'name_en = "Example"'))
    check_brand()
    assert [one.state for one in _files() if one.name == "brand"] == [State.FINE]
