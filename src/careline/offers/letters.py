"""Letters about leaving, kept numbers and gifts: worded from the published catalogue, posted in the transaction of the deed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from careline.catalogue import shipped
from careline.dialogue.rendering import fill
from careline.hall.reminding import last_links
from careline.identity import preferences, recognising
from careline.outbox import posting
from careline.outbox.posting import Letter
from careline.values.language import Text
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference

# Of these letters, what is news of offers: it keeps out of the hours of quiet, and a gift that is in the account already
# is told only to whoever wants such news. A voucher is told to everyone, for it is the only way to the goods; and what
# becomes of a number or of money is owed at once.
_NEWS = "gift."
_MAY_BE_LEFT = frozenset({"gift.money"})

Values = Mapping[str, str | Text]


class Note(NamedTuple):
    """One letter to one customer: the key of its words, and what fills them."""

    msisdn: Msisdn
    key: str
    values: Values


def post(notes: Sequence[Note], *, link: str, now: datetime, due_at: datetime | None = None) -> int:
    """Post these, each in its customer's language and by the link on which they wrote last; how many. Three statements,
    and two more where there is news of offers, which asks what its customers want."""
    leaves: Mapping[Msisdn, datetime] = {}
    if news := [note.msisdn for note in notes if note.key.startswith(_NEWS)]:
        wanted, leaves = preferences.wants(news, "offers"), preferences.when(news, now)
        notes = [note for note in notes if note.key not in _MAY_BE_LEFT or wanted[note.msisdn]]
    if not notes:
        return 0
    numbers = [note.msisdn for note in notes]
    subscribers, links = recognising.recognise(numbers), last_links([one.digits for one in numbers])
    address = shipped.hall_address()
    letters = [
        Letter(
            id=reference,
            msisdn=note.msisdn,
            channel="sms",
            link=links.get(note.msisdn.digits, link),
            address=address,
            text=fill(
                shipped.text(note.key),
                note.values,
                subscribers[note.msisdn].language if note.msisdn in subscribers else "zh",
            ),
            key=note.key,
        )
        for note, reference in zip(notes, new_reference(len(notes)), strict=True)
    ]
    usual = due_at or now
    due = [leaves[letter.msisdn] if letter.key.startswith(_NEWS) else usual for letter in letters]
    for leave in sorted(set(due)):
        posting.post([one for one, at in zip(letters, due, strict=True) if at == leave], now=now, due_at=leave)
    return len(letters)
