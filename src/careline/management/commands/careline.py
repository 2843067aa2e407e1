"""`django-admin careline ...`: hands over to the careline command line, for those who are used to Django's."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "The careline command line (see `careline --help`)."

    def run_from_argv(self, argv: list[str]) -> None:
        """Everything after `careline` is read by careline's own parser, --help included."""
        from careline.cli import main

        main(args=argv[2:], prog_name="careline")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("arguments", nargs="*")

    def handle(self, *args: Any, **options: Any) -> None:
        from careline.cli import main

        main(args=options["arguments"], prog_name="careline", standalone_mode=False)
