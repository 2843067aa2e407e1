from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "careline.desk"
    label = "desk"
