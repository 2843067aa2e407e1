from django.apps import AppConfig


class PromptsConfig(AppConfig):
    name = "careline.prompts"
    label = "prompts"
