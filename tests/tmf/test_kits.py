"""Running conformance kits: a kit is found, pointed at us, and judged by its failures; real kits stay outside."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from careline.cli import Trouble, _ctk

HEADER = "Authorization"


def a_kit(folder: Path, script: str) -> Path:
    """A kit in the form of TM Forum's, with one request and one assertion."""
    request = {
        "method": "POST",
        "header": [{"key": "Accept", "value": "application/json"}],
        "url": {"raw": "{{Some_Api}}troubleTicket", "host": ["{{Some_Api}}troubleTicket"]},
        "body": {"mode": "raw", "raw": "{}"},
    }
    event = {"listen": "test", "script": {"exec": script.splitlines()}}
    collection = {
        "info": {"name": "kit", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
        "item": [{"name": "N1", "item": [{"name": "make", "request": request, "event": [event]}]}],
    }
    ctk = folder / "ctk"
    ctk.mkdir()
    (ctk / "TMF000-Some-v4.0.0.testkit.json").write_text(json.dumps(collection))
    values = [{"key": "Some_Api", "value": "http://elsewhere/"}, {"key": "other", "value": "1"}]
    (ctk / "TMFENV.postman_environment.json").write_text(json.dumps({"values": values}))
    payload = {"description": "d", "severity": "s", "ticketType": "t"}
    (folder / "config.json").write_text(json.dumps({"payloads": {"TroubleTicket": {"POST": {"payload": payload}}}}))
    return folder


def test_a_kit_is_pointed_at_us_with_a_token_and_its_own_body(tmp_path: Path) -> None:
    kit = _ctk.kit_in(a_kit(tmp_path, ""))
    collection, values = _ctk.prepared(kit, "http://127.0.0.1:1", "clt_x_y")
    (request,) = _ctk._requests(collection)
    assert request["url"] == "{{Some_Api}}troubleTicket"
    assert {"key": HEADER, "value": "Bearer clt_x_y"} in request["header"]
    assert json.loads(request["body"]["raw"])["ticketType"] == "t"
    told = {one["key"]: one["value"] for one in values}
    assert told == {"Some_Api": "http://127.0.0.1:1/tmf-api/troubleTicket/v4/", "other": "1"}


def test_the_verdict_is_in_the_failures() -> None:
    run: dict[str, Any] = {"stats": {"requests": {"total": 2}, "assertions": {"total": 3}}, "failures": []}
    assert _ctk.verdict_of("kit", json.dumps({"run": run}).encode()).table() == [
        "kit: 2 requests, 3 assertions, 0 failures"
    ]
    run["failures"] = [{"source": {"name": "make"}, "error": {"test": "is 201", "message": "was 500"}}]
    verdict = _ctk.verdict_of("kit", json.dumps({"run": run}).encode())
    assert verdict.table()[0] == "FAILED  make: is 201: was 500"
    assert verdict.told()["failures"][0]["request"] == "make"


def test_a_folder_without_a_kit_is_told(tmp_path: Path) -> None:
    with pytest.raises(Trouble):
        _ctk.kit_in(tmp_path)


def test_no_kit_is_part_of_the_repository() -> None:
    """Kits carry the RAND licence; a Postman collection has no place here."""
    root = Path(__file__).resolve().parents[2]
    for path in (*(root / "src").rglob("*.json"), *(root / "tests").rglob("*.json"), *(root / "docs").rglob("*.json")):
        assert "getpostman.com" not in path.read_text(encoding="utf-8", errors="replace"), path


def test_without_node_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    assert shutil.which("npx") is None
    with pytest.raises(Trouble, match="npx"):
        _ctk.check_node()
