"""Media servers as they behave towards us: each fetches a document, does what it says, and tells what happened."""

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import unquote, urlencode
from xml.etree import ElementTree

from django.test import Client
from jambonz_sdk.validator import JambonzValidator

from careline.channels.signing import signature as jambonz_signature
from careline.channels.sms.gateways.twilio import signature as twilio_signature

SECRET = "s3cretword"
HOST = "http://testserver"


@dataclass
class Fetched:
    """One request that can be made again, and what was answered."""

    status: int
    body: bytes
    headers: dict[str, str]
    again: "Callable[[], Fetched]"

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Player(ABC):
    """One call at one server. `heard` is what is said now, `calling` the person who is rung."""

    caller: str
    called: str = "10086"
    id: str = "call-1"
    client: Client = field(default_factory=Client)
    heard: str = ""
    played: list[str] = field(default_factory=list)
    calling: str = ""
    handover: str = ""
    ended: bool = False
    last: Fetched | None = None

    def fetch(
        self, url: str, body: bytes | None = None, kind: str = "application/x-www-form-urlencoded", **headers: str
    ) -> Fetched:
        def ask() -> Fetched:
            path = url.removeprefix(HOST)
            if body is None:
                response = self.client.get(path, headers=headers)
            else:
                response = self.client.generic("POST", path, body, content_type=kind, headers=headers)
            return Fetched(response.status_code, response.content, dict(response.headers), ask)

        self.last = ask()
        return self.last

    def form(self, url: str, fields: dict[str, str], **headers: str) -> Fetched:
        return self.fetch(url, urlencode(fields).encode(), **headers)

    def clear(self) -> None:
        self.heard, self.played, self.calling = "", [], ""

    def menu_key(self, label: str) -> str:
        """The key that the words give to what holds this label."""
        for line in re.split(r"[。\n]", self.heard):
            if label in line and (found := re.search(r"请按(\d)", line)):
                return found[1]
        raise AssertionError(f"{label} is not offered in: {self.heard}")

    def choose(self, label: str) -> None:
        self.press(self.menu_key(label))

    @abstractmethod
    def dial(self) -> None: ...
    @abstractmethod
    def press(self, keys: str) -> None: ...
    @abstractmethod
    def silence(self) -> None: ...
    @abstractmethod
    def hang_up(self) -> None: ...
    @abstractmethod
    def person(self, *, talks: bool) -> None:
        """The person who is rung answers, talks and hangs up; or nobody answers."""


@dataclass
class FreeSwitch(Player):
    """mod_httapi: parameters that stay, an address for the next request only, bindings as regular expressions."""

    url: str = f"{HOST}/telephony/httapi/fs"
    following: str = ""
    bindings: list[tuple[str, str]] = field(default_factory=list)

    def ask(self, **more: str) -> None:
        fields = {
            "session_id": self.id,
            "secret": SECRET,
            "hostname": "fs1",
            "Caller-Caller-ID-Number": self.caller,
            "Caller-Destination-Number": self.called,
        }
        fetched = self.form(self.following or self.url, fields | more)
        self.following = ""
        assert fetched.status == 200, fetched.text
        assert fetched.headers["Content-Type"].startswith("text/xml")
        if more.get("exiting"):
            return
        root = ElementTree.fromstring(fetched.body)
        assert (root.tag, root.get("type")) == ("document", "xml/freeswitch-httapi")
        self.clear()
        self.bindings = []
        [work] = root
        for tag in work:
            self.do(tag)

    def do(self, tag: ElementTree.Element) -> None:
        self.following = tag.get("temp-action", "")
        match tag.tag:
            case "speak":
                self.heard += tag.get("text", "")
            case "playback":
                file = tag.get("file", "")
                self.played += file.removeprefix("file_string://").split("!") if "http" in file else []
            case "execute" if tag.get("application") == "bridge":
                self.calling = tag.get("data", "")
            case "execute":
                name, _, value = tag.get("data", "").partition("=")
                if name == "sip_h_X-Careline-Handover":
                    self.handover = value
            case "getVariable":
                assert tag.get("name") == "originate_disposition"
            case "hangup":
                self.ended = True
                self.ask(exiting="true")
            case unknown:
                raise AssertionError(unknown)
        for bind in tag.findall("bind"):
            assert (bind.text or "").startswith("~")
            self.bindings.append(((bind.text or "")[1:], bind.get("strip", "")))

    def dial(self) -> None:
        self.ask()

    def press(self, keys: str) -> None:
        collected = ""
        for key in keys:
            collected += key
            for pattern, strip in self.bindings:
                if re.search(pattern, collected):
                    self.ask(keys=collected.split(strip)[0] if strip else collected, input_type="dtmf")
                    return
        raise AssertionError(f"{keys} matches nothing of {self.bindings}")

    def silence(self) -> None:
        self.ask()

    def hang_up(self) -> None:
        self.ended = True
        self.ask(exiting="true")

    def person(self, *, talks: bool) -> None:
        assert self.calling
        self.ask(originate_disposition="SUCCESS" if talks else "NO_ANSWER")


@dataclass
class Twilio(Player):
    url: str = f"{HOST}/telephony/twiml/tw"
    gather: ElementTree.Element | None = None
    action: str = ""

    def ask(self, url: str, **more: str) -> None:
        fields = {"CallSid": self.id, "From": self.caller, "To": self.called, "CallStatus": "in-progress"} | more
        fetched = self.form(url, fields, **{"X-Twilio-Signature": twilio_signature(url, fields, SECRET)})
        assert fetched.status == 200, fetched.text
        if not fetched.body:
            return
        self.clear()
        self.gather = None
        root = ElementTree.fromstring(fetched.body)
        assert root.tag == "Response"
        for tag in root.iter():
            self.do(tag)

    def do(self, tag: ElementTree.Element) -> None:
        match tag.tag:
            case "Say":
                self.heard += tag.text or ""
                assert tag.get("language") in {"zh-CN", "en-US"}
            case "Play":
                self.played.append(tag.text or "")
            case "Gather":
                self.gather, self.action = tag, tag.get("action", "")
                assert tag.get("actionOnEmptyResult") == "true"
            case "Dial":
                self.action = tag.get("action", "")
            case "Number" | "Sip":
                address, _, query = (tag.text or "").partition("?")
                self.calling, self.handover = address, query.partition("=")[2]
            case "Hangup":
                self.ended = True
                self.ask(f"{self.url}/status", CallStatus="completed")

    def dial(self) -> None:
        self.ask(self.url, CallStatus="ringing")

    def press(self, keys: str) -> None:
        assert self.gather is not None
        digits, ending, _ = keys.partition(self.gather.get("finishOnKey") or "\0")
        digits = digits[: int(self.gather.get("numDigits", "99"))]
        self.ask(self.action, Digits=digits, **({"FinishedOnKey": ending} if ending else {}))

    def silence(self) -> None:
        self.ask(self.action, Digits="")

    def hang_up(self) -> None:
        self.ended = True
        self.ask(f"{self.url}/status", CallStatus="completed")

    def person(self, *, talks: bool) -> None:
        self.ask(self.action, DialCallStatus="completed" if talks else "no-answer")


@dataclass
class Jambonz(Player):
    url: str = f"{HOST}/telephony/jambonz/jz"
    gather: dict[str, Any] = field(default_factory=dict)
    action: str = ""
    timestamp: str = "0"

    def ask(self, url: str, **more: str) -> None:
        told = {"call_sid": self.id, "from": self.caller, "to": self.called, "call_status": "in-progress"} | more
        body = json.dumps(told).encode()
        signed = f"t={self.timestamp},v1={jambonz_signature(self.timestamp, body, SECRET)}"
        fetched = self.fetch(url, body, "application/json", **{"Jambonz-Signature": signed})
        assert fetched.status == 200, fetched.text
        if not fetched.body:
            return
        self.clear()
        verbs = json.loads(fetched.body)
        assert _schemas().validate_app(verbs) == []
        for verb in verbs:
            self.do(verb)

    def do(self, verb: dict[str, Any]) -> None:
        match verb["verb"]:
            case "say":
                self.heard += verb["text"]
            case "play":
                self.played += [verb["url"]] if isinstance(verb["url"], str) else verb["url"]
            case "gather":
                self.gather, self.action = verb, verb["actionHook"]
                for inside in ("say", "play"):
                    if inside in verb:
                        self.do({"verb": inside, **verb[inside]})
            case "dial":
                self.action = verb["actionHook"]
                [target] = verb["target"]
                self.calling = target.get("number") or target.get("sipUri", "")
                self.handover = verb.get("headers", {}).get("X-Careline-Handover", "")
            case "hangup":
                self.ended = True
                self.ask(f"{self.url}/status", call_status="completed")

    def dial(self) -> None:
        self.ask(self.url, call_status="trying")

    def press(self, keys: str) -> None:
        digits = keys.partition(self.gather.get("finishOnKey") or "\0")[0][: self.gather["maxDigits"]]
        self.ask(self.action, reason="dtmfDetected", digits=digits)

    def silence(self) -> None:
        self.ask(self.action, reason="timeout")

    def hang_up(self) -> None:
        self.ended = True
        self.ask(f"{self.url}/status", call_status="completed")

    def person(self, *, talks: bool) -> None:
        self.ask(self.action, dial_call_status="completed" if talks else "no-answer")


@cache
def _schemas() -> JambonzValidator:
    """The schemas that jambonz publishes for its verbs."""
    return JambonzValidator()


def handed_over(line: str) -> dict[str, str]:
    """What a person gets to know, from the line that travels."""
    return {name: unquote(value) for name, _, value in (part.partition("=") for part in line.split(";"))}
