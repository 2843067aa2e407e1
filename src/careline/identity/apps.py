from django.apps import AppConfig
from django.db.models.signals import post_migrate


class IdentityConfig(AppConfig):
    name = "careline.identity"

    def ready(self) -> None:
        # Rights are rows that Django writes after migrating; the roles that hold them can only follow.
        post_migrate.connect(_settle_roles, sender=self, dispatch_uid="careline.identity.roles")


def _settle_roles(**_: object) -> None:
    from careline.identity.staff import settle_roles

    settle_roles()
