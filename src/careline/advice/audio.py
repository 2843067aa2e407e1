"""The formats of what calls play: the newest audit with its verdict, against the one format of the house."""

from dataclasses import dataclass
from datetime import datetime

from careline.prompts.auditing import HOUSE
from careline.prompts.logbook import Deed
from careline.prompts.models import Work


@dataclass(frozen=True, slots=True)
class Audited:
    """What the newest audit found; `standard` is the only format there may be."""

    at: datetime
    by: str
    formats: dict[str, int]
    missing: int
    broken: int
    stale: int
    standard: str = HOUSE

    @property
    def uniform(self) -> bool:
        """One format, and that of the house; no recordings at all are no mixture either."""
        return set(self.formats) <= {self.standard}

    @property
    def fine(self) -> bool:
        return self.uniform and not self.missing and not self.broken


def newest() -> Audited | None:
    """None where no audit was ever made; one statement."""
    work = Work.objects.filter(did=Deed.AUDIT).order_by("-at").first()
    if work is None:
        return None
    numbers = {name: int(work.detail.get(name, 0)) for name in ("missing", "broken", "stale")}
    formats = {str(name): int(count) for name, count in work.detail.get("formats", {}).items()}
    return Audited(work.at, work.by, formats, numbers["missing"], numbers["broken"], numbers["stale"])
