"""Django's entry for this door."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "careline.channels.web"
    label = "web"
