from django.apps import AppConfig


class SmsConfig(AppConfig):
    name = "careline.channels.sms"
    label = "sms"
