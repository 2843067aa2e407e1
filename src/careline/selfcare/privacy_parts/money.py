"""Refunds, waivers, payments and orders of goods: books are kept."""

from careline.selfcare.privacy import Part, Table
from careline.values.language import Text

_BOOKS = Text("账目按规定保存", "books must be kept")

PART = Part(
    7,
    Text("退费、缴费和订单", "Refunds, payments and orders"),
    Text("钱的每一步都要能查", "Every step of money must be traceable"),
    (
        Table(
            "refund_refund",
            "requested_at",
            (
                *("item", "month", "name_zh", "name_en", "provider", "charged", "docket", "channel", "requested_at"),
                *("due_at", "kind", "verdict", "rule", "amount", "paid", "state", "ended_at"),
            ),
            why=_BOOKS,
            until="t.requested_at + %(days)s::interval",
        ),
        Table(
            "refund_waiver",
            "at",
            ("item", "month", "fen", "at", "state"),
            why=_BOOKS,
            until="t.at + %(days)s::interval",
        ),
        Table(
            "payment_payment",
            "begun_at",
            (
                *(
                    "id",
                    "purpose",
                    "subject",
                    "payee",
                    "fen",
                    "price",
                    "how",
                    "provider",
                    "state",
                    "captured",
                    "given_back",
                ),
                *("credited", "channel", "begun_at", "captured_at", "ended_at"),
            ),
            why=_BOOKS,
            until="t.begun_at + %(days)s::interval",
        ),
        Table(
            "order_order",
            "placed_at",
            (
                *("number", "channel", "seller", "state", "pay", "fen", "receiver", "phone", "address", "placed_at"),
                *("received_at", "ended_at", "goods_rating", "service_rating", "rating_words"),
            ),
            why=_BOOKS,
            until="t.placed_at + %(days)s::interval",
        ),
        Table(
            "order_card",
            "confirmed_at",
            ("kind", "state", "served", "iccid", "confirmed_at", "confirmed_at_door", "active_at"),
            source="order_card t JOIN order_line l ON l.id = t.line_id JOIN order_order o ON o.id = l.order_id",
            why=_BOOKS,
            # A card that was let go is nobody's: its number was given back to the carrier.
            goes="t.served <> '' AND (t.state = 'dropped' OR o.placed_at < %(now)s - %(days)s::interval)",
            forget="served = '', iccid = ''",
            until="o.placed_at + %(days)s::interval",
            number="o.msisdn",
            whole=("served", "iccid"),
        ),
    ),
    days="money",
)
