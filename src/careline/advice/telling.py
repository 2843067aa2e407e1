"""The words of advice, in both languages, with the figures that it rests on."""

from collections.abc import Sequence
from fractions import Fraction

from careline.advice.announced import Announced
from careline.advice.audio import Audited
from careline.advice.comprehension import Asked, Share
from careline.advice.coverage import Heard
from careline.advice.jargon import Jargon
from careline.advice.moving import Kind
from careline.advice.orders import Advice, Move, Moved, Why
from careline.advice.signals import Signal
from careline.advice.untouched import Untouched
from careline.hall.error_names import error_name
from careline.insight.clock import zone
from careline.values.language import Text

WHY_HELD = {
    Why.RESTS: Text("按键不久前刚动过，先不动", "one of its keys was moved lately"),
    Why.LITTLE: Text("省得太少，不值得动", "it saves too little"),
    Why.DEAR: Text("老用户按错的代价太大", "errors of habit would cost more than it saves in time"),
    Why.MANY: Text("这一版动得够多了", "this version has its share of changes"),
}
CHANGE_SIGNAL = Text(
    "把标题和选项说短、说明白，再看下月的数字。",
    "Say its title and options shorter and plainer; look again next month.",
)
CHANGE_ANNOUNCED = Text("去掉这句提示，每次通话少听一句。", "Take the words out: every call is shorter by them.")
CHANGE_ERROR = Text(
    "给这种错误写一句自己的话，中英文都写。", "Give this kind of error words of its own, in both languages."
)
CHANGE_FAILING = Text(
    "看这次拨测听到了什么，改提示语或改拨测。", "Look what the dial test heard; mend the prompt, or the test."
)
TITLE_UNDERSTOOD = Text("电话里说的话，听懂的人不到95%", "Fewer than 95 % understand what calls say")
CHANGE_UNDERSTOOD = Text(
    "改成短句和日常用词，改后再回访。", "Rewrite it in short sentences and everyday words, and ask again."
)
TITLE_AUDIO = Text("录音格式和完整性", "Sound: one format, and nothing missing")
NO_AUDIT = Text("还没有做过审查。", "No audit was ever made.")
CHANGE_AUDIO = Text("在语音工作室做一次审查。", "Make an audit in the prompt studio.")
CAVEATS: Sequence[Text] = (
    Text(
        "省下的秒数只算听提示的人；听到自己那一项就按键，这一点对新旧菜单一样假设。",
        "Seconds are those of callers who listen, taken to press as soon as their own option was said, in the old menu as in the new.",
    ),
    Text(
        "凭记忆按键的人（{times} 次以上走同一步）一秒不省，换键后会先按错：单独列为风险。",
        "Whoever took a step {times} times or more is taken to press by heart: nothing is saved, and the old key is pressed at first."
        " They are counted apart, as a risk.",
    ),
    Text(
        "中途挂断的人为什么挂，菜单回放不出来；换了顺序他们会不会办成，这里不说。",
        "Why somebody hung up cannot be replayed; whether another order would have kept them is not claimed.",
    ),
    Text(
        "时长按{language}提示音算：实际放的录音片段，没有片段的按语速估计；这里有 {measured} 按片段。",
        "Lengths are those of the {language} clips that are played, else estimated from the pace of speech: {measured} by clips.",
    ),
)  # fmt: skip


def caveats(advice: Advice) -> list[Text]:
    """What these figures do not say; for rollups without journeys, that habits are not known."""
    values = {"times": advice.rules.by_heart_times, "measured": f"{advice.measured:.0%}"}
    zh, en = ("中文", "Chinese") if advice.language == "zh" else ("英文", "English")
    told = [Text(one.zh.format(**values, language=zh), one.en.format(**values, language=en)) for one in CAVEATS]
    if advice.walks.regulars is None:
        told.append(
            Text(
                "这批记录只有汇总，看不出谁凭记忆按键。",
                "These records are sums alone: nobody's habits are known from them.",
            )
        )
    if advice.of > advice.sessions:
        told.append(
            Text(
                f"只看了最近的 {advice.sessions} 次通话，共 {advice.of} 次。",
                f"The newest {advice.sessions} of {advice.of} calls were looked at.",
            )
        )
    return told


def title_of_move(advice: Advice, move: Move) -> Text:
    first, other = _names(move)
    where = move.title
    if move.kind == Kind.LIFT:
        return Text(f"“{where.zh}”：把“{first.zh}”提上来一层", f"{where.en}: lift “{first.en}” a level")
    return Text(f"“{where.zh}”：“{first.zh}”和“{other.zh}”换键", f"{where.en}: exchange “{first.en}” and “{other.en}”")


def why_of_move(advice: Advice, move: Move) -> Text:
    people = sum(one.by_heart or 0 for one in move.moved)
    a_day = advice.a_day(move.seconds)
    zh = f"每千次通话少听 {move.seconds:,.0f} 秒、少按 {move.keys:,.0f} 键；每天约 {a_day:,.0f} 秒。"
    en = (
        f"Saves {move.seconds:,.0f} seconds and {move.keys:,.0f} keys in 1,000 calls, about {a_day:,.0f} seconds a day."
    )
    if advice.walks.regulars is None:
        return Text(zh, en)
    if not people:
        return Text(zh + "没有人凭记忆按这些键。", en + " Nobody knows these keys by heart.")
    zh += f"凭记忆按这些键的有 {people:,} 人，按错共约 {move.seconds_lost:,.0f} 秒"
    who = f"{people:,} people know" if people > 1 else "One person knows"
    en += f" {who} these keys by heart and will lose about {move.seconds_lost:,.0f} seconds once"
    back = max(1, round(move.earned_back_days)) if move.earned_back_days else 0
    if back:
        zh, en = zh + f"，{back:,} 天挣回", en + f", earned back in {back:,} day{'s' if back > 1 else ''}"
    return Text(zh + "。", en + ".")


def change_of_move(move: Move) -> Text:
    return Text("；".join(_key(one).zh for one in move.moved), "; ".join(_key(one).en for one in move.moved))


def _key(one: Moved) -> Text:
    if not one.before:
        return Text(
            f"“{one.name.zh}”：{one.after} 键（下层照旧）", f"“{one.name.en}”: key {one.after} (and below as before)"
        )
    return Text(
        f"“{one.name.zh}”：{one.before} 键 → {one.after} 键", f"“{one.name.en}”: key {one.before} → {one.after}"
    )


def _names(move: Move) -> tuple[Text, Text]:
    by_place = {one.place: one.name for one in move.moved}
    none = Text("", "")
    return by_place.get(move.change.comes, none), by_place.get(move.change.first, none)


def title_untouched(advice: Advice, one: Untouched) -> Text:
    where = advice.menu.nodes[one.node].title
    return Text(f"“{where.zh}”里的“{one.name.zh}”没有人按", f"{where.en}: nobody chose “{one.name.en}”")


def why_untouched(advice: Advice, one: Untouched) -> Text:
    days = one.days(advice.period.until)
    last = one.last.isoformat() if one.last else None
    zh = f"播报了 {one.offered:,} 次，没有人选；" + (
        f"上一次是 {last}。" if last else f"有记录以来（{days or 0} 天）从没有人选。"
    )
    en = f"Said {one.offered:,} times and never chosen; " + (
        f"last on {last}." if last else f"never since records began ({days or 0} days)."
    )
    if one.elsewhere:
        zh += f"同一时间各渠道办了 {one.elsewhere:,} 次：有人要，只是这里没找到。"
        en += f" It was asked for {one.elsewhere:,} times on all channels: it is wanted, and not found here."
    return Text(zh, en)


def change_untouched(one: Untouched) -> Text:
    if one.elsewhere:
        return Text("换一个客户说的名字，或换个地方放。", "Call it what customers call it, or list it elsewhere.")
    if ":" not in one.place:
        return Text(
            "看它的名字说没说清下面有什么；说清了就放到最后。",
            "Look whether its name says what is below it; if so, put it last.",
        )
    return Text("从菜单里去掉，或放到最后。", "Take it out of the menu, or put it last.")


def title_of_signal(one: Signal) -> Text:
    return Text(f"“{one.title.zh}”常要重听或走回头路", f"“{one.title.en}” is often asked for again or turned back from")


def why_of_signal(one: Signal) -> Text:
    share = percent(one.share)
    return Text(
        f"到访 {one.visits:,} 次：重听 {one.repeats:,}，马上返回 {one.backs:,}，按错键后结束 {one.missed:,}，合计 {share}。",
        f"Of {one.visits:,} visits, {one.repeats:,} were repeated, {one.backs:,} turned back at once, {one.missed:,} ended after"
        f" wrong keys: {share}.",
    )


def title_announced(one: Announced) -> Text:
    return Text(f"“{one.title.zh}”还在说按键有调整", f"“{one.title.en}” still says that its keys have changed")


def why_announced(one: Announced) -> Text:
    return Text(
        f"从 {one.since:%Y-%m-%d} 说起，该说到 {one.until:%Y-%m-%d}。",
        f"Since {one.since:%Y-%m-%d}; due to end on {one.until:%Y-%m-%d}.",
    )


def title_unsound(row: Heard) -> Text:
    name = error_name(row.prompt.kind)
    if row.prompt.missing:
        return Text(f"错误“{name.zh}”没有提示语", f"No words for the error “{name.en}”")
    return Text(f"错误“{name.zh}”和别的错误说一样的话", f"The error “{name.en}” shares its words")


def why_unsound(row: Heard, days: int) -> Text:
    zh, en = f"{days} 天里发生 {row.happened:,} 次", f"Happened {row.happened:,} times in {days} days"
    if others := [error_name(kind) for kind in row.prompt.shared_with]:
        zh += f"；说同样话的：{'、'.join(one.zh for one in others)}"
        en += f"; shared with: {', '.join(one.en for one in others)}"
    return Text(zh + "。", en + ".")


def title_failing(row: Heard) -> Text:
    name = error_name(row.prompt.kind)
    return Text(f"拨测没听到“{name.zh}”的提示语", f"A dial test did not hear the words for “{name.en}”")


def why_failing(row: Heard) -> Text:
    at = f"{row.failing.astimezone(zone()):%Y-%m-%d %H:%M}" if row.failing else ""
    return Text(f"{at}：{row.why_failing}", f"{at}: {row.why_failing}")


def why_understood(told: Share) -> Text:
    low, high = told.interval or (0.0, 1.0)
    return Text(
        f"回访 {told.asked:,} 人，听懂 {told.understood:,} 人：{percent(told.share)}（95% 置信区间 {low:.1%} 到 {high:.1%}）。",
        f"{told.understood:,} of {told.asked:,} asked understood: {percent(told.share)} (95 % interval {low:.1%} to {high:.1%}).",
    )


def title_of_text(text: Asked) -> Text:
    said = text.text or Text("", "")
    return Text(f"听不懂：“{_short(said.zh)}”", f"Not understood: “{_short(said.en)}”")


def title_of_jargon(one: Jargon) -> Text:
    words = ", ".join(one.words)
    return Text(f"行话：{words}", f"Jargon: {words}")


def why_jargon(one: Jargon) -> Text:
    return Text(f"{one.key}：{_short(one.text.zh)}", f"{one.key}: {_short(one.text.en)}")


def why_audio(audited: Audited) -> Text:
    formats = ", ".join(f"{name} × {count}" for name, count in sorted(audited.formats.items())) or "–"
    at = f"{audited.at:%Y-%m-%d}"
    return Text(
        f"{at} 审查：{formats}；缺 {audited.missing}，坏 {audited.broken}。",
        f"Audit of {at}: {formats}; {audited.missing} missing, {audited.broken} broken.",
    )


def change_audio(standard: str) -> Text:
    return Text(
        f"全部转成唯一的格式（{standard}），缺的合成或录上。",
        f"Turn all into the one format ({standard}); render or record the missing.",
    )


def percent(share: Fraction | float | None) -> str:
    return "n/a" if share is None else f"{float(share) * 100:.1f} %"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:60] + "…"
