"""Seeking a service: by its name in Chinese or English, by how it sounds, by its initials, by a code; whatever a text finds."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from careline.dialogue.book import Book, Service
from careline.dialogue.lexicon import Chain
from careline.dialogue.meaning import Option
from careline.dialogue.names import initials, sound
from careline.dialogue.saying import local
from careline.dialogue.talk import Subscriber
from careline.dialogue.understanding import understand
from careline.dialogue.utterance import loose, normalise, spaced
from careline.postgres import sql
from careline.selfcare.assortment import chain_of, services

SOUGHT_MAX = 60  # characters
FOUND_MAX = 24
_PARTS = 0.2  # least share of a name that must be common
_POPULAR_DAYS = 30
_POPULAR_FOR = timedelta(minutes=10)
_popular: dict[str, tuple[datetime, tuple[str, ...]]] = {}


def seek(book: Book, subscriber: Subscriber, sought: str, now: datetime) -> list[Service]:
    """The services that this may mean, likeliest first; what a text of these words would do comes first of all."""
    text = normalise(sought[:SOUGHT_MAX])
    if not text:
        return []
    chain = chain_of(book, subscriber, now)
    shown = {service.id for service in services(book, subscriber, now)}
    found = dict.fromkeys(one for one in _found(chain, book, text, now) if one in shown)
    return [book.services[one] for one in list(found)[:FOUND_MAX]]


def _found(chain: Chain, book: Book, text: str, now: datetime) -> Iterator[str]:
    meaning = understand(chain, text, local(now).date(), book.limits, lambda _: None)
    yield meaning.service
    if meaning.kind != "unknown":
        yield from _of_options(meaning.options)
    wishes = chain.lexicon.phrases.wishes(spaced(text))
    for wish in wishes:
        yield from (one.service for one in chain.names.exact(wish.name))
    for wish in wishes:
        yield from (one.service for one in chain.names.part(wish.name) if one.share >= _PARTS)
    bare = loose(text)
    if text.isascii() and len(text) >= 2:
        yield from (entry.code.service for spelled, entry in chain.exact.items() if spelled.startswith(text))
        spoken = sound(text)
        for its, short, service in chain.names.sounds:
            if len(text) >= 2 and (short.startswith(text) or (len(spoken) >= 3 and spoken in its)):
                yield service
    elif bare:
        short = initials(bare)
        yield from (service for _, its, service in chain.names.sounds if len(short) >= 2 and short == its)
    yield from (service for name, service in chain.names.written if len(bare) >= 2 and bare in name)
    yield from _of_options(meaning.options)


def _of_options(options: tuple[Option, ...]) -> Iterator[str]:
    yield from (str(option["service"]) for option in options if option.get("service"))


def popular(region: str, now: datetime) -> tuple[str, ...]:
    """The services that were ordered most in this region lately, most first; counted anew every ten minutes."""
    kept = _popular.get(region)
    if kept is not None and timedelta(0) <= now - kept[0] < _POPULAR_FOR:
        return kept[1]
    # What was ordered here, and how often?
    rows = sql.run(
        "SELECT service, sum(attempts) AS n FROM ledger_tally WHERE hour >= %s AND region = %s AND outcome = 'done'"
        " AND verb = ANY(%s::text[]) GROUP BY service ORDER BY n DESC, service LIMIT 12",
        [now - timedelta(days=_POPULAR_DAYS), region, ["subscribe", "order", "register"]],
    )
    found = tuple(str(row[0]) for row in rows)
    if len(_popular) > 256:
        _popular.clear()
    _popular[region] = (now, found)
    return found
