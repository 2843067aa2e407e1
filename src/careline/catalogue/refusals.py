"""Why a deed on the catalogue is refused; each refusal has its own words on pages (`staff.refusing`)."""

from collections.abc import Sequence
from typing import Any

from careline.catalogue.comparing import fields_changed
from careline.catalogue.item import Item


class Refusal(Exception):
    """A rule said no; nothing was changed."""


class WrongState(Refusal):
    """The version is not in the state that this deed needs (a published one cannot be edited)."""

    def __init__(self, number: int, state: str, needed: str) -> None:
        super().__init__(f"version {number} is {state}, and must be {needed}")
        self.number, self.state, self.needed = number, state, needed


class OwnWork(Refusal):
    """Nobody reviews what she wrote or edited: a second person must."""

    def __init__(self, number: int, by: str) -> None:
        super().__init__(f"{by} wrote in version {number}, so somebody else must review it")
        self.number, self.by = number, by


class NotApproved(Refusal):
    """The version was not reviewed yet."""

    def __init__(self, number: int) -> None:
        super().__init__(f"version {number} has not been reviewed yet")
        self.number = number


class Outdated(Refusal):
    """Another version was published since this draft began; publishing it would undo that one."""

    def __init__(self, number: int, published: int) -> None:
        super().__init__(
            f"version {published} was published after version {number} was begun: "
            f"bring version {number} up to date first, so that nothing of version {published} is undone"
        )
        self.number, self.published = number, published


class Overtaken(Refusal):
    """Somebody else saved the item in between; says who and what."""

    def __init__(self, kind: str, key: str, held: Item | None, wanted: Any) -> None:
        """`held` is what they saved (None: they took it away), `wanted` the body that was to be saved now."""
        self.kind, self.key = kind, key
        self.by, self.stamp = (held.edited_by, held.stamp) if held else ("", 0)
        self.body: Any = held.body if held else {}
        self.changes = tuple(fields_changed(wanted, self.body))
        super().__init__(f"{kind} {key} was changed by {self.by or 'somebody'} in the meantime")


class Faulty(Refusal):
    """Lint found errors; a catalogue with errors is not published."""

    def __init__(self, number: int, findings: Sequence[Any]) -> None:
        super().__init__(f"version {number} has {len(findings)} errors; see careline catalogue lint {number}")
        self.number, self.findings = number, tuple(findings)


class NoSuchVersion(Refusal):
    """There is no version with this number."""

    def __init__(self, number: int) -> None:
        super().__init__(f"there is no version {number}")
        self.number = number


class NothingPublished(Refusal):
    """No version has been published yet."""

    def __init__(self) -> None:
        super().__init__("no catalogue is published yet; careline catalogue import publishes the packs")


class ReviewNeeded(Refusal):
    """Packs are published without a review only by the demo or by whoever forces it."""

    def __init__(self) -> None:
        super().__init__("outside the demo packs are published after a review: import them as a draft, or force it")
