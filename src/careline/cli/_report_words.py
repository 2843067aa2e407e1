"""The words and tables that `careline report` shows on a screen; programs are given keys and numbers instead."""

from collections.abc import Callable, Sequence
from datetime import date

from careline.cli import text

HEADS = {
    "month": ("月", "month"), "day": ("日", "day"), "hour": ("时段", "hour"), "weekday": ("星期", "weekday"),
    "channel": ("渠道", "channel"), "service": ("业务", "service"), "region": ("地区", "region"), "brand": ("品牌", "brand"),
    "version": ("目录版本", "version"), "verb": ("办理", "what"), "cause": ("原因", "cause"), "source": ("来源", "source"),
}  # fmt: skip


def written(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def namer(by: str) -> Callable[[object], str]:
    """What calls the keys of a count by `by` as people do; programs are given the keys themselves."""
    from careline.catalogue import library, refusals
    from careline.hall.retelling import NO_BOOK
    from careline.insight import naming, sources

    if by == "weekday":
        zh, en = "一二三四五六日", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
        return lambda key: text(zh[int(str(key)) - 1], en[int(str(key)) - 1])
    if by == "hour":
        return lambda key: f"{key}:00"
    if by == "source":
        return lambda key: sources.called(str(key), text("zh", "en"))
    try:
        known = library.current()
    except refusals.NothingPublished:
        known = NO_BOOK
    return lambda key: text(*naming.key_of(known, by, written(key)))


def said(figure: object) -> str:
    """A figure, or a sentence of figures, in the reader's language."""
    from careline.insight.rates import told

    return told(figure, text("zh", "en"))


def verdict(met: bool | None) -> str:
    return text("无记录，不下结论", "n/a") if met is None else text("符合", "met") if met else text("不符合", "not met")


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    from rich.console import Console
    from rich.table import Table

    shown = Table(*heads, box=None, pad_edge=False)
    for row in rows:
        shown.add_row(*(said(cell) for cell in row))
    Console().print(shown)
