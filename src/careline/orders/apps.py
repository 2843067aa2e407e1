"""Django's entry for this room."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "careline.orders"
    label = "orders"
