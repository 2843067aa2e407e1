"""One data folder and the server process on it: made, configured, started, found stale, stopped."""

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil

from careline.postgres import programs
from careline.postgres.place import Place, ServerError
from careline.postgres.tuning import parameters

START_SECONDS_MAX = 600.0  # crash recovery of a big log takes minutes
STOP_SECONDS_MAX = 120.0
LEFTOVER_SECONDS_MAX = 60.0
LOG_BYTES_MAX = 20_000_000


class Cluster:
    """The server of a place. Only the process that holds the place's owner lock may use it."""

    def __init__(self, place: Place, *, durable: bool = True) -> None:
        self.place = place
        self.durable = durable
        self.bin = programs.folder(place.account)
        self.process: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        """Make the data folder if there is none, refuse one of another major version, and write today's settings."""
        version = self.place.data / "PG_VERSION"
        if not version.exists():
            self._create()
        elif (found := version.read_text().strip()) != str(programs.major(self.bin)):
            raise ServerError(self._other_version(found))
        self._configure()

    def start(self) -> None:
        """Start the server and return when it answers; leftovers of a crash are waited for.

        Raises ServerError with the end of the log when it does not come up.
        """
        self._remove_stale_pid_file()
        until = time.monotonic() + LEFTOVER_SECONDS_MAX
        while not self._started():
            ending = self.log_tail()
            # A kill is not a failure to start, and backends of a killed server hold its shared memory for a moment.
            killed = self.process is not None and self.process.returncode == -signal.SIGKILL
            if not (killed or "pre-existing shared memory block" in ending) or time.monotonic() > until:
                raise ServerError(f"Postgres did not start; the end of {self.place.log}:\n{ending}")
            time.sleep(0.3)

    def stop(self) -> None:
        """Stop by SIGINT (connections are cut, everything committed is kept); insist after two minutes."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait()

    def living_stranger(self) -> psutil.Process | None:
        """A live server on our data folder that we did not start, if postmaster.pid truly names one."""
        try:
            number = int((self.place.data / "postmaster.pid").read_text().split()[0])
            process = psutil.Process(number)
            if process.status() == psutil.STATUS_ZOMBIE:
                return None
            # A reused number names some other program: believe it only with our folder on its command line.
            return process if str(self.place.data) in process.cmdline() else None
        except (OSError, ValueError, IndexError, psutil.NoSuchProcess):
            return None

    def log_tail(self, lines: int = 8) -> str:
        try:
            with self.place.log.open("rb") as log:
                log.seek(max(0, self.place.log.stat().st_size - 4000))
                return "\n".join(log.read().decode(errors="replace").splitlines()[-lines:])
        except OSError:
            return ""

    def _create(self) -> None:
        """initdb beside, the database made in single-user mode, then renamed: a half-made folder is never taken for a whole one."""
        fresh = self.place.base / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        if self.place.data.exists() and any(self.place.data.iterdir()):
            raise ServerError(f"{self.place.data} is not empty but holds no Postgres data: move it away.")
        options = ["-U", "careline", "-E", "UTF8", "-A", "trust", "--data-checksums", "--no-instructions"]
        if not self.durable:
            options.append("--no-sync")
        # Order by code point everywhere: the same on every system, and quick. Servers before 17 have no provider
        # of their own for it, and take the system's C.UTF-8, or C where there is none.
        if programs.major(self.bin) >= 17:
            options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        for locale in ("C.UTF-8", "C"):
            made = self._run(self.bin / "initdb", "-D", fresh, *options, f"--locale={locale}")
            if made.returncode == 0:
                break
            shutil.rmtree(fresh, ignore_errors=True)
        else:
            raise ServerError(f"initdb failed: {made.stderr.strip()}")
        fsync = f"fsync={'on' if self.durable else 'off'}"
        program = self.bin / "postgres"
        named = self._run(program, "--single", "-D", fresh, "-c", fsync, "postgres", said="CREATE DATABASE careline;\n")
        if named.returncode != 0 or "ERROR" in named.stderr:
            raise ServerError(f"The database could not be created: {named.stderr.strip()}")
        with (fresh / "postgresql.conf").open("a") as main:
            main.write(
                "\n# Written by careline at each start; ALTER SYSTEM has the last word.\ninclude = 'careline.conf'\n"
            )
        if self.place.data.exists():
            self.place.data.rmdir()
        fresh.rename(self.place.data)

    def _configure(self) -> None:
        chosen = parameters(self.place.data, durable=self.durable)
        chosen |= {
            "unix_socket_directories": str(self.place.run),
            "unix_socket_permissions": "0700",
            "port": "5432",
        }
        text = "".join(f"{name} = '{value.replace(chr(39), chr(39) * 2)}'\n" for name, value in chosen.items())
        target = self.place.data / "careline.conf"
        fresh = target.with_suffix(".new")
        fresh.write_text(text)
        if self.place.account:
            os.chown(fresh, self.place.account.pw_uid, self.place.account.pw_gid)
        fresh.replace(target)

    def _started(self) -> bool:
        """Start the process as a direct child and wait for it; False when it ended instead."""
        if self.place.log.exists() and self.place.log.stat().st_size > LOG_BYTES_MAX:
            self.place.log.replace(self.place.log.with_suffix(".log.1"))
        with self.place.log.open("ab") as log:
            self.process = subprocess.Popen(
                [self.bin / "postgres", "-D", self.place.data],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_end_with_parent,  # noqa: PLW1509
                **self._as_account(),
            )
        until = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < until:
            if self.process.poll() is not None:
                return False
            if answers(self.place, self.bin):
                return True
            time.sleep(0.03)
        raise ServerError(f"Postgres is not ready after {START_SECONDS_MAX:.0f} seconds; see {self.place.log}.")

    def _remove_stale_pid_file(self) -> None:
        if self.living_stranger() is None:
            with contextlib.suppress(FileNotFoundError):
                (self.place.data / "postmaster.pid").unlink()

    def _other_version(self, found: str) -> str:
        wanted = programs.major(self.bin)
        fitting = [folder for folder in programs.alternatives() if programs.major(folder) == int(float(found))]
        way = (
            f"set CARELINE_PG_BIN={fitting[0]}"
            if fitting
            else f"set CARELINE_PG_BIN to the programs of Postgres {found}"
        )
        return (
            f"{self.place.data} was made by Postgres {found}, but {self.bin} is Postgres {wanted}. To go on with the old one, {way}. "
            f"To move to {wanted}: with the old one running, pg_dump the database careline, move the folder away, start again, and restore."
        )

    def _run(self, *command: str | Path, said: str | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, input=said, capture_output=True, text=True, check=False, **self._as_account())

    def _as_account(self) -> dict[str, Any]:
        """Another account's process gets neither our environment, which may hold secrets, nor our folder."""
        kept = {
            name: os.environ[name]
            for name in ("PATH", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
            if name in os.environ
        }
        options: dict[str, Any] = {"env": kept | {"LC_ALL": "C", "TZ": "UTC"}, "cwd": "/"}
        if self.place.account:
            options |= {
                "user": self.place.account.pw_uid,
                "group": self.place.account.pw_gid,
                "extra_groups": [],
            }
        return options


def answers(place: Place, bin_folder: Path) -> bool:
    """Whether the server of this place takes connections now."""
    if not (place.run / ".s.PGSQL.5432").exists():
        return False
    asked = [
        str(bin_folder / "pg_isready"),
        "-q",
        "-t",
        "5",
        "-h",
        str(place.run),
        "-U",
        "careline",
        "-d",
        "careline",
    ]
    return subprocess.run(asked, stdin=subprocess.DEVNULL, check=False).returncode == 0


def _end_with_parent() -> None:
    """In the child, after it took its account (which would clear this again): a holder killed with -9 takes the server along."""
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGINT)  # PR_SET_PDEATHSIG
