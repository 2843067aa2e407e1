"""What was asked for, and how it ended."""

from careline.selfcare.privacy import Part, Table
from careline.values.language import Text

_SHOWN = ("channel", "service", "verb", "parameters", "begun_at")

PART = Part(
    3,
    Text("办理记录", "What you asked for"),
    Text("说明每一笔费用是谁、什么时候、怎么办的", "To show who ordered what, when and how, for every charge"),
    (
        Table(
            "ledger_attempt",
            "begun_at",
            (*_SHOWN, "outcome", "cause", "ended_at", "carrier_words"),
            why=Text("办过的业务要能对证", "proof of what was ordered"),
            goes="t.verb IN ('query', 'status', 'describe', 'help') OR t.ended_at < %(now)s - %(days)s::interval",
            # The row goes on counting in statistics; whose it was is gone.
            forget="msisdn = '', parameters = '{}', carrier_words = ''",
            until="t.ended_at + %(days)s::interval",
        ),
        Table(
            "ledger_open",
            "begun_at",
            _SHOWN,
            why=Text(
                "正在办理：运营商还没答复，号码留到答复为止，不会办两次、扣两次；答复后就抹去",
                "being done right now: your number stays until the carrier has answered, so that nothing is done or charged"
                " twice, and then goes",
            ),
        ),
    ),
)
