"""What customers are told of their cases: worded from the published catalogue, posted in the transaction of the deed."""

import os
import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from django.conf import settings

from careline.cases import pledging
from careline.cases.custody import answerable
from careline.cases.deeds import deed, note
from careline.cases.free_text import LETTER_MAX, from_staff
from careline.cases.records.case import Case
from careline.cases.states import NotAllowed
from careline.catalogue import library
from careline.catalogue.packs import packs_folder
from careline.catalogue.refusals import NothingPublished
from careline.dialogue.book import Book
from careline.dialogue.rendering import fill
from careline.dialogue.saying import local, say_time
from careline.hall.reminding import last_links
from careline.identity import passes
from careline.outbox import posting
from careline.outbox.posting import Letter
from careline.values.language import LANGUAGES, Text
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference

_HALL = "10086"  # where the catalogue names no address


def say(case: Case, key: str, values: Mapping[str, str | Text], now: datetime) -> str:
    """Post the text of `key` to the customer and return it; "" to somebody who gave no number. Two statements.

    It leaves by the link on which the customer wrote last, else by the case's, else by the one for notices.
    """
    return send(case, key, fill(text_of(key), values, case.language), now) if case.msisdn else ""


def send(case: Case, key: str, text: str, now: datetime) -> str:
    """The same with a text that is worded already; `key` names what it is."""
    if not case.msisdn:
        return ""
    link = last_links([case.msisdn]).get(case.msisdn) or case.link or notice_link()
    book = _book()
    letter = Letter(
        id=new_reference()[0],
        msisdn=Msisdn(case.msisdn),
        channel="sms",
        link=link,
        address=book.addresses.get("hall", _HALL) if book else _HALL,
        text=text,
        key=key,
    )
    posting.post([letter], now=now, due_at=now)
    return text


def tell_progress(docket: str, words: str, *, by: str, now: datetime, expected: int | None = None) -> Case:
    """Tell the customer how far it has come, also when it is not solved; keeps the promises to do so, and makes the next.

    Raises NotAllowed: no_words, too_long, not_owner, closed, moved.
    """
    words = from_staff(words, LETTER_MAX)
    if not words:
        raise NotAllowed("no_words")
    with deed(docket, expected=expected) as case:
        answerable(case, by, now)
        note(case, "progress", by=by, now=now, words=words, public=True)
        pledging.told(case, by=by, now=now)
        say(case, "case.progress", {"docket": case.docket, "told": words}, now)
    return case


def text_of(key: str) -> Text:
    """The text of a key: the published one, else the one that came with this version of careline."""
    return known(key) or Text("{docket} {told}", "{docket} {told}")


def known(key: str) -> Text | None:
    """The same, or None where nobody has written one."""
    book = _book()
    published = book.words.get(key) if book else None
    return published or _our_words(packs_folder()).get(key)


def written(key: str, values: Mapping[str, str | Text] = MappingProxyType({})) -> Text:
    """The text of a key, filled, in both languages: to stand in another text."""
    template = text_of(key)
    return Text(*(fill(template, values, language) for language in LANGUAGES))


def moment(at: datetime, now: datetime) -> Text:
    """A moment as customers read it; the day is left out today."""
    today = local(now).date()
    return Text(*(say_time(at, language, near=today) for language in LANGUAGES))


def page_of(case: Case, now: datetime) -> str:
    """Where the customer can look by the web, to follow a sentence; "" where no address of the site is set."""
    site = getattr(settings, "SITE", "")
    return f" {site.rstrip('/')}/c/{passes.give(case.docket, now)}" if site else ""


def notice_link() -> str:
    """By which account customers are written to who never wrote."""
    return os.environ.get("CARELINE_NOTICE_LINK", "demo")


def _book() -> Book | None:
    try:
        return library.current()
    except NothingPublished:
        return None


@lru_cache(maxsize=2)
def _our_words(folder: Path) -> Mapping[str, Text]:
    """The texts of cases as the packs have them: a catalogue that was published before there were cases lacks them."""
    found: dict[str, Text] = {}
    path = folder / "common" / "words" / "case.toml"
    waiting: list[tuple[str, Any]] = [("case", tomllib.loads(path.read_text(encoding="utf-8")))]
    while waiting:
        key, body = waiting.pop()
        if set(body) == set(LANGUAGES):
            found[key] = Text(body["zh"], body["en"])
        else:
            waiting += [(f"{key}.{part}", held) for part, held in body.items()]
    return MappingProxyType(found)
