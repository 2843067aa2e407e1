"""What these pages say, in both languages."""

from collections.abc import Mapping

PHRASES: Mapping[str, tuple[str, str]] = {
    "hello": ("您好", "Hello"),
    "person_title": ("找人工", "Talk to a person"),
}
