"""Where boxes and lines stand in a tree of causes and in cards grouped under topics; for screens and for paper alike.

Units are those of `drawing`: a picture is 640 wide. On screens words are broken for the large type of phones, so the small
type of a desk fits as well; paper has a type of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from careline.charts.drawing import LARGE, WIDTH, width_of

PAD = 9.0
_GAP = 10.0
_ROOT, _BRANCH, _LEAF = (0.0, 138.0), (162.0, 152.0), (338.0, 302.0)  # left and width of the columns of a tree
_COLUMNS, _BETWEEN = 3, 14.0  # topics beside each other

OPEN = "?"  # a mark that begins so is not decided yet: drawn thin and grey

Groups = Sequence[tuple[str, Sequence[tuple[str, str]]]]


@dataclass(frozen=True, slots=True)
class Type:
    """How large words are, and how far one line stands from the next; in units."""

    size: float
    line: float


SCREEN, PAPER = Type(LARGE, 24.0), Type(13.0, 17.0)


@dataclass(frozen=True, slots=True)
class Box:
    """Words in a frame; `kind` is root, branch, leaf, topic or card, `mark` what it is marked as (empty: not at all)."""

    x: float
    y: float
    wide: float
    high: float
    lines: Sequence[str]
    kind: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    boxes: Sequence[Box]
    lines: Sequence[tuple[float, float, float, float]]  # x1, y1, x2, y2
    height: float
    type: Type


def tree(root: str, groups: Groups, type_: Type = SCREEN) -> Layout:
    """The root on the left, branches in the middle, leaves on the right; lines with right angles between them."""
    boxes, lines, y, middles = [], [], 4.0, []
    for branch, leaves in groups:
        begin, ends = y, []
        for name, mark in leaves:
            leaf = _box(
                _LEAF, y, [*_wrapped(name, _LEAF[1], type_), *([_sign(mark)] if mark else [])], "leaf", mark, type_
            )
            boxes.append(leaf)
            ends.append(leaf.y + leaf.high / 2)
            y += leaf.high + _GAP
        words = _wrapped(branch, _BRANCH[1], type_)
        high = len(words) * type_.line + 2 * PAD
        y = max(y, begin + high + _GAP)  # a branch of one short leaf may be the higher of the two
        middle = (ends[0] + ends[-1]) / 2 if ends else begin + high / 2
        middle = max(middle, begin + high / 2)
        boxes.append(Box(_BRANCH[0], middle - high / 2, _BRANCH[1], high, words, "branch"))
        lines += _joined(_BRANCH[0] + _BRANCH[1], middle, _LEAF[0], ends)
        middles.append(middle)
        y += _GAP
    words = _wrapped(root, _ROOT[1], type_)
    high = len(words) * type_.line + 2 * PAD
    middle = max((middles[0] + middles[-1]) / 2 if middles else 0.0, high / 2 + 4)
    boxes.append(Box(_ROOT[0] + 2, middle - high / 2, _ROOT[1] - 2, high, words, "root"))
    lines += _joined(_ROOT[0] + _ROOT[1], middle, _BRANCH[0], middles)
    return Layout(boxes, lines, max(y - 2 * _GAP, middle + high / 2) + 6, type_)


def affinity(groups: Groups, type_: Type = SCREEN) -> Layout:
    """Topics beside each other, three in a row, with their cards below."""
    boxes: list[Box] = []
    wide = (WIDTH - 4 - _BETWEEN * (_COLUMNS - 1)) / _COLUMNS
    top = lowest = 4.0
    for at, (topic, cards) in enumerate(groups):
        place = at % _COLUMNS
        if place == 0 and at:
            top = lowest + 2 * _GAP
        column = (2 + place * (wide + _BETWEEN), wide)
        head = _box(column, top, _wrapped(topic, wide, type_), "topic", "", type_)
        boxes.append(head)
        y = top + head.high + 6
        for words, mark in cards:
            card = _box((column[0] + 8, wide - 16), y, _wrapped(words, wide - 16, type_), "card", mark, type_)
            boxes.append(card)
            y += card.high + 6
        lowest = max(lowest, y)
    return Layout(boxes, [], lowest + 4, type_)


def _sign(mark: str) -> str:
    return f"□ {mark[1:]}" if mark.startswith(OPEN) else f"■ {mark}"


def _box(column: tuple[float, float], y: float, words: Sequence[str], kind: str, mark: str, type_: Type) -> Box:
    return Box(column[0], y, column[1], len(words) * type_.line + 2 * PAD, words, kind, mark)


def _joined(x: float, y: float, right: float, ends: Sequence[float]) -> list[tuple[float, float, float, float]]:
    if not ends:
        return []
    bend = (x + right) / 2
    trunk = [(x, y, bend, y), (bend, min(*ends, y), bend, max(*ends, y))]
    return [*trunk, *((bend, end, right, end) for end in ends)]


def _wrapped(said: str, wide: float, type_: Type) -> list[str]:
    """Lines that fit, broken at spaces and between full-width letters."""
    room, found, line = wide - 2 * PAD, [], ""
    for part in _parts(said):
        if line and width_of((line + part).rstrip(), type_.size) > room:
            found.append(line.rstrip())
            line = part.lstrip()
        else:
            line += part
        while width_of(line, type_.size) > room and len(line) > 1:  # a single word that is too long
            cut = max(1, next((at for at in range(len(line), 0, -1) if width_of(line[:at], type_.size) <= room), 1))
            found.append(line[:cut])
            line = line[cut:]
    return [*found, line.rstrip()] if line.strip() else found or [""]


def _parts(said: str) -> list[str]:
    """Words with the space behind them; full-width letters one by one, with the mark that may not begin a line."""
    parts, word = [], ""
    for sign in said:
        if ord(sign) > 0x2E7F:
            if word:
                parts.append(word)
                word = ""
            if sign in "，。、；：？！）》”’" and parts:
                parts[-1] += sign
            else:
                parts.append(sign)
        else:
            word += sign
            if sign == " ":
                parts.append(word)
                word = ""
    return [*parts, word] if word else parts
