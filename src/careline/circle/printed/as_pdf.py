"""The story on paper: A4, with the font that evidence is printed in, pictures drawn from the same numbers."""

from datetime import datetime

from careline.cases.evidence.sheet import MARGIN
from careline.circle.printed.paper import COLOURS, INK, TALL_MIN, UNDER, Paper
from careline.circle.story import Exhibit, Section, Story

_LEAST, _MOST = 14.0, 62.0  # mm of a column
_WHITE, _SMALL = 40.0, 75.0  # mm of a page that may stay white; of a table that is kept whole


def to_pdf(story: Story) -> bytes:
    """The pages, with an outline, and the story as JSON attached."""
    page = "第 {page} 页，共 {pages} 页" if story.language == "zh" else "page {page} of {pages}"
    made = datetime.fromisoformat(story.made_at)
    language = "zh-CN" if story.language == "zh" else "en"
    paper = Paper(story.title, story.below, page, made, language)
    paper.banner(story.title, story.below)
    if story.warning:
        paper.framed(story.warning)
    for section in story.sections:
        _section(paper, section, story.language)
    paper.attach(story.to_json().encode(), "circle.json", story.title)
    return bytes(paper.output())


def _section(paper: Paper, section: Section, language: str) -> None:
    paper.heading(section.title, 30)
    paper.start_section(section.title)  # for the outline: readers jump by it
    for line in section.words:
        paper.paragraph(line, 9.5, INK)
    waiting = list(section.exhibits)
    while waiting:
        one = waiting.pop(0)
        # A picture that must wait for the next page lets a table before it, rather than leave half a page white.
        while waiting and not waiting[0].figure and one.figure and _height(paper, one) > paper.left > _WHITE:
            _exhibit(paper, waiting.pop(0), language)
        _exhibit(paper, one, language)


def _boxed(one: Exhibit) -> bool:
    return one.figure is not None and one.figure.kind in ("tree", "affinity")


def _height(paper: Paper, one: Exhibit) -> float:
    """mm that must be left for it to begin on this page: a picture and a small table are never parted."""
    if one.figure:
        return (paper.height_of(one.figure) if _boxed(one) else TALL_MIN + UNDER) + 14
    whole = paper.height_of_table(one.head, _columns(paper, one), one.rows) + 9 if one.rows else 0.0
    return whole if 30 < whole < _SMALL else 30.0


def _exhibit(paper: Paper, one: Exhibit, language: str) -> None:
    boxed = _boxed(one)
    paper.room(_height(paper, one))
    paper.set_y(paper.get_y() + 2.5)
    paper.paragraph(f"{one.named(language)}  {one.caption}", 9, COLOURS[0])
    if one.figure:
        paper.boxes(one.figure) if boxed else paper.draw(one.figure)
    if one.rows and not boxed:
        paper.grid(one.head, _columns(paper, one), one.rows)
    if one.note:
        paper.note(one.note)


def _columns(paper: Paper, one: Exhibit) -> list[float]:
    """Widths by what stands in the columns; no word is broken where there is room for it."""
    whole, many = paper.w - 2 * MARGIN, len(one.rows[0])
    columns = [[row[at] for row in one.rows] + ([one.head[at]] if one.head else []) for at in range(many)]
    wants = [
        min(max(paper.width(line) for cell in column for line in cell.split("\n")) + 5, _MOST) for column in columns
    ]
    if sum(wants) <= whole:
        if many > 3:
            return [want + (whole - sum(wants)) / many for want in wants]
        return [*wants[:-1], whole - sum(wants[:-1])]
    least = [min(want, max(_LEAST, _longest(paper, column) + 4)) for want, column in zip(wants, columns, strict=True)]
    if sum(least) >= whole:
        return [one * whole / sum(least) for one in least]
    room = (whole - sum(least)) / max(1e-9, sum(wants) - sum(least))
    return [low + (want - low) * room for low, want in zip(least, wants, strict=True)]


def _longest(paper: Paper, cells: list[str]) -> float:
    """The widest word that should not be broken; full-width letters may be parted anywhere."""
    words = [word for cell in cells for word in cell.split() if word.isascii()]
    return min(30.0, max((paper.width(word) for word in words), default=0.0))
