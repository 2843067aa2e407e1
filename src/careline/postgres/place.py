"""Where the embedded server keeps its data and its socket, and under which account it runs."""

import contextlib
import hashlib
import os
import pwd
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

# sockaddr_un.sun_path holds 108 bytes on Linux and 104 on macOS; Postgres adds "/.s.PGSQL.5432.lock" to the folder.
SOCKET_PATH_BYTES_MAX = 100


class ServerError(Exception):
    """The embedded server cannot run; the text says why and what to do."""


@dataclass(frozen=True)
class Place:
    """The folders and files of one embedded server; `home` is ours, `base` and `run` belong to the server's account."""

    home: Path
    base: Path
    run: Path
    account: pwd.struct_passwd | None

    @property
    def data(self) -> Path:
        return self.base / "data"

    @property
    def log(self) -> Path:
        return self.home / "postgres.log"

    @property
    def owner_lock(self) -> Path:
        """Held by the holder as long as it looks after the server; its text is the holder's process id."""
        return self.home / "postgres.lock"

    @property
    def users_lock(self) -> Path:
        """Held (shared) by each process that uses the server; when all are gone the holder stops it."""
        return self.home / "postgres.users"

    @property
    def keep(self) -> Path:
        """Exists when the server shall outlive its users."""
        return self.home / "postgres.keep"

    @property
    def trouble(self) -> Path:
        """What the holder had to say when it gave up."""
        return self.home / "postgres.error"

    @property
    def url(self) -> str:
        return f"postgresql://careline@/careline?host={self.run}"


def place(home: Path) -> Place:
    """The place of the server of `home`, its folders made; remembered in `home`, so that it never moves by itself.

    Raises ServerError when a folder cannot be made, or belongs to somebody else.
    """
    home = home.absolute()
    account = unprivileged_account()
    try:
        if not home.is_dir():
            home.mkdir(parents=True)
            home.chmod(0o711 if account else 0o700)
        note = home / "postgres.at"
        if note.is_file():
            base = Path(note.read_text().strip())
        elif account is None or reachable(home, account):
            base = home / "postgres"
        else:
            # What lies in the system's folder for temporary things stays temporary.
            temporary = Path(tempfile.gettempdir())
            base = temporary / f"careline-{_short(home)}" if temporary in home.parents else elsewhere() / _short(home)
            note.write_text(f"{base}\n")
        _own(base, account)
        run = home / "run" if base.parent == home else base / "run"
        if len(os.fsencode(run / ".s.PGSQL.5432.lock")) > SOCKET_PATH_BYTES_MAX:
            run = Path("/tmp") / f"careline-run-{_short(base)}"  # noqa: S108 (private, and refused when not ours)
        _own(run, account)
    except PermissionError as error:
        who = pwd.getpwuid(os.geteuid()).pw_name
        raise ServerError(
            f"{who} may not use {error.filename}: it belongs to another account. "
            "Run as that account, or set CARELINE_HOME."
        ) from error
    except OSError as error:
        raise ServerError(
            f"{error.filename}: {error.strerror}. Set CARELINE_HOME to a folder that can be used."
        ) from error
    return Place(home, base, run, account)


def unprivileged_account() -> pwd.struct_passwd | None:
    """Postgres refuses to run as root: an existing account without rights to run it under; None when we are not root."""
    if os.geteuid() != 0:
        return None
    for name in (os.environ.get("CARELINE_PG_USER"), "postgres", "careline", "nobody"):
        with contextlib.suppress(KeyError):
            if name and (account := pwd.getpwnam(name)).pw_uid != 0:
                return account
    raise ServerError(
        "Postgres does not run as root and there is no account postgres or nobody: set CARELINE_PG_USER, or DATABASE_URL."
    )


def reachable(path: Path, account: pwd.struct_passwd) -> bool:
    """Whether `account` may go through every folder down to `path`, and enter (or run) it."""
    groups = set(os.getgrouplist(account.pw_name, account.pw_gid))
    resolved = path.resolve()
    for step in [*reversed(resolved.parents), resolved]:
        state = step.stat()
        if state.st_uid == account.pw_uid:
            needed = stat.S_IXUSR
        elif state.st_gid in groups:
            needed = stat.S_IXGRP
        else:
            needed = stat.S_IXOTH
        if not state.st_mode & needed:
            return False
    return True


def elsewhere() -> Path:
    """A folder of root's that every account may pass through, for when ours lies in a closed one such as /root."""
    for folder in (Path("/var/lib/careline"), Path("/var/tmp/careline-root")):  # noqa: S108
        try:
            folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        except OSError:  # a read-only system
            continue
        if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
            continue
        folder.chmod(0o711)
        return folder
    raise ServerError(
        "Neither /var/lib nor /var/tmp can be written: set CARELINE_HOME to a folder every account may enter."
    )


def _own(folder: Path, account: pwd.struct_passwd | None) -> None:
    """Make `folder`, private to the server's account; one that somebody else made beforehand is refused."""
    owner = account.pw_uid if account else os.geteuid()
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        if account:
            os.chown(folder, account.pw_uid, account.pw_gid)
    state = folder.lstat()
    if not stat.S_ISDIR(state.st_mode) or state.st_uid not in {owner, os.geteuid()}:
        raise PermissionError(1, "belongs to another account", str(folder))
    if state.st_uid != owner and account:
        os.chown(folder, account.pw_uid, account.pw_gid)
    folder.chmod(0o700)


def _short(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
