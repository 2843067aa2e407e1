"""The language of the command line: Chinese or English."""

import os


def chinese() -> bool:
    """Whether to speak Chinese: CARELINE_LANG decides, else the usual variables of the system in their usual order."""
    for name in ("CARELINE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if chosen := os.environ.get(name):
            return chosen.lower().startswith("zh")
    return False


def text(zh: str, en: str) -> str:
    """The text in the language of this process."""
    return zh if chinese() else en
