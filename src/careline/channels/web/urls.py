"""The addresses of the web hall."""

from django.urls import include, path

urlpatterns = [
    path("", include(f"careline.channels.web.{part}.urls"))
    for part in ("entering", "home", "services", "bills", "shop", "money", "me", "leaving")
]
