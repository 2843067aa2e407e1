"""Where the benchmark runs: a durable server of its own below CARELINE_HOME, the packs published, a crowd settled.

Making it takes minutes for a million lines and is done once; what a run leaves in the hall's tables goes at the next
run's beginning, so that every run starts from the same state. The carrier's accounts go on from run to run.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, LiteralString

SEED = 10086
# What a run leaves behind, in one statement; the crowd and its accounts stay.
_SWEEP: LiteralString = (
    "TRUNCATE ledger_inbox, ledger_contact, ledger_open, ledger_attempt, ledger_tally, hall_conversation,"
    " outbox_message, outbox_part, sms_part, sms_link, sandbox_deed"
)


@dataclass(frozen=True, slots=True)
class Place:
    """A prepared place: its folder and how many lines live there."""

    home: Path
    lines: int

    @property
    def environment(self) -> dict[str, str]:
        """What the processes of a run find around them; each joins the server by itself, as in an installation."""
        kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        return kept | {
            "CARELINE_HOME": str(self.home),
            "CARELINE_DEMO": "1",
            "PYTHONUNBUFFERED": "1",
            "CARELINE_LOG_LEVEL": "INFO",
        }

    def sweep(self) -> None:
        """Forget the last run, and let the disk come to rest before the next."""
        from careline.postgres.sql import execute

        execute(_SWEEP)
        execute("CHECKPOINT")

    def warm(self) -> int:
        """Read the crowd into the server's memory, as a server that was started long ago has it; megabytes read."""
        from careline.postgres.sql import execute, run

        execute("CREATE EXTENSION IF NOT EXISTS pg_prewarm")
        rows = run(
            "SELECT coalesce(sum(pg_prewarm(c.oid::regclass)), 0)::bigint FROM pg_class c"
            " WHERE c.relkind IN ('r', 'i') AND c.relpersistence = 'p' AND c.relname ~ '^(sandbox|identity_subscriber)'"
        )
        return int(rows[0][0]) * 8 // 1024


def enter(folder: str = "bench") -> Path:
    """Point this process to the benchmark's home; before Django's settings are read."""
    home = Path(os.environ.get("CARELINE_HOME", Path.cwd() / ".careline")).resolve() / folder
    os.environ["CARELINE_HOME"] = str(home)
    os.environ["CARELINE_DEMO"] = "1"
    os.environ.pop("CARELINE_SECRET_KEY", None)
    os.environ.pop("DATABASE_URL", None)
    return home


def reserve(home: Path) -> IO[str] | None:
    """An open file that keeps the place ours until it is closed, or we end; None while another run is at it."""
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o711)
    lock = (home / "bench.lock").open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def prepare_place(home: Path, lines: int, tell: Callable[[str], None], on_lines: Callable[[int, int], None]) -> Place:
    """Make what is missing. `on_lines` is told of (lines done, lines in all) while the crowd settles."""
    from careline.cli import prepare

    tell("starting the server")
    prepare(demo=True, migrate=True)
    from django.conf import settings

    note = home / "prepared.json"
    before = json.loads(note.read_text()) if note.exists() else {}
    digest = _digest(settings.PACKS)
    if before.get("packs") != digest:
        tell("publishing the packs")
        _publish(settings.PACKS)
        before["packs"] = digest
        note.write_text(json.dumps(before))
    if before.get("lines", 0) < lines:
        tell("settling the crowd; this is kept for the next run")
        _gather(lines, on_lines)
        before |= {"lines": lines, "seed": SEED}
        note.write_text(json.dumps(before))
    return Place(home, max(lines, before["lines"]))


def _gather(lines: int, on_lines: Callable[[int, int], None]) -> None:
    from careline.demo.crowd import gather
    from careline.postgres.sql import execute

    done = 0

    def made(count: int) -> None:
        nonlocal done
        done += count
        on_lines(done, lines)

    gather(lines, datetime.now(UTC), seed=SEED, on_lines=made)
    # Hint bits and the visibility map are written now, and not by the first readers of a run.
    execute("VACUUM")
    execute("CHECKPOINT")


def _publish(packs: Path) -> None:
    from careline.catalogue.importing import publish_packs
    from careline.wiring import behaviours

    publish_packs(packs, by="system", now=datetime.now(UTC), manifests=behaviours().values())


def _digest(packs: Path) -> str:
    """One digest of all files of the packs."""
    digest = hashlib.blake2b(digest_size=16)
    for file in sorted(packs.rglob("*")):
        if file.is_file():
            digest.update(str(file.relative_to(packs)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()
