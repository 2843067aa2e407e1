"""`django-admin careline ...`: hands over to the careline command line, for those who are used to Django's."""

import os
import sys

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Becomes `careline ...` with everything that follows, --help included."""

    help = "The careline command line (see `careline --help`)."

    def run_from_argv(self, argv: list[str]) -> None:
        os.execv(sys.executable, [sys.executable, "-m", "careline.cli", *argv[2:]])  # noqa: S606
