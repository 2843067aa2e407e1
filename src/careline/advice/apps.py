"""Django's entry for this room."""

from django.apps import AppConfig


class AdviceConfig(AppConfig):
    name = "careline.advice"
    label = "advice"
