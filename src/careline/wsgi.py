"""Where a WSGI server finds the pages and the API."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "careline.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

from careline.catalogue import library  # noqa: E402

library.watch()  # every worker follows what is published; a page never waits for a compilation
