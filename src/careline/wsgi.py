"""Where a WSGI server finds the pages and the API."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "careline.settings")

from django.core.wsgi import get_wsgi_application
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

application = get_wsgi_application()
# Addresses or networks of the proxies in front of us, parted by commas: only of theirs is X-Forwarded-For believed. Without
# it all callers look like one, and limits by address (codes, links, sign-ins) count for all customers together.
if proxies := [one.strip() for one in os.environ.get("CARELINE_PROXIES", "").split(",") if one.strip()]:
    application = wrap_wsgi_with_proxy_headers(application, trusted_hosts=proxies)

from django.urls import get_resolver  # noqa: E402

from careline.brand.reading import brand  # noqa: E402
from careline.catalogue import library  # noqa: E402

_ = get_resolver().url_patterns  # all pages and the app interface are read now, and not while the first customer waits

brand()  # what is wrong with its file is said now, and not on a page
library.watch()  # every worker follows what is published; a page never waits for a compilation
