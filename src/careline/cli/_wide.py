"""Help pages in Chinese: a sign is two columns wide, lines may break between any two, but never before a comma."""

import re
import unicodedata
from collections.abc import Iterable

import click

_OPENING, _CLOSING = "（“‘《「【", "，。、；：？！）”’》」】"
_WIDE = "\u2e80-\u9fff\uff00-\uffef"
# What is never torn apart: one Chinese sign or one word of other letters, with the marks that belong to it.
_PIECES = re.compile(
    rf"[{_OPENING}]*(?:(?![{_OPENING}{_CLOSING}])[{_WIDE}]|[^\s{_WIDE}{_OPENING}{_CLOSING}]+)[{_CLOSING}]*|\S|\s+"
)
_BREAK = re.compile(r"\n\s*\n")


def columns(words: str) -> int:
    """How many columns of a terminal the words take."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in words)


def wrapped(words: str, width: int) -> list[str]:
    """The words in lines of at most so many columns; a single word that is longer stands alone."""
    lines, line = [], ""
    for piece in _PIECES.findall(" ".join(words.split())):
        if columns(line + piece.rstrip()) > width and line:
            lines.append(line.rstrip())
            line = ""
        line += piece if line or not piece.isspace() else ""
    return [*lines, line.rstrip()] if line.strip() else lines


class WideFormatter(click.HelpFormatter):
    """Click's page, measured in columns instead of characters."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        begin = f"{'用法：' if prefix is None else prefix}{prog} "
        indent = " " * min(columns(begin), self.width // 2)
        first, *rest = wrapped(args, self.width - len(indent)) or [""]
        self.write(f"{begin}{first}".rstrip() + "\n" + "".join(f"{indent}{line}\n" for line in rest))

    def write_heading(self, heading: str) -> None:
        self.write(f"{'':>{self.current_indent}}{heading}：\n")

    def write_text(self, text: str) -> None:
        indent = " " * self.current_indent
        told = [wrapped(one, self.width - self.current_indent) for one in _BREAK.split(text)]
        self.write("\n\n".join("\n".join(indent + line for line in lines) for lines in told) + "\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        listed, indent = list(rows), " " * self.current_indent
        first_column = min(max((columns(term) for term, _ in listed), default=0), col_max) + col_spacing
        beside = " " * first_column
        for term, told in listed:
            lines = wrapped(told, max(self.width - first_column - self.current_indent, 10))
            gap = beside[columns(term) :] if columns(term) + col_spacing <= first_column else f"\n{indent}{beside}"
            self.write(f"{indent}{term}{gap if lines else ''}" + f"\n{indent}{beside}".join(lines) + "\n")


class WideContext(click.Context):
    """The context of a command whose help is Chinese."""

    formatter_class = WideFormatter
