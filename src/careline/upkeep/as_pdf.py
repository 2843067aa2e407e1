"""The monthly sheet on paper: A4, in the font that evidence is printed in."""

from collections.abc import Sequence

from careline.brand.reading import brand
from careline.cases.evidence.sheet import Sheet as Paper
from careline.upkeep.sheet import Part, Sheet

_PAD, _WIDEST, _LEAST = 4.0, 70.0, 13.0  # mm


def to_pdf(sheet: Sheet) -> bytes:
    page = "第 {page} 页，共 {pages} 页" if sheet.language == "zh" else "page {page} of {pages}"
    foot = f"{brand().name(sheet.language)} · {sheet.below}"
    paper = _Paper(sheet.title, foot, page, sheet.made_at, "zh-CN" if sheet.language == "zh" else "en")
    paper.banner(sheet.title, sheet.below)
    rows = [(one.name, one.asked, one.found, sheet.verdict(one.met)) for one in sheet.criteria]
    paper.grid((), (paper.epw * 0.2, paper.epw * 0.3, paper.epw * 0.3, paper.epw * 0.2), rows)
    for part in sheet.parts:
        paper.part(part)
    paper.sign_here(sheet.language)
    return bytes(paper.output())


class _Paper(Paper):
    def part(self, part: Part) -> None:
        self.heading(part.title, 30)
        if part.rows:
            self.grid(part.head, self._columns(part), part.rows)
        if part.note:
            self.note(part.note)

    def sign_here(self, language: str) -> None:
        """Room for the signatures of whoever reads it on paper."""
        self._room(24)
        self.set_y(self.get_y() + 10)
        who = ("制表：", "审核：", "日期：") if language == "zh" else ("Made by:", "Checked by:", "Date:")
        y = self.get_y()
        for at, one in enumerate(who):
            x = self.l_margin + at * self.epw / 3
            self._write(x, y, one, 9, (30, 34, 40))
            self.line(x + 20, y + 4.5, x + self.epw / 3 - 6, y + 4.5)

    def _columns(self, part: Part) -> Sequence[float]:
        """Widths by what stands in the columns; what is too much is taken from the widest."""
        wants = []
        for at in range(len(part.head)):
            cells = [part.head[at], *(row[at] for row in part.rows)]
            longest = max(self._width(line, 9) for cell in cells for line in cell.split("\n"))
            wants.append(min(max(longest + _PAD, _LEAST), _WIDEST if len(part.head) > 3 else self.epw))
        room = self.epw
        while sum(wants) > room + 0.01:
            widest = max(wants)
            over = sum(wants) - room
            wants[wants.index(widest)] = max(_LEAST, widest - min(over, max(1.0, widest * 0.05)))
        if len(wants) <= 3:
            return [*wants[:-1], room - sum(wants[:-1])]
        spare = (room - sum(wants)) / len(wants)
        return [want + spare for want in wants]
