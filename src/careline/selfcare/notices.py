"""Every message that we sent to a number: what it was about, and the way from it to what is behind it."""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from careline.cases import docket
from careline.cases.models import Case
from careline.dialogue.book import Book
from careline.ledger.models import Attempt
from careline.outbox.models import Message
from careline.refunds.models import Credit
from careline.values.language import Text
from careline.values.msisdn import Msisdn

SIZE = 15  # messages a page
WORDS_MAX = 60  # characters that are searched for
_DIGITS = re.compile(r"[0-9]{4,8}")
_DOCKET = re.compile(r"(?<![0-9])[0-9]{10}(?![0-9])")
# What a message is about, by the beginning of its template's name; pages have words for each.
_ABOUT = (
    ("portal.code", "code"),
    ("case.", "case"),
    ("refund.", "refund"),
    ("notice.low_balance", "balance"),
    ("notice.opened_by_others", "opened"),
    ("notice.usage_", "usage"),
    ("notice.", "notice"),
    ("order.", "order"),
    ("payment.", "payment"),
    ("offer", "offer"),
)
ABOUT = (*dict.fromkeys(about for _, about in _ABOUT), "answer", "other")
DISPUTABLE = frozenset(ABOUT) - {"code", "case"}


@dataclass(frozen=True, slots=True)
class Notice:
    """One message as its customer may read it again; `docket`, `item` and `service` are what is behind it, "" where nothing."""

    id: str
    at: datetime
    text: str
    about: str
    state: str  # queued, sent, delivered, failed, answered
    address: str
    docket: str = ""
    month: str = ""
    item: str = ""
    service: str = ""
    name: Text = Text("", "")

    @property
    def disputable(self) -> bool:
        return self.about in DISPUTABLE


@dataclass(frozen=True, slots=True)
class Page:
    notices: Sequence[Notice]
    after: str  # the id to go on from; "" at the end


def of(msisdn: Msisdn, *, words: str = "", after: str = "", size: int = SIZE, book: Book | None = None) -> Page:
    """Messages by SMS to this number, the newest first, from behind the message `after`; five statements at most.

    `words` are searched for in the texts as they are shown: a code that is hidden is not found.
    """
    own = Message.objects.filter(msisdn=msisdn.digits, channel="sms").order_by("-created_at", "-id")
    sought = words.replace("\0", "").strip()[:WORDS_MAX]
    if sought:
        own = own.filter(text__icontains=sought).exclude(key="portal.code")
    own = _behind(own, msisdn, after)
    letters = list(own[: size + 1])
    shown = letters[:size]
    return Page(_read(msisdn, shown, book), str(shown[-1].pk) if len(letters) > size else "")


def about(letter: Message) -> str:
    """What a message is about: one of ABOUT."""
    for prefix, name in _ABOUT:
        if letter.key.startswith(prefix):
            return name
    return "answer" if letter.in_reply_to or letter.attempt else "other"


def text_of(letter: Message) -> str:
    """The text without the code that it carried: who looks over a shoulder learns none."""
    return _DIGITS.sub("******", letter.text) if letter.key.endswith(".code") else letter.text


def _behind(own: QuerySet[Message], msisdn: Msisdn, after: str) -> QuerySet[Message]:
    try:
        last = Message.objects.filter(pk=uuid.UUID(after), msisdn=msisdn.digits).first() if after else None
    except ValueError:
        last = None
    if last is None:
        return own
    earlier = Q(created_at__lt=last.created_at) | Q(created_at=last.created_at, id__lt=last.pk)
    return own.filter(earlier)


def _read(msisdn: Msisdn, letters: Sequence[Message], book: Book | None) -> list[Notice]:
    attempts = [letter.attempt for letter in letters if letter.attempt]
    services: Mapping[uuid.UUID, str] = dict(
        Attempt.objects.filter(pk__in=attempts, msisdn=msisdn.digits).values_list("id", "service")
    )
    paid = {
        credit.pk: credit.refund
        for credit in Credit.objects.filter(pk__in=attempts, refund__msisdn=msisdn.digits).select_related("refund")
    }
    named = {found for letter in letters for found in _DOCKET.findall(letter.text) if docket.valid(found)}
    own = set(Case.objects.filter(msisdn=msisdn.digits, docket__in=named).values_list("docket", flat=True))
    notices = []
    for letter in letters:
        service = services.get(letter.attempt, "") if letter.attempt else ""
        known = book.services.get(service) if book is not None else None
        refund = paid.get(letter.attempt) if letter.attempt else None
        notices.append(
            Notice(
                id=str(letter.pk),
                at=letter.created_at,
                text=text_of(letter),
                about=about(letter),
                state=letter.state,
                address=letter.address,
                docket=next((found for found in _DOCKET.findall(letter.text) if found in own), ""),
                month=refund.month if refund else "",
                item=refund.item if refund else "",
                service=service if known is not None else "",
                name=known.name if known is not None else Text("", ""),
            )
        )
    return notices
