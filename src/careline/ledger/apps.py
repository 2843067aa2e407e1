from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "careline.ledger"
    label = "ledger"
