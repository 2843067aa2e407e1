"""What people of the town found on their bills besides the usual: one example of each kind of billing error, and honest items.

By name, then months ago. Last month's are for trying; the month before holds what looks wrong and is right.
"""

from collections.abc import Mapping, Sequence

from careline.carrier.adapters.sandbox.charging import Charged
from careline.values.language import Text

BILLED: Mapping[str, Mapping[int, Sequence[Charged]]] = {
    # Collected for a content provider, and she never subscribed: what her family fears.
    "陈桂兰": {
        1: [Charged("sp_health", 1000, Text("养生每日说", "Daily health tips"), "康乐传媒", day=6)],
    },
    # The border of two regions runs through his taxi's usual streets.
    "刘建国": {
        1: [
            Charged(
                "roaming", 90, day=9, hour=7,
                cdr={"kind": "roaming", "seconds": 84, "cell": "SY-7021", "border": True, "home_fee": 30},
            ),
            Charged("calls", 30, day=9, hour=8, cdr={"kind": "local", "seconds": 95, "cell": "HT-1140"}),
        ],
    },
    # His form says five yuan for ringback tones.
    "唐一鸣": {
        1: [Charged("ringback", 800, Text("彩铃", "Ringback tone"), day=1, agreed=500)],
    },
    # Only makes calls: an announcement that was charged, a call that never ended, one of a second, one charged twice.
    "罗莎": {
        1: [
            Charged("announcement", 45, day=3, hour=20, cdr={"kind": "announcement", "seconds": 18, "cell": "HT-1101"}),
            Charged("long", 21_600, day=11, hour=22, cdr={"kind": "long", "seconds": 43_200, "cell": "HT-1101"}),
            Charged("calls", 15, day=14, hour=9, cdr={"kind": "local", "seconds": 1, "cell": "HT-1101"}),
            Charged("calls", 60, day=21, hour=18, cdr={"kind": "local", "seconds": 232, "cell": "HT-1102"}),
            Charged("calls", 60, day=21, hour=18, cdr={"kind": "local", "seconds": 232, "cell": "HT-1102"}),
        ],
        2: [Charged("long", 420, day=8, hour=21, cdr={"kind": "long", "seconds": 840, "cell": "HT-1101"})],
    },
    # Watched films on the train: data besides his plan, for which a package would have been cheaper.
    "郑小军": {
        1: [Charged("data", 3300, day=18)],
    },
    # The provider collects a yuan more than the three that she, or her friend, agreed to; the secretary is an honest charge.
    "孙丽": {
        1: [Charged("sp_joke", 400, Text("每日一笑", "A joke a day"), "乐天信息", day=28)],
    },
}  # fmt: skip
