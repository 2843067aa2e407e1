from django.apps import AppConfig


class TmfConfig(AppConfig):
    name = "careline.channels.tmf"
    label = "tmf"
