from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "careline.outbox"
    label = "outbox"
