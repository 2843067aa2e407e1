"""What the line itself says: rendered before the first call, so that it can be said without the hall.

The texts are words of the catalogue (`voice.call.*`, packs/common/voice/call.toml) like all others. The hall process
renders them at its start and after each publishing, and writes down where they lie; workers read that.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from careline.channels.calls.lines import Clip

LANGUAGES = ("zh", "en")
# Said without the hall; the others of the family have placeholders and are made when needed.
FIXED = (
    "one_moment", "fault", "fault_person", "fault_goodbye", "still_there", "next", "callback_key", "menu_key", "recorded",
    "callback_hello", "nobody", "too_long", "too_many",
)  # fmt: skip


class Announcements(msgspec.Struct):
    """Where the clips lie: language -> key -> clips, in order; and the melody of the hold."""

    clips: dict[str, dict[str, list[Clip]]]
    melody: str = ""


def render(said: Callable[[str, str], Sequence[Clip]], text_of: Callable[[str, str], str]) -> Announcements:
    """All fixed announcements; `text_of(key, language)` are the words, `said(text, language)` makes them sound."""
    return Announcements(
        {
            language: {key: list(said(text_of(f"voice.call.{key}", language), language)) for key in FIXED}
            for language in LANGUAGES
        }
    )


def write(announcements: Announcements, path: Path) -> None:
    """Put them where workers look, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_bytes(msgspec.json.encode(announcements))
    fresh.replace(path)


def read(path: Path) -> Announcements:
    """What was written. Raises OSError where nothing was yet."""
    return msgspec.json.decode(path.read_bytes(), type=Announcements)
