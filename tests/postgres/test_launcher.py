"""The embedded server: shared, restarted after a kill, never confused by leftovers, stopped when nobody uses it."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import LiteralString

import psutil
import psycopg
import pytest

import careline
from careline.postgres import ServerError, ensure, status, stop
from careline.postgres.place import place, reachable, unprivileged_account

USER = """
import sys
from pathlib import Path
from careline.postgres import ensure
print(ensure(Path(sys.argv[1])), flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def no_server_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)


@pytest.fixture
def home() -> Iterator[Path]:
    """A home folder that the server's account can reach; its server is stopped and everything removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="cl-"))
    folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
    yield folder
    _remove(folder)


def test_a_server_answers_and_survives_being_asked_for_again(home: Path) -> None:
    url = ensure(home)
    assert ensure(home) == url
    with psycopg.connect(url) as connection:
        [durable] = connection.execute(
            "select current_setting('fsync') || current_setting('synchronous_commit') || current_setting('full_page_writes')"
        ).fetchone() or [""]
        [order] = connection.execute(
            "select string_agg(c, '' order by c) from unnest(array['b','B','中','a']) c"
        ).fetchone() or [""]
    assert durable == "ononon"
    assert order == "Bab中", "by code point, on every system alike"
    assert status(home).running


def test_statements_with_customers_numbers_do_not_reach_the_log(home: Path) -> None:
    with psycopg.connect(ensure(home), autocommit=True) as connection:
        connection.execute("create table line (msisdn text primary key)")
        for _ in range(2):
            try:
                connection.execute("insert into line values ('13800138000')")
            except psycopg.errors.UniqueViolation:
                continue
    log = status(home).log.read_text()
    assert "duplicate key" in log
    assert "13800138000" not in log


def test_a_killed_server_comes_back_with_everything_acknowledged(home: Path) -> None:
    url = ensure(home)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create table kept as select 1 as n")
    postmaster = _postmaster(home)
    postmaster.kill()
    _until(lambda: _answers(url, "select n = 1 from kept"), "the server is back")
    assert _postmaster(home).pid != postmaster.pid


def test_a_killed_holder_takes_the_server_along_and_the_next_user_starts_anew(home: Path) -> None:
    ensure(home)
    before = _postmaster(home)
    os.kill(_holder(home), signal.SIGKILL)
    psutil.wait_procs([before], timeout=20)
    assert not before.is_running()
    assert _answers(ensure(home))


def test_a_pid_file_naming_a_living_stranger_is_stale_and_the_stranger_is_left_alone(home: Path) -> None:
    ensure(home)
    stop(home)
    with subprocess.Popen(["sleep", "600"]) as stranger:
        (place(home).data / "postmaster.pid").write_text(f"{stranger.pid}\n{place(home).data}\n1\n5432\n\n\n\nready\n")
        url = ensure(home)
        stop(home)
        assert url
        assert stranger.poll() is None
        stranger.kill()


def test_two_processes_share_one_server_until_the_last_has_ended(home: Path) -> None:
    with ExitStack() as stack:
        first, second = (stack.enter_context(_user(home)) for _ in range(2))
        urls = {_said(first), _said(second)}
        assert len(urls) == 1
        [url] = urls
        server = _postmaster(home)
        first.kill()
        first.wait()
        assert _answers(url)
        second.kill()
        second.wait()
        _until(lambda: not server.is_running(), "the server has stopped")


def test_a_kept_server_stays_when_its_starter_has_gone(home: Path) -> None:
    script = "import sys; from pathlib import Path; from careline.postgres import ensure; ensure(Path(sys.argv[1]), keep=True)"
    subprocess.run([sys.executable, "-c", script, str(home)], check=True, timeout=60)
    assert status(home).running
    assert stop(home)
    assert not status(home).running
    assert not stop(home)


def test_data_of_another_major_version_is_refused_with_instructions(home: Path) -> None:
    ensure(home)
    stop(home)
    version = place(home).data / "PG_VERSION"
    version.write_text("14\n")
    with pytest.raises(ServerError, match=r"Postgres 14.*CARELINE_PG_BIN.*pg_dump"):
        ensure(home)
    assert version.read_text() == "14\n"


def test_an_interrupted_creation_is_made_again(home: Path) -> None:
    half = place(home).base / "data.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    assert _answers(ensure(home))
    assert not half.exists()


def test_a_long_path_gets_a_short_socket_folder(home: Path) -> None:
    deep = home / ("a-folder-with-a-long-name-" * 3) / ("and-another-one-" * 4)
    deep.mkdir(parents=True)
    try:
        assert _answers(ensure(deep))
        assert len(os.fsencode(place(deep).run)) < 80
    finally:
        _remove(deep)


def test_a_socket_folder_somebody_else_made_beforehand_is_refused(home: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can make a folder for somebody else")
    deep = home / ("x" * 100)
    deep.mkdir()
    trap = place(deep).run
    os.chown(trap, 12345, 12345)
    try:
        with pytest.raises(ServerError, match="belongs to another account"):
            ensure(deep)
    finally:
        trap.rmdir()


def test_without_programs_the_error_says_what_to_do(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARELINE_PG_BIN", str(home))
    with pytest.raises(ServerError, match="CARELINE_PG_BIN"):
        ensure(home)


def test_a_given_address_starts_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/else")
    assert ensure(home) == "postgresql://somewhere/else"
    assert not list(home.iterdir())


@pytest.mark.skipif(os.geteuid() != 0, reason="about being root")
def test_below_a_folder_that_only_root_may_enter_the_server_lives_elsewhere(home: Path) -> None:
    closed = home / "root-only"
    closed.mkdir(mode=0o700)
    inside = closed / ".careline"
    try:
        assert _answers(ensure(inside))
        where = place(inside)
        assert closed not in where.base.parents
        closed.chmod(0o711)
        assert place(inside).base == where.base, "it never moves by itself"
    finally:
        _remove(inside)


@pytest.mark.skipif(os.geteuid() != 0, reason="about root and an ordinary user on one machine")
def test_an_ordinary_user_runs_it_as_himself(home: Path) -> None:
    account = unprivileged_account()
    assert account
    version = "import sys; print(sys.version_info[:2])"
    here = str(sys.version_info[:2])
    pythons = [Path(sys.executable), Path("/usr/bin/python3"), *Path("/usr/local/bin").glob("python3.*[0-9]")]
    fitting = [
        python
        for python in pythons
        if python.exists()
        and reachable(python, account)
        and subprocess.run([python, "-c", version], capture_output=True, text=True, check=False).stdout.strip() == here
    ]
    if not fitting or not reachable(Path(careline.__file__).parent, account):
        pytest.skip("no Python here, or no clone, that an ordinary user may enter")
    os.chown(home, account.pw_uid, account.pw_gid)
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }
    environment |= {name: value for name, value in os.environ.items() if name == "CARELINE_PG_BIN"}
    ran = subprocess.run(
        [fitting[0], "-c", USER, str(home)],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=60,
        env=environment, cwd="/", user=account.pw_uid, group=account.pw_gid, extra_groups=[],
    )  # fmt: skip
    assert ran.stdout.startswith("postgresql://"), ran.stderr
    assert (home / "postgres" / "data").stat().st_uid == account.pw_uid


def _user(home: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", USER, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def _said(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def _postmaster(home: Path) -> psutil.Process:
    return psutil.Process(int((place(home).data / "postmaster.pid").read_text().split()[0]))


def _holder(home: Path) -> int:
    return int(place(home).owner_lock.read_text())


def _answers(url: str, question: LiteralString = "select true") -> bool:
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            return connection.execute(question).fetchone() == (True,)
    except psycopg.OperationalError:
        return False


def _until(happened: Callable[[], bool], what: str, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, f"not within {seconds} seconds: {what}"
        time.sleep(0.02)


def _remove(home: Path) -> None:
    """Stop the server and remove its folders, wherever they were put."""
    if not home.exists():
        return
    where = place(home)
    stop(home)
    with where.owner_lock.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
    for folder in (where.run, where.base, home):
        shutil.rmtree(folder, ignore_errors=True)
