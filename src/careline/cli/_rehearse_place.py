"""Where a rehearsal runs: a database of its own, never that of the house; thrown away, or kept in a folder that was named."""

import contextlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from careline.cli import Trouble, prepare, text


@contextlib.contextmanager
def place(keep: Path | None) -> Iterator[None]:
    """Tables and the published packs, in this process; raises Trouble for a folder in which something is already."""
    from careline.postgres import temporary

    os.environ["CARELINE_DEMO"] = "1"
    os.environ.pop("CARELINE_SECRET_KEY", None)
    os.environ.pop("DATABASE_URL", None)
    if keep is not None:
        if keep.exists() and any(keep.iterdir()):
            raise Trouble(
                text(f"{keep} 里已经有东西。", f"{keep} holds something already."),
                text("请给一个空的或新的文件夹。", "Name an empty or a new folder."),
            )
        keep.mkdir(parents=True, exist_ok=True)
        os.environ["CARELINE_HOME"] = str(keep.resolve())
        _furnish()
        yield
        return
    with temporary() as url:
        os.environ["DATABASE_URL"] = url
        try:
            _furnish()
            yield
        finally:
            from django.db import connections

            connections.close_all()


def _furnish() -> None:
    prepare(demo=True, migrate=True)
    from django.conf import settings

    from careline.catalogue.importing import publish_packs
    from careline.demo.month.running import FIRST_DAY
    from careline.wiring import behaviours

    before = datetime(FIRST_DAY.year, FIRST_DAY.month, 1, tzinfo=UTC).replace(month=FIRST_DAY.month - 1)
    publish_packs(settings.PACKS, by="system", now=before, manifests=behaviours().values())
