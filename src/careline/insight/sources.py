"""Whose records there are: our own, those that were imported, and what the demo invented."""

from collections.abc import Iterable, Mapping

from careline.insight.folding import OWN, PROBES
from careline.postgres import sql
from careline.values.language import Text

DEMO = "demo"
NAMES: Mapping[str, Text] = {
    OWN: Text("本系统记录", "our own records"),
    DEMO: Text("演示数据", "invented for the demo"),
    PROBES: Text("拨测", "dial tests"),
    "golden": Text("2008 年金标数据", "golden set of 2008"),
    "rehearsal": Text("演练的愿望", "rehearsed wishes"),
}


def known() -> list[str]:
    """Our own first, then the others by name; one statement."""
    rows = sql.run("SELECT source FROM insight_mark UNION SELECT source FROM insight_import ORDER BY 1")
    return [OWN, *(row[0] for row in rows if row[0] != OWN)]


def called(source: str, language: str) -> str:
    """What a source is called; an imported one has the name that it was imported under."""
    return NAMES[source].read(language) if source in NAMES else source


def listed(sources: Iterable[str], language: str) -> str:
    return ("、" if language == "zh" else ", ").join(called(one, language) for one in sources)
