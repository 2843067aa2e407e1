"""The plan as rows, for pages: deriving it takes seconds, so whoever runs or lists probes writes down what came of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from careline.dialogue.book import Book
from careline.postgres import sql
from careline.probes import plan as deriving
from careline.probes.models import Planned, Planning, Wanted
from careline.probes.plan import Plan
from careline.probes.probe import Probe
from careline.values.language import Text

KIND_LENGTH = 160  # of a token


def plan(book: Book, now: datetime, *, anew: bool = False) -> Plan:
    """The plan of this version and day, written down when the rows are of another."""
    found = deriving.plan(book, now)
    if anew or not is_current(found.version, now):
        keep(found, now)
    return found


def is_current(version: int, now: datetime) -> bool:
    return Planning.objects.filter(version=version, day=timezone.localdate(now)).exists()


def keep(found: Plan, now: datetime) -> None:
    """Put these rows in place of the last ones; one transaction."""
    missing = {gap.token: gap.why for gap in found.gaps}
    with transaction.atomic():
        if not sql.run("SELECT pg_try_advisory_xact_lock(hashtext('careline probes plan'))")[0][0]:
            return  # another process is at it
        Planned.objects.all().delete()
        Wanted.objects.all().delete()
        Planned.objects.bulk_create(
            [_row(place, probe) for place, probe in enumerate(_once(found.probes))], batch_size=1_000
        )
        Wanted.objects.bulk_create(
            [
                Wanted(token=one[:KIND_LENGTH], covered=one not in missing, why=missing.get(one, "")[:300])
                for one in (*found.wanted, *(token for token, _why in found.left_out))
            ],
            batch_size=1_000,
            ignore_conflicts=True,
        )
        made = {"version": found.version, "day": timezone.localdate(now), "at": now}
        Planning.objects.update_or_create(id=1, defaults=made)


def rehearsed(now: datetime, within: timedelta = timedelta(days=2)) -> Planning | None:
    """When the plan was made last; None when nobody has made one lately."""
    return Planning.objects.filter(at__gte=now - within).first()


def _once(probes: Sequence[Probe]) -> list[Probe]:
    return list({one.id: one for one in probes}.values())


def _row(place: int, probe: Probe) -> Planned:
    name: Text = probe.name
    return Planned(
        id=probe.id, place=place, name_zh=name.zh[:200], name_en=name.en[:200], channel=probe.channel,
        service=probe.service[:64], verb=probe.verb[:16], node=probe.node[:64], source=probe.source[:100],
        covers=list(probe.covers),
        steps=[
            {
                "do": step.do, "what": step.what, "within_seconds": step.within_seconds,
                "text": step.wanted.text[:500], "keys": list(step.wanted.keys), "words": list(step.wanted.words),
                "files": list(step.wanted.files),
            }
            for step in probe.steps
        ],
    )  # fmt: skip
