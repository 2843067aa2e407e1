"""The settings under test: the demo's, with a home folder of its own."""

import os
import tempfile

os.environ.setdefault("CARELINE_DEMO", "1")
os.environ.setdefault("CARELINE_HOME", f"{tempfile.gettempdir()}/careline-tests-{os.getpid()}")

from careline.settings import *  # noqa: F403
