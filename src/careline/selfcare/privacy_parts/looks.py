"""Who of us looked at this number, and why."""

from careline.selfcare.privacy import Part, Table
from careline.values.language import Text

_WATCH = Text("为了您能查到谁看过", "so that you can see who looked")

PART = Part(
    9,
    Text("谁看过您的资料", "Who looked at your records"),
    Text("看过的人都留下姓名和原因", "Whoever looks leaves a name and a reason"),
    (
        Table(
            "identity_look",
            "since",
            ("purpose", "since", "until"),
            why=_WATCH,
            until="t.since + %(days)s::interval",
        ),
    ),
    days="looks",
)
