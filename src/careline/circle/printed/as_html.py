"""The story as one page of HTML that stands by itself: prints as it reads, asks for nothing from elsewhere."""

from collections.abc import Sequence
from html import escape

from careline import charts
from careline.charts import Chart
from careline.charts.laying import OPEN
from careline.circle.story import Exhibit, Figure, Story

_CSS = """
:root { color-scheme: light; }
body { margin: 0 auto; max-width: 60rem; padding: 2rem 1rem; line-height: 1.6; color: #172026; background: #fff;
  font-family: system-ui, "Segoe UI", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif; }
h1 { font-size: 1.7rem; margin: 0; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .4rem; color: #0a5a73; }
.soft { color: #4d5a64; }
.warning { border-left: 4px solid #b25e00; background: #fff6ea; padding: .6rem .9rem; }
p { margin: .35rem 0; }
figure { margin: 1rem 0; }
figcaption { font-weight: 600; margin-bottom: .3rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; padding: .25rem .5rem; border-bottom: 1px solid #dbe1e6; vertical-align: top; }
td, tbody th { font-variant-numeric: tabular-nums; }
tbody th { font-weight: 600; }
thead th, thead td { background: #eef2f4; }
nav ol { columns: 2; padding-left: 1.4rem; font-size: .9rem; list-style: none; }
a { color: #0a5a73; }
.nested { margin: .4rem 0 0; }
@media (max-width: 600px) { nav ol { columns: 1; } }
@page { size: A4; margin: 16mm; }
@media print {
  nav { display: none; } h2, figcaption { break-after: avoid; } tr, .chart { break-inside: avoid; } .scroll { overflow: visible; }
  thead { display: table-header-group; }
  body { padding: 0; font-size: 10pt; }
}
"""


def to_html(story: Story, chart_css: str = "") -> str:
    """The page; `chart_css` colours what careline.charts draws (staff/static/careline/charts.css)."""
    contents = "".join(f'<li><a href="#{one.key}">{escape(one.title)}</a></li>' for one in story.sections)
    parts = [
        "<header>", f"<h1>{escape(story.title)}</h1>", f'<p class="soft">{escape(story.below)}</p>',
        f'<p class="warning" role="note">{escape(story.warning)}</p>' if story.warning else "", "</header>",
        f'<nav aria-label="{"目录" if story.language == "zh" else "Contents"}"><ol>{contents}</ol></nav>', "<main>",
    ]  # fmt: skip
    for section in story.sections:
        words = "".join(f"<p>{escape(line)}</p>" for line in section.words)
        shown = "".join(exhibit_html(one, story.language) for one in section.exhibits)
        parts.append(f'<section id="{section.key}"><h2>{escape(section.title)}</h2>{words}{shown}</section>')
    language = "zh-CN" if story.language == "zh" else "en"
    css = (_CSS + chart_css).replace("<", "")
    return (
        f'<!DOCTYPE html>\n<html lang="{language}" data-look="light"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(story.title)}</title><style>{css}</style></head><body>{''.join(parts)}</main></body></html>\n"
    )


def exhibit_html(one: Exhibit, language: str) -> str:
    """Caption, picture, table and note of an exhibit; a picture without rows of its own has its table below."""
    chart = draw(one.figure, one.caption, language) if one.figure else None
    head, rows = (one.head, one.rows) if one.rows or chart is None else (chart.head, chart.rows)
    name = f' id="{one.key}"' if one.key else ""
    title = escape(f"{one.named(language)}  {one.caption}")
    picture = str(chart.svg) if chart else ""
    grid = _table(head, rows, title) if rows else ""
    if one.figure and one.figure.kind in ("tree", "affinity"):
        grid = _nested(one.figure)
    note = f'<p class="soft">{escape(one.note)}</p>' if one.note else ""
    return f"<figure{name}><figcaption>{title}</figcaption>{picture}{grid}{note}</figure>"


def _nested(figure: Figure) -> str:
    """The same as a list of lists, for those who do not see the picture."""

    def leaf(name: str, mark: str) -> str:
        mark = mark.removeprefix(OPEN)
        return f"<li>{escape(name)}{f' <strong>({escape(mark)})</strong>' if mark else ''}</li>"

    groups = "".join(
        f"<li>{escape(group)}" + (f"<ul>{''.join(leaf(*one) for one in leaves)}</ul>" if leaves else "") + "</li>"
        for group, leaves in figure.groups
    )
    return f'<ul class="nested">{groups}</ul>'


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], title: str) -> str:
    heads = "".join(f'<th scope="col">{escape(one)}</th>' if one else "<td></td>" for one in head)
    lines = "".join(f"<tr>{_cells(row)}</tr>" for row in rows)
    grid = f"<table><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>"
    return f'<div class="scroll held" tabindex="0" role="group" aria-label="{title}">{grid}</div>'


def _cells(row: Sequence[str]) -> str:
    first = f'<th scope="row">{escape(row[0])}</th>' if row and row[0] else "<td></td>" if row else ""
    return first + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])


def draw(figure: Figure, title: str, language: str) -> Chart:
    form = charts.percent if figure.form == "percent" else charts.count
    names = list(figure.series)
    if figure.kind == "tree":
        return charts.tree(title, figure.root, figure.groups, language=language)
    if figure.kind == "affinity":
        return charts.affinity(title, figure.groups, language=language)
    if figure.kind == "line":
        return charts.line(title, figure.labels, figure.series, goals=figure.goals, form=form,
                           running=figure.running, language=language)  # fmt: skip
    values = [value or 0.0 for value in figure.series[names[0]]]
    if figure.kind == "pareto":
        causes = [(label, int(value)) for label, value in zip(figure.labels, values, strict=True)]
        return charts.pareto(title, causes, language=language)
    if figure.kind == "bars":
        return charts.bars(title, figure.labels, {names[0]: values}, form=form, lying=True, language=language)
    if figure.kind == "phases":
        return charts.phases(title, figure.labels, values, name=names[0], centres=figure.centres, lower=figure.lower, upper=figure.upper,
                             signals=figure.signals, language=language)  # fmt: skip
    return charts.control(title, figure.labels, figure.series[names[0]], name=names[0], centre=figure.centre, lower=figure.lower,
                          upper=figure.upper, signals=figure.signals, language=language)  # fmt: skip
