from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CasesConfig(AppConfig):
    name = "careline.cases"
    label = "cases"

    def ready(self) -> None:
        from careline.cases import refunding
        from careline.refunds import hearing

        hearing.listen(refunding.hear)
        post_migrate.connect(_settle_departments, sender=self, dispatch_uid="careline.cases.departments")


def _settle_departments(**_: object) -> None:
    from django.db import connection

    from careline.cases.departments import settle_departments
    from careline.cases.records.help import Department

    # Also said after going back to before there were cases.
    if Department._meta.db_table in connection.introspection.table_names():
        settle_departments()
