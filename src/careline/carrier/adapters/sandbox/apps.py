from django.apps import AppConfig


class SandboxConfig(AppConfig):
    name = "careline.carrier.adapters.sandbox"
    label = "sandbox"
    verbose_name = "Sandbox carrier"
