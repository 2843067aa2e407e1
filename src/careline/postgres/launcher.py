"""Getting a server to work with: ours of a home folder, shared by every careline process there, or a throw-away one."""

import atexit
import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from careline.postgres import programs
from careline.postgres.cluster import START_SECONDS_MAX, answers
from careline.postgres.place import Place, ServerError, place

SLOW_SECONDS = 5.0  # a start that takes longer is told of
# Open lock files of the servers this process uses; the system drops the locks when the process ends, however it ends.
_used: dict[Path, IO[str]] = {}


def ensure(home: Path, *, keep: bool = False, slow: Callable[[Path], None] | None = None) -> str:
    """The DATABASE_URL to use: the environment's, else that of the embedded server of `home`, started when it is not running.

    Every process may call it, also at the same time; they share one server, which stops when the last of them has
    ended, or (`keep`) not before `stop(home)`. `slow` hears once of a start that takes longer than a few
    seconds, with where its log is.
    Raises ServerError.
    """
    if given := os.environ.get("DATABASE_URL"):
        return given
    where = place(home)
    if keep:
        where.keep.touch()
    _use(where)
    _wait(where, ["--temporary"] if (where.home / "temporary").exists() else [], slow)
    return where.url


def stop(home: Path) -> bool:
    """Stop the embedded server of `home`, whoever uses it; whether one was running."""
    where = place(home)
    where.keep.unlink(missing_ok=True)
    _unuse(where)
    with where.owner_lock.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return False
        except BlockingIOError:
            while not (holder := where.owner_lock.read_text()):  # it is just writing its number
                time.sleep(0.01)
            os.kill(int(holder), signal.SIGTERM)
            fcntl.flock(lock, fcntl.LOCK_EX)
            return True


@contextlib.contextmanager
def temporary() -> Iterator[str]:
    """A throw-away server in a folder of its own, without fsync; yields its DATABASE_URL. It goes away even if we are killed."""
    home = Path(tempfile.mkdtemp(prefix="careline-"))
    home.chmod(0o711 if os.geteuid() == 0 else 0o700)
    (home / "temporary").touch()
    where = place(home)
    try:
        _use(where)
        _wait(where, ["--temporary"], None)
        yield where.url
    finally:
        _unuse(where)
        with where.owner_lock.open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # until the holder has stopped the server
        shutil.rmtree(home, ignore_errors=True)


@dataclass(frozen=True)
class Status:
    """What `careline doctor` tells of the embedded server."""

    programs: Path
    major: int
    data: Path
    log: Path
    account: str | None
    running: bool
    url: str


def status(home: Path) -> Status:
    """The embedded server of `home` as it is now; starts nothing. Raises ServerError when it could not be started either."""
    where = place(home)
    folder = programs.folder(where.account)
    name = where.account.pw_name if where.account else None
    return Status(folder, programs.major(folder), where.data, where.log, name, answers(where, folder), where.url)


def _use(where: Place) -> None:
    if where.home in _used:
        return
    users = where.users_lock.open("a")
    fcntl.flock(users, fcntl.LOCK_SH)  # waits while a server that nobody used is being stopped
    _used[where.home] = users
    atexit.register(_unuse, where)


def _unuse(where: Place) -> None:
    if users := _used.pop(where.home, None):
        users.close()


def _wait(where: Place, options: list[str], slow: Callable[[Path], None] | None) -> None:
    """Until the server answers; start a holder whenever none is at work."""
    folder = programs.folder(where.account)
    began = time.monotonic()
    holder: subprocess.Popen[bytes] | None = None
    next_holder = began
    while not answers(where, folder):
        now = time.monotonic()
        if holder is not None and holder.poll():
            raise ServerError(
                where.trouble.read_text()
                if where.trouble.exists()
                else f"Postgres could not be started; see {where.log}."
            )
        if (holder is None or holder.poll() is not None) and now >= next_holder:
            where.trouble.unlink(missing_ok=True)
            holder = _start_holder(where, options)
            next_holder = now + 0.5
        if now - began > START_SECONDS_MAX:
            raise ServerError(f"Postgres is not ready after {START_SECONDS_MAX:.0f} seconds; see {where.log}.")
        if slow and now - began > SLOW_SECONDS:
            slow(where.log)
            slow = None
        time.sleep(0.03)


def _start_holder(where: Place, options: list[str]) -> subprocess.Popen[bytes]:
    """In a session of its own: Ctrl-C in a terminal ends the users, and thereby the holder, but never the server first."""
    # It runs elsewhere, so paths that were relative to our folder must not be.
    paths = [str(Path(path).absolute()) for path in sys.path if path]
    with where.log.open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "careline.postgres.holder", str(where.home), *options],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            cwd="/",
        )
