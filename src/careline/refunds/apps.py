from django.apps import AppConfig


class RefundsConfig(AppConfig):
    name = "careline.refunds"
    label = "refunds"
