"""Long messages: parts are rows before they are acknowledged, and become one message when all are there.

Parts belong together when link, source, destination, reference and total agree; two customers often use the same
reference. In whatever order parts come, by whatever bind and to whatever process, and across a restart: the rows know.
"""

import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from careline.postgres import sql
from careline.protocols.concatenation import Concatenation
from careline.protocols.joining import EXPIRY, Joined, Piece, join
from careline.protocols.smstext import DefaultAlphabet
from careline.values.reference import new_reference

KEPT = timedelta(hours=1)  # after the message is done, so that a late repetition of a part is known for what it is

_Key = tuple[str, str, int, int]


@dataclass(slots=True)
class Long:
    """A long message whose parts are all there, or whose time is over: `joined` says which."""

    series: str
    joined: Joined = field(repr=False)
    received_at: datetime
    tags: list[object] = field(default_factory=list)  # of those pieces of this call that it still owes an answer


@dataclass(slots=True)
class _Series:
    id: str
    pieces: dict[int, Piece] = field(default_factory=dict)
    last_at: datetime | None = None
    done: bool = False


def take(
    link: str, pieces: Sequence[Piece], *, expiry: timedelta = EXPIRY, default: DefaultAlphabet = "gsm7"
) -> tuple[list[Long], list[object]]:
    """Keep these parts, in one transaction of three statements.

    Returns the messages that are complete now, and the tags of the parts that are safe and can be acknowledged at
    once. A complete message carries the tags of its own parts: they are acknowledged when the hall has it. A
    repetition of a part of a complete message gives that message again, under the same series: the hall knows it.
    """
    with transaction.atomic():
        known = _known(link, pieces)
        fresh: list[tuple[str, Piece]] = []
        touched: dict[str, tuple[_Series, list[object]]] = {}
        for piece, reference in zip(pieces, new_reference(len(pieces)), strict=True):
            all_series = known[_key(piece)]
            series = _belongs_to(piece, all_series, expiry)
            if series is None:
                series = _Series(reference)
                all_series.append(series)
            if piece.place.number not in series.pieces:
                series.pieces[piece.place.number] = piece
                fresh.append((series.id, piece))
            series.last_at = max(series.last_at or piece.received_at, piece.received_at)
            touched.setdefault(series.id, (series, []))[1].append(piece.tag)
        _insert(link, fresh)
    complete: list[Long] = []
    safe: list[object] = []
    for series, tags in touched.values():
        first = next(iter(series.pieces.values()))
        if len(series.pieces) == first.place.total:
            complete.append(_long(series, tags, default))
        else:
            safe += tags
    return complete, safe


def late(link: str, now: datetime, *, expiry: timedelta = EXPIRY, default: DefaultAlphabet = "gsm7") -> list[Long]:
    """Messages that nobody has dealt with although their last part is older than the expiry: what came of them."""
    # Which series have waited long enough?
    rows = sql.run(
        "SELECT source, destination, reference, total, series::text, number, data_coding, body, received_at"
        " FROM sms_part WHERE link = %s AND done_at IS NULL AND series IN (SELECT series FROM sms_part"
        " WHERE link = %s AND done_at IS NULL GROUP BY series HAVING max(received_at) <= %s LIMIT 500)",
        [link, link, now - expiry],
    )
    found: dict[str, _Series] = {}
    for row in rows:
        series = found.setdefault(row[4], _Series(row[4]))
        _add(series, row)
    return [_long(series, [], default) for series in found.values()]


def done(series: Iterable[str], now: datetime) -> None:
    """The hall has these messages."""
    sql.execute("UPDATE sms_part SET done_at = %s WHERE series = ANY(%s::uuid[])", [now, list(series)])


def forget(now: datetime, kept: timedelta = KEPT) -> int:
    """Drop the parts of messages that were done long ago; returns how many."""
    return sql.execute("DELETE FROM sms_part WHERE done_at < %s", [now - kept])


def _key(piece: Piece) -> _Key:
    return (piece.source, piece.destination, piece.place.reference, piece.place.total)


def _known(link: str, pieces: Sequence[Piece]) -> defaultdict[_Key, list[_Series]]:
    """What is there already under the keys of these pieces, nobody else adding to it until we commit."""
    keys = sorted({_key(piece) for piece in pieces})
    locks = sorted({zlib.crc32(repr((link, key)).encode()) for key in keys})
    # Two processes may get parts of one message at the same moment: one after the other, in one order.
    sql.run("SELECT pg_advisory_xact_lock(7461, (k - 2147483648)::int) FROM unnest(%s::bigint[]) AS k", [locks])
    rows = sql.run(
        "SELECT p.source, p.destination, p.reference, p.total, series::text, number, data_coding, body, received_at,"
        " done_at IS NOT NULL FROM sms_part p"
        " JOIN unnest(%s::text[], %s::text[], %s::int[], %s::int[]) AS k (source, destination, reference, total)"
        " ON p.link = %s AND p.source = k.source AND p.destination = k.destination AND p.reference = k.reference"
        " AND p.total = k.total ORDER BY p.series, p.number",
        [[key[0] for key in keys], [key[1] for key in keys], [key[2] for key in keys], [key[3] for key in keys], link],
    )
    known: defaultdict[_Key, list[_Series]] = defaultdict(list)
    for row in rows:
        all_series = known[row[0], row[1], row[2], row[3]]
        if not all_series or all_series[-1].id != row[4]:
            all_series.append(_Series(row[4], done=row[9]))
        _add(all_series[-1], row)
    return known


def _add(series: _Series, row: tuple[str, str, int, int, str, int, int, bytes, datetime]) -> None:
    place = Concatenation(row[2], row[3], row[5])
    series.pieces[row[5]] = Piece(row[0], row[1], place, row[6], bytes(row[7]), row[8])
    series.last_at = max(series.last_at or row[8], row[8])


def _belongs_to(piece: Piece, all_series: Sequence[_Series], expiry: timedelta) -> _Series | None:
    """The newest series that this part can belong to; None when it begins another.

    A different part under a number already there means that the sender reuses the reference; the older message, if
    incomplete, is given to the hall as it is when its time is over.
    """
    for series in reversed(all_series):
        there = series.pieces.get(piece.place.number)
        if there is not None:
            if there.body == piece.body and series.last_at and piece.received_at - series.last_at < KEPT:
                return series
        elif not series.done and series.last_at and piece.received_at - series.last_at < expiry:
            return series
    return None


def _insert(link: str, fresh: Sequence[tuple[str, Piece]]) -> None:
    if not fresh:
        return
    sql.execute(
        "INSERT INTO sms_part (link, source, destination, reference, total, series, number, data_coding, body,"
        " received_at) SELECT %s, * FROM unnest(%s::text[], %s::text[], %s::int[], %s::int[], %s::uuid[], %s::int[],"
        " %s::int[], %s::bytea[], %s::timestamptz[])",
        [
            link,
            [piece.source for _, piece in fresh],
            [piece.destination for _, piece in fresh],
            [piece.place.reference for _, piece in fresh],
            [piece.place.total for _, piece in fresh],
            [series for series, _ in fresh],
            [piece.place.number for _, piece in fresh],
            [piece.data_coding for _, piece in fresh],
            [piece.body for _, piece in fresh],
            [piece.received_at for _, piece in fresh],
        ],
    )


def _long(series: _Series, tags: list[object], default: DefaultAlphabet) -> Long:
    received_at = min(piece.received_at for piece in series.pieces.values())
    return Long(series.id, join(list(series.pieces.values()), default=default), received_at, tags)
