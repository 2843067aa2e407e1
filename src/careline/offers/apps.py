"""Django's entry for this room."""

from django.apps import AppConfig


class OffersConfig(AppConfig):
    name = "careline.offers"
    label = "offers"

    def ready(self) -> None:
        from careline.offers import earning
        from careline.payments import hearing

        hearing.listen(earning.hear)
