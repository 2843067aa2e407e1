"""What a worker may ask of the desk, each a short visit to the database; run on the hall process's threads."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

import msgspec

from careline.channels.calls.lines import Due, Rung
from careline.desk import callbacks, queue, seats
from careline.desk.models import Contact
from careline.desk.queue import Caller, Standing
from careline.dialogue.book import Book, Verb
from careline.dialogue.talk import Handover
from careline.values.msisdn import Msisdn

HEADER_LENGTH_MAX = 400  # of one header to a seat's telephone


@dataclass(frozen=True, slots=True)
class DeskDeeds:
    """The deeds by name, with the clock and the book that they need."""

    book: Callable[[], Book]
    clock: Callable[[], datetime]

    def enter(
        self,
        contact: str,
        session: str,
        msisdn: str,
        language: str,
        address: str = "",
        diversion: str = "",
        handover: Mapping[str, Any] | None = None,
        callback: int | None = None,
    ) -> Standing:
        """Queue the caller with what is known of the matter; a callback keeps the place and matter of its promise."""
        known = msgspec.convert(handover, Handover) if handover else Handover("asked")
        text, came_at = summary(known, self.book(), language), None
        skills = [language, *filter(None, [self._group(known.service)])]
        kept = msgspec.to_builtins(known)
        where = queue.for_service(known.service, self._group(known.service))
        if callback is not None:
            promised = callbacks.of(callback)
            text, kept, skills, came_at = promised.summary, promised.handover, promised.skills, promised.came_at
            where = promised.queue
        return queue.enter(
            Caller(
                contact=contact,
                session=session,
                msisdn=Msisdn(msisdn),
                language=language,
                queue=where,
                address=address,
                diversion=diversion,
                skills=tuple(skills),
                handover=kept,
                summary=text,
                callback=callback,
                came_at=came_at,
            ),
            self.clock(),
        )

    def standing(self, contact: str) -> Standing:
        return queue.standing(contact, self.clock())

    def claim(self, contact: str) -> list[Rung]:
        found = seats.claim(contact, self.clock())
        if not found:
            return []
        headers = headers_of(Contact.objects.get(id=contact))
        return [Rung(one.seat, one.name, one.uri, one.ring_seconds, headers) for one in found]

    def transfer(self, contact: str, uri: str) -> Rung | None:
        """Claim the seat that a talk is passed on to. None: not a free seat of ours, or there is nothing to tell it."""
        row = Contact.objects.get(id=contact)
        if not row.summary.strip():
            return None  # who takes over must be told what it is about (AGT-14)
        one = seats.claim_one(contact, uri, self.clock())
        return Rung(one.seat, one.name, one.uri, one.ring_seconds, headers_of(row)) if one else None

    def missed(self, contact: str, seat_ids: list[int], gone: bool = False) -> bool:
        seats.missed(contact, seat_ids, self.clock(), gone=gone)
        return True

    def answered(self, contact: str, seat: int) -> bool:
        return seats.answered(contact, seat, self.clock())

    def transferred(self, contact: str, origin: str, target: str, outcome: str) -> bool:
        seats.transferred(contact, origin, target, outcome, self.clock())
        return True

    def requeue(self, contact: str) -> bool:
        seats.requeue(contact, self.clock())
        return True

    def held(self, contact: str, held_seconds: float) -> bool:
        seats.held(contact, held_seconds)
        return True

    def recorded(self, contact: str, path: str) -> bool:
        Contact.objects.filter(id=contact).update(recording=path)
        return True

    def leave(self, contact: str, outcome: str, by: str) -> bool:
        return queue.leave(contact, outcome, by, self.clock())

    def promise(self, contact: str) -> str:
        return callbacks.promise(contact, self.clock()).isoformat()

    def next_callback(self) -> Due | None:
        due = callbacks.claim(self.clock())
        return Due(due.id, due.msisdn.digits, due.language) if due else None

    def callback_done(self, callback: int) -> bool:
        callbacks.done(callback, self.clock())
        return True

    def callback_failed(self, callback: int) -> bool:
        callbacks.failed(callback, self.clock())
        return True

    def _group(self, service: str) -> str:
        found = self.book().services.get(service)
        return found.group if found else ""


def summary(handover: Handover, book: Book, language: str) -> str:
    """The matter in a few words, for whoever takes over: what was wanted, how it ended, or where in the menu it was."""
    service = book.services.get(handover.service)
    parts = []
    if service is not None:
        verb = book.words.get(f"talk.verb.{handover.verb}") if handover.verb in set(Verb) else None
        deed = verb.read(language) if verb else handover.verb
        parts.append(f"{deed} {service.name.read(language)}".strip())
        parts.append(" ".join(filter(None, (handover.outcome, handover.cause))))
    elif handover.path:
        parts.append(" > ".join(handover.path))
    return "，".join(filter(None, parts)) if language == "zh" else ", ".join(filter(None, parts))


def headers_of(contact: Contact) -> list[tuple[str, str]]:
    """What the telephone of the seat is told: no secrets, and the number only as the caller's identity.

    Values are percent-encoded UTF-8, because telephones differ in what they do with other signs.
    """
    known = contact.handover
    values = {
        "Contact": str(contact.id),
        "Queue": contact.queue,
        "Language": contact.language,
        "Verified": str(known.get("assurance", 1)),
        "Reason": known.get("reason", ""),
        "Path": " > ".join(known.get("path", ())),
        "Node": known.get("node", ""),
        "Failure": " ".join(filter(None, (known.get(name, "") for name in ("service", "verb", "outcome", "cause")))),
        "Reference": known.get("reference", ""),
        "Name": contact.name,
        "Summary": contact.summary,
    }
    return [
        (f"X-Careline-{name}", quote(value, safe=" :,;>()+-._*")[:HEADER_LENGTH_MAX])
        for name, value in values.items()
        if value
    ]
