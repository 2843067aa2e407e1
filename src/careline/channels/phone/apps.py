from django.apps import AppConfig


class PhoneConfig(AppConfig):
    name = "careline.channels.phone"
    label = "phone"
