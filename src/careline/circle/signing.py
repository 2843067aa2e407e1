"""A circle is signed: its report is kept as it is then, in both languages, with digests; afterwards it is read only."""

import hashlib
from datetime import datetime

from careline.circle import facts, rows
from careline.circle.changing import NotDone, change
from careline.circle.models import Circle, Report
from careline.circle.printed.printing import KINDS, printed
from careline.circle.progress import steps
from careline.circle.story import Story
from careline.circle.telling import tell


def sign(circle: int, expected: int, *, by: str, now: datetime) -> None:
    """Raises NotDone: `open` while a step is, besides what `change` refuses."""
    with change(circle, expected, by=by, now=now, did="sign") as one:
        found = facts.collect(one.period, rows.filters(one), rows.decided(one), now)
        if not all(step.done for step in steps(found)):
            raise NotDone("open")
        for language in ("zh", "en"):
            story = tell(found, language)
            for kind in KINDS:
                content = printed(story, kind)
                digest = hashlib.sha256(content).hexdigest()
                Report.objects.create(circle=one, language=language, kind=kind, content=content, digest=digest)
        one.signed_by, one.signed_at = by, now


def kept(circle: Circle, language: str) -> Story:
    """The story of a signed circle as it was then."""
    return Story.from_json(bytes(circle.reports.get(language=language, kind="json").content))
