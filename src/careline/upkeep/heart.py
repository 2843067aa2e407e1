"""The heartbeat of a process: a thread that reports each half minute, and once more when the process is told to stop."""

import contextlib
import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

from django.db import connection

from careline.upkeep import health

log = logging.getLogger(__name__)


@contextlib.contextmanager
def beating(process: str, every_seconds: float = health.EVERY_SECONDS) -> Iterator[None]:
    """While this lasts, the process is reported alive. A database that is away is waited for; nothing is ever raised."""
    ended, begun = threading.Event(), datetime.now(UTC)
    thread = threading.Thread(target=_beat, args=(process, begun, ended, every_seconds), name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(2)


def _beat(process: str, begun: datetime, ended: threading.Event, every_seconds: float) -> None:
    lost = False
    while True:
        over = ended.is_set()
        try:
            if over:
                health.stop(process, now=datetime.now(UTC))
            else:
                health.beat(process, begun_at=begun, now=datetime.now(UTC))
            lost = False
        except Exception as error:  # whatever the database does, the process goes on
            if not lost:
                log.warning("no heartbeat: %s", type(error).__name__)
            lost = True
        finally:
            connection.close()  # half a minute is long for a connection to be held
        if over:
            return
        ended.wait(every_seconds)
