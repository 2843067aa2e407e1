"""What the demo's commands find in place: packs published and the town settled."""

from datetime import UTC, datetime


def set_the_stage() -> None:
    """Publish the packs when nothing is published, and settle the town when nobody lives there; quick when both are."""
    from django.conf import settings

    from careline.catalogue.importing import publish_packs
    from careline.catalogue.pointer import Pointer
    from careline.demo import town
    from careline.wiring import behaviours

    now = datetime.now(UTC)
    if not Pointer.objects.exists():
        publish_packs(settings.PACKS, by="system", now=now, manifests=behaviours().values())
    town.settle(now)
