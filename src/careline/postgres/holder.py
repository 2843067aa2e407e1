"""The small process that looks after one embedded server: starts it, starts it again when it is killed, stops it when nobody uses it.

It outlives any single user of the server, notices through a file lock when the last one has gone (also one killed
with -9, for the system drops its lock), and the server is its direct child.
"""

import argparse
import fcntl
import os
import shutil
import signal
import sys
import threading
import time
from collections import deque
from pathlib import Path

from careline.postgres.cluster import Cluster, answers
from careline.postgres.place import Place, ServerError, place

RESTARTS_PER_MINUTE_MAX = 6
WAKING = {signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGUSR1}


def main() -> int:
    parser = argparse.ArgumentParser(prog="careline.postgres.holder")
    parser.add_argument("home", type=Path)
    parser.add_argument("--temporary", action="store_true", help="no fsync, and everything is removed at the end")
    given = parser.parse_args()
    where = place(given.home)
    with where.owner_lock.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return 0  # another holder is at it
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        try:
            hold(where, durable=not given.temporary)
        except ServerError as error:
            where.trouble.write_text(str(error))
            return 1
        finally:
            lock.truncate(0)  # nobody may take a later process of this number for the holder
            if given.temporary:
                shutil.rmtree(where.base, ignore_errors=True)
                shutil.rmtree(where.run, ignore_errors=True)
        return 0


def hold(where: Place, *, durable: bool) -> None:
    """Run the server until its last user is gone, or SIGTERM says so. Raises ServerError when it cannot be kept running."""
    cluster = Cluster(where, durable=durable)
    cluster.prepare()
    if _left_to_somebody_else(cluster):
        return
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.pthread_sigmask(signal.SIG_BLOCK, WAKING)
    cluster.start()
    threading.Thread(target=_signal_when_unused, args=(where,), daemon=True).start()
    restarts: deque[float] = deque(maxlen=RESTARTS_PER_MINUTE_MAX)
    while signal.sigwait(WAKING) == signal.SIGCHLD:
        if cluster.process is None or cluster.process.poll() is None:
            continue
        if len(restarts) == RESTARTS_PER_MINUTE_MAX and time.monotonic() - restarts[0] < 60:
            raise ServerError(
                f"Postgres ended {RESTARTS_PER_MINUTE_MAX} times within a minute; the end of {where.log}:\n{cluster.log_tail()}"
            )
        restarts.append(time.monotonic())
        cluster.start()
    cluster.stop()


def _left_to_somebody_else(cluster: Cluster) -> bool:
    """A live server without a holder is either ending (then wait) or looked after by hand (then leave it alone)."""
    while cluster.living_stranger() is not None:
        if answers(cluster.place, cluster.bin):
            return True
        time.sleep(0.1)
    return False


def _signal_when_unused(where: Place) -> None:
    with where.users_lock.open("a") as users:
        fcntl.flock(users, fcntl.LOCK_EX)  # granted when the last user's shared lock is gone
        if where.keep.exists():
            return
        os.kill(os.getpid(), signal.SIGUSR1)
        threading.Event().wait()  # keep new users waiting until the server has stopped


if __name__ == "__main__":
    sys.exit(main())
