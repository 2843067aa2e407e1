from django.apps import AppConfig


class HallConfig(AppConfig):
    name = "careline.hall"
    label = "hall"
