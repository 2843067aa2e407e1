"""The duties in lint's own words, so that one command finds what is wrong in any file of the packs."""

from pathlib import Path

from careline.catalogue.linting.finding import Finding, Where, error
from careline.upkeep.duties import FILE, NotDuties, parse


def findings(packs: Path) -> tuple[Finding, ...]:
    """What is wrong with the duties of a folder of packs; a folder without them has none."""
    file = packs / "common" / FILE
    if not file.is_file():
        return ()
    known = frozenset({"always", *(path.stem for path in (packs / "common" / "calendars").glob("*.toml"))})
    try:
        parse(file.read_text(encoding="utf-8"), known)
    except (NotDuties, UnicodeDecodeError) as mistake:
        what = ("日常维护写得不对", "these duties cannot be kept as they are")
        return (error("upkeep", Where("upkeep", FILE), what, (str(mistake), str(mistake))),)
    return ()
