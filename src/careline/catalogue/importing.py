"""From pack files into the database and back."""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from careline.catalogue import packs, refusals
from careline.catalogue.comparing import bodies_of
from careline.catalogue.compiling import compile_book
from careline.catalogue.documents import Document, PackError, Problem, ordered
from careline.catalogue.lint import Manifests, errors_of
from careline.catalogue.linting.spellings import conflicts
from careline.catalogue.version import Version, lock_publishing


def import_packs(folder: Path, *, by: str, now: datetime, into: Version | None = None, note: str = "") -> Version:
    """Make a draft (a new one, or `into`) hold what the pack files hold.

    What cannot stand, such as rows of one scope that contradict each other, is not taken in: raises documents.PackError
    with every problem found, and refusals.WrongState when `into` is no draft.
    """
    documents = packs.read(folder)
    if clashes := conflicts(compile_book(documents)):
        raise PackError(Problem(str(clash.where), clash.what.en) for clash in clashes)
    with transaction.atomic():
        version = into or Version.draft(by=by, now=now, note=note)
        version.replace(bodies_of(documents), by=by, now=now, source=folder.name)
    return version


def import_new(folder: Path, *, by: str, now: datetime, note: str = "") -> Version:
    """A draft of what is published and, besides, what only the pack files hold: how an edited catalogue takes in a release.

    Nothing that is published is changed. Raises documents.PackError like `import_packs`.
    """
    with transaction.atomic():
        lock_publishing()
        current = Version.published()
        bodies = bodies_of(packs.read(folder)) | (current.bodies() if current else {})
        documents = ordered(Document(kind, key, body) for (kind, key), body in bodies.items())
        if clashes := conflicts(compile_book(documents)):
            raise PackError(Problem(str(clash.where), clash.what.en) for clash in clashes)
        version = Version.draft(by=by, now=now, note=note)
        version.replace(bodies, by=by, now=now, source=folder.name)
    return version


def silent_on_calls(version: Version) -> bool:
    """Whether a version has no phone menus, or no texts for calls: then it is older than calls are."""
    held = version.items.filter(kind="menu").exists(), version.items.filter(key__startswith="voice.").exists()
    return not all(held)


def publish_packs(
    folder: Path, *, by: str = "system", now: datetime, forced: bool = False, manifests: Manifests = ()
) -> Version:
    """Publish the packs of a folder as they are, without a second person; returns the version that is published then.

    It does nothing when that version equals the packs, or, in the demo, when somebody has edited the catalogue since: a
    restart of the demo undoes nobody's work. Raises documents.PackError, refusals.Faulty, and refusals.ReviewNeeded
    when it is neither the demo nor forced.
    """
    with transaction.atomic():
        lock_publishing()
        current = Version.published()
        if current is not None:
            edited = current.editors != [by]
            if settings.DEMO and edited and not forced:
                return current
            if current.bodies() == bodies_of(packs.read(folder)):
                return current
        if not (forced or settings.DEMO):
            raise refusals.ReviewNeeded
        version = import_packs(folder, by=by, now=now, note=folder.name)
        version.publish_unreviewed(by=by, now=now, errors=errors_of(manifests))
    return version


def export_packs(version: Version, folder: Path) -> None:
    """Write a version as pack files, which `import_packs` reads back as the same documents."""
    packs.write(version.documents(), folder)
