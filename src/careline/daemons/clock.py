"""The clock: one small process that looks after everything that falls due."""

import logging
import threading
import time
from collections.abc import Sequence

from django.db import DatabaseError, connection

from careline.catalogue import library
from careline.daemons.sweeps import sweeps
from careline.wiring import clock

log = logging.getLogger(__name__)


def serve(arguments: Sequence[str], stop: threading.Event | None = None) -> None:
    """Run every sweep at its pace until `stop` is set; a sweep that fails is logged and tried again at its next time."""
    stop = stop or threading.Event()
    library.watch()
    todo = sweeps()
    next_at = dict.fromkeys(todo, 0.0)
    while not stop.is_set():
        for name, (pace, sweep) in todo.items():
            if next_at[name] > time.monotonic():
                continue
            try:
                dealt = sweep(clock())
                if dealt:
                    log.info("sweep %s dealt with %d", name, dealt)
            except DatabaseError as error:
                connection.close()
                log.warning("sweep %s waits for the database: %s", name, str(error).splitlines()[0])
            except Exception:
                log.exception("sweep %s failed", name)
            next_at[name] = time.monotonic() + pace.total_seconds()
        stop.wait(0.25)
