"""What the line itself says: rendered before the first call, so that it can be said without the hall.

The texts are words of the catalogue (`voice.call.*`, packs/common/voice/call.toml) like all others. The hall process
renders them at its start and after each publishing, and writes down where they lie; workers read that.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from careline.channels.calls.lines import Clip
from careline.values.language import Text

LANGUAGES = ("zh", "en")
# Said without the hall. A published catalogue that is older than calls, or lost some of these words, does not end calls:
# then ours are said.
OURS = {
    "one_moment": Text("请稍候。", "One moment, please."),
    "fault": Text("对不起，系统出了故障。请稍候。", "Sorry, our system has a fault. Please wait."),
    "fault_person": Text("系统还没有恢复，为您转人工。", "Our system is still down. We put you through to a person."),
    "fault_goodbye": Text(
        "系统还没有恢复，请稍后再打来。再见。", "Our system is still down. Please call again later. Goodbye."
    ),
    "still_there": Text("您的线路还在，请稍候。", "You are still connected. Please wait."),
    "next": Text("您是下一位。", "You are next."),
    "callback_key": Text("由我们回电，请按1。", "To be called back, press 1."),
    "menu_key": Text("回到菜单，请按星号键。", "To return to the menu, press star."),
    "recorded": Text("通话会录音。", "This call is recorded."),
    "callback_hello": Text("您好，您约了回电。请稍候。", "Hello, you asked us to call back. Please wait."),
    "nobody": Text("对不起，现在没有人能接听。", "Sorry, nobody can answer now."),
    "too_long": Text("通话时间到了，请重新拨打。再见。", "This call has reached its time limit. Goodbye."),
    "served": Text(
        "这个号码正在另一个电话里办理业务。请稍候，为您转人工。",
        "This number is being served in another call. Please wait, we put you through to a person.",
    ),
    "served_goodbye": Text(
        "请在那个电话结束以后再打来。再见。", "Please call again when that call has ended. Goodbye."
    ),
}
POSITION = Text("您前面还有{before}位。", "Callers before you: {before}.")  # made when it is needed, for its numbers
FIXED = tuple(OURS)


def words_of(words: Mapping[str, Text], key: str) -> Text:
    """The catalogue's own words for what the line says, or ours."""
    return words.get(f"voice.call.{key}") or (POSITION if key == "position" else OURS[key])


class Announcements(msgspec.Struct):
    """Where the clips lie: language -> key -> clips, in order; and the melody of the hold."""

    clips: dict[str, dict[str, list[Clip]]]
    melody: str = ""


def render(said: Callable[[str, str], Sequence[Clip]], text_of: Callable[[str, str], str]) -> Announcements:
    """All fixed announcements; `text_of(key, language)` are the words, `said(text, language)` makes them sound."""
    return Announcements(
        {language: {key: list(said(text_of(key, language), language)) for key in FIXED} for language in LANGUAGES}
    )


def write(announcements: Announcements, path: Path) -> None:
    """Put them where workers look, whole or not at all; what is there already stays, so that nobody reads it again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    written = msgspec.json.encode(announcements)
    if path.is_file() and path.read_bytes() == written:
        return
    fresh = path.with_suffix(".new")
    fresh.write_bytes(written)
    fresh.replace(path)


def read(path: Path) -> Announcements:
    """What was written. Raises OSError where nothing was yet."""
    return msgspec.json.decode(path.read_bytes(), type=Announcements)
