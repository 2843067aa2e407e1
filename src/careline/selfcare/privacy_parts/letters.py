"""Messages that we sent."""

from careline.selfcare.privacy import Part, Table
from careline.values.language import Text

_OF_MONEY = "(t.key LIKE 'case.%%' OR t.key LIKE 'refund.%%' OR t.key LIKE 'order.%%' OR t.key LIKE 'payment.%%')"

PART = Part(
    4,
    Text("我们发的短信", "Messages from us"),
    Text(
        "让您能再看一遍，也能查清哪条短信引起了投诉",
        "So that you can read them again, and each complaint can be traced to its notice",
    ),
    (
        Table(
            "outbox_message",
            "created_at",
            ("channel", "address", "text", "key", "state", "created_at", "sent_at"),
            why=Text(
                "关于投诉、退费和订单的要作凭据；刚发的还在路上",
                "proof in cases, refunds and orders; the latest are still on their way",
            ),
            goes=f"t.state <> 'queued' AND ((NOT {_OF_MONEY} AND t.created_at < %(now)s - interval '7 days')"
            " OR t.created_at < %(now)s - %(days)s::interval)",
            until=f"t.created_at + CASE WHEN {_OF_MONEY} THEN %(days)s::interval ELSE interval '7 days' END",
        ),
    ),
)
