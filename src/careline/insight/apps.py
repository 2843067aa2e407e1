"""Django's entry for this room."""

from django.apps import AppConfig


class InsightConfig(AppConfig):
    name = "careline.insight"
    label = "insight"
