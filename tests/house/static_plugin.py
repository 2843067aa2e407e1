"""Each of Django's clients begins with middleware of its own, and whitenoise looks for every file again: once is enough.

What it finds depends on nothing but settings and on what lies in our apps, which no test changes.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]

DECIDE = (
    *("DEBUG", "FORCE_SCRIPT_NAME", "INSTALLED_APPS", "STATICFILES_DIRS", "STATICFILES_FINDERS", "STATIC_URL"),
    *("STORAGES", "WHITENOISE_IMMUTABLE_FILE_TEST", "WHITENOISE_MAX_AGE", "WHITENOISE_STATIC_PREFIX"),
)


@pytest.fixture(scope="session", autouse=True)
def _files_of_pages_are_looked_for_once() -> Iterator[None]:
    found: dict[str, dict[str, Any]] = {}
    look = WhiteNoiseMiddleware.add_files_from_finders

    def remember(self: WhiteNoiseMiddleware) -> None:
        if self.files:  # there are collected ones, which may change
            look(self)
            return
        asked = repr([(name, getattr(settings, name, None)) for name in DECIDE])
        if asked not in found:
            look(self)
            found[asked] = dict(self.files)
        self.files.update(found[asked])

    WhiteNoiseMiddleware.add_files_from_finders = remember
    yield
    WhiteNoiseMiddleware.add_files_from_finders = look
