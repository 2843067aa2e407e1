"""What every chart is drawn with: elements, words of a known width, a frame with axes, and the whole as one picture.

A picture is 640 units wide and scales with its column. On a phone that is about half size, so charts.css sets words in 20
units there instead of 13; room is planned for the large ones, and labels of class `minor` are hidden.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from math import floor, log10

from django.utils.safestring import SafeString

WIDTH = 640.0
SMALL, LARGE = 13.0, 20.0  # units of type on a desk and on a phone; charts.css says the same
LEFT, RIGHT, BOTTOM = 70.0, 18.0, 40.0
PLOT = 210.0  # height of the plotted field
LINE = 22.0  # from one line of words to the next in such a picture
HEADED = 40.0  # height of the title of a picture that stands by itself
SERIES_MAX = 8  # colours in charts.css; beyond them they begin again

Format = Callable[[float], str]

_VIEW = re.compile(r'viewBox="0 0 ([0-9.]+) ([0-9.]+)"')
# Of a day; an axis has no room for it, tables and hints tell it.
_YEAR = re.compile(r"[0-9]{4}-(?=[0-9]{2}-[0-9]{2}\b)")
_TITLE = re.compile(r"<title id=[^>]*>(.*?)</title>")


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture, and the same as a table: its headings, and its rows as words."""

    svg: SafeString
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def count(value: float) -> str:
    """1,234; fractions with two places at most."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}".rstrip("0").rstrip(".")


def percent(share: float) -> str:
    """0.0256 -> 2.56 %."""
    return f"{share * 100:.2f} %"


def either(language: str, zh: str, en: str) -> str:
    return zh if language.startswith("zh") else en


def nothing(language: str) -> str:
    """What stands where nothing is known, or there is nothing to divide by."""
    return either(language, "—", "n/a")


def so_far(language: str) -> str:
    """What stands beside the figure of a day or an hour that is not over."""
    return either(language, "至今", "so far")


def unfinished(label: str, language: str) -> str:
    """The label of a day, a month or an hour that is not over."""
    return either(language, f"{label}（至今）", f"{label} (so far)")


def tag(name: str, *inside: str, cls: str = "", **attributes: str | float | None) -> str:
    """One element; `inside` is markup already, attributes are escaped, and `_` in their names stands for `-`."""
    named = {"class": cls or None, **{key.replace("_", "-"): value for key, value in attributes.items()}}
    written = "".join(f' {key}="{_written(value)}"' for key, value in named.items() if value is not None)
    return f"<{name}{written}>{''.join(inside)}</{name}>" if inside else f"<{name}{written}/>"


def words(said: str, x: float, y: float, cls: str = "", anchor: str = "start") -> str:
    return tag("text", escape(said), cls=cls, x=x, y=y, text_anchor=None if anchor == "start" else anchor)


def hint(said: str) -> str:
    """What a pointer that rests on an element reads."""
    return tag("title", escape(said))


def width_of(said: str, size: float = LARGE) -> float:
    """About how wide these words are: full-width letters are as wide as high, others rather more than half."""
    return sum(size if unicodedata.east_asian_width(letter) in "WF" else size * 0.58 for letter in said)


def shortened(said: str, units: float, size: float = LARGE) -> str:
    """The words, with an ellipsis where they would be wider than `units`."""
    if width_of(said, size) <= units:
        return said
    while said and width_of(said + "…", size) > units:
        said = said[:-1]
    return said + "…"


def whole(form: Format, values: Iterable[float | None]) -> bool:
    """Whether these are counts of things, of which there is no half."""
    return form is count and all(value is None or float(value).is_integer() for value in values)


def ticks(top: float, wanted: int = 4, *, whole: bool = False) -> list[float]:
    """Round values from 0 to the first at or above `top`; whole ones for counts of things."""
    if top <= 0:
        return [0.0, 1.0]
    power = 10.0 ** floor(log10(top / wanted))
    if whole:
        power = max(1.0, power)
    fit = (1, 2, 5, 10) if whole else (1, 2, 2.5, 5, 10)
    step = next(power * times for times in fit if power * times * wanted >= top * 0.999999)
    found, at = [0.0], 0
    while found[-1] < top * 0.999999:
        at += 1
        found.append(round(step * at, 12))
    return found


@dataclass(frozen=True, slots=True)
class Field:
    """The plotted field: where its corners are, and where a value stands in it."""

    top_y: float
    highest: float
    left: float = LEFT
    right: float = WIDTH - RIGHT
    tall: float = PLOT

    @property
    def bottom_y(self) -> float:
        return self.top_y + self.tall

    @property
    def width(self) -> float:
        return self.right - self.left

    def y(self, value: float) -> float:
        return self.bottom_y - self.tall * min(1.0, max(0.0, value / self.highest))

    def middle(self, index: int, of: int) -> float:
        """The middle of one of so many equal bands."""
        return self.left + self.width * (index + 0.5) / of


def scale(field: Field, values: Sequence[float], form: Format) -> list[str]:
    """Lines across the field, each with its value."""
    parts = []
    for value in values:
        y = field.y(value)
        parts.append(tag("line", cls="grid" if value else "axis", x1=field.left, x2=field.right, y1=y, y2=y))
        parts.append(words(form(value), field.left - 6, y + 5, "tick", "end"))
    return parts


def below(field: Field, labels: Sequence[str]) -> list[str]:
    """Labels under their bands: as many as fit, and as `minor` those that only fit on a desk."""
    labels = [_YEAR.sub("", label) for label in labels]
    band = field.width / max(1, len(labels))
    widest = max((width_of(label, 1.0) for label in labels), default=0.0)
    every_small = max(1, -int(-(widest * SMALL + 8) // band))
    every_large = every_small * max(1, -int(-(widest * LARGE + 8) // (band * every_small)))
    return [
        words(
            label,
            field.middle(at, len(labels)),
            field.bottom_y + 24,
            "tick" if at % every_large == 0 else "tick minor",
            "middle",
        )
        for at, label in enumerate(labels)
        if at % every_small == 0
    ]


def legend(names: Sequence[tuple[str, str]]) -> tuple[list[str], float]:
    """A key of (class, name), in as many rows as it needs, and how high it is; nothing for a single name."""
    if len(names) < 2:
        return [], 14.0
    parts, x, y = [], 8.0, 20.0
    for cls, name in names:
        wide = width_of(name) + 42
        if x > 8 and x + wide > WIDTH:
            x, y = 8.0, y + 26
        parts.append(tag("rect", cls=f"mark {cls}", x=x, y=y - 12, width=14, height=14, rx=3))
        parts.append(words(name, x + 20, y, "key"))
        x += wide
    return parts, y + 18


def series(at: int) -> str:
    return f"s{at % SERIES_MAX + 1}"


def finish(
    kind: str,
    title: str,
    about: str,
    height: float,
    parts: Sequence[str],
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    width: float = WIDTH,
) -> Chart:
    """The picture as a whole: named and described for those who do not see it, with its table."""
    name = "c" + hashlib.sha256("".join((title, about, *parts)).encode()).hexdigest()[:10]
    svg = tag(
        "svg",
        tag("title", escape(title), id=f"{name}-t"),
        tag("desc", escape(about), id=f"{name}-d"),
        *parts,
        cls=f"chart {kind}",
        viewBox=f"0 0 {_written(width)} {_written(height)}",
        role="img",
        aria_labelledby=f"{name}-t {name}-d",
        xmlns="http://www.w3.org/2000/svg",
    )
    return Chart(SafeString(svg), tuple(head), tuple(tuple(row) for row in rows))


def standalone(chart: Chart, css: str) -> str:
    """The picture as a file of its own: with a declaration, the style sheet inside, and its title above, where pages have a heading."""
    opened = chart.svg.index(">") + 1
    view = _VIEW.search(chart.svg)
    title = _TITLE.search(chart.svg)
    assert view
    assert title
    width, height = float(view[1]), float(view[2])
    # A Pareto chart has numbers below its bars; pages have their names in the table, a file has them in lines.
    lines = (
        [f"{at}  {' · '.join(row[:3])}" for at, row in enumerate(chart.rows, 1)]
        if 'class="chart pareto"' in chart.svg
        else []
    )
    below_it = "".join(words(line, 8, height + 10 + LINE * at, "key") for at, line in enumerate(lines))
    height += LINE * len(lines)
    root = chart.svg[:opened].replace(view[0], f'viewBox="0 {-HEADED:g} {width:g} {_written(height + HEADED)}"')
    ground = tag("rect", cls="sheet", x=0, y=-HEADED, width=width, height=height + HEADED)
    named = f'<text class="headed" x="8" y="-14">{title[1]}</text>'  # escaped as it stands there
    style = f"<style>{css.replace('<', '')}</style>"
    inside = chart.svg[opened:].removesuffix("</svg>")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}{style}{ground}{named}{inside}{below_it}</svg>\n'


def _written(value: str | float) -> str:
    if isinstance(value, str):
        return escape(value)
    return f"{value:.2f}".rstrip("0").rstrip(".")
