"""Hand-written dial tests in lint's own words, so that one command finds what is wrong in any file of the packs."""

from pathlib import Path

from careline.catalogue.linting.finding import Finding, Where, error
from careline.probes.files import ProbeError, read


def findings(packs: Path) -> tuple[Finding, ...]:
    """What is wrong with the probes of a folder of packs; a folder without them has none."""
    found = []
    for file in sorted((packs / "common" / "probes").glob("*.toml")):
        try:
            read(file)
        except ProbeError as mistake:
            what = ("拨测写得不对", "this dial test cannot be run as it is")
            found.append(error("probe", Where("probe", file.name), what, (mistake.text.zh, mistake.text.en)))
    return tuple(found)
