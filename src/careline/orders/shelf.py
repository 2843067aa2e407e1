"""The stock: taken for an order, let go again, sent away, brought back and counted; never oversold."""

from collections.abc import Mapping
from datetime import datetime

from careline.journal import writing
from careline.orders.goods import goods, named
from careline.orders.records.stock import Move
from careline.orders.states import NotAllowed
from careline.postgres import sql
from careline.values.secret import mask

MOST = 100_000


def reserve(wanted: Mapping[str, int], *, order: str, by: str, now: datetime) -> None:
    """Set these apart, all or none; raises NotAllowed("sold_out", goods). Within a transaction; goods in one order, always."""
    for id in sorted(wanted):
        _settled(id)
        # Who comes when there are not enough left finds no row to change.
        rows = sql.run(
            "UPDATE order_stock SET reserved = reserved + %s::int4 WHERE goods = %s AND on_hand - reserved >= %s::int4"
            " RETURNING on_hand, reserved",
            [wanted[id], id, wanted[id]],
        )
        if not rows:
            raise NotAllowed("sold_out", id)
        _note(id, "reserved", wanted[id], rows[0], order=order, by=by, now=now)


def release(held: Mapping[str, int], *, order: str, by: str, now: datetime) -> None:
    """What was set apart may be sold again."""
    _change(held, "released", 0, -1, order, by, now)


def send(held: Mapping[str, int], *, order: str, by: str, now: datetime) -> None:
    """What was set apart has left."""
    _change(held, "sent", -1, -1, order, by, now)


def take_back(held: Mapping[str, int], *, order: str, by: str, now: datetime) -> None:
    """What came back in good order may be sold again."""
    _change(held, "back", 1, 0, order, by, now)


def count(id: str, on_hand: int, reason: str, *, by: str, now: datetime) -> None:
    """Somebody counted: so many lie there. Raises NotAllowed: no_such_goods, bad_count, no_reason."""
    named(id)
    reason = mask(reason.strip())[:200]
    if not 0 <= on_hand <= MOST:
        raise NotAllowed("bad_count")
    if not reason:
        raise NotAllowed("no_reason")
    _settled(id)
    rows = sql.run(
        "UPDATE order_stock SET on_hand = %s::int4 WHERE goods = %s AND reserved <= %s::int4 RETURNING on_hand, reserved",
        [on_hand, id, on_hand],
    )
    if not rows:
        raise NotAllowed("bad_count")  # fewer than are promised: an order has to go first
    _note(id, "counted", on_hand, rows[0], order="", by=by, now=now, words=reason)
    writing.write(
        who=by, did="stock_counted", what="stock", record=id, now=now, detail={"on_hand": on_hand, "why": reason}
    )


def left() -> Mapping[str, int]:
    """How many of each thing can still be bought; one statement."""
    rows = sql.run("SELECT goods, on_hand - reserved FROM order_stock")
    known = dict(rows)
    return {id: known.get(id, thing.stock) for id, thing in goods().items()}


def _change(
    held: Mapping[str, int], what: str, on_hand: int, reserved: int, order: str, by: str, now: datetime
) -> None:
    for id in sorted(held):
        rows = sql.run(
            "UPDATE order_stock SET on_hand = on_hand + %s::int4, reserved = reserved + %s::int4 WHERE goods = %s"
            " RETURNING on_hand, reserved",
            [on_hand * held[id], reserved * held[id], id],
        )
        assert rows, "what was set apart has a stock"
        _note(id, what, held[id], rows[0], order=order, by=by, now=now)


def _settled(id: str) -> None:
    """The row of this thing, with what its file says it begins with."""
    sql.execute(
        "INSERT INTO order_stock (goods, on_hand, reserved) VALUES (%s, %s::int4, 0) ON CONFLICT DO NOTHING",
        [id, named(id).stock],
    )


def _note(
    id: str, what: str, count: int, left: tuple[int, int], *, order: str, by: str, now: datetime, words: str = ""
) -> None:
    Move.objects.create(
        goods=id, at=now, by=by, what=what, count=count, on_hand=left[0], reserved=left[1], order=order, words=words
    )
