"""What reports are asked about: days, sources and filters, as options that all of them share."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import click

from careline.cli import Exit, Trouble, text
from careline.cli._dates import DAY

if TYPE_CHECKING:
    from careline.dialogue.book import Book
    from careline.insight.asking import Filters, Period
    from careline.insight.filtering import Unknown

Function = TypeVar("Function", bound=Callable[..., Any])
DAYS, DAYS_MAX = 30, 1100

_OPTIONS = (
    click.option("--from", "since", type=DAY, help=text("第一天。", "The first day.")),
    click.option("--to", "until", type=DAY, help=text("最后一天，含。", "The last day, included.")),
    click.option("--source", "sources", multiple=True, help=text("记录来源，默认只看自己的。", "Whose records; ours unless said.")),
    click.option("--channel", "channels", multiple=True, help=text("渠道。", "Channel.")),
    click.option("--region", "regions", multiple=True, help=text("地区。", "Region.")),
    click.option("--brand", "brands", multiple=True, help=text("品牌。", "Brand.")),
    click.option("--service", "services", multiple=True, help=text("业务。", "Service.")),
    click.option("--catalogue", "versions", multiple=True, type=int, help=text("目录版本。", "Version of the catalogue.")),
    click.option("--busy", "load", flag_value="busy", help=text("只看忙时。", "Busy hours only.")),
    click.option("--idle", "load", flag_value="idle", help=text("只看闲时。", "Idle hours only.")),
)  # fmt: skip


def asked(function: Function) -> Function:
    """The options, in this order."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def understood(
    since: datetime | None, until: datetime | None, *, load: str | None = None, **chosen: Any
) -> tuple["Period", "Filters"]:
    """Period and filters of the options; the last thirty days unless said. To be called after `prepare`."""
    from careline.insight import clock
    from careline.insight.asking import Filters, Period
    from careline.insight.busy import busy_hours, idle_hours
    from careline.insight.filtering import unknown, unknown_sources
    from careline.insight.recorded import OWN
    from careline.insight.sources import known

    today = datetime.now(clock.zone()).date()
    last = until.date() if until else max(today, since.date()) if since else today
    first = since.date() if since else last - timedelta(days=DAYS - 1)
    if first > last:
        raise Trouble(text("--from 晚于 --to。", "--from is after --to."), code=Exit.USAGE)
    if (last - first).days >= DAYS_MAX or first < date(1990, 1, 1):
        raise Trouble(text(f"最多 {DAYS_MAX} 天。", f"At most {DAYS_MAX} days."), code=Exit.USAGE)
    hours = {"busy": busy_hours, "idle": idle_hours}[load]() if load else ()
    sources = tuple(chosen.pop("sources", ())) or (OWN,)
    filters = Filters(sources=sources, hours=hours, **{name: tuple(value) for name, value in chosen.items()})
    refuse(unknown_sources(sources, known()) or unknown(filters, _book()))
    return Period(first, last), filters


def refuse(unknown: "Sequence[Unknown]") -> None:
    """A filter that nobody has is refused: figures of nobody would look like those of somebody who did nothing."""
    if unknown:
        raise Trouble(text(*unknown[0].said), code=Exit.USAGE)


def _book() -> "Book":
    from careline.catalogue import library, refusals
    from careline.hall.retelling import NO_BOOK

    try:
        return library.current()
    except refusals.NothingPublished:
        return NO_BOOK
