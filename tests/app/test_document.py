"""The document and its page: complete, the same as the one that is kept, and of use to people."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from careline.channels.app import describing, reference
from careline.channels.app.operating import LISTED
from tests.app.conftest import App, refused

KEPT = Path(__file__).parents[2] / "docs" / "reference" / "app-interface.json"


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    paths = describing.document()["paths"]
    return [(path, method, one) for path, methods in paths.items() for method, one in methods.items()]


def test_the_document_that_is_kept_is_the_one_that_is_served() -> None:
    """Written by `python -m tests.app.written`; who changes it looks at what clients will see."""
    answer = Client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.content == KEPT.read_bytes()
    assert Client().get("/api/v1/openapi.json", headers={"If-None-Match": answer["ETag"]}).status_code == 304


@pytest.mark.parametrize(("path", "method", "one"), operations(), ids=lambda one: one if isinstance(one, str) else "")
def test_each_operation_says_everything_about_itself(path: str, method: str, one: dict[str, Any]) -> None:
    assert one["summary"]
    assert not one["summary"].endswith(".")
    assert len(one["description"]) > 20, path
    assert re.fullmatch(r"[a-z]+([A-Z][a-z]+)*", one["operationId"])
    assert one["tags"]
    assert "security" in one
    duty = LISTED[one["operationId"]].duty
    assert ("requestBody" in one) == duty.reads_body
    for status, answer in one["responses"].items():
        assert answer["description"]
        assert "X-Request-Id" in answer["headers"]
        for media in answer.get("content", {}).values():
            assert media["example"] not in (None, ""), (path, status)
    if one["security"]:
        assert {"401", "406", "429", "500"} <= one["responses"].keys()
    if "requestBody" in one:
        assert {"400", "413", "415", "422"} <= one["responses"].keys()
        assert one["requestBody"]["content"]["application/json"]["example"]
    for parameter in one.get("parameters", ()):
        assert parameter["description"]
        assert "example" in parameter
    if method == "post" and one["security"] and "device" in one["security"][0] and duty.once:
        assert "Idempotency-Key" in [parameter["name"] for parameter in one["parameters"]]


def test_names_keep_to_one_form() -> None:
    for path, _, one in operations():
        assert re.fullmatch(r"(/[a-z0-9-]+|/\{[a-z]+\})+", path)
        assert path.startswith("/api/v1/")
        for parameter in one.get("parameters", ()):
            if parameter["in"] != "header":
                assert re.fullmatch(r"[a-z_]+", parameter["name"])
    for name, schema in describing.document()["components"]["schemas"].items():
        assert re.fullmatch(r"[A-Z][A-Za-z]+", name)
        for field in schema.get("properties", {}):
            assert re.fullmatch(r"[a-z][a-z0-9_]*", field), (name, field)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_page_shows_every_operation_and_kind_of_problem_and_nothing_of_other_hosts(language: str) -> None:
    answer = Client().get("/api/v1/reference", headers={"Accept-Language": language})
    text = answer.content.decode()
    for path, _, one in operations():
        assert f'id="{one["operationId"]}"' in text
        assert path in text
    assert 'id="already_on"' in text
    assert "<script" not in text
    assert "style=" not in text
    assert not re.search(r"(src|href)=\"https?://", text)


def test_any_other_address_is_a_problem(app: App) -> None:
    refused(app.get("/nothing/here"), 404, "no_such_address")
    answer = app.delete("/wishes")
    refused(answer, 405, "method_not_allowed")
    assert answer["Allow"] == "POST"


def test_the_kept_text_is_what_is_written() -> None:
    assert reference.written().endswith(b"}\n")
