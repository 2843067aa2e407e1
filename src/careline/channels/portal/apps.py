from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "careline.channels.portal"
    label = "portal"
