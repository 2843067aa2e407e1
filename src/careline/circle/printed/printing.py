"""A story as a file of one of its kinds."""

from importlib.resources import files

from careline.circle.printed.as_html import to_html
from careline.circle.printed.as_pdf import to_pdf
from careline.circle.story import Story

KINDS = {"html": "text/html; charset=utf-8", "pdf": "application/pdf", "json": "application/json"}


def printed(story: Story, kind: str) -> bytes:
    """Raises KeyError for a kind that there is not."""
    if kind == "html":
        css = (files("careline.staff") / "static" / "careline" / "charts.css").read_text(encoding="utf-8")
        return to_html(story, css).encode()
    return {"pdf": to_pdf, "json": _as_json}[kind](story)


def _as_json(story: Story) -> bytes:
    return story.to_json().encode()
