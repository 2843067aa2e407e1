"""What the frame of every page says, in both languages."""

from collections.abc import Mapping

PHRASES: Mapping[str, tuple[str, str]] = {
    "hall": ("网上营业厅", "Web hall"),
    "skip": ("跳到正文", "Skip to the content"),
}
