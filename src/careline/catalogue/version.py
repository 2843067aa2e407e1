"""A version of the catalogue and what can be done with it: draft, edit, submit, review, publish, roll back."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import connection, models, transaction
from django.db.models import Max, Q

from careline.catalogue import comparing, refusals
from careline.catalogue.documents import Document, Documents, ordered
from careline.catalogue.item import Item
from careline.catalogue.noting import brief, enter
from careline.catalogue.pointer import Pointer

# Whoever makes a version holds this lock until commit: two drafts begun at once get two numbers.
_NUMBERING_LOCK = 0x0CA7A106

Body = Mapping[str, Any]
Errors = Callable[["Version"], Sequence[Any]]  # the errors (not the warnings) that lint finds in a version


class State(models.TextChoices):
    DRAFT = "draft"  # may be edited
    IN_REVIEW = "in_review"  # submitted; a second person approves it or sends it back
    PUBLISHED = "published"  # the one that is served
    RETIRED = "retired"  # was published once
    DISCARDED = "discarded"  # a draft that was thrown away: its number is not used again


class Version(models.Model):
    """One state of the whole catalogue. Once published it never changes; migration 0002 makes the database refuse it.

    Every verb takes who does it (`by`, a username or the name of a process) and `now`, runs in one transaction, writes
    the journal in it, and raises a `refusals.Refusal` when a rule says no.
    """

    number = models.PositiveIntegerField(unique=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    based_on = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="followers")
    author = models.CharField(max_length=150)
    editors = models.JSONField(default=list)  # everybody who wrote in it, the author too: none of them may review it
    reviewer = models.CharField(max_length=150, blank=True)
    publisher = models.CharField(max_length=150, blank=True)
    note = models.TextField(blank=True)
    review_note = models.TextField(blank=True)
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="published"), name="one_published_version"),
        ]

    def __str__(self) -> str:
        return f"version {self.number} ({self.state})"

    @property
    def approved(self) -> bool:
        return self.state == State.IN_REVIEW and self.reviewed_at is not None

    def bodies(self) -> dict[tuple[str, str], Any]:
        """Every item's body by kind and key."""
        return {(kind, key): body for kind, key, body in self.items.values_list("kind", "key", "body")}

    def documents(self) -> Documents:
        """Every item as a document, in their order."""
        return ordered(Document(kind, key, body) for (kind, key), body in self.bodies().items())

    @classmethod
    def numbered(cls, number: int) -> "Version":
        """The version with this number; raises NoSuchVersion."""
        found = cls.objects.filter(number=number).first()
        if found is None:
            raise refusals.NoSuchVersion(number)
        return found

    @classmethod
    def published(cls) -> "Version | None":
        """The version that is served, or None before the first publishing."""
        pointer = Pointer.objects.select_related("version").first()
        return pointer.version if pointer else None

    # -- draft and edit

    @classmethod
    def draft(cls, *, by: str, now: datetime, based_on: "Version | None" = None, note: str = "") -> "Version":
        """A new draft equal to `based_on`; without it, to the published version; before any, an empty one."""
        with transaction.atomic():
            number = _next_number()
            base = based_on or cls.published()
            made = cls.objects.create(
                number=number, based_on=base, author=by, editors=[by], note=note, created_at=now, state=State.DRAFT
            )
            if base:
                Item.copy_all(base.pk, made.pk)
            enter(made.number, by, "draft", now, based_on=base.number if base else None, note=note)
        return made

    def edit(self, kind: str, key: str, body: Body, *, by: str, now: datetime, stamp: int) -> Item:
        """Save one item; `stamp` is that of the item as it was read, 0 for a new one.

        Raises Overtaken when somebody saved it in between (with what is different now), WrongState outside a draft.
        """
        with transaction.atomic():
            version = self._held(State.DRAFT, "edited")
            item = version.items.filter(kind=kind, key=key).first()
            before: Any = item.body if item else None
            if (item.stamp if item else 0) != stamp:
                raise refusals.Overtaken(kind, key, item, body)
            if item is None:
                item = Item(version=version, kind=kind, key=key, stamp=0)
            item.body, item.stamp, item.edited_by, item.edited_at = dict(body), stamp + 1, by, now
            item.save()
            version._wrote(by)
            enter(version.number, by, "edit", now, item=f"{kind} {key}", changes=brief(before, item.body))
        return item

    def remove(self, kind: str, key: str, *, by: str, now: datetime, stamp: int) -> None:
        """Take one item out of a draft; raises as `edit` does."""
        with transaction.atomic():
            version = self._held(State.DRAFT, "edited")
            item = version.items.filter(kind=kind, key=key).first()
            if item is None or item.stamp != stamp:
                raise refusals.Overtaken(kind, key, item, {})
            item.delete()
            version._wrote(by)
            enter(version.number, by, "remove", now, item=f"{kind} {key}")

    def replace(self, bodies: comparing.Bodies, *, by: str, now: datetime, source: str) -> None:
        """Make a draft hold exactly these bodies (an import); raises WrongState outside a draft."""
        with transaction.atomic():
            version = self._held(State.DRAFT, "edited")
            held = {(item.kind, item.key): item for item in version.items.all()}
            gone = [item.pk for name, item in held.items() if name not in bodies]
            version.items.filter(pk__in=gone).delete()
            changed = [name for name, body in bodies.items() if name in held and held[name].body != body]
            for name in changed:
                item = held[name]
                item.body, item.stamp, item.edited_by, item.edited_at = bodies[name], item.stamp + 1, by, now
            Item.objects.bulk_update([held[name] for name in changed], ["body", "stamp", "edited_by", "edited_at"])
            new = [name for name in bodies if name not in held]
            Item.objects.bulk_create(
                Item(version=version, kind=kind, key=key, body=bodies[kind, key], edited_by=by, edited_at=now)
                for kind, key in new
            )
            version._wrote(by)
            counts = {"added": len(new), "changed": len(changed), "removed": len(gone)}
            enter(version.number, by, "import", now, source=source, **counts)

    def catch_up(self, *, by: str, now: datetime) -> list[tuple[str, str]]:
        """Take what was published since this draft began into it; returns the items that both changed.

        Those keep the draft's form: the list is shown to the editor, and the diff to the reviewer. Raises WrongState.
        """
        with transaction.atomic():
            version = self._held(State.DRAFT, "edited")
            current = Version.published()
            if current is None or current.pk == version.based_on_id:
                return []
            base = version.based_on.bodies() if version.based_on else {}
            ours, theirs = version.bodies(), current.bodies()
            merged, both = comparing.merged(base, ours, theirs)
            version.replace(merged, by=by, now=now, source=f"version {current.number}")
            version.based_on = current
            version.save(update_fields=["based_on"])
        self.refresh_from_db()
        return both

    # -- review

    def submit(self, *, by: str, now: datetime, note: str | None = None) -> None:
        """Hand a draft to a second person; raises WrongState."""
        with transaction.atomic():
            version = self._held(State.DRAFT, "submitted")
            version.state, version.submitted_at = State.IN_REVIEW, now
            version.reviewer, version.reviewed_at, version.review_note = "", None, ""
            if note is not None:
                version.note = note
            version.save()
            enter(version.number, by, "submit", now, note=version.note)
        self.refresh_from_db()

    def review(self, *, by: str, now: datetime, approve: bool = True, note: str = "") -> None:
        """Approve what was submitted, or send it back to be a draft again; raises OwnWork to whoever wrote in it."""
        with transaction.atomic():
            version = self._held(State.IN_REVIEW, "reviewed")
            if by in version.editors or by == version.author:
                raise refusals.OwnWork(version.number, by)
            version.reviewer, version.review_note = by, note
            version.reviewed_at = now if approve else None
            version.state = State.IN_REVIEW if approve else State.DRAFT
            version.save()
            enter(version.number, by, "approve" if approve else "send_back", now, note=note)
        self.refresh_from_db()

    # -- publish

    def publish(self, *, by: str, now: datetime, errors: Errors) -> None:
        """Make an approved version the one that is served; every process follows within a second.

        `errors` lints it: raises Faulty if it returns any; NotApproved before the review; Outdated when something
        else was published since this draft began.
        """
        with transaction.atomic():
            version = self._held(State.IN_REVIEW, "published")
            if version.reviewed_at is None:
                raise refusals.NotApproved(version.number)
            current = Version.published()
            if current is not None and current.pk != version.based_on_id:
                raise refusals.Outdated(version.number, current.number)
            if found := errors(version):
                raise refusals.Faulty(version.number, found)
            version._take_over(by, now, "publish")
        self.refresh_from_db()

    @classmethod
    def roll_back(cls, *, to: "Version", by: str, now: datetime, errors: Errors, note: str = "") -> "Version":
        """Publish a new version equal to one that was published before; needs no second review: it had one.

        Raises WrongState when `to` was never published, Faulty when today's rules find errors in it.
        """
        with transaction.atomic():
            if to.state not in (State.PUBLISHED, State.RETIRED):
                raise refusals.WrongState(to.number, to.state, "one that was published before")
            made = cls.draft(by=by, now=now, based_on=to, note=note or f"= {to.number}")
            if found := errors(made):
                raise refusals.Faulty(to.number, found)
            made._take_over(by, now, "roll_back", to=to.number)
        return made

    def publish_unreviewed(self, *, by: str, now: datetime, errors: Errors) -> None:
        """Publish a draft without a second person: for the first catalogue of an installation, and for the demo."""
        with transaction.atomic():
            version = self._held(State.DRAFT, "published")
            if found := errors(version):
                raise refusals.Faulty(version.number, found)
            version._take_over(by, now, "publish_unreviewed")
        self.refresh_from_db()

    def discard(self, *, by: str, now: datetime) -> None:
        """Throw a draft away, with its items; raises WrongState."""
        with transaction.atomic():
            version = self._held(State.DRAFT, "thrown away")
            version.items.all().delete()
            version.state = State.DISCARDED
            version.save(update_fields=["state"])
            enter(version.number, by, "discard", now, note=version.note)
        self.refresh_from_db()

    def _take_over(self, by: str, now: datetime, did: str, **detail: Any) -> None:
        current = Version.objects.filter(state=State.PUBLISHED).first()
        if current:
            current.state, current.retired_at = State.RETIRED, now
            current.save(update_fields=["state", "retired_at"])
        self.state, self.published_at, self.publisher = State.PUBLISHED, now, by
        self.save()
        Pointer.objects.update_or_create(id=1, defaults={"version": self, "since": now})
        enter(self.number, by, did, now, instead_of=current.number if current else None, **detail)

    def _held(self, needed: State, deed: str) -> Self:
        """This version, locked and read again; raises WrongState unless it is in the state needed."""
        lock_publishing()
        held = type(self).objects.select_for_update().get(pk=self.pk)
        if held.state != needed:
            raise refusals.WrongState(held.number, held.state, f"{needed.value} to be {deed}")
        return held

    def _wrote(self, by: str) -> None:
        if by not in self.editors:
            self.editors = [*self.editors, by]
            self.save(update_fields=["editors"])


def lock_publishing() -> None:
    """One deed on versions at a time, until commit: there are few, and each must see what the one before did."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_NUMBERING_LOCK])


def _next_number() -> int:
    lock_publishing()
    highest: int | None = Version.objects.aggregate(highest=Max("number"))["highest"]
    return (highest or 0) + 1
