"""Several at the same moment, each on a connection of its own."""

import threading
from collections.abc import Sequence
from typing import Any

from django.db import connection


def at_once(work: Sequence[Any]) -> list[Any]:
    """Run these at the same moment; their results or errors, in their order."""
    results: list[Any] = [None] * len(work)
    start = threading.Barrier(len(work))

    def one(place: int) -> None:
        try:
            connection.ensure_connection()
            start.wait(timeout=20)
            results[place] = work[place]()
        except BaseException as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(place,)) for place in range(len(work))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results
