"""Goods in lint's own words, so that one command finds what is wrong in any file of the packs."""

from pathlib import Path

from careline.catalogue.linting.finding import Finding, Where, error
from careline.orders import goods


def findings(packs: Path) -> tuple[Finding, ...]:
    """What is wrong with the goods of a folder of packs; one that has none sells nothing."""
    folder = packs / "common" / "goods"
    if not folder.is_dir():
        return ()
    return tuple(
        error(
            "goods",
            Where("goods", mistake.file.removesuffix(".toml"), mistake.field),
            ("商品写得不对", "these goods cannot be sold as they are"),
            (mistake.what, mistake.what),
        )
        for mistake in goods.lint(folder)
    )
