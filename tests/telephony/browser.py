"""A small VoiceXML browser: as much of the form interpretation algorithm (VoiceXML 2.1, appendix C) as our documents use."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin

from lxml import etree

from .players import HOST, SECRET, Player

NS = "{http://www.w3.org/2001/vxml}"
DTD = Path("/usr/share/xml/w3c-sgml-lib/schema/dtd/REC-voicexml21-20070619/vxml.dtd")
_LITERAL = re.compile(r"'([^']*)'")


def invalid(body: bytes) -> str:
    """What the W3C's DTD has against a document; "" for nothing, or where the DTD is not installed."""
    if not DTD.exists():
        return ""
    dtd = etree.DTD(str(DTD))
    # The DTD knows the names without their namespace, as its FIXED xmlns shows.
    plain = etree.fromstring(body.replace(b' xmlns="http://www.w3.org/2001/vxml"', b""))
    return "" if dtd.validate(plain) else str(dtd.error_log)


@dataclass
class Browser(Player):
    url: str = f"{HOST}/telephony/vxml/ivr"
    variables: dict[str, str] = field(default_factory=dict)
    document: "etree._Element | None" = None
    item: "etree._Element | None" = None  # that input is awaited for
    where: str = ""

    # the call, as its caller and the network see it

    def dial(self) -> None:
        self.load(f"{self.url}?secret={SECRET}", None)

    def press(self, keys: str) -> None:
        item = self.waiting("field")
        entered, matches = self.match(item, keys)
        if matches:
            self.variables[item.get("name", "")] = entered
            self.handle(item, "filled")
        else:
            self.variables["application.lastresult$.utterance"] = entered
            self.handle(item, "nomatch")

    def silence(self) -> None:
        self.handle(self.waiting("field"), "noinput")

    def hang_up(self) -> None:
        self.ended = True
        self.throw("connection.disconnect.hangup")

    def person(self, *, talks: bool) -> None:
        item = self.waiting("transfer")
        self.variables[item.get("name", "")] = "far_end_disconnect" if talks else "noanswer"
        self.handle(item, "filled")

    # the interpreter

    def load(self, url: str, fields: dict[str, str] | None) -> None:
        fetched = self.fetch(url) if fields is None else self.form(url, fields)
        assert fetched.status == 200, fetched.text
        assert fetched.headers["Cache-Control"] == "no-store"
        assert not (wrong := invalid(fetched.body)), wrong
        self.document, self.where, self.item = etree.fromstring(fetched.body), url, None
        self.clear()
        self.variables = {
            "session.connection.remote.uri": f"tel:{self.caller}",
            "session.connection.local.uri": f"sip:{self.called}@ivr.example",
        }
        for var in self.document.findall(f"{NS}var"):
            self.variables[var.get("name", "")] = self.value(var.get("expr", "undefined"))
        [form] = self.document.findall(f"{NS}form")
        [item] = form
        if item.tag == f"{NS}block":
            self.run(item)
            return
        for prompt in item.findall(f"{NS}prompt"):
            self.say(prompt)
        self.item = item
        if item.tag == f"{NS}transfer":
            self.calling, self.handover = item.get("dest", ""), item.get("aai", "")

    def waiting(self, kind: str) -> "etree._Element":
        assert self.item is not None
        assert self.item.tag == f"{NS}{kind}"
        return self.item

    def handle(self, item: "etree._Element", event: str) -> None:
        [handler] = item.findall(f"{NS}{event}")
        self.run(handler)

    def throw(self, event: str) -> None:
        """The first handler of the document whose event is this one or a prefix of it."""
        assert self.document is not None
        for handler in self.document.findall(f"{NS}catch"):
            if any(event == one or event.startswith(f"{one}.") for one in handler.get("event", "").split()):
                self.run(handler)
                return

    def run(self, block: "etree._Element") -> None:
        for step in block:
            match step.tag.removeprefix(NS):
                case "assign":
                    self.variables[step.get("name", "")] = self.value(step.get("expr", ""))
                case "prompt":
                    self.say(step)
                case "submit":
                    names = step.get("namelist", "").split()
                    assert step.get("method") == "post"
                    ended = self.ended
                    self.load(urljoin(self.where, step.get("next", "")), {name: self.variables[name] for name in names})
                    self.ended = self.ended or ended
                    return
                case "disconnect":
                    already, self.ended = self.ended, True
                    if not already:
                        heard = self.heard
                        self.throw("connection.disconnect.hangup")
                        self.heard = heard
                    return
                case "exit":
                    return
                case unknown:
                    raise AssertionError(unknown)

    def value(self, expression: str) -> str:
        if literal := _LITERAL.fullmatch(expression):
            return literal[1]
        return self.variables.get(expression, "undefined")

    def say(self, prompt: "etree._Element") -> None:
        clips = [audio.get("src", "") for audio in prompt.iter(f"{NS}audio")]
        self.played += clips
        self.heard += "".join(prompt.itertext())

    def match(self, item: "etree._Element", keys: str) -> tuple[str, bool]:
        """What of the keys is collected, and whether the grammar takes it."""
        properties = {one.get("name"): one.get("value", "") for one in item.findall(f"{NS}property")}
        [grammar] = item.findall(f"{NS}grammar")
        [repeated] = grammar.findall(f"{NS}rule/{NS}item")
        least, _, most = repeated.get("repeat", "1").partition("-")
        allowed = {token.text for token in repeated.iter(f"{NS}item") if token is not repeated}
        entered = ""
        for key in keys:
            if key == properties["termchar"]:
                break
            entered += key
            if len(entered) == int(most or least):
                break
        return entered, int(least) <= len(entered) and set(entered) <= allowed
