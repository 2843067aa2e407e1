"""`python -m careline.postgres.removing HOME`: stop the embedded server of a home folder and remove its data."""

import shutil
import sys
from pathlib import Path

from careline.postgres.launcher import stop
from careline.postgres.place import place


def remove(home: Path) -> None:
    """Stop the server and remove everything of it, also where it lies outside `home`."""
    if not home.is_dir():
        return
    where = place(home)
    stop(home)
    for folder in (where.base, where.run):
        shutil.rmtree(folder, ignore_errors=True)
    for file in home.glob("postgres.*"):
        file.unlink()


if __name__ == "__main__":
    remove(Path(sys.argv[1]))
