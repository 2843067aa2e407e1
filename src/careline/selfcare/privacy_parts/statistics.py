"""Counts by number: how often somebody called in a month, and whom we called about it."""

from careline.selfcare.privacy import Part, Table
from careline.values.language import Text

PART = Part(
    11,
    Text("统计用的次数", "Counts"),
    Text("看谁反复来电，说明自助没办好", "To see who has to call again and again, which means self-service failed"),
    (
        Table("insight_caller", "month", ("month", "channel", "dials"), goes="true"),
        Table("insight_record", "ended_at", ("service", "verb", "ended_at"), goes="true", forget="msisdn = ''"),
        Table("insight_callback", "made_at", ("month", "channel", "dials", "made_at", "done_at", "words"), goes="true"),
    ),
)
