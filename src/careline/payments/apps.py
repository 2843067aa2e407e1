"""Django's entry for this room."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "careline.payments"
    label = "payments"
