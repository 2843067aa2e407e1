"""The addresses of the app interface."""

from django.urls import path

from careline.channels.app.api import addresses
from careline.channels.app.reference import openapi, page

urlpatterns = [
    path("openapi.json", openapi, name="app-openapi"),
    path("reference", page, name="app-reference"),
    *addresses(),
]
