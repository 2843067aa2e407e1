"""The report on paper, page by page: nothing leaves half a page white, and no table ends with a row or two on a page of its own."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pypdfium2
import pytest
from PIL import ImageOps

from careline.circle import facts, golden
from careline.circle.printed.as_pdf import to_pdf
from careline.circle.story import Exhibit, Section, Story
from careline.circle.telling import tell
from careline.insight.asking import Filters

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 10, 4, tzinfo=UTC)
FOOT = 0.93  # of a page: what is below is its foot
LEAST = 0.6  # of a page is written on, unless it is the last


@pytest.fixture
def found() -> facts.Facts:
    golden.load(NOW)
    return facts.collect(golden.PERIOD, Filters(sources=(golden.SOURCE,)), golden.decisions(), NOW)


def reach(written: bytes) -> list[float]:
    """How far down each page is written on."""
    reached = []
    for page in pypdfium2.PdfDocument(written):
        picture = page.render(scale=0.3, grayscale=True).to_pil()
        body = picture.crop((0, 0, picture.width, int(picture.height * FOOT)))
        box = ImageOps.invert(body).point(lambda value: 255 if value > 40 else 0).getbbox()
        reached.append(box[3] / picture.height if box else 0.0)
    return reached


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_but_the_last_is_left_half_white_wherever_the_tree_of_causes_falls(
    found: facts.Facts, language: str
) -> None:
    story = tell(found, language)
    for more in (0, 7, 14, 21, 28, 35):
        sections = [
            replace(one, words=[*one.words, *["…"] * more]) if one.key == "analysis" else one for one in story.sections
        ]
        reached = reach(to_pdf(replace(story, sections=sections)))
        assert min(reached[:-1]) > LEAST, (more, reached)


def story_of(rows: int, before: int) -> Story:
    table = Exhibit("table", "1-1", "Days", ("day", "calls"), [(f"row {at}", f"{at}") for at in range(1, rows + 1)])
    return Story("en", "Pages", "", "", [Section("one", "One", ["…"] * before, [table])], {}, NOW.isoformat())


def days_of_pages(written: bytes) -> Iterator[int]:
    for page in pypdfium2.PdfDocument(written):
        yield page.get_textpage().get_text_bounded().count("row ")


def test_a_table_never_ends_with_one_or_two_rows_on_a_page_of_their_own() -> None:
    for rows in range(28, 40):
        found = list(days_of_pages(to_pdf(story_of(rows, 3))))
        assert sum(found) == rows
        assert all(later == 0 or later >= 3 for _, later in pairwise(found)), (rows, found)


def test_a_small_table_is_kept_on_one_page() -> None:
    for before in range(20, 50, 3):
        found = list(days_of_pages(to_pdf(story_of(6, before))))
        assert 6 in found, (before, found)
