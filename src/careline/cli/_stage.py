"""What the demo's commands find in place: packs published and the town settled."""

from datetime import UTC, datetime


def set_the_stage() -> None:
    """Publish the packs when nothing is published that calls can be served from, and settle the town; quick when all is there.

    A catalogue that somebody has edited stays as it is.
    """
    from django.conf import settings

    from careline.catalogue.importing import publish_packs, silent_on_calls
    from careline.catalogue.version import Version
    from careline.demo import town
    from careline.wiring import behaviours

    now = datetime.now(UTC)
    current = Version.published()
    if current is None or silent_on_calls(current):
        publish_packs(settings.PACKS, by="system", now=now, manifests=behaviours().values())
    town.settle(now)
