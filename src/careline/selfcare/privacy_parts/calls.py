"""Talks with a person, and callbacks."""

from careline.selfcare.privacy import Part, Table
from careline.values.language import Text

PART = Part(
    5,
    Text("人工通话和回电", "Talks with a person, callbacks"),
    Text("接您的电话，按约定回电", "To take your calls, and to call back as promised"),
    (
        Table(
            "desk_contact",
            "enqueued_at",
            ("queue", "language", "summary", "enqueued_at", "answered_at", "ended_at", "outcome"),
            why=Text(
                "录音到期才删，未结束的不能断",
                "recordings stay until their time, and what has not ended is not cut off",
            ),
            goes="t.state = 'ended' AND t.recording = ''",
            forget="msisdn = '', name = '', handover = '{}', summary = ''",
            until="t.ended_at + %(days)s::interval",
        ),
        Table(
            "desk_callback",
            "promised_at",
            ("queue", "summary", "promised_at", "agreed_at", "due_at", "state", "ended_at"),
            why=Text("答应回电的还没打", "a call that we still owe you"),
            goes="t.state IN ('done', 'given_up')",
        ),
        Table(
            "desk_screening",
            "starts_at",
            ("starts_at", "ends_at", "reason"),
            why=Text("由两个人决定的限制", "a limit that two people decided"),
            until="t.ends_at",
        ),
        Table("desk_live", "began_at", ("began_at",), why=Text("正在通话", "a call that goes on")),
    ),
    days="calls",
)
