"""Offers, what was answered to them, promotions, and asking to leave."""

from careline.selfcare.privacy import Part, Table
from careline.values.language import Text

_NO = Text("您说过的“不要”要记住，答应您的要兑现", "your no is remembered, and what was promised is kept")
_LEAVING = Text("销号的经过要能对证", "proof of how you left, or stayed")

PART = Part(
    10,
    Text("推荐、优惠和销号", "Offers, promotions and leaving"),
    Text("不重复推荐您不要的；兑现答应的优惠", "Not to offer again what you declined, and to keep what was promised"),
    (
        Table("offers_showing", "shown_at", ("offer", "channel", "shown_at", "answer", "answered_at"), why=_NO),
        Table("offers_grant", "begun_at", ("offer", "kind", "fen", "goods", "state", "begun_at", "ended_at"), why=_NO),
        Table(
            "offers_leaving",
            "asked_at",
            ("channel", "state", "reason", "words", "asked_at", "effective_on", "kept_until", "ended_at"),
            why=_LEAVING,
        ),
        Table("offers_reminder", "at", ("step", "at"), why=_LEAVING),
        Table("offers_tried", "at", ("how", "words", "at"), why=_LEAVING),
        Table("offers_kept", "at", ("docket", "result", "service", "words", "at"), why=_LEAVING),
    ),
)
