"""A visit to the hall without a network: someone of the town, or a fresh subscriber, says things and is answered."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from careline.demo import town
from careline.dialogue.book import Book, Table
from careline.dialogue.utterance import normalise
from careline.hall.reception import Reception
from careline.hall.turn import Arrival, Served
from careline.values.msisdn import Msisdn, NotANumber
from careline.values.reference import new_reference


class UnknownPerson(LookupError):
    """Nobody of the town has that name or number."""


class UnknownTable(LookupError):
    """The book has no code table of that name."""


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
        person = town.fresh(self.table, brand, language=self.language, now=self.clock())
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
    book = reception.book()
    if table:
        if table not in book.tables:
            raise UnknownTable(table)
        person = town.fresh(table, brand or book.tables[table].brand or "", language=language, now=clock())
    else:
        person = _person(who)
    return Visit(reception, person.msisdn, clock, table, brand, language, address)


def _person(who: str) -> town.Person:
    people = list(town.people())
    if not who:
        return people[0]
    try:
        number: Msisdn | None = Msisdn.parse(who)
    except NotANumber:
        number = None
    for person in people:
        if who in person.name or person.msisdn == number:
            return person
    raise UnknownPerson(who)
