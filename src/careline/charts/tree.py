"""A tree of causes, and cards under their topics: boxes with words, told by shape and word as well as by colour."""

from careline.charts.drawing import Chart, either, finish, tag, words
from careline.charts.laying import OPEN, PAD, SCREEN, Box, Groups, Layout
from careline.charts.laying import affinity as lay_cards
from careline.charts.laying import tree as lay_tree


def tree(title: str, root: str, groups: Groups, *, language: str = "zh") -> Chart:
    """What `root` may come from: branches with their leaves, each leaf as (name, what it is marked as or nothing)."""
    marked = sum(bool(mark) and not mark.startswith(OPEN) for _, leaves in groups for _, mark in leaves)
    of = sum(len(leaves) for _, leaves in groups)
    about = either(
        language,
        f"从“{root}”分 {len(groups)} 支，末端 {of} 项，标出 {marked} 项。",
        f"From “{root}” into {len(groups)} branches with {of} ends, {marked} of them marked.",
    )
    head = (either(language, "分支", "branch"), either(language, "末端", "end"), either(language, "标记", "mark"))
    return _drawn("tree-of", title, about, lay_tree(root, groups), head, groups)


def affinity(title: str, groups: Groups, *, language: str = "zh") -> Chart:
    """Topics with their cards."""
    of = sum(len(cards) for _, cards in groups)
    about = either(language, f"{of} 张卡片归在 {len(groups)} 个课题下。", f"{of} cards under {len(groups)} topics.")
    head = (either(language, "课题", "topic"), either(language, "卡片", "card"), "")
    return _drawn("affinity", title, about, lay_cards(groups), head, groups)


def _drawn(kind: str, title: str, about: str, layout: Layout, head: tuple[str, ...], groups: Groups) -> Chart:
    parts = [tag("line", cls="link", x1=x1, y1=y1, x2=x2, y2=y2) for x1, y1, x2, y2 in layout.lines]
    for box in layout.boxes:
        parts += _box(box)
    rows = [(group, name, mark.removeprefix(OPEN)) for group, many in groups for name, mark in many]
    return finish(kind, title, about, layout.height, parts, head, rows)


def _box(box: Box) -> list[str]:
    still_open = box.mark.startswith(OPEN)
    cls = f"box {box.kind}" + (" waiting" if still_open else " marked" if box.mark else "")
    frame = tag("rect", cls=cls, x=box.x, y=box.y, width=box.wide, height=box.high, rx=2 if box.kind == "card" else 6)
    own = len(box.lines) - bool(box.mark)  # the last line of what is marked is the mark itself
    lines = [
        words(
            line,
            box.x + PAD,
            box.y + PAD + SCREEN.line * (at + 0.72),
            "name" if at < own else "tick" if still_open else "name sign",
        )
        for at, line in enumerate(box.lines)
    ]
    return [frame, *lines]
