"""The health of the house: processes report each half minute, and what is beyond a limit is a fault (MON-04)."""

import json
import os
import shutil
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil
from django.conf import settings
from django.db import transaction

from careline.insight import clock, returning
from careline.journal.writing import write
from careline.postgres import sql
from careline.upkeep.duties import duties
from careline.upkeep.models import Beat
from careline.upkeep.refusing import Refused

EVERY_SECONDS = 30.0
MIB = 1024 * 1024
ROWS_MAX = 500


@dataclass(frozen=True, slots=True)
class Process:
    """What was last heard of one kind of process on one host; `state`: alive, silent, stopped."""

    beat: Beat
    state: str
    since: timedelta  # since it was last heard of


@dataclass(frozen=True, slots=True)
class Host:
    """One machine by the newest report of any of its processes."""

    name: str
    facts: Mapping[str, float]
    at: datetime
    processes: Sequence[Process]

    def percent(self, what: str) -> float | None:
        whole = self.facts.get(f"{what}_mib")
        return 100 * self.facts.get(f"{what}_free_mib", 0) / whole if whole else None

    @property
    def disk_percent(self) -> float | None:
        return self.percent("disk")

    @property
    def memory_percent(self) -> float | None:
        return self.percent("memory")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing beyond its limit; `key` is the same as long as it lasts. `what`: disk, memory, silent, backup, clock."""

    what: str
    key: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Health:
    hosts: Sequence[Host]
    faults: Sequence[Fault]
    backup_at: datetime | None  # None: nobody told us where backups are
    database_bytes: int


def beat(process: str, *, begun_at: datetime, now: datetime, host: str = "", pid: int = 0) -> None:
    """Report that this process lives, with what its machine has free; one statement."""
    # Write the newest report of this process over its last one.
    sql.execute(
        "INSERT INTO upkeep_beat (host, process, pid, begun_at, at, version, facts)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s::jsonb) ON CONFLICT (host, process, pid)"
        " DO UPDATE SET at = excluded.at, begun_at = excluded.begun_at, ended_at = NULL, version = excluded.version,"
        " facts = excluded.facts",
        [(host or here())[:80], process[:40], pid or os.getpid(), begun_at, now, our_version(), json.dumps(measured())],
    )


def stop(process: str, *, now: datetime, host: str = "", pid: int = 0) -> None:
    """Report that this process was told to stop, and does."""
    Beat.objects.filter(host=host or here(), process=process, pid=pid or os.getpid()).update(ended_at=now, at=now)


def look(now: datetime) -> Health:
    """What is known of hosts and processes, and what is beyond its limit; four statements."""
    limits = duties().health
    since = now - timedelta(days=limits["forget_days"])
    held: dict[tuple[str, str], Beat] = {}
    for one in Beat.objects.filter(at__gte=since).order_by("at")[:ROWS_MAX]:
        known = held.get((one.host, one.process))
        # One that lives hides others of its kind that ended; one that went silent is hidden by its successor.
        if known is None or known.ended_at is not None or one.ended_at is None:
            held[one.host, one.process] = one
    by_host: dict[str, list[Beat]] = {}
    for one in held.values():
        by_host.setdefault(one.host, []).append(one)
    hosts = [_host(name, beats, now) for name, beats in sorted(by_host.items())]
    backup = backup_at()
    faults = [fault for one in hosts for fault in _faults(one, limits)]
    if backup is not None and now - backup > timedelta(hours=limits["backup_hours_max"]):
        faults.append(Fault("backup", "backup", {"hours": int((now - backup) / timedelta(hours=1))}))
    if (wrong := returning.lately(now)) is not None:
        told = {
            name: f"{at.astimezone(clock.zone()):%m-%d %H:%M}"
            for name, at in (("at", wrong.at), ("until", wrong.until))
        }
        faults.append(Fault("clock", f"clock {wrong.at:%Y-%m-%d %H:%M}", told))
    return Health(hosts, faults, backup, _database_bytes())


def forget(host: str, process: str, *, by: str, now: datetime) -> None:
    """Somebody says that this process is gone for good. Raises Refused: no_such_process, alive."""
    silent = now - timedelta(seconds=duties().health["silent_seconds"])
    with transaction.atomic():
        found = Beat.objects.filter(host=host, process=process)
        if not found.exists():
            raise Refused("no_such_process")
        if found.filter(at__gte=silent, ended_at=None).exists():
            raise Refused("alive")
        found.delete()
        write(who=by, did="forget_process", what="upkeep", record=f"{process}@{host}", now=now)


def tidy(now: datetime) -> int:
    """Reports of processes that have long been replaced or are gone are forgotten; one statement."""
    before = now - timedelta(days=duties().health["forget_days"])
    # What is old goes; so does what a later process of the same kind on the same host has replaced for a day.
    return sql.execute(
        "DELETE FROM upkeep_beat b WHERE b.at < %s OR (b.at < %s AND EXISTS (SELECT 1 FROM upkeep_beat n"
        " WHERE n.host = b.host AND n.process = b.process AND n.begun_at > b.at))",
        [before, now - timedelta(days=1)],
    )


def backup_at() -> datetime | None:
    """When the last backup was made: the newest file in CARELINE_BACKUPS, else the server's last archived log; None unknown."""
    if folder := os.environ.get("CARELINE_BACKUPS", ""):
        try:
            newest = max((one.stat().st_mtime for one in Path(folder).iterdir() if one.is_file()), default=0.0)
        except OSError:
            newest = 0.0
        return datetime.fromtimestamp(newest, UTC)
    [(at,)] = sql.run("SELECT last_archived_time FROM pg_stat_archiver")
    return at if isinstance(at, datetime) else None


def measured() -> dict[str, float]:
    """Of this machine: disk of the home folder and memory, free and whole, in MiB; processors; load of a minute."""
    home = next(folder for folder in [settings.HOME, *settings.HOME.parents] if folder.exists())
    disk, memory = shutil.disk_usage(home), psutil.virtual_memory()
    return {
        "disk_mib": disk.total // MIB, "disk_free_mib": disk.free // MIB,
        "memory_mib": memory.total // MIB, "memory_free_mib": memory.available // MIB,
        "processors": psutil.cpu_count() or 1, "load": round(psutil.getloadavg()[0], 2),
    }  # fmt: skip


def here() -> str:
    return os.environ.get("CARELINE_HOST_NAME", "") or socket.gethostname()


@cache
def our_version() -> str:
    try:
        return version("careline")
    except PackageNotFoundError:
        return ""


def _host(name: str, beats: Sequence[Beat], now: datetime) -> Host:
    newest = max(beats, key=lambda one: one.at)
    limit = timedelta(seconds=duties().health["silent_seconds"])
    processes = [
        Process(
            one, "stopped" if one.ended_at else "silent" if now - one.at > limit else "alive",
            max(now - one.at, timedelta(0)),
        )
        for one in sorted(beats, key=lambda one: one.process)
    ]  # fmt: skip
    return Host(name, newest.facts, newest.at, processes)


def _faults(host: Host, limits: Mapping[str, int]) -> list[Fault]:
    found = [
        Fault("silent", f"silent {one.beat.process}@{host.name}", {"process": one.beat.process, "host": host.name})
        for one in host.processes
        if one.state == "silent"
    ]
    if not any(one.state == "alive" for one in host.processes):
        return found  # what it had free when it was last heard of says nothing of now
    free = host.facts.get("disk_free_mib")
    disk, memory = host.disk_percent, host.memory_percent
    # A tenth of a very large disk is still a lot of room: the share counts only where little is left in itself.
    little = free is not None and free < 10 * limits["disk_free_mib_min"]
    if (
        free is not None
        and disk is not None
        and (free < limits["disk_free_mib_min"] or (little and disk < limits["disk_free_percent_min"]))
    ):
        found.append(Fault("disk", f"disk {host.name}", {"host": host.name, "mib": int(free), "percent": round(disk)}))
    if memory is not None and memory < limits["memory_free_percent_min"]:
        found.append(Fault("memory", f"memory {host.name}", {"host": host.name, "percent": round(memory)}))
    return found


def _database_bytes() -> int:
    [(size,)] = sql.run("SELECT pg_database_size(current_database())")
    return int(size)
