"""Django's entry for this room."""

from django.apps import AppConfig


class ProbesConfig(AppConfig):
    name = "careline.probes"
    label = "probes"
