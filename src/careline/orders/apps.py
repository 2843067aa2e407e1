"""Django's entry for this room."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "careline.orders"
    label = "orders"

    def ready(self) -> None:
        from careline.orders import money
        from careline.payments import hearing

        hearing.listen(money.hear)
