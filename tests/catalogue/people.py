"""What the catalogue's tests share: a moment, two people, and a version that went the whole way."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from careline.catalogue.version import Version

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
WRITER, REVIEWER = "lin", "zhou"


def no_errors(_: Version) -> Sequence[Any]:
    return ()


def published(**items: Any) -> Version:
    """A version with these words (`balance="余额"`), written by lin, reviewed and published by zhou."""
    version = Version.draft(by=WRITER, now=NOW)
    for key, text in items.items():
        version.edit("words", key, {"zh": text, "en": text}, by=WRITER, now=NOW, stamp=0)
    version.submit(by=WRITER, now=NOW)
    version.review(by=REVIEWER, now=NOW)
    version.publish(by=REVIEWER, now=NOW, errors=no_errors)
    return version
