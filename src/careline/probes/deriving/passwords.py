"""Probes of the service password by text, where an order asks for it: a wrong one, one that is locked, and none at all."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from careline.dialogue.book import Book
from careline.probes.deriving.mistakes import error_probe
from careline.probes.deriving.rehearsal import Rehearsal
from careline.probes.deriving.texts import codes
from careline.probes.probe import Probe, Step, Wanted
from careline.values.assurance import Assurance
from careline.values.cause import Cause

WRONG_PASSWORD = "864209"
# How the check ends, and the line on which it ends so.
LINES: Mapping[Cause, str] = MappingProxyType(
    {Cause.WRONG_PASSWORD: "active", Cause.TOO_MANY_TRIES: "locked", Cause.NOT_ON: "no_password"}
)


def by_text(book: Book, language: str, now: datetime) -> dict[str, Probe]:
    """Kind of error -> a probe whose last text is the password; the first code that asks for it begins all of them."""
    for _, code, somebody in codes(book, now):
        action = book.services[code.service].actions.get(code.verb) if code.service in book.services else None
        if action is None or action.assurance != Assurance.PASSWORD:
            continue
        person = replace(somebody, language=language)
        rehearsal = Rehearsal(book, person, now, channel="sms").text(code.spelling.rstrip("#*+"))
        asked = Step("send", code.spelling.rstrip("#*+"), Wanted(text=rehearsal.said))
        if rehearsal.asks != "check" or not rehearsal.text(WRONG_PASSWORD).checks_password:
            continue
        found = {}
        for cause, status in LINES.items():
            kind = f"password_check.{cause.value}"
            told = Step("send", WRONG_PASSWORD, Wanted(keys=(f"error.{kind}",)))
            found[kind] = replace(error_probe(book, "sms", kind, person, [asked, told]), status=status)
        return found
    return {}
