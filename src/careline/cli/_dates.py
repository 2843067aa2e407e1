"""Days and times as options: asked for, and refused, as people write them."""

from datetime import datetime
from typing import Any

import click

from careline.cli._language import text


class Written(click.DateTime):
    """A date of one of these formats; `zh` and `en` say what is asked for, and the example how it is written."""

    def __init__(self, formats: list[str], zh: str, en: str, example: str) -> None:
        super().__init__(formats)
        self.asked_for = text(zh, en)
        self.example = example

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return self.asked_for

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            zh, en = f"{value!r} 不是日期，应如 {self.example}。", f"{value!r} is no date; write it as {self.example}."
            self.fail(text(zh, en), param, ctx)


DAY = Written(["%Y-%m-%d"], "年-月-日", "YYYY-MM-DD", "2026-11-21")
MOMENT = Written(
    ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"],
    "年-月-日T时:分", "YYYY-MM-DDTHH:MM", "2026-11-21T09:30",
)  # fmt: skip
