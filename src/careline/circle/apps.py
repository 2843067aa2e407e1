"""Django's entry for this room."""

from django.apps import AppConfig


class CircleConfig(AppConfig):
    name = "careline.circle"
    label = "circle"
