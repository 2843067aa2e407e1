"""The command line as people and scripts meet it: quick help, one clear sentence, exit codes that can be relied on."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from careline.cli import main
from careline.cli._ports import free_near, is_free
from careline.postgres.removing import remove


def _careline(*arguments: str, home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, knowing nothing of our environment."""
    kept = {name: os.environ[name] for name in ("PATH", "CARELINE_PG_BIN", "CARELINE_PG_USER") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-m", "careline.cli", *arguments],
        env=kept | {"CARELINE_HOME": str(home), "LANG": "C.UTF-8"} | environment,
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="cl-"))
    folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
    yield folder
    remove(folder)
    shutil.rmtree(folder)


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_help_names_every_command_and_imports_nothing_slow() -> None:
    script = (
        "import sys; from careline.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'django', 'psycopg', 'granian', 'rich'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.endswith("[]\n")
    for command in ("demo", "serve", "doctor", "talk", "migrate"):
        assert f"\n  {command}" in ran.stdout


def test_every_command_has_help_in_both_languages() -> None:
    script = (
        "import json; from click.testing import CliRunner; from careline.cli import main\n"
        "commands = main.list_commands(main.make_context('careline', ['migrate']))\n"
        "ran = {command: CliRunner().invoke(main, [command, '--help']) for command in commands}\n"
        "print(json.dumps({command: [one.exit_code, one.output] for command, one in ran.items()}))"
    )
    for language in ("zh", "en"):  # the language is chosen when the process starts
        ran = subprocess.run(
            [sys.executable, "-c", script],
            env=os.environ | {"CARELINE_LANG": language}, capture_output=True, text=True, check=True,
        )  # fmt: skip
        told = json.loads(ran.stdout)
        assert len(told) > 10
        for command, (code, said) in told.items():
            assert code == 0, (command, said)
            assert said.startswith({"zh": "用法：", "en": "Usage: "}[language])


def test_help_follows_the_language_of_the_terminal() -> None:
    said = [
        subprocess.run(
            [sys.executable, "-m", "careline.cli", "--help"],
            env={"PATH": os.environ["PATH"], "LANG": language}, capture_output=True, text=True, check=True,
        ).stdout
        for language in ("zh_CN.UTF-8", "en_GB.UTF-8")
    ]  # fmt: skip
    assert "退出码" in said[0]
    assert "Exit codes" in said[1]


def test_without_a_secret_it_refuses_and_says_how_to_make_one(home: Path) -> None:
    ran = _careline("serve", "clock", home=home)
    assert ran.returncode == 3
    assert "CARELINE_SECRET_KEY is not set. Give it a long random value" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert not list(home.iterdir()), "nothing was started"


def test_a_database_that_does_not_answer_is_one_sentence(home: Path) -> None:
    ran = _careline("migrate", home=home, CARELINE_DEMO="1", DATABASE_URL=f"postgresql://nobody@/x?host={home}")
    assert ran.returncode == 3
    assert "The database does not answer" in ran.stderr
    assert "careline doctor" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_wrong_programs_are_named_with_what_to_do(home: Path) -> None:
    ran = _careline("migrate", home=home, CARELINE_DEMO="1", CARELINE_PG_BIN=str(home / "nothing"))
    assert ran.returncode == 3
    assert "CARELINE_PG_BIN" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_an_unknown_process_names_the_known_ones(home: Path, server_url: str) -> None:
    ran = _careline("serve", "tea", home=home, CARELINE_DEMO="1", DATABASE_URL=server_url)
    assert ran.returncode == 2
    assert "There is no process tea. There are: web, agi, calls, calls-hall, clock, probes, sms" in ran.stderr


def test_a_taken_port_is_refused_and_a_free_one_offered(taken_port: int) -> None:
    ran = CliRunner().invoke(main, ["serve", "web", "--port", str(taken_port)])
    assert ran.exit_code == 3
    assert str(taken_port) in ran.output
    offered = int(ran.output.rsplit("--port ", 1)[1])
    assert offered != taken_port
    assert is_free("127.0.0.1", offered)


def test_a_free_port_near_a_taken_one_is_found(taken_port: int) -> None:
    assert not is_free("127.0.0.1", taken_port)
    assert free_near("127.0.0.1", taken_port) != taken_port


def test_the_demo_refuses_to_run_where_a_real_secret_is_set(home: Path) -> None:
    ran = _careline("demo", home=home, CARELINE_SECRET_KEY="x" * 40)
    assert ran.returncode == 3
    assert "looks like a real installation" in ran.stderr


def test_the_doctor_says_no_when_something_is_bad_and_how_to_mend_it(home: Path) -> None:
    ran = _careline("doctor", "--json", home=home)
    assert ran.returncode == 1
    said = json.loads(ran.stdout)
    checks = {check["name"]: check for check in said["checks"]}
    assert not said["fine"]
    assert checks["secret"]["state"] == "bad"
    assert checks["secret"]["mend"].startswith("export CARELINE_SECRET_KEY=")
    assert checks["postgres"]["state"] == "skipped", "nothing was ever started there, and looking does not start it"


def test_the_doctor_sees_a_server_that_would_lose_messages(home: Path, server_url: str) -> None:
    """The test server runs without fsync; exactly that must not go unnoticed."""
    from psycopg.conninfo import conninfo_to_dict

    if "/careline-" not in str(conninfo_to_dict(server_url).get("host", "")):
        pytest.skip("the server under test is not our throw-away one")
    ran = _careline("doctor", "--json", home=home, CARELINE_DEMO="1", DATABASE_URL=server_url)
    checks = {check["name"]: check for check in json.loads(ran.stdout)["checks"]}
    assert checks["connection"]["state"] == "fine"
    assert checks["durability"]["state"] == "bad"
    assert "fsync" in checks["durability"]["said"]
    assert ran.returncode == 1


def test_a_broken_time_zone_is_found(home: Path) -> None:
    ran = _careline("doctor", "--json", home=home, CARELINE_DEMO="1", CARELINE_TIME_ZONE="Mars/Olympus")
    checks = {check["name"]: check for check in json.loads(ran.stdout)["checks"]}
    assert checks["time zone"]["state"] == "bad"
