"""`make requirements`: which requirement is proved by which tests, as a table and as docs/reference/requirements.md."""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path

from tests.house.requirements_plugin import REGISTER, register

KINDS = {"E": "stated", "I": "implied", "N": "from other trades, optional"}


def proofs() -> Mapping[str, Sequence[str]]:
    """Requirement id -> tests that carry its mark, by pytest's own collection; fails when a mark names no requirement."""
    with tempfile.NamedTemporaryFile(suffix=".json") as found:
        command = [
            sys.executable,
            "-m",
            "pytest",
            "--collect-only",
            "-q",
            "--no-header",
            f"--requirements-to={found.name}",
        ]
        ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=REGISTER.parents[2])
        if ran.returncode:
            sys.exit(f"{ran.stdout}\n{ran.stderr}\nrequirements: the tests could not be collected")
        read: dict[str, list[str]] = json.loads(Path(found.name).read_text() or "{}")
        return read


def document(proved: Mapping[str, Sequence[str]]) -> str:
    """The reference page: one table per group, with the number of tests that prove each requirement."""
    known = register()
    lines = [
        "# Requirements and their proofs",
        "",
        "Made by `make requirements` from requirements.tsv and the tests' `requirement` marks; not edited by hand.",
        "Kinds: " + "; ".join(f"**{kind}** {meaning}" for kind, meaning in KINDS.items()) + ".",
        "",
        f"{len([name for name in known if proved.get(name)])} of {len(known)} have a test of their acceptance check.",
    ]
    for group, names in groupby(known, key=lambda name: name.split("-")[0]):
        lines += ["", f"## {group}", "", "| id | kind | requirement | tests |", "|---|---|---|---|"]
        for name in names:
            kind, title = known[name]
            lines.append(f"| {name} | {kind} | {title} | {_tests(proved.get(name, ()))} |")
    return "\n".join(lines) + "\n"


def _tests(tests: Sequence[str]) -> str:
    """The functions that prove it, each with its file, parametrised cases counted."""
    functions: dict[str, int] = {}
    for test in tests:
        function = test.split("[")[0]
        functions[function] = functions.get(function, 0) + 1
    return (
        "<br>".join(f"`{name}`" + (f" ({cases})" if cases > 1 else "") for name, cases in functions.items())
        or "not yet"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only check that every mark names a requirement")
    parser.add_argument("--json", action="store_true", help="print {id: [tests]}")
    given = parser.parse_args()
    proved = proofs()
    known = register()
    if given.check:
        print(f"requirements: {len(proved)} of {len(known)} proved, every mark names one")
        return
    if given.json:
        print(json.dumps(proved, indent=1))
        return
    for name, (kind, title) in known.items():
        print(f"{name:8} {kind} {'proved  ' if proved.get(name) else 'not yet '} {title}")
    print(f"\n{len(proved)} of {len(known)} proved; written to docs/reference/requirements.md")
    REGISTER.with_suffix(".md").write_text(document(proved), encoding="utf-8")


if __name__ == "__main__":
    main()
