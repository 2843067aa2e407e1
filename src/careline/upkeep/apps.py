"""Django's entry for this room."""

from django.apps import AppConfig


class UpkeepConfig(AppConfig):
    name = "careline.upkeep"
    label = "upkeep"
