"""`careline catalogue lint FOLDER` in a process of its own: it needs neither a database nor any setting."""

import json
import os
import subprocess
import sys
from pathlib import Path


def test_packs_are_linted_without_a_database_or_a_secret(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "careline.cli", "catalogue", "lint", "packs", "--json"],
        env={"PATH": os.environ["PATH"], "CARELINE_HOME": str(tmp_path), "LANG": "C.UTF-8"},
        cwd=Path(__file__).resolve().parents[2], capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["errors"] == 0
    assert not (tmp_path / "postgres").exists()
