"""What customers are told of their cases: worded from the published catalogue, posted in the transaction of the deed."""

import os
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from django.conf import settings

from careline.cases.custody import answerable
from careline.cases.deeds import deed, note
from careline.cases.free_text import LETTER_MAX, from_staff
from careline.cases.promised import pledging
from careline.cases.records.case import Case
from careline.cases.states import NotAllowed
from careline.catalogue import shipped
from careline.dialogue.rendering import fill
from careline.dialogue.saying import local, say_time
from careline.hall.reminding import last_links
from careline.identity import passes
from careline.outbox import posting
from careline.outbox.posting import Letter
from careline.values.language import LANGUAGES, Text
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference


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
    letter = Letter(
        id=new_reference()[0],
        msisdn=Msisdn(case.msisdn),
        channel="sms",
        link=link,
        address=shipped.hall_address(),
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
    return shipped.known(key) or Text("{docket} {told}", "{docket} {told}")


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
