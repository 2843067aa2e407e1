"""Whose records there are: our own, those that were imported, and what the demo invented."""

from careline.insight.folding import OWN
from careline.postgres import sql

DEMO = "demo"


def known() -> list[str]:
    """Our own first, then the others by name; one statement."""
    rows = sql.run("SELECT source FROM insight_mark UNION SELECT source FROM insight_import ORDER BY 1")
    return [OWN, *(row[0] for row in rows if row[0] != OWN)]
