"""Django's entry for this door."""

from django.apps import AppConfig


class AppDoorConfig(AppConfig):
    name = "careline.channels.app"
    label = "app"
