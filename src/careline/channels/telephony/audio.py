"""Clips as WAV files for other people's servers, at addresses that nobody guesses.

A clip's id is made from its words, and some words are about one customer: the address carries a signature besides.
"""

import hmac
import re
from hashlib import sha256

from django.conf import settings

KEPT_SECONDS = 365 * 86400  # a clip never changes: other words have another id
_NAMED = re.compile(r"([0-9a-f]{8,128})-([0-9a-f]{32})")


def name_of(clip: str) -> str:
    """The clip's name in addresses, without .wav."""
    return f"{clip}-{_signature(clip)}"


def clip_of(name: str) -> str | None:
    """The id of a clip, if the name is one that we gave."""
    found = _NAMED.fullmatch(name)
    if found is None or not hmac.compare_digest(found[2], _signature(found[1])):
        return None
    return found[1]


def _signature(clip: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), b"telephony.audio:" + clip.encode(), sha256).hexdigest()[:32]
