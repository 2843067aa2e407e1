"""Contacts on every channel, the talks that go on, and what was said in them."""

from careline.selfcare.privacy import Part, Table
from careline.values.language import Text

_RUNNING = Text("正在进行的不能中断", "what is going on is not cut off")
_REPEATS = Text(
    "消息编号留几天，重发的才不会办两次", "numbers of messages stay some days, so that a repeat is not done twice"
)

PART = Part(
    2,
    Text("联系和对话", "Contacts and talks"),
    Text("接着上一句办理；一条消息只办一次", "To go on where you left off, and to do each message once"),
    (
        Table(
            "ledger_contact",
            "began_at",
            ("channel", "address", "began_at"),
            why=_RUNNING,
            # By then statistics have counted it under its number (insight folds every hour).
            goes="t.began_at < %(now)s - interval '3 hours'",
            forget="msisdn = ''",
        ),
        Table(
            "ledger_journey",
            "began_at",
            ("channel", "menu", "began_at", "ended_at", "visits", "node", "ended", "misses"),
            goes="true",
            forget="msisdn = ''",
        ),
        Table(
            "ledger_inbox",
            "received_at",
            ("channel", "address", "received_at", "said"),
            why=_REPEATS,
            goes="t.said <> '' OR t.steps <> '[]'",
            forget="said = '', steps = '[]'",
            until="t.received_at + interval '7 days'",
        ),
        Table(
            "hall_conversation",
            "last_at",
            ("channel", "last_at"),
            why=_RUNNING,
            goes="t.last_at < %(now)s - interval '1 hour' AND (t.busy_until IS NULL OR t.busy_until < %(now)s)",
        ),
        Table(
            "telephony_session",
            "began_at",
            ("channel", "address", "began_at", "ended_at"),
            why=_RUNNING,
            goes="t.ended_at IS NOT NULL",
        ),
    ),
)
