"""The copy of the carrier's knowledge of a line, and what its owner chose here."""

from careline.selfcare.privacy import Part, Table
from careline.values.language import Text

_SERVING = Text("服务这个号码要用；您说的“不要”也要记住", "needed to serve this number, and to respect your no")

PART = Part(
    1,
    Text("号码和您的选择", "Your number and your choices"),
    Text(
        "认出您，用您选的语言和菜单，不发您不要的提醒",
        "To know you, in your language and menu, without messages you declined",
    ),
    (
        Table(
            "identity_subscriber",
            "refreshed_at",
            ("brand", "region", "language", "status", "abroad", "menu_on", "menu", "senior", "refreshed_at"),
            why=_SERVING,
        ),
        Table(
            "identity_preferences",
            "changed_at",
            ("declined", "quiet_from", "quiet_until", "changed_at", "changed_by"),
            why=_SERVING,
        ),
    ),
)
