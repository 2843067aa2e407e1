from django.apps import AppConfig


class TelephonyConfig(AppConfig):
    name = "careline.channels.telephony"
    label = "telephony"
