"""The settings under test: the demo's, with a home folder of its own."""

import os
import tempfile

os.environ.setdefault("CARELINE_DEMO", "1")
os.environ.setdefault("CARELINE_HOME", f"{tempfile.gettempdir()}/careline-tests-{os.getpid()}")

from careline.settings import *  # noqa: F403
from careline.settings import DATABASES, STATIC_ROOT

STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns about a folder that is not there
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # staff only; a good hash is slow on purpose
PASSWORD_PACE_SECONDS = 0.05
# Tests that commit empty every table afterwards, and the journal lets nobody else do that.
DATABASES["default"]["OPTIONS"]["options"] = "-c careline.emptying=on"
