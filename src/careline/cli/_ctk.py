"""What `careline ctk` does: find the kit's collection, set base address and token, run newman, read the verdict."""

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from careline.cli import Trouble, text
from careline.cli._ports import free_near

NEWMAN = "newman@6"
START_SECONDS_MAX = 60.0
RUN_SECONDS_MAX = 600.0
# By which word of a collection we know what it is about, and where that is served.
BASES = {
    "troubleTicket": "/tmf-api/troubleTicket/v4",
    "partyInteraction": "/tmf-api/partyInteraction/v4",
    "communicationMessage": "/tmf-api/communicationManagement/v4",
}
_BEGINNING = re.compile(r"\{\{(\w+)\}\}(/?)(\w+)")


@dataclass(frozen=True, slots=True)
class Kit:
    name: str
    collection: dict[str, Any]
    environment: dict[str, Any]
    payloads: Mapping[str, Any]  # resource -> the body that the kit's config.json names for creating one


@dataclass(frozen=True, slots=True)
class Verdict:
    name: str
    requests: int
    assertions: int
    failures: Sequence[tuple[str, str, str]]  # request, assertion, what was wrong
    raw: bytes

    def told(self) -> dict[str, Any]:
        return {
            "kit": self.name,
            "requests": self.requests,
            "assertions": self.assertions,
            "failures": [{"request": one[0], "assertion": one[1], "error": one[2]} for one in self.failures],
        }

    def table(self) -> list[str]:
        lines = [f"FAILED  {request}: {assertion}: {error}" for request, assertion, error in self.failures]
        counted = f"{self.requests} requests, {self.assertions} assertions, {len(self.failures)} failures"
        return [*lines, f"{self.name}: {counted}"]


def kit_in(folder: Path) -> Kit:
    """The kit in a folder, as it comes from TM Forum; raises Trouble when there is none."""
    found: list[tuple[Path, dict[str, Any]]] = []
    environment: dict[str, Any] = {}
    payloads: dict[str, Any] = {}
    for path in sorted(folder.rglob("*.json")):
        if "node_modules" in path.parts or path.stat().st_size > 20_000_000:
            continue
        try:
            document = json.loads(path.read_text(encoding="utf-8-sig"))
        except ValueError:
            continue
        if not isinstance(document, dict):
            continue
        if "item" in document and path.name != "pmtest.json":  # that one is a leftover of the kit's own runner
            found.append((path, document))
        elif path.name.endswith("environment.json") and isinstance(document.get("values"), list):
            environment = document
        elif path.name == "config.json":
            payloads = {
                name: one["POST"]["payload"] for name, one in document.get("payloads", {}).items() if "POST" in one
            }
    if not found:
        raise Trouble(
            text(f"{folder} 里没有 Postman 集合。", f"There is no Postman collection in {folder}."),
            text("请指向解压后的工具包。", "Name the folder of an unpacked kit of TM Forum."),
        )
    path, collection = found[0]
    return Kit(path.name.partition(".")[0], collection, environment, payloads)


def check_node() -> None:
    """Raises Trouble when there is no npx."""
    if shutil.which("npx") is None:
        raise Trouble(
            text("没有 npx（Node.js）。", "npx of Node.js is missing."),
            text(
                "Debian：apt-get install npm；或见 https://nodejs.org",
                "On Debian: apt-get install npm; elsewhere see https://nodejs.org",
            ),
        )


@contextlib.contextmanager
def serving() -> Iterator[str]:
    """A web process of ours on loopback; its address."""
    port = free_near("127.0.0.1", 18_000)
    command = [sys.executable, "-m", "careline.cli", "serve", "web", "--port", str(port)]
    environment = os.environ | {"CARELINE_DEMO": "1", "CARELINE_LOG_LEVEL": "WARNING"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _await(f"http://127.0.0.1:{port}/tmf-api/", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _await(url: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=2).close()  # noqa: S310 - our own address
            return
        except urllib.error.HTTPError:
            return  # it answers, if only that there is nothing
        except OSError:
            time.sleep(0.2)
    raise Trouble(
        text("网页进程没有启动。", "The web process did not start."), text("请看日志。", "Try careline serve web.")
    )


def run(kit: Kit, address: str, scratch: Path) -> Verdict:
    """Run the kit by newman against that address; raises Trouble when newman itself does not run."""
    from careline import wiring
    from careline.identity import tokens

    token = tokens.issue("ctk", ("tmf:read", "tmf:write"), by="ctk", now=wiring.clock())
    collection, values = prepared(kit, address, token)
    (scratch / "collection.json").write_text(json.dumps(collection), encoding="utf-8")
    (scratch / "environment.json").write_text(json.dumps({"name": "careline", "values": values}), encoding="utf-8")
    result = scratch / "result.json"
    command = ["npx", "--yes", NEWMAN, "run", "collection.json", "-e", "environment.json", "--reporters", "json"]
    command += ["--reporter-json-export", str(result)]
    try:
        done = subprocess.run(command, cwd=scratch, capture_output=True, timeout=RUN_SECONDS_MAX, check=False)
    except subprocess.TimeoutExpired as error:
        raise Trouble("newman did not end in time.", "Run it again.") from error
    if not result.exists():
        words = (done.stderr or done.stdout).decode("utf-8", "replace").strip().splitlines()[-3:]
        raise Trouble(
            text("newman 没有给出结果。", "newman gave no result."), " ".join(words) or "Run npx newman by hand."
        )
    return verdict_of(kit.name, result.read_bytes())


def prepared(kit: Kit, address: str, token: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The collection with our token and the environment with our address."""
    collection = json.loads(json.dumps(kit.collection))
    variables = {str(one["key"]): one.get("value", "") for one in kit.environment.get("values", [])}
    payloads = dict(kit.payloads)
    for request in _requests(collection):
        url = request["url"] if isinstance(request["url"], str) else request["url"].get("raw", "")
        request["url"] = url  # the parsed form of old collections breaks where a variable holds a whole address
        if (begun := _BEGINNING.match(url)) is not None:
            variable, slash, resource = begun.groups()
            if resource in BASES:
                variables[variable] = f"{address}{BASES[resource]}{'' if slash else '/'}"
            name = resource[:1].upper() + resource[1:]
            if request["method"] == "POST" and name in payloads:  # as the kit's own runner: the first one only
                request["body"] = {"mode": "raw", "raw": json.dumps(payloads.pop(name))}
        wanted = [one for one in request.get("header") or [] if isinstance(one, dict)]
        wanted = [one for one in wanted if str(one.get("key", "")).lower() != "authorization"]
        request["header"] = [*wanted, {"key": "Authorization", "value": f"Bearer {token}"}]
    return collection, [{"key": key, "value": value, "enabled": True} for key, value in variables.items()]


def _requests(item: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for one in item.get("item", []):
        if isinstance(one.get("request"), dict):
            yield one["request"]
        yield from _requests(one)


def verdict_of(name: str, raw: bytes) -> Verdict:
    """What newman's JSON says: the failures stand in `.run.failures`."""
    ran = json.loads(raw)["run"]
    failures = [
        (
            str((one.get("source") or {}).get("name", "")),
            str((one.get("error") or {}).get("test", "")),
            str((one.get("error") or {}).get("message", "")),
        )
        for one in ran["failures"]
    ]
    stats = ran["stats"]
    return Verdict(name, stats["requests"]["total"], stats["assertions"]["total"], failures, raw)
