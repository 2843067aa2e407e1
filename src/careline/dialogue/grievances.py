"""Complaints without a code: 你们这些骗子, how is my complaint, 投诉怎么还没处理.

What was complained of is shown or urged at once, for that changes nothing that anybody pays; a new complaint is only
proposed, in the customer's own words, and needs a yes.
"""

import re
from datetime import date

from careline.dialogue.book import Verb
from careline.dialogue.lexicon import Chain
from careline.dialogue.meaning import Meaning, Option
from careline.dialogue.phrases import Wish
from careline.dialogue.utterance import spaced

GRIEVANCE = "grievance"  # the rule whose words are asked back before they are noted
COMPLAIN, _PROGRESS, _URGE = "complain", "complaint_progress", "complaint_urge"
_ASKED_MAX = 80  # characters of a question about a complaint; a longer text tells of something new
_BEHIND_MAX = 8  # characters behind 投诉 that ask how it stands: 投诉怎么还没处理
_SHORT = 8  # Chinese characters, or English words, that say no more than that there is something to complain of
_DOCKET = re.compile(r"(?<![0-9])[0-9](?:[ -]?[0-9]){9}(?![0-9])")  # 2516 0000 17, as people write down long numbers
_CALLED = ("编号", "单号", "工单", "号", "NUMBER", "NO", "CASE", "DOCKET")  # what may stand before it


def about_complaints(chain: Chain, text: str, _today: date) -> Meaning | None:
    """A text that speaks of complaints: how one stands, that it should hurry or be dropped, that there is one to make."""
    phrases, said = chain.lexicon.phrases, spaced(text)
    if not phrases.holds("complaint", said) or COMPLAIN not in chain.services:
        return None
    head = next((one for sheet in chain.sheets for one in sheet.wordy if text.startswith(one)), "")
    if head:
        behind = text.removeprefix(head).strip(" ,，")
        waits = not head.isascii() and len(behind) <= _BEHIND_MAX and phrases.holds("complaint.progress", behind)
        return _progress(chain, text) if waits else None  # else the words behind are what it is about
    if _named(chain, phrases.wishes(said)):
        return None
    if len(text) <= _ASKED_MAX:
        if phrases.holds("complaint.withdraw", said):
            options = (_option(_PROGRESS, Verb.QUERY),) if _PROGRESS in chain.services else ()
            return Meaning("choose", GRIEVANCE, key="talk.withdraw", options=options)
        if phrases.holds("complaint.urge", said) and _URGE in chain.services:
            return Meaning("act", "name", service=_URGE, verb=Verb.OTHER, raw=_docket(text))
        if phrases.holds("complaint.progress", said):
            return _progress(chain, text)
    short = len(said.split()) if said.isascii() else len(said)
    if short <= _SHORT or said.endswith("投诉"):
        return Meaning("act", "name", service=COMPLAIN, verb=Verb.OTHER)  # what it is about is still to be said
    return proposed(chain)


def grieved(chain: Chain, text: str) -> Meaning | None:
    """A text that nothing else explains, by somebody who is not happy: a complaint is proposed."""
    return proposed(chain) if chain.lexicon.phrases.holds(GRIEVANCE, spaced(text)) else None


def proposed(chain: Chain) -> Meaning | None:
    """The whole message as a complaint, if the customer wants it to be one."""
    if COMPLAIN not in chain.services:
        return None
    return Meaning(
        "act", GRIEVANCE, service=COMPLAIN, verb=Verb.OTHER, raw=("",)
    )  # the words are put in as they were written


def docket_alone(chain: Chain, text: str) -> Meaning | None:
    """The number of a case and nothing else, however it is written: how does it stand?"""
    found = _docket(text)
    rest = _DOCKET.sub("", text).strip(" #*:：.、") if found else text
    return _progress(chain, text, "docket") if found and rest in ("", *_CALLED) else None


def _docket(text: str) -> tuple[str, ...]:
    """The first number in a text that may be a case's, without the spaces in it."""
    return tuple(re.sub("[ -]", "", one) for one in _DOCKET.findall(text)[:1])


def _progress(chain: Chain, text: str, rule: str = "name") -> Meaning | None:
    if _PROGRESS not in chain.services:
        return None
    return Meaning("act", rule, service=_PROGRESS, verb=Verb.QUERY, raw=_docket(text))


def _named(chain: Chain, wishes: list[Wish]) -> bool:
    """Whether another service of that name is meant (投诉评价), or it is asked what complaining is."""
    for wish in wishes:
        found = {one.service for one in chain.names.exact(wish.name)}
        if found and (found != {COMPLAIN} or wish.wish == "describe"):
            return True
    return False


def _option(service: str, verb: Verb) -> Option:
    return {"service": service, "verb": verb.value, "table": ""}
