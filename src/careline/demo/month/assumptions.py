"""Everything that a rehearsed month takes for granted, one field each, with where its value comes from.

Only customers and the carrier's bad days are simulated; what the hall makes of them is not. A value without a source says
"assumed": nobody measured it, and `careline rehearse month --set name=value` tries another.
"""

from dataclasses import dataclass, field, fields, replace
from typing import Any

from careline.values.language import Text

ASSUMED = Text("假设", "assumed")


def _of(value: Any, zh: str, en: str, source: Text = ASSUMED) -> Any:
    return field(default=value, metadata={"words": Text(zh, en), "source": source})


@dataclass(frozen=True, slots=True)
class Assumptions:
    # what is wanted
    wishes_a_day: int = _of(
        640,
        "每天想开通或关闭业务的联系",
        "contacts a day that want something opened or closed",
        Text(
            "一个月约 19,690 次申请，2008 年的四个数在此规模上恰好成立",
            "a month has about the 19,690 applications at which the figures of 2008 are exact",
        ),
    )
    questions: float = _of(0.3, "另有多少只为查询（占前者）", "contacts that only ask, for each of these")
    texts: float = _of(0.2, "用短信的比例", "share that write a text")
    cancels: float = _of(0.25, "想关闭的比例", "share that want something closed")
    steepness: float = _of(
        1.1, "热门业务的集中程度（齐普夫指数）", "exponent of Zipf's law over services, the most wanted first"
    )
    weekend: float = _of(
        0.8,
        "周末来人与平日之比",
        "people of a weekend day against a working day",
        Text("与演示数据相同", "as in the demo's own figures"),
    )
    # how people are
    trade_words: float = _of(0.4, "懂行业术语的客户", "share of customers who know the trade's words")
    regulars: float = _of(
        0.25, "背得出按键的客户", "share who know the keys to what they want by heart, as of the old menu"
    )
    patience_seconds: float = _of(330.0, "一次通话的耐心（中位数，秒）", "patience for one call, median seconds")
    patience_spread: float = _of(0.6, "耐心的离散（对数正态）", "spread of patience (log-normal)")
    declines: float = _of(0.001, "听到价格后不要了", "who hear the price and do not want it after all")
    redials: float = _of(0.4, "没办成的隔一会再来", "who try once more within hours when nothing came of it")
    # how they hear
    miss_plain: float = _of(0.002, "没认出说得明白的选项", "an option in plain words is not recognised")
    miss_trade: float = _of(
        0.04, "不懂术语者没认出含术语的选项", "one with trade words, by those who do not know these"
    )
    miss_sound: float = _of(
        0.012, "没听清格式不一的录音", "one whose recording is of another format than its neighbours (level, hiss)"
    )
    odd_recordings: float = _of(0.3, "格式不一的录音", "share of recordings in another format, before",
                                Text("2008 年有四种格式；比例是假设", "four formats were in use in 2008; the share: assumed"))  # fmt: skip
    mistaken: float = _of(0.0006, "把别的选项当成要找的", "another option is taken for the right one")
    second_hearing: float = _of(0.6, "重听后认出", "what was missed is recognised at the next hearing")
    unsettled: float = _of(
        0.01, "不懂术语者被问句难住", "a question with trade words unsettles those who do not know them"
    )
    # how they press and write
    slips: float = _of(0.0025, "按错键", "a key is pressed wrongly")
    fumbles: float = _of(0.001, "没来得及按", "nothing is pressed in time")
    after_own_words: float = _of(0.95, "错误有专门提示后接着办", "go on after an error that has words of its own")
    after_shared_words: float = _of(
        0.6, "错误只有笼统提示后接着办", "go on after an error told in the same words as others"
    )
    codes: float = _of(0.6, "短信用代码的比例", "share of texts that are a published code")
    typos: float = _of(0.02, "短信写错一个字", "texts in words with one sign missing")
    tries_again: float = _of(0.3, "系统故障后当场再试", "try again at once after a fault of the system")
    # when nothing was recognised: what then (the rest hangs up)
    repeats: float = _of(0.55, "没找到时重听", "hear the menu again")
    goes_back: float = _of(0.2, "没找到时返回上层", "go back one node")
    asks_person: float = _of(0.07, "没找到时转人工", "ask for a person")
    # the carrier, as bad after as before
    outages: float = _of(2.0, "每月系统中断次数", "outages a month by day (Poisson)")
    outage_minutes: float = _of(20.0, "一次中断的时长（平均，分钟）", "length of one, mean minutes (exponential)")
    busy_share: float = _of(0.002, "忙时被拒的办理", "share of orders refused as too busy in busy hours")
    silent_share: float = _of(
        0.001, "没有答复的办理", "share of orders that are never answered; half of them were done"
    )
    # what the house does about them
    retake_minutes: float = _of(180.0, "故障时接下、事后代办的时限（分钟）", "orders taken over in a fault are asked for again so long",
                                Text("产品设置 CARELINE_RETAKE_MINUTES", "a setting of the product, CARELINE_RETAKE_MINUTES"))  # fmt: skip

    def told(self) -> list[tuple[str, Any, Text, Text]]:
        """Each as (name, value, words, source)."""
        return [
            (one.name, getattr(self, one.name), one.metadata["words"], one.metadata["source"]) for one in fields(self)
        ]

    def but(self, changes: dict[str, str]) -> "Assumptions":
        """With other values, as typed; raises ValueError for a name or number that is none."""
        known = {one.name: type(getattr(self, one.name)) for one in fields(self)}
        if unknown := set(changes) - set(known):
            raise ValueError(f"there is no assumption {', '.join(sorted(unknown))}")
        return replace(self, **{name: known[name](value) for name, value in changes.items()})


TOGETHER_HOURS = 2  # whose people are served side by side: half the statements of serving them by the hour
# People come by the hours of the demo's own figures.
HOURS = (2, 1, 1, 1, 1, 2, 4, 9, 16, 24, 26, 22, 18, 17, 20, 24, 25, 22, 19, 24, 26, 20, 11, 5)
BUSY = frozenset({8, 10, 14, 16, 18, 20})  # by the first hour of two
# What most people want first; everything else follows in an order of its own, by chance of the seed.
HOT = (
    "caller_id",
    "pkg_data",
    "ringback",
    "mobile_paper",
    "pkg_sms",
    "missed_call",
    "fetion",
    "call_waiting",
    "music_club",
)
