from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "careline.cases"
    label = "cases"
