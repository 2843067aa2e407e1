"""Who is it? Subscribers by number, many at once, from our copy of the carrier's knowledge."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from careline.carrier.port import LineFacts
from careline.dialogue.talk import Subscriber
from careline.postgres import sql
from careline.values.msisdn import Msisdn


def recognise(msisdns: Sequence[Msisdn]) -> Mapping[Msisdn, Subscriber]:
    """The subscribers that we know among these numbers; one statement."""
    # What do we know of these lines?
    rows = sql.run(
        "SELECT msisdn, brand, region, language, status, abroad, menu_on, menu, senior"
        " FROM identity_subscriber WHERE msisdn = ANY(%s::text[])",
        [[number.digits for number in msisdns]],
    )
    return {
        (number := Msisdn(row[0])): Subscriber(
            number, row[1], row[2], row[3], row[4], abroad=row[5], menu_on=row[6], menu=tuple(row[7]), senior=row[8]
        )
        for row in rows
    }


def remember(lines: Iterable[LineFacts], now: datetime) -> None:
    """Keep what the carrier said of these lines; the customer's own choices here stay; one statement."""
    facts = sorted(lines, key=lambda line: line.msisdn.digits)
    if not facts:
        return
    # Insert the unknown, refresh the known.
    sql.execute(
        "INSERT INTO identity_subscriber"
        " (msisdn, brand, region, language, status, abroad, menu_on, menu, refreshed_at)"
        " SELECT *, false, '{}'::text[], %s::timestamptz"
        " FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bool[])"
        " ON CONFLICT (msisdn) DO UPDATE SET brand = excluded.brand, region = excluded.region,"
        " status = excluded.status, abroad = excluded.abroad, refreshed_at = excluded.refreshed_at",
        [
            now,
            [line.msisdn.digits for line in facts],
            [line.brand for line in facts],
            [line.region for line in facts],
            [line.language for line in facts],
            [line.status for line in facts],
            [line.abroad for line in facts],
        ],
    )


def keep_menus(menus: Mapping[Msisdn, tuple[bool, tuple[str, ...]]]) -> None:
    """Keep the personal menus (on or off, spellings) of these subscribers; one statement."""
    if not menus:
        return
    numbers = sorted(menus, key=lambda number: number.digits)
    # The spellings travel as one text each, parted by line feeds, which no spelling holds.
    sql.execute(
        "UPDATE identity_subscriber SET menu_on = new.on, menu = string_to_array(new.menu, E'\\n')"
        ' FROM (SELECT * FROM unnest(%s::text[], %s::bool[], %s::text[]) AS t (msisdn, "on", menu)) AS new'
        " WHERE identity_subscriber.msisdn = new.msisdn",
        [
            [number.digits for number in numbers],
            [menus[number][0] for number in numbers],
            ["\n".join(menus[number][1]) for number in numbers],
        ],
    )


def keep_languages(languages: Mapping[Msisdn, str]) -> None:
    """Keep the languages that these customers chose; one statement."""
    if not languages:
        return
    numbers = sorted(languages, key=lambda number: number.digits)
    sql.execute(
        "UPDATE identity_subscriber SET language = new.language FROM unnest(%s::text[], %s::text[])"
        " AS new (msisdn, language) WHERE identity_subscriber.msisdn = new.msisdn",
        [[number.digits for number in numbers], [languages[number] for number in numbers]],
    )


def keep_seniors(seniors: Mapping[Msisdn, bool]) -> None:
    """Keep who chose the short, slow menu for calls, and who left it; one statement."""
    if not seniors:
        return
    numbers = sorted(seniors, key=lambda number: number.digits)
    sql.execute(
        "UPDATE identity_subscriber SET senior = new.senior FROM unnest(%s::text[], %s::bool[])"
        " AS new (msisdn, senior) WHERE identity_subscriber.msisdn = new.msisdn",
        [[number.digits for number in numbers], [seniors[number] for number in numbers]],
    )
