"""The cause tree of a circle: the eleven end causes, with what it renamed, moved, left out and added."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from careline.circle import judging
from careline.circle.causes import END_CAUSES, EndCause
from careline.circle.decisions import Grown
from careline.values.language import Text

_ATTEST = Text(
    "请一名组员现场核对，并写下所见与证据。", "Have a member look, and write down what they saw, with proof."
)
_FIELDS = ("branch", "name", "content", "method", "criterion")


def grow(grown: Sequence[Grown]) -> tuple[EndCause, ...]:
    """In their order: the eleven, then those of one's own; without what is not followed."""
    edits = {one.key: one for one in grown}
    ours = [_edited(one, edits[one.id]) if one.id in edits else one for one in END_CAUSES]
    known = {one.id for one in END_CAUSES}
    own = [
        EndCause(
            one.key, one.branch, one.name, one.content, one.method, one.criterion, judging.attested(one.key), _ATTEST
        )
        for one in grown
        if one.key not in known
    ]
    return tuple(one for one in [*ours, *own] if one.id not in edits or not any(edits[one.id].dropped))


def branches(leaves: Sequence[EndCause]) -> list[tuple[Text, list[EndCause]]]:
    """Leaves by their branch, in the order of the English names."""
    ordered = sorted(leaves, key=lambda one: one.branch.en)
    return [(branch, list(many)) for branch, many in groupby(ordered, key=lambda one: one.branch)]


def _edited(one: EndCause, edit: Grown) -> EndCause:
    said = {name: getattr(edit, name) for name in _FIELDS if any(getattr(edit, name))}
    return replace(one, **said)
