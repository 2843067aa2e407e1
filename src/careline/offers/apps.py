"""Django's entry for this room."""

from django.apps import AppConfig


class OffersConfig(AppConfig):
    name = "careline.offers"
    label = "offers"
