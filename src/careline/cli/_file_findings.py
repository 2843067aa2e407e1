"""What lint finds in the files that are served as they lie there, and belong to no version of the catalogue."""

from pathlib import Path

from careline.cases.subjects import linting as complaints
from careline.catalogue.linting.finding import Finding
from careline.offers import linting as offers
from careline.orders import linting as goods
from careline.probes import linting as probes
from careline.upkeep import linting as upkeep


def of_files(packs: Path) -> tuple[Finding, ...]:
    """Complaints, offers, goods, dial tests and duties of a folder of packs."""
    return tuple(found for room in (complaints, offers, goods, probes, upkeep) for found in room.findings(packs))
