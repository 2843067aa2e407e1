"""A visit to the hall without a network: someone of the town, or a fresh subscriber, says things and is answered."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from careline.demo import town
from careline.demo.people import Person
from careline.dialogue.book import Book, Table
from careline.dialogue.utterance import normalise
from careline.hall.reception import Reception
from careline.hall.turn import Arrival, Served
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference


class UnknownPerson(LookupError):
    """Nobody of the town has that name or number."""


UnknownTable = town.UnknownTable


@dataclass(frozen=True, slots=True)
class Visit:
    """One customer's visit; `say` is one message and its answer."""

    reception: Reception
    msisdn: Msisdn
    clock: Callable[[], datetime]
    table: str = ""
    brand: str = ""
    language: str = "zh"
    address: str = "10086"

    def say(self, text: str) -> Served:
        """Say this and wait for the answer."""
        arrival = Arrival(
            msisdn=self.msisdn,
            text=text,
            link="talk",
            message_id=new_reference()[0],
            received_at=self.clock(),
            address=self.address,
            at_once=True,
        )
        return self.reception.receive([arrival])[0]

    def anew(self, text: str) -> "Visit":
        """The same visit by a fresh subscriber, of the brand that this text's row asks for where it asks for one."""
        book = self.reception.book()
        brand = self.brand or brand_for(book, book.tables[self.table], text)
        person = town.fresh(self.table, brand or None, language=self.language, now=self.clock())
        return replace(self, msisdn=person.msisdn)


def brand_for(book: Book, table: Table, text: str) -> str:
    """The brand that may send this code: the table's own, else the one that the row or its service is for."""
    if table.brand:
        return table.brand
    code = table.codes.get(normalise(text))
    if code is None:
        return ""
    brands = code.brands or book.services[code.service].brands
    return sorted(brands)[0] if brands else ""


def begin(
    reception: Reception,
    clock: Callable[[], datetime],
    *,
    who: str = "",
    table: str = "",
    brand: str = "",
    language: str = "zh",
    address: str = "10086",
) -> Visit:
    """A visit by someone of the town (`who`: name or number), or by a fresh subscriber of a table.

    Raises UnknownPerson, UnknownTable.
    """
    if table:
        person = town.fresh(table, brand or None, language=language, now=clock())
    else:
        person = _person(who)
    return Visit(reception, person.msisdn, clock, table, brand, language, address)


def _person(who: str) -> Person:
    if not who:
        return town.people()[0]
    person = town.find(who)
    if person is None:
        raise UnknownPerson(who)
    return person
